"""One thing of one image looked for in the other, along the common direction and away from it."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from sitewatch.kernels.parallax.correlate import (
    HALF_ANGLE,
    LEAST_PX,
    REACH_M,
    Layer,
    best_of,
    correlate,
    least_px,
    plain,
)

Image = NDArray[np.float32]
Mask = NDArray[np.bool_]
Steps = NDArray[np.int64]

# Near by, a thing counts as moved in a direction if it lies this far aside, pixels.
_ASIDE_PX = 1.5
# Other directions that a match is held against, degrees from the common one, and from one another.
_FIRST_OTHER, _OTHER_STEP = 40.0, 20.0
# What stands at both places on its own date is not moved, but one of several alike.
_LEAST_GAIN = 0.2
# Rim of a thing that is looked for with it, pixels.
_RIM_PX = 2


@dataclass(frozen=True, slots=True)
class Moved:
    """How a thing of one image is found again in the other.

    Attributes
    ----------
    match : float
        Best correlation in the common direction, -1..1; NaN if nothing could be compared.
    elsewhere : float
        Best correlation in any other direction, in sectors as wide: what unrelated places give.
    still : float
        Best correlation within 2 pixels of where it was.
    distance_px : float
        To the best place in the common direction.
    """

    match: float
    elsewhere: float
    still: float
    distance_px: float


def find_moved(own: Image, other: Image, inside: Mask, direction: float, *, pixel_m: float) -> Moved:
    """Look for a thing of one image in the other, in one direction and in all others.

    Parameters
    ----------
    own, other : (bands, rows, columns) float32
        The image that shows it, and the other; NaN where not usable. As much around the thing is searched as
        they hold, up to `REACH_M`.
    inside : (rows, columns) bool
        The thing; at least a pixel.
    direction : float
        In which it moved from `own` to `other`, degrees from the image's right towards its bottom.

    Returns
    -------
    Moved
        Places count only where the thing fits better on the other date than on its own: a row of like houses
        that all still stand gives none.
    """
    there, here, down, across = _matches(own, other, inside, round(REACH_M / pixel_m))
    far = np.hypot(down, across)
    moved = np.where(there - np.maximum(here, 0) >= _LEAST_GAIN, there, np.float32(np.nan))
    ahead = _sector(down, across, direction, pixel_m)
    match = best_of(moved, ahead)
    others = np.arange(_FIRST_OTHER, 361 - _FIRST_OTHER, _OTHER_STEP)
    elsewhere = [best_of(moved, _sector(down, across, direction + turn, pixel_m)) for turn in others]
    still = best_of(there, far < LEAST_PX)
    if math.isnan(match):
        return Moved(math.nan, _largest(elsewhere), still, math.nan)
    at = int(np.where(ahead & np.isfinite(moved), moved, -np.inf).argmax())
    return Moved(match, _largest(elsewhere), still, float(far.flat[at]))


def _matches(own: Image, other: Image, inside: Mask, reach: int) -> tuple[Layer, Layer, Steps, Steps]:
    """Correlate a thing with both images, and return by how much each place lies down and across."""
    rows, cols = (np.flatnonzero(inside.any(axis=axis)) for axis in (1, 0))
    low = [max(int(at[0]) - _RIM_PX, 0) for at in (rows, cols)]
    high = [min(int(at[-1]) + 1 + _RIM_PX, size) for at, size in zip((rows, cols), inside.shape, strict=True)]
    box = tuple(slice(*edges) for edges in zip(low, high, strict=True))
    wide = tuple(
        slice(max(edge.start - reach, 0), min(edge.stop + reach, size))
        for edge, size in zip(box, inside.shape, strict=True)
    )
    first, second = plain(own), plain(other)
    side = 2 * _RIM_PX + 1
    thing: Layer = inside[box].astype(np.float32)
    mask = np.asarray(cv2.dilate(thing, np.ones((side, side), np.uint8)), np.float32)
    there, here = (correlate(image[wide], first[box], mask) for image in (second, first))
    steps = [
        np.arange(size) + edge.start - part.start
        for size, edge, part in zip(there.shape, wide, box, strict=True)
    ]
    down, across = np.meshgrid(*steps, indexing="ij")
    return there, here, down, across


def _sector(down: Steps, across: Steps, direction: float, pixel_m: float) -> NDArray[np.bool_]:
    turn = math.radians(direction)
    along = across * math.cos(turn) + down * math.sin(turn)
    aside = np.abs(down * math.cos(turn) - across * math.sin(turn))
    near = aside <= np.maximum(_ASIDE_PX, math.tan(math.radians(HALF_ANGLE)) * along)
    return np.asarray(near & (along >= least_px(pixel_m)) & (along <= REACH_M / pixel_m))


def _largest(values: list[float]) -> float:
    known = [value for value in values if math.isfinite(value)]
    return max(known) if known else math.nan
