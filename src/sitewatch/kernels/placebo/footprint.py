"""The same footprint at many places of a scene, and what layers hold there.

A placement is the footprint moved by whole pixels, and turned or mirrored along the axes (eight ways): it
covers as many pixels as the site, of the same shape, and no value is interpolated.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Layer = NDArray[np.float32]

# What a footprint is looked at with, at most: the mean of the top tenth of 2,000 pixels is sharp enough.
_MOST_PX = 2000
# A placement must be seen as well as this, and may share so much with the site.
_LEAST_USABLE = 0.7
_MOST_SHARED = 0.1
# Places are tried in rounds, each turned in another way; after so many rounds what was found must do.
_ROUNDS = 32
_OF_A_ROUND = 8
_TOP = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Placements:
    """Where a footprint was laid.

    Attributes
    ----------
    index : (places, pixels) int64
        Positions in a flattened layer.
    usable : (places, pixels) bool
        What of them could be seen.
    """

    index: NDArray[np.int64]
    usable: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.index)

    def values(self, layer: NDArray[np.float32] | NDArray[np.float16]) -> Layer:
        """Return what a layer holds there, (places, pixels); NaN where it could not be seen."""
        taken = layer.reshape(-1)[self.index].astype(np.float32)
        taken[~self.usable] = np.nan
        return taken

    def part(self, which: NDArray[np.intp]) -> "Placements":
        """Return some of the placements."""
        return Placements(self.index[which], self.usable[which])


@dataclass(frozen=True, slots=True)
class Spread:
    """Middle and robust standard deviation of a statistic over the placements of one scene."""

    middle: float
    scale: float

    def units(self, value: float | NDArray[np.float64]) -> float | NDArray[np.float64]:
        """Return how far a value lies above the middle, in robust standard deviations."""
        return (value - self.middle) / self.scale


def thin(footprint: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the pixels that stand for a footprint, (n, 2) rows and columns; at most 2,000 or so, evenly."""
    count = int(footprint.sum())
    step = max(1, int(np.ceil(np.sqrt(count / _MOST_PX))))
    lattice = np.zeros_like(footprint)
    lattice[::step, ::step] = True
    chosen = np.argwhere(footprint & lattice)
    return chosen if len(chosen) else np.argwhere(footprint)


def lay(
    footprint: NDArray[np.bool_], usable: NDArray[np.bool_], *, number: int, seed: int, shrink: int = 1
) -> tuple[Placements, Placements]:
    """Lay a footprint at random places of its scene.

    Parameters
    ----------
    footprint : (rows, columns) bool
        Where the site lies.
    usable : (rows, columns) bool
        What could be seen on both dates.
    number : int
        How many placements are wanted.
    seed : int
        The same seed gives the same places.
    shrink : int
        Lay it elsewhere so many times smaller: a scene that has no room for the footprint itself still says
        what kind of ground lies around.

    Returns
    -------
    site, others : Placements
        The footprint where it is (one placement), and elsewhere: at least 70 % usable, at most 10 % on the
        site itself. Fewer than wanted, or none, where the scene has no room.
    """
    pixels = thin(footprint)
    rows, cols = usable.shape
    own = _at(pixels[None], usable)
    small = np.unique((pixels - pixels.min(axis=0)) // shrink, axis=0) if shrink > 1 else pixels
    turned = [_turned(small - small.min(axis=0), turn) for turn in range(8)]
    draw = np.random.default_rng(seed)
    found: list[NDArray[np.int64]] = []
    for turn in range(_ROUNDS):
        shape = turned[turn % 8]
        room = np.array([rows, cols]) - shape.max(axis=0)
        if len(found) >= number or (room <= 0).any():
            continue
        corners = draw.integers(0, room, (-(-number // _OF_A_ROUND), 2))
        places = shape[None] + corners[:, None]
        row, col = places[..., 0], places[..., 1]
        fit = (usable[row, col].mean(axis=1) >= _LEAST_USABLE) & (
            footprint[row, col].mean(axis=1) <= _MOST_SHARED
        )
        found.extend(places[fit][: number - len(found)])
    others = _at(np.array(found, np.int64).reshape(-1, len(small), 2), usable)
    return own, others


def _at(places: NDArray[np.int64], usable: NDArray[np.bool_]) -> Placements:
    index = places[..., 0] * usable.shape[1] + places[..., 1]
    return Placements(index, usable.reshape(-1)[index])


def _turned(pixels: NDArray[np.int64], turn: int) -> NDArray[np.int64]:
    """Turn pixels that start at (0, 0) by quarters, and mirror them from the fifth turn on."""
    row, col = pixels[:, 0], pixels[:, 1]
    if turn >= 4:
        col = col.max() - col
    for _ in range(turn % 4):
        row, col = col, row.max() - row
    return np.column_stack([row, col])


def top_tenth(values: Layer) -> NDArray[np.float64]:
    """Return the mean of the largest tenth of each row, (places,); NaN is left out, NaN where all is NaN.

    Of the forms tried (the share above a threshold, the largest blob) it told changed sites from unchanged
    ones best; changes on less than a twentieth of a site are below it.
    """
    ordered = -np.sort(-values.astype(np.float64), axis=1)
    count = np.isfinite(ordered).sum(axis=1)
    most = np.maximum(np.ceil(count * _TOP).astype(np.int64), 1)
    sums = np.nancumsum(ordered, axis=1)
    taken = sums[np.arange(len(sums)), most - 1] / most
    return np.where(count > 0, taken, np.nan)


def mean(values: Layer) -> NDArray[np.float64]:
    """Return the mean of each row, (places,); NaN is left out, NaN where all is NaN."""
    known = np.isfinite(values)
    count = known.sum(axis=1)
    total = np.where(known, values, 0).sum(axis=1, dtype=np.float64)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def robust_spread(values: NDArray[np.float64], floor: float) -> Spread:
    """Return median and 1.4826 times the median absolute deviation, at least `floor` (> 0)."""
    middle = float(np.median(values))
    return Spread(middle, max(1.4826 * float(np.median(np.abs(values - middle))), floor))
