"""The best two scenes for a site."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from sitewatch.catalogue.pairs.check import check_pair
from sitewatch.catalogue.pairs.rank import comparable, nearness, suitability, traits
from sitewatch.catalogue.pairs.search import Floats, Sight, best_first
from sitewatch.catalogue.pairs.sides import Role, Shown, Side, Wish, dated, named, scenes_showing
from sitewatch.catalogue.pairs.words import explained
from sitewatch.errors import CoverageError, PairError, SitewatchError
from sitewatch.records import Pair, Scene, Site

RUNNERS_UP = 3


@dataclass(frozen=True, slots=True)
class Choice:
    """The two scenes that are compared for a site, or why there are none.

    Attributes
    ----------
    pair : Pair or None
    runners_up : tuple of Pair
        The next best, best first.
    refusal : SitewatchError or None
        Why there is no pair.
    """

    site: Site
    pair: Pair | None
    runners_up: tuple[Pair, ...] = ()
    refusal: SitewatchError | None = None


def choose(
    site: Site,
    scenes: Sequence[Scene],
    *,
    before: Wish | None = None,
    after: Wish | None = None,
    seen: Callable[[Scene, Site], float],
) -> Choice:
    """Choose the best before and after scene for a site.

    Before is on or before the site's `since`, after on or after its `until`, each as near to it as may be;
    without such a date, the earliest and the latest. A pair scores the product of the shares of the site that
    can be seen in both, of how near in time they are, and of how well they suit one another in season, sun,
    resolution, sensor, bands and lean (`rank`).

    Parameters
    ----------
    scenes : sequence of Scene
        Of any place; ids are unique.
    before, after : Wish, optional
        A scene's id, or a date that takes the place of the site's own. Two named scenes are taken whatever
        they score.
    seen : callable
        Share of the site, 0..1, that can be seen in a scene. It is called once a scene at most, and only for
        the scenes that promise most.

    Returns
    -------
    Choice
        A site without a pair raises nothing: `refusal` is a PairError (no scene on one side, swapped in time,
        the same scene twice, units that do not match) or a CoverageError (no overlap, a site far larger or
        smaller than the scenes allow, nothing to be seen).
    """
    try:
        pairs = _pairs(site, scenes, (before, after), seen)
    except SitewatchError as error:
        return Choice(site, None, refusal=error)
    return Choice(site, pairs[0], tuple(pairs[1:]))


def _pairs(
    site: Site,
    scenes: Sequence[Scene],
    wishes: tuple[Wish | None, Wish | None],
    seen: Callable[[Scene, Site], float],
) -> list[Pair]:
    if not scenes:
        raise PairError("there are no scenes", "at least two are needed", "`sitewatch scenes add` adds some")
    shown = None if all(isinstance(wish, str) for wish in wishes) else scenes_showing(site, scenes)
    first = _side("before", site, scenes, shown=shown, wish=wishes[0])
    second = _side("after", site, scenes, shown=shown, wish=wishes[1])
    covers = {**first.shown.covers, **second.shown.covers}
    sight = Sight(lambda scene: min(seen(scene, site), covers[scene.id].share))
    if first.anchor is None and second.anchor is None:
        two = first.shown.scenes[0], second.shown.scenes[0]
        return [explained(site, (first, second), two, sight=sight, score=1.0)]
    return _ranked(site, first, second, sight)


def _side(role: Role, site: Site, scenes: Sequence[Scene], *, shown: Shown | None, wish: Wish | None) -> Side:
    if isinstance(wish, str):
        return named(site, scenes, wish)
    return dated(role, site, shown or scenes_showing(site, scenes), wish)


def _ranked(site: Site, first: Side, second: Side, sight: Sight) -> list[Pair]:
    befores, afters = first.shown.scenes, second.shown.scenes
    most = _most(first, second)
    if not most.any():
        raise _incomparable(befores, afters)
    found = best_first(befores, afters, most, sight)
    pairs: list[Pair] = []
    refused: list[PairError] = []
    for score, row, column in found:
        two = befores[row], afters[column]
        try:
            pairs.append(explained(site, (first, second), two, sight=sight, score=score))
        except PairError as error:
            refused.append(error)
        if len(pairs) > RUNNERS_UP:
            break
    if not pairs:
        raise refused[0] if refused else _unseen(site, sight)
    return pairs


def _most(first: Side, second: Side) -> Floats:
    """Return what each pair scores if the whole site can be seen in both; 0 where they cannot be compared."""
    before, after = traits(first.shown.scenes), traits(second.shown.scenes)
    near = nearness(first.gaps())[:, None] * nearness(second.gaps())[None, :]
    most: Floats = np.where(comparable(before, after), suitability(before, after) * near, 0.0)
    return most


def _incomparable(befores: Sequence[Scene], afters: Sequence[Scene]) -> PairError:
    """Say why no pair can be compared, by the two that are furthest apart in time."""
    days = np.nan_to_num(traits(befores).day), np.nan_to_num(traits(afters).day, nan=np.inf)
    try:
        check_pair(befores[int(days[0].argmin())], afters[int(days[1].argmax())])
    except PairError as error:
        return error
    return PairError(
        f"none of {len(befores)} before and {len(afters)} after scenes can be compared",
        "two scenes at different times are needed",
        "add a scene, or choose with --before and --after",
    )


def _unseen(site: Site, sight: Sight) -> CoverageError:
    broken = f", {len(sight.unreadable)} could not be read" if sight.unreadable else ""
    return CoverageError(
        f"nothing of site {site.id} can be seen both before and after "
        f"({len(sight.shares)} scenes were looked at{broken})",
        "two scenes that show some of it are needed",
        "add clearer scenes, or choose with --before and --after",
    )
