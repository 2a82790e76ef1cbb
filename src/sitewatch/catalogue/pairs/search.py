"""The best pairs of a long list, with as few scenes as possible looked at over the site."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sitewatch.errors import SitewatchError
from sitewatch.records import Scene

Floats = NDArray[np.float64]

# After so many looks a pair that shows half of the site on either side is taken without further search, and
# after so many any pair. While there is none the search goes on: "nothing can be seen" must be true.
ENOUGH_LOOKS = 16
MOST_LOOKS = 64
GOOD_SIGHT = 0.25
FEWEST_PAIRS = 4


@dataclass(slots=True)
class Sight:
    """Which share of the site can be seen in each scene; each scene is looked at once, when it is needed.

    Attributes
    ----------
    look : callable
        Share of the site, 0..1, that can be seen in a scene. Costly: it reads pixels.
    shares : dict
        By scene id, what was seen.
    unreadable : dict
        By scene id, why a scene could not be looked at; its share is 0.
    """

    look: Callable[[Scene], float]
    shares: dict[str, float] = field(default_factory=dict)
    unreadable: dict[str, SitewatchError] = field(default_factory=dict)

    def of(self, scene: Scene) -> float:
        """Return the share of the site that can be seen in a scene, 0..1."""
        if scene.id not in self.shares:
            try:
                self.shares[scene.id] = float(np.clip(np.nan_to_num(self.look(scene)), 0, 1))
            except SitewatchError as error:
                self.shares[scene.id] = 0.0
                self.unreadable[scene.id] = error
        return self.shares[scene.id]


def best_first(
    befores: list[Scene], afters: list[Scene], most: Floats, sight: Sight
) -> Iterator[tuple[float, int, int]]:
    """Yield pairs with their scores, best first.

    A pair scores what it could at most times the shares of the site that can be seen in its scenes. Pairs are
    tried in the order of promise; the search ends once no untried pair can beat the best, so that a long
    list costs a few looks.

    Parameters
    ----------
    most : (befores, afters)
        What a pair scores if the whole site can be seen in both, 0..1; 0 where it is impossible.
    sight : Sight
        Filled by the search.

    Yields
    ------
    (float, int, int)
        Score above 0, and the positions of the two scenes. Only pairs of scenes that were looked at.
    """
    _look_around(befores, afters, most, sight)
    seen_before = np.array([sight.shares.get(scene.id, 0.0) for scene in befores])
    seen_after = np.array([sight.shares.get(scene.id, 0.0) for scene in afters])
    scores = most * seen_before[:, None] * seen_after[None, :]
    # A stable sort keeps the order of the list among equals, whatever the machine.
    for flat in np.argsort(-scores, axis=None, kind="stable"):
        row, column = divmod(int(flat), len(afters))
        if scores[row, column] <= 0:
            return
        yield float(scores[row, column]), row, column


def _look_around(befores: list[Scene], afters: list[Scene], most: Floats, sight: Sight) -> None:
    promise = most * _clear(befores)[:, None] * _clear(afters)[None, :]
    order = np.argsort(-promise, axis=None, kind="stable")
    bounds = most.ravel()[order]
    # The most that any pair from here on could still score.
    ahead = np.maximum.accumulate(bounds[::-1])[::-1]
    best, good, tried = 0.0, False, 0
    looks = sight.shares
    for flat, bound, rest in zip(order, bounds, ahead, strict=True):
        if rest <= 0 or (tried >= FEWEST_PAIRS and best >= rest):
            return
        if (good and len(looks) >= ENOUGH_LOOKS) or (tried and len(looks) >= MOST_LOOKS):
            return
        row, column = divmod(int(flat), len(afters))
        if bound <= (best if tried >= FEWEST_PAIRS else 0.0):
            continue
        # The second scene is looked at only if the first shows anything.
        first = sight.of(befores[row])
        share = first * sight.of(afters[column]) if first > 0 else 0.0
        best, good, tried = max(best, bound * share), good or share >= GOOD_SIGHT, tried + (share > 0)


def _clear(scenes: list[Scene]) -> Floats:
    """Return a guess of how much can be seen, from the cloud cover of the whole scene (per cent)."""
    clouds = np.array(
        [np.nan if scene.cloud_cover is None else scene.cloud_cover for scene in scenes], np.float64
    )
    clear: Floats = np.nan_to_num(1 - np.clip(clouds, 0, 100) / 100, nan=0.7)
    return clear
