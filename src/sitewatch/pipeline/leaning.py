"""Which way tall things lean from one date to the other, and whether an object is one of them."""

import math
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import find_objects as windows_of

from sitewatch import blocks
from sitewatch.blocks import Block, Window
from sitewatch.kernels.parallax import REACH_M, Direction, Moved, find_moved, fit_direction
from sitewatch.pipeline.fitting import Sample
from sitewatch.pipeline.prepare import Prepared, Shelf
from sitewatch.records import KINDS

# Up to this pixel size a roof is many pixels.
_ROOFS_UP_TO_M = 3.0
# What roofs are compared by.
_COLOURS = ("red", "green", "blue")
# Pixels around an object beyond the farthest place: its own rim.
_RIM_PX = 4
_CONSTRUCTION = KINDS.index("construction")


@dataclass(frozen=True, slots=True)
class Leaning:
    """What was found of lean at one object.

    Attributes
    ----------
    direction : Direction or None
        In which roofs of the pair moved; None where they share none.
    moved : Moved or None
        How the object is found again along it; None where there is no direction.
    pixel_m : float
        Metres a pixel.
    """

    direction: Direction | None
    moved: Moved | None
    pixel_m: float

    @property
    def match(self) -> float:
        """Correlation along the common direction, -1..1; 0 where there is none, or nothing is found there."""
        return self.moved.match if self.moved is not None and math.isfinite(self.moved.match) else 0.0


Leanings: TypeAlias = Callable[[NDArray[np.int32], NDArray[np.int64]], Sequence[Leaning]]


def leaning_in(
    source: tuple[Sample, Shelf, Executor | None], bands: Sequence[str], *, pixel_m: float
) -> Leanings | None:
    """Return what measures the lean of a pair's objects.

    Parameters
    ----------
    source : (sample, shelf, pool)
        What the common direction is fitted on, and how to get at the pixels of an object.

    Returns
    -------
    callable or None
        From labels on the before scene's georeference and kinds of the objects (in the order of
        `records.KINDS`) to a `Leaning` each. The direction is fitted only where there are objects. None
        where roofs are too small to be looked for, or the scenes lack the colours.
    """
    if pixel_m > _ROOFS_UP_TO_M or not set(bands) >= set(_COLOURS):
        return None
    sample, shelf, pool = source

    def measure(labels: NDArray[np.int32], kinds: NDArray[np.int64]) -> list[Leaning]:
        if not len(kinds):
            return []
        windows = [(_colours(one.before, bands), _colours(one.after, bands)) for one in sample.windows]
        direction = fit_direction(windows, pixel_m=pixel_m)
        return measure_leaning(labels, kinds, direction, (bands, shelf, pool), pixel_m=pixel_m)

    return measure


def measure_leaning(
    labels: NDArray[np.int32],
    kinds: NDArray[np.int64],
    direction: Direction | None,
    work: tuple[Sequence[str], Shelf, Executor | None],
    *,
    pixel_m: float,
) -> list[Leaning]:
    """Look for every object where a lean would have moved it.

    What is new is looked for in the before image, all else in the after image.

    Parameters
    ----------
    labels : (rows, columns) int32
        On the before scene's georeference.
    kinds : (n,) int
        Of the objects, in the order of `records.KINDS`.
    work : (bands, shelf, pool)
        How to get at the pixels, and the names of their bands.

    Returns
    -------
    list of Leaning
        In the order of the labels.
    """
    if direction is None:
        return [Leaning(None, None, pixel_m)] * len(kinds)
    bands, shelf, pool = work
    reach = round(REACH_M / pixel_m) + _RIM_PX

    def look(item: tuple[int, Window | None]) -> Leaning:
        label, tight = item
        if tight is None:
            return Leaning(direction, None, pixel_m)
        wide = _widened(tight, reach, labels.shape)
        prepared = shelf.get(Block(wide, wide, (slice(None), slice(None))))
        new = kinds[label - 1] == _CONSTRUCTION
        moved = find_moved(
            *_own_first(prepared, bands, new=bool(new)),
            labels[wide] == label,
            direction.angle + 180 * int(new),
            pixel_m=pixel_m,
        )
        return Leaning(direction, moved, pixel_m)

    items = list(enumerate(windows_of(labels, max_label=len(kinds)), 1))
    return list(blocks.run(look, items, pool))


def _own_first(
    prepared: Prepared, bands: Sequence[str], *, new: bool
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the image that shows a thing, and the other."""
    before, after = (_colours(image, bands) for image in (prepared.before, prepared.after))
    return (after, before) if new else (before, after)


def _colours(image: NDArray[np.float32], bands: Sequence[str]) -> NDArray[np.float32]:
    return image[[bands.index(name) for name in _COLOURS]]


def _widened(tight: Window, reach: int, shape: tuple[int, ...]) -> Window:
    rows, cols = (
        slice(max(part.start - reach, 0), min(part.stop + reach, length))
        for part, length in zip(tight, shape, strict=True)
    )
    return rows, cols
