"""From probabilities a pixel to objects: hysteresis, one kind an object, no specks and no pinholes.

*Global*: an object may reach across the whole image, so this runs on assembled layers and not block by block.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from sitewatch.kernels.objects.around import Members
from sitewatch.kernels.objects.divide import divide


@dataclass(frozen=True, slots=True, eq=False)
class Objects:
    """Labelled objects.

    Attributes
    ----------
    labels : (rows, columns) int32
        0 none; object i (from 0) has the label i + 1. Numbered by their first pixel, row by row.
    kinds : (n,) int
        Which layer of the probabilities an object belongs to, from 0.
    pixels : (n,) int
        How many pixels an object has.
    """

    labels: NDArray[np.int32]
    kinds: NDArray[np.int64]
    pixels: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Growth:
    """How objects start and grow, in probabilities and pixels.

    Attributes
    ----------
    seed, grow : tuple of float
        One a kind: an object needs a pixel of at least `seed`, and takes in its neighbours from `grow` on.
    smooth_px : float
        Spread of the Gaussian within which neighbouring pixels agree on a kind.
    open_px : int
        Parts narrower than this are cut off: rims of roofs and roads shifted by a pixel are narrow. 1: none.
    least_px : int
        Smallest object. Holes smaller than this are filled.
    divide_px : int
        An object is divided where parts of at least so many pixels stand apart at a higher probability: a map
        of coarse cells sees houses that stand close as one. 0: never.
    """

    seed: tuple[float, ...]
    grow: tuple[float, ...]
    smooth_px: float
    open_px: int
    least_px: int
    divide_px: int = 0


def find_objects(probability: NDArray[np.float32], growth: Growth, *, together: int = 1) -> Objects:
    """Cut probability layers into objects of one kind each.

    The first `together` kinds grow on their common probability: what is surely changed but not surely of one
    kind is still one object, of the kind that prevails in it.

    Parameters
    ----------
    probability : (kinds, rows, columns) float32
        0..1; NaN where unusable: nothing grows there.
    growth : Growth
    together : int
        How many of the leading kinds share their probability.

    Returns
    -------
    Objects
        Parts touch by their sides (4-connected). A line of one pixel lies between the parts of an object that
        was divided.
    """
    known = np.isfinite(probability).all(axis=0)
    layers = np.where(known, probability, 0).astype(np.float32)
    best = _prevailing(_smooth(layers, growth.smooth_px))
    labels = np.zeros(known.shape, np.int32)
    kinds: list[int] = []
    common = layers[:together].sum(axis=0)
    for kind in range(len(layers)):
        mine = known & (best == kind)
        layer = common if kind < together else layers[kind]
        grown = _grown(layer, mine, growth, kind)
        if not grown.any():
            continue
        found = divide(grown, layer, growth.divide_px)
        np.copyto(labels, found + np.int32(len(kinds)), where=found > 0)
        kinds += [kind] * int(found.max(initial=0))
    return _numbered(labels, kinds)


def _grown(
    layer: NDArray[np.float32], mine: NDArray[np.bool_], growth: Growth, kind: int
) -> NDArray[np.bool_]:
    seeds = mine & (layer >= growth.seed[kind])
    if not seeds.any():
        return seeds
    wide = _opened(mine & (layer >= growth.grow[kind]), growth.open_px)
    wide = _filled(wide, mine, growth.least_px)
    count, parts, stats, _ = cv2.connectedComponentsWithStats(
        wide.astype(np.uint8), connectivity=4, ltype=cv2.CV_32S
    )
    started = np.zeros(count, bool)
    started[np.asarray(parts)[wide & seeds]] = True
    started &= np.asarray(stats)[:, cv2.CC_STAT_AREA] >= growth.least_px
    started[0] = False
    kept: NDArray[np.bool_] = started[np.asarray(parts)]
    return kept


def _opened(mask: NDArray[np.bool_], side: int) -> NDArray[np.bool_]:
    if side <= 1:
        return mask
    square = np.ones((side, side), np.uint8)
    return np.asarray(cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, square), bool)


def _filled(mask: NDArray[np.bool_], allowed: NDArray[np.bool_], least: int) -> NDArray[np.bool_]:
    """Fill holes of fewer than `least` pixels; what is unusable, or of another kind, stays a hole."""
    holes = ~mask
    _, parts, stats, _ = cv2.connectedComponentsWithStats(
        holes.astype(np.uint8), connectivity=8, ltype=cv2.CV_32S
    )
    small = np.asarray(stats)[:, cv2.CC_STAT_AREA] < least
    small[0] = False
    filled: NDArray[np.bool_] = mask | (small[np.asarray(parts)] & allowed)
    return filled


def _smooth(layers: NDArray[np.float32], spread: float) -> NDArray[np.float32]:
    if spread <= 0:
        return layers
    return np.stack([cv2.GaussianBlur(layer, (0, 0), spread) for layer in layers]).astype(np.float32)


def _prevailing(layers: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return which layer is the largest at each pixel, the first of those that are."""
    best, most = np.zeros(layers.shape[1:], np.uint8), layers[0].copy()
    for kind, layer in enumerate(layers[1:], 1):
        best[layer > most] = kind
        np.maximum(most, layer, out=most)
    return best


def _numbered(labels: NDArray[np.int32], kinds: Sequence[int]) -> Objects:
    """Give objects numbers by their first pixel, so that these do not hang on the order of the kinds."""
    members = Members.of(labels)
    present, first = np.unique(members.labels, return_index=True)
    order = present[np.argsort(first)]
    renumbered = np.zeros(len(kinds) + 1, np.int32)
    renumbered[order] = np.arange(1, len(order) + 1)
    final = renumbered[labels]
    return Objects(
        final,
        np.asarray(kinds, np.int64)[order - 1],
        np.bincount(renumbered[members.labels], minlength=len(order) + 1)[1:].astype(np.int64),
    )


def keep(objects: Objects, wanted: NDArray[np.bool_]) -> Objects:
    """Return the objects that are wanted, numbered anew in their order.

    Parameters
    ----------
    wanted : (n,) bool
    """
    numbers = np.concatenate([[0], np.where(wanted, np.cumsum(wanted), 0)]).astype(np.int32)
    return Objects(numbers[objects.labels], objects.kinds[wanted], objects.pixels[wanted])
