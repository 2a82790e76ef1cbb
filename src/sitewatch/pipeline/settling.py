"""Settle whether ruins were burned or torn down: from above they look alike, but neighbours share a fate."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sitewatch.kernels.objects import Objects, with_company
from sitewatch.records import KINDS

Layers = NDArray[np.float32]

_BURNING, _DEMOLITION = KINDS.index("burning"), KINDS.index("demolition")
# Spread of a neighbourhood, metres.
_AROUND_M = 60.0
_LITTLE = 1e-3


def settle_ruins(objects: Objects, probability: Layers, *, pixel_m: float) -> tuple[Objects, Layers]:
    """Let burned and demolished objects hear what those around them are.

    Parameters
    ----------
    objects : Objects
    probability : (4, rows, columns) float32
        In the order of `records.KINDS`; NaN where unusable.
    pixel_m : float

    Returns
    -------
    Objects
        The same, some of another of the two kinds.
    (4, rows, columns) float32
        The two kinds' layers, divided anew inside of these objects; their sum is what it was.
    """
    ruins = np.flatnonzero(np.isin(objects.kinds, (_BURNING, _DEMOLITION)))
    if len(ruins) < 2:
        return objects, probability
    mass = np.stack([_sums(objects, probability[kind]) for kind in (_BURNING, _DEMOLITION)])[:, ruins]
    odds = np.log((mass[0] + _LITTLE) / (mass[1] + _LITTLE))
    share = 1 / (1 + np.exp(-with_company(odds, _centres(objects)[ruins] * pixel_m, _AROUND_M)))
    kinds = objects.kinds.copy()
    kinds[ruins] = np.where(share > 0.5, _BURNING, _DEMOLITION)
    return replace(objects, kinds=kinds), _divided(objects, probability, ruins, share)


def _divided(
    objects: Objects, probability: Layers, ruins: NDArray[np.intp], share: NDArray[np.float64]
) -> Layers:
    """Divide what the two kinds have together by each object's share of burning."""
    burned = np.full(len(objects.kinds) + 1, np.nan, np.float32)
    burned[ruins + 1] = share
    of_pixel = burned[objects.labels]
    mine = np.isfinite(of_pixel)
    divided = probability.copy()
    both = probability[_BURNING][mine] + probability[_DEMOLITION][mine]
    divided[_BURNING][mine] = both * of_pixel[mine]
    divided[_DEMOLITION][mine] = both * (1 - of_pixel[mine])
    return divided


def _sums(objects: Objects, layer: NDArray[np.float32]) -> NDArray[np.float64]:
    inside = objects.labels > 0
    values = np.nan_to_num(layer[inside]).astype(np.float64)
    sums = np.bincount(objects.labels[inside], weights=values, minlength=len(objects.kinds) + 1)[1:]
    return np.asarray(sums, np.float64)


def _centres(objects: Objects) -> NDArray[np.float64]:
    """Return the mean row and column of each object, (n, 2)."""
    row, col = np.nonzero(objects.labels)
    at = objects.labels[row, col]
    count = len(objects.kinds) + 1
    sums = [np.bincount(at, weights=place, minlength=count)[1:] for place in (row, col)]
    return np.stack(sums, axis=1) / objects.pixels[:, None]
