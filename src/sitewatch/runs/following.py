"""More than two dates: every change looked for again in further scenes, before it, between, and after it.

What is built stays, what burned is grown over, what only the season did is gone by the next scene. A change
that is seen again from other scenes is no accident of one of them, and scenes in between narrow down when it
happened.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from shapely import union_all
from shapely.geometry.base import BaseGeometry

from sitewatch.catalogue.pairs import check_pair, check_site
from sitewatch.catalogue.usable import usable_share
from sitewatch.errors import OutputError, SitewatchError
from sitewatch.io.rasters import burn
from sitewatch.io.results import date_text
from sitewatch.pipeline.detect import detect
from sitewatch.pipeline.detection import Detection
from sitewatch.records import Change, Kind, Measurement, Pair, Rival, Scene, Site, Stance
from sitewatch.runs.ground import site_ground
from sitewatch.runs.judged import Judged
from sitewatch.settings import Settings

# A change is seen again if detections cover so much of it, and could be seen if so much of it was usable.
_COVERED = 0.3
_USABLE = 0.6
_THREE: tuple[Kind, ...] = ("construction", "burning", "demolition")


@dataclass(frozen=True, slots=True, eq=False)
class _Look:
    """Another pair of scenes in which changes were looked for.

    Attributes
    ----------
    extra : Scene
        The one that the first pair does not have.
    found : mapping of Kind to geometry
        What was detected, WGS84.
    """

    extra: Scene
    detection: Detection
    found: dict[Kind, BaseGeometry]

    def sees(self, change: Change) -> bool | None:
        """Tell whether a change is there, too; None where it could not be seen."""
        grid = self.detection.grid
        inside = burn([(change.geometry, 1)], grid) > 0
        if not inside.any() or (self.detection.unseen[inside] == 0).mean() < _USABLE:
            return None
        # In another pair a thing may be taken for another kind: there, it was not the same afterwards.
        there = union_all(list(self.found.values()))
        return bool(change.geometry.intersection(there).area >= _COVERED * change.geometry.area)


def follow(judged: Judged, scenes: Sequence[Scene], settings: Settings) -> Judged:
    """Look for the changes of a site again in further scenes of it.

    Parameters
    ----------
    judged : Judged
        Of one site; without a change, or without dates, it is returned as it is.
    scenes : sequence of Scene
        Of any place. `settings.sequence.scenes` of those that show the site are taken, nearest in time to the
        later scene of the pair first.

    Returns
    -------
    Judged
        Changes carry ``looked_again`` and ``seen_again``, a sentence with the dates, and the rival
        ``transient``; the verdict knows the last scene without any of the changes and the first with one.
    """
    pair = judged.pair
    typed = [change for change in judged.changes if change.kind in _THREE]
    if pair is None or pair.site is None or not typed or pair.before.datetime is None:
        return judged
    looks = list(_looks(pair, pair.site, scenes, settings))
    if not looks:
        return judged
    changes = tuple(_told(change, looks, pair) if change in typed else change for change in judged.changes)
    last, first = _bounds(typed, looks, pair)
    verdicts = tuple(replace(verdict, seen_unchanged=last, seen_changed=first) for verdict in judged.verdicts)
    return replace(judged, changes=changes, verdicts=verdicts)


def _looks(pair: Pair, site: Site, scenes: Sequence[Scene], settings: Settings) -> Iterator[_Look]:
    """Yield the further pairs that could be compared; one that could not is passed over."""
    left = settings.sequence.scenes
    for extra in _near(pair, scenes):
        if left == 0:
            return
        first, second = (pair.before, extra) if _after(extra, pair.before) else (extra, pair.after)
        try:
            check_site(site, extra)
            cautions = check_pair(first, second)
            if usable_share(extra, site) < _USABLE:
                continue
            other = Pair(first, second, site=site, cautions=cautions)
            detection = detect(other, site_ground(site, other), settings, name=site.id)
        except OutputError:
            raise
        except SitewatchError:
            continue
        left -= 1
        yield _Look(extra, detection, _found(detection))


def _near(pair: Pair, scenes: Sequence[Scene]) -> list[Scene]:
    """Order the dated scenes that the pair does not have by how near they are to its later one."""
    known = {pair.before.id, pair.after.id}
    anchor = pair.after.datetime or pair.before.datetime
    dated = [
        (abs((scene.datetime - anchor).total_seconds()), scene.id, scene)
        for scene in scenes
        if scene.datetime is not None and anchor is not None and scene.id not in known
    ]
    return [scene for _, _, scene in sorted(dated, key=lambda one: one[:2])]


def _found(detection: Detection) -> dict[Kind, BaseGeometry]:
    shapes: dict[Kind, list[BaseGeometry]] = {kind: [] for kind in _THREE}
    for change in detection.changes:
        if change.kind in shapes:
            shapes[change.kind].append(change.geometry)
    return {kind: union_all(some) for kind, some in shapes.items()}


def _told(change: Change, looks: Sequence[_Look], pair: Pair) -> Change:
    """Return a change with what the further scenes say of it."""
    seen = {look.extra.id: look.sees(change) for look in looks}
    looked = [look for look in looks if seen[look.extra.id] is not None]
    again = [look for look in looked if seen[look.extra.id]]
    evidence = {
        **change.evidence,
        "looked_again": Measurement(len(looked)),
        "seen_again": Measurement(len(again)),
    }
    if not looked:
        sentence = "It was looked for in further scenes, and could not be seen there for cloud or shadow."
        return replace(change, evidence=evidence, reasons=(*change.reasons, sentence))
    dates = ", ".join(
        f"{date_text(look.extra)} ({'yes' if seen[look.extra.id] else 'no'})" for look in looked
    )
    sentence = f"Looked for again with {len(looked)} further scenes, and seen with {len(again)}: {dates}."
    return replace(
        change,
        evidence=evidence,
        reasons=(*change.reasons, sentence),
        rivals=(*change.rivals, _transient(change, looked, seen, pair)),
    )


def _transient(change: Change, looked: Sequence[_Look], seen: dict[str, bool | None], pair: Pair) -> Rival:
    """Say whether the change is still there in later scenes."""
    later = [look for look in looked if _after(look.extra, pair.after)]
    if not later:
        return Rival("transient", "not_checked", "No later scene shows whether it lasted.")
    lasting = sum(bool(seen[look.extra.id]) for look in later)
    share = lasting / len(later)
    # Ash and char are washed off and grown over: that they are gone speaks of time, not of error.
    fades = change.kind == "burning"
    stance: Stance = "against" if share >= 0.5 else "undecided" if fades or lasting else "for"
    sentence = f"{lasting} of {len(later)} later scenes still show it" + (
        "; what burned is grown over in weeks to months." if fades and share < 0.5 else "."
    )
    return Rival("transient", stance, sentence, Measurement(share))


def _bounds(changes: Sequence[Change], looks: Sequence[_Look], pair: Pair) -> tuple[Scene, Scene]:
    """Return the last scene in between without any of the changes, and the first with one."""
    between = [look for look in looks if _after(look.extra, pair.before) and _after(pair.after, look.extra)]
    told = {look.extra.id: [look.sees(change) for change in changes] for look in between}
    with_one = [look.extra for look in between if any(told[look.extra.id])]
    first = min(with_one, key=_when, default=pair.after)
    without = [
        look.extra
        for look in between
        if not any(told[look.extra.id]) and None not in told[look.extra.id] and _after(first, look.extra)
    ]
    last = max(without, key=_when, default=pair.before)
    return last, first


def _after(scene: Scene, other: Scene) -> bool:
    return _when(scene) > _when(other)


def _when(scene: Scene) -> float:
    return scene.datetime.timestamp() if scene.datetime is not None else float("nan")
