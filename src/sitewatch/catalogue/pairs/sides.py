"""Which scenes can stand before, and which after: by what the site suspects, or by what the user wishes."""

import datetime as dt
import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sitewatch.catalogue.pairs.cover import Cover, check_site, cover, fits, refusal
from sitewatch.catalogue.pairs.when import Span, say, say_moment, scene_span, span, span_of_day
from sitewatch.errors import PairError
from sitewatch.records import DatePrecision, Scene, Site

# A scene's id, or a date as far as it is meant: before is on or before it, after on or after it.
Wish: TypeAlias = str | tuple[dt.datetime, DatePrecision]
Role: TypeAlias = Literal["before", "after"]

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Shown:
    """The scenes that can show a site, and how much of it by their geometry (by scene id)."""

    scenes: list[Scene]
    covers: Mapping[str, Cover]


@dataclass(frozen=True, slots=True)
class Side:
    """The scenes that can stand on one side of a pair.

    Attributes
    ----------
    shown : Shown
    anchor : Span or None
        The date that the scene should be near to; None if the user named the scene.
    because : str
        What the anchor is, or why the scene stands here.
    away : str
        ``before`` or ``after``: where scenes lie that are away from the anchor.
    at : str
        The word for a scene that lies at the anchor.
    """

    shown: Shown
    anchor: Span | None = None
    because: str = "the scene asked for"
    away: str = ""
    at: str = ""

    def gaps(self) -> NDArray[np.float64]:
        """Return how many days each scene lies from the anchor; 0 without one, NaN without a date."""
        return np.array([self._gap(scene) for scene in self.shown.scenes])

    def why(self, scene: Scene) -> str:
        """Say why a scene stands here."""
        if self.anchor is None:
            return self.because
        days = round(self._gap(scene))
        where = f"{days} day{'s' * (days != 1)} {self.away}" if days else self.at
        return f"{where} {self.because}".strip()

    def _gap(self, scene: Scene) -> float:
        taken = scene_span(scene)
        if self.anchor is None or taken is None:
            return 0.0 if self.anchor is None else np.nan
        return max((self.anchor.first - taken.middle) / _DAY, (taken.middle - self.anchor.last) / _DAY, 0.0)


def scenes_showing(site: Site, scenes: Sequence[Scene]) -> Shown:
    """Return the scenes that can show a site.

    Raises
    ------
    CoverageError
        If none can.
    """
    covers = [cover(scene, site) for scene in scenes]
    shown = [scene for scene, one in zip(scenes, covers, strict=True) if fits(one)]
    if not shown:
        raise refusal(site, scenes, covers)
    return Shown(shown, {scene.id: one for scene, one in zip(scenes, covers, strict=True)})


def named(site: Site, scenes: Sequence[Scene], scene_id: str) -> Side:
    """Return the side on which the user wants one scene.

    Raises
    ------
    PairError
        If there is no such scene.
    CoverageError
        If it cannot show the site.
    """
    found = [scene for scene in scenes if scene.id == scene_id]
    if not found:
        near = difflib.get_close_matches(scene_id, [scene.id for scene in scenes], n=3)
        raise PairError(
            f"there is no scene {scene_id!r}",
            f"near it are {', '.join(near)}" if near else f"{len(scenes)} scenes are known",
            "`sitewatch scenes list` names them",
        )
    return Side(Shown(found, {scene_id: check_site(site, *found)}))


def dated(role: Role, site: Site, shown: Shown, wish: tuple[dt.datetime, DatePrecision] | None) -> Side:
    """Return the side of the scenes on the right side of a date: the wished one, else the site's own.

    Where neither says a date, all scenes can stand there, the earliest or the latest first.

    Raises
    ------
    PairError
        If there is no such scene.
    """
    spans = {scene.id: taken for scene in shown.scenes if (taken := scene_span(scene)) is not None}
    if not spans:
        raise PairError(
            f"none of the {len(shown.scenes)} scenes of site {site.id} has a date",
            "dates are needed to tell before from after",
            "add the scenes again with --date, or name them with --before and --after",
        )
    suspected = site.since if role == "before" else site.until
    if wish is not None:
        anchor, because = span(*wish), f"{say_moment(*wish)}, the date asked for"
    elif suspected is not None:
        anchor = span_of_day(suspected)
        because = f"{suspected}, {'since' if role == 'before' else 'until'} when a change is suspected"
    else:
        return _open(role, shown, spans)
    there = [scene for scene in shown.scenes if scene.id in spans and _lies(role, spans[scene.id], anchor)]
    if not there:
        raise _none(role, site, shown, because)
    return Side(Shown(there, shown.covers), anchor, because, away=role, at="on")


def _open(role: Role, shown: Shown, spans: Mapping[str, Span]) -> Side:
    scenes = [scene for scene in shown.scenes if scene.id in spans]
    if role == "before":
        anchor = min(spans.values(), key=lambda taken: taken.middle)
        return Side(
            Shown(scenes, shown.covers), anchor, f"the earliest of {len(scenes)} scenes", away="after"
        )
    anchor = max(spans.values(), key=lambda taken: taken.middle)
    return Side(Shown(scenes, shown.covers), anchor, f"the latest of {len(scenes)} scenes", away="before")


def _lies(role: Role, taken: Span, anchor: Span) -> bool:
    return taken.first <= anchor.last if role == "before" else taken.last >= anchor.first


def _none(role: Role, site: Site, shown: Shown, because: str) -> PairError:
    known = sorted((s for s in shown.scenes if s.datetime is not None), key=lambda s: (s.datetime, s.id))
    nearest = known[0] if role == "before" else known[-1]
    undated = len(shown.scenes) - len(known)
    return PairError(
        f"no scene of site {site.id} is from {because}, or {'earlier' if role == 'before' else 'later'}; "
        f"the {'earliest' if role == 'before' else 'latest'} is {nearest.id} ({say(nearest)})"
        + (f", and {undated} have no date" if undated else ""),
        f"a scene to stand {role} is needed",
        f"add one, or choose one with --{role}",
    )
