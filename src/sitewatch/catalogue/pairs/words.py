"""Why two scenes were chosen, in sentences with numbers."""

from sitewatch.catalogue.pairs.check import check_pair, sun_gap
from sitewatch.catalogue.pairs.search import Sight
from sitewatch.catalogue.pairs.sides import Side
from sitewatch.catalogue.pairs.when import say, season_day, season_gap
from sitewatch.records import Pair, Scene, Site

# Below these shares a sentence warns that the verdict will stand on a part of the site.
FULLY_SEEN = 0.9
FULLY_COVERED = 0.995


def explained(
    site: Site, sides: tuple[Side, Side], scenes: tuple[Scene, Scene], *, sight: Sight, score: float
) -> Pair:
    """Return a pair with the reasons for it and what speaks against it.

    Raises
    ------
    PairError
        If the two scenes cannot be compared.
    """
    before, after = scenes
    cautions = (
        *check_pair(before, after),
        *(
            sentence
            for side, scene in zip(sides, scenes, strict=True)
            for sentence in _partly(side, scene, sight)
        ),
        *(f"{name} could not be looked at: {error.found}" for name, error in sight.unreadable.items()),
    )
    reasons = (
        f"before: {say(before)}, {sides[0].why(before)}",
        f"after: {say(after)}, {sides[1].why(after)}",
        f"{_per_cent(sight.of(before))} of the site can be seen before, {_per_cent(sight.of(after))} after",
        *_conditions(before, after),
    )
    return Pair(before, after, site, reasons, cautions, round(score, 4))


def _conditions(before: Scene, after: Scene) -> tuple[str, ...]:
    days, turn = (season_day(before), season_day(after)), sun_gap(before, after)
    sentences = []
    if days[0] is not None and days[1] is not None:
        sentences.append(f"{season_gap(days[0], days[1]):.0f} days apart in the season")
    if turn is not None:
        sentences.append(f"the sun's azimuths differ by {turn:.0f} degrees")
    sentences.append(
        f"pixels of {before.gsd_m:.3g} m and {after.gsd_m:.3g} m, "
        + (
            f"both {before.sensor}"
            if before.sensor == after.sensor
            else f"{before.sensor} and {after.sensor}"
        )
    )
    return tuple(sentences)


def _partly(side: Side, scene: Scene, sight: Sight) -> tuple[str, ...]:
    share = side.shown.covers[scene.id].share
    if share < FULLY_COVERED:
        return (f"{scene.id} covers only {_per_cent(share)} of the site",)
    if sight.of(scene) < FULLY_SEEN:
        return (f"only {_per_cent(sight.of(scene))} of the site can be seen in {scene.id}",)
    return ()


def _per_cent(share: float) -> str:
    # 99.6 % must not read as all of it.
    return f"{min(round(100 * share), 99) if share < 1 else 100} %"
