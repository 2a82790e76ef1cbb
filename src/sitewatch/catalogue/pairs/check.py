"""Whether two scenes can be compared at all, and what speaks against it."""

from collections.abc import Iterator

from sitewatch.catalogue.pairs.when import say, scene_span, season_day, season_gap
from sitewatch.errors import PairError
from sitewatch.records import Scene

# From here on a difference is worth a sentence. None of them forbids a comparison.
SEASON_DAYS = 45.0
SUN_DEGREES = 30.0
RATIO = 2.0
LEAN_DEGREES = 20.0
# Buildings lean by a pixel or more only where pixels are small.
LEAN_GSD_M = 5.0


def check_pair(before: Scene, after: Scene) -> tuple[str, ...]:
    """Refuse two scenes that cannot be compared; say what speaks against two that can.

    Returns
    -------
    tuple of str
        Cautions, sentences with numbers.

    Raises
    ------
    PairError
        If they are the same scene, are swapped in time, share no band, or one sensor's digital numbers stand
        against its reflectance.
    """
    if same_pixels(before, after):
        raise PairError(
            f"before and after are the same scene ({before.id})",
            "two acquisitions are needed",
            "choose another scene for one of the two",
        )
    _require_order(before, after)
    _require_shared_bands(before, after)
    _require_units(before, after)
    return tuple(
        sentence
        for cautions in (_time, _season, _sun, _scale, _lean, _kind)
        for sentence in cautions(before, after)
    )


def same_pixels(one: Scene, other: Scene) -> bool:
    """Say whether two scenes are the same pixels, by digest where both have one, else by file."""
    if one.sha256 is not None and other.sha256 is not None:
        return one.sha256 == other.sha256
    return {(band.href, band.index) for band in one.bands} == {
        (band.href, band.index) for band in other.bands
    }


def season_apart(before: Scene, after: Scene) -> float | None:
    """Return how far two scenes are apart in the season, days; None if that is little, or not known."""
    first, second = season_day(before), season_day(after)
    if first is None or second is None:
        return None
    gap = season_gap(first, second)
    return gap if gap > SEASON_DAYS else None


def sun_gap(before: Scene, after: Scene) -> float | None:
    """Return the angle between the sun's azimuths, 0 to 180 degrees; None if one is not known."""
    one, other = before.view.sun_azimuth, after.view.sun_azimuth
    if one is None or other is None:
        return None
    gap = abs(one - other) % 360
    return min(gap, 360 - gap)


def shared_bands(before: Scene, after: Scene) -> tuple[str, ...]:
    """Return the names of the bands that both scenes have, in the order of the first."""
    return tuple(name for name in before.band_names if name in after.band_names)


def _require_order(before: Scene, after: Scene) -> None:
    first, second = scene_span(before), scene_span(after)
    if first is not None and second is not None and second.last < first.first:
        raise PairError(
            f"the before scene {before.id} ({say(before)}) was taken after the after scene {after.id} "
            f"({say(after)})",
            "before must be earlier than after",
            "swap the two",
        )


def _require_shared_bands(before: Scene, after: Scene) -> None:
    if not shared_bands(before, after):
        raise PairError(
            f"{before.id} has the bands {', '.join(before.band_names)} and {after.id} has "
            f"{', '.join(after.band_names)}",
            "at least one band must be in both",
            "name the bands with --bands, in file order",
        )


def _require_units(before: Scene, after: Scene) -> None:
    if before.units != after.units and before.sensor == after.sensor != "unknown":
        raise PairError(
            f"{before.id} holds {_units(before)} and {after.id} holds {_units(after)} of the same sensor "
            f"({before.sensor})",
            "both must be of one processing level",
            "use the same product of both dates",
        )


def _units(scene: Scene) -> str:
    return scene.units.replace("_", " ") + ("s" if scene.units == "digital_number" else "")


def _time(before: Scene, after: Scene) -> Iterator[str]:
    first, second = scene_span(before), scene_span(after)
    for scene, taken in ((before, first), (after, second)):
        if taken is None:
            yield f"{scene.id} has no date: season, sun and the order in time could not be checked"
    if first is not None and second is not None and second.first <= first.last:
        yield (
            f"the dates {say(before)} and {say(after)} do not say which scene came first: "
            "the order in time could not be checked"
        )


def _season(before: Scene, after: Scene) -> Iterator[str]:
    gap = season_apart(before, after)
    if gap is not None:
        yield f"the scenes are {gap:.0f} days apart in the season: plants, snow and water may differ"
    elif None not in (season_day(before), season_day(after)):
        return
    elif before.datetime is not None and after.datetime is not None:
        yield "a scene is dated only to the year: the season could not be checked"


def _sun(before: Scene, after: Scene) -> Iterator[str]:
    gap = sun_gap(before, after)
    if gap is not None and gap > SUN_DEGREES:
        yield f"the sun stood {gap:.0f} degrees further round: shadows fall another way"


def _scale(before: Scene, after: Scene) -> Iterator[str]:
    coarse, fine = max(before.gsd_m, after.gsd_m), min(before.gsd_m, after.gsd_m)
    if coarse / fine > RATIO:
        yield (
            f"pixels are {before.gsd_m:.3g} m before and {after.gsd_m:.3g} m after: only what {coarse:.3g} m "
            "pixels show can be compared"
        )


def _lean(before: Scene, after: Scene) -> Iterator[str]:
    for scene in (before, after):
        angle = scene.view.off_nadir
        if angle is not None and angle > LEAN_DEGREES and scene.gsd_m <= LEAN_GSD_M:
            yield f"{scene.id} was taken {angle:.0f} degrees off nadir: tall buildings lean"


def _kind(before: Scene, after: Scene) -> Iterator[str]:
    if before.sensor != after.sensor and "unknown" not in (before.sensor, after.sensor):
        yield f"the sensors differ ({before.sensor} and {after.sensor})"
    if before.units != after.units:
        yield f"{before.id} holds {_units(before)}, {after.id} {_units(after)}: only relative values compare"
    shared, most = shared_bands(before, after), max(len(before.bands), len(after.bands))
    if len(shared) < most:
        yield f"only {len(shared)} of {most} bands are in both scenes ({', '.join(shared)})"
    for scene in (before, after):
        if scene.georeference == "approximate":
            yield f"the position of {scene.id} is approximate"
