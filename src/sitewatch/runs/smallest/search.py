"""The smallest change of each kind that is found nine times in ten: a few runs, each where it tells most."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np

from sitewatch.evaluate.detectable import AIM, Curve, Tried, fit_curve
from sitewatch.grid import gsd_m
from sitewatch.records import Kind
from sitewatch.runs.smallest.implanting import Event
from sitewatch.runs.smallest.trial import Outcome, Trials

KINDS_SOUGHT: tuple[Event, ...] = ("construction", "burning", "demolition")
# Implants of each kind in one run, where there is room.
OF_A_KIND = 4
# Sizes tried, in units of the size that the runs before would state: enough below it to know the slope,
# more above it, where a lapse shows. Where they would state none: in units of the largest.
_AROUND = (0.6, 1.0, 1.6, 2.5)
_BELOW = (0.3, 0.5, 0.75, 1.0)
# After so many runs a kind of which not even this share is found at any size is given up: the room and the
# runs are for those that may still be stated.
_PATIENCE = 4
_HOPELESS = 0.75
# No building is smaller than the first, and few are larger than the second; in coarse imagery, whole pixels
# count instead: a building there is a hall, or a block of houses.
_LOW_M2, _HIGH_M2 = 12.0, 1000.0
_LOW_PX, _HIGH_PX = 2.0, 100.0
# With fewer implants of a kind than this, nothing is stated.
LEAST = 12
# Of a kind of which less than this share of the largest is found, no absence can be told.
_BLIND = 0.5

Want: TypeAlias = list[tuple[Event, float]]


@dataclass(frozen=True, slots=True)
class Smallest:
    """What was measured at one site.

    Attributes
    ----------
    m2 : mapping of Kind to float
        Smallest area found with probability `AIM`, m2; NaN where no size up to `largest_m2` could be shown
        to be.
    at_most : mapping of Kind to float
        Share that is found of the largest, 0..1.
    largest_m2 : float
        Largest building that fits into the site, or that was tried, m2.
    outcomes : tuple of Outcome
    runs : int
    """

    m2: Mapping[Kind, float]
    at_most: Mapping[Kind, float]
    largest_m2: float
    outcomes: tuple[Outcome, ...]
    runs: int

    @property
    def enough(self) -> bool:
        """Whether there were implants enough of each kind to state anything."""
        return all(len(_of(kind, self.outcomes)) >= LEAST for kind in KINDS_SOUGHT)

    @property
    def blind(self) -> bool:
        """Whether less than half of the largest changes are found, of every kind."""
        return all(share < _BLIND for share in self.at_most.values())

    def to_dict(self) -> dict[str, Any]:
        """Return everything that was measured, JSON-ready: every implant's size and fate too."""
        return {
            "runs": self.runs,
            "largest_m2": round(self.largest_m2),
            "kinds": {kind: self._kind(kind) for kind in KINDS_SOUGHT},
        }

    def _kind(self, kind: Event) -> dict[str, Any]:
        own = [one for one in self.outcomes if one.kind == kind]
        return {
            "min_detectable_m2": self.m2[kind],
            "found_of_largest": round(self.at_most[kind], 3),
            "implants": len(own),
            "inside_site": sum(one.inside for one in own),
            "found": sum(one.found for one in own),
            "found_as_this_kind": sum(one.named for one in own),
            "ladder": [
                [round(one.area_m2, 1), one.found] for one in sorted(own, key=lambda one: one.area_m2)
            ],
        }


def find_smallest(trials: Trials, runs: int) -> Smallest:
    """Implant changes into a site's own images, run after run, and find the sizes that are found.

    The first two runs climb a ladder over all sizes; each later one tries sizes around what the ones before
    would state. What is stated weighs all of them (`evaluate.detectable`).

    Parameters
    ----------
    runs : int
        Most runs of the whole chain on the site's ground; fewer where no kind is found well enough at any
        size.

    Raises
    ------
    SitewatchError
        What the recipe raises.
    """
    low, high = size_range(trials)
    outcomes: list[Outcome] = []
    seed = zlib.crc32(trials.site.id.encode())
    done = 0
    for number in range(runs):
        wanted = _next(outcomes, low, high, number=number)
        if not wanted:
            break
        outcomes += trials.run(wanted, seed + number)
        done += 1
    curves = _curves(outcomes, low, high)
    stated: dict[Kind, float] = {kind: rounded(curve.smallest(AIM)) for kind, curve in curves.items()}
    shares: dict[Kind, float] = {kind: curve.share(high) for kind, curve in curves.items()}
    return Smallest(MappingProxyType(stated), MappingProxyType(shares), high, tuple(outcomes), done)


def size_range(trials: Trials) -> tuple[float, float]:
    """Return the smallest and the largest footprint that are tried at a site, m2."""
    pixel_m2 = gsd_m(trials.detection.grid) ** 2
    low = max(_LOW_M2, _LOW_PX * pixel_m2)
    high = min(max(_HIGH_M2, _HIGH_PX * pixel_m2), trials.largest_m2())
    return low, max(low, high)


def rounded(area_m2: float) -> float:
    """Round to two figures: more would pretend; NaN stays NaN."""
    return float(f"{area_m2:.2g}")


def _next(outcomes: Sequence[Outcome], low: float, high: float, *, number: int) -> Want:
    """Return what the next run implants; nothing where there is nothing left to learn."""
    if number < 2:
        return _ladder(low, high, number)
    curves = _curves(outcomes, low, high)
    if number >= _PATIENCE:
        curves = {kind: curve for kind, curve in curves.items() if curve.share(high) >= _HOPELESS}
    return _around(curves, high) * (len(KINDS_SOUGHT) // max(len(curves), 1))


def _ladder(low: float, high: float, number: int) -> Want:
    """Return sizes over the whole range, those of the second run between those of the first."""
    steps = (np.arange(OF_A_KIND) + (0.25 if number % 2 else 0.75)) / OF_A_KIND
    sizes = low * (high / low) ** steps
    return [(kind, float(size)) for kind in KINDS_SOUGHT for size in sizes]


def _around(curves: Mapping[Event, Curve], high: float) -> Want:
    wanted: Want = []
    for kind, curve in curves.items():
        middle = curve.smallest(AIM)
        steps, unit = (_AROUND, middle) if np.isfinite(middle) else (_BELOW, high)
        sizes = np.clip(np.array(steps) * unit, curve.low_m2, high)
        wanted += [(kind, float(size)) for size in sizes]
    return wanted


def _curves(outcomes: Sequence[Outcome], low: float, high: float) -> dict[Event, Curve]:
    return {kind: fit_curve(_of(kind, outcomes), low, high) for kind in KINDS_SOUGHT}


def _of(kind: Event, outcomes: Sequence[Outcome]) -> list[Tried]:
    return [Tried(one.area_m2, one.found) for one in outcomes if one.kind == kind]
