"""How built-up ground looks: contrast in every direction, and bright things with dark ones beside them.

*Focal*, with the reaches that the functions named ``..._reach_px`` give.
"""

import math
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

Layer = NDArray[np.float32]
# Steps to the eight neighbours; their opposites say the same.
_STEPS = ((0, 1), (1, 0), (1, 1), (1, -1))


def contrast_reach_px(window: int, step: int) -> int:
    """Return how far around a pixel `contrast` looks, pixels."""
    return window // 2 + step


def contrast(image: Layer, *, window: int, step: int) -> Layer:
    """Return the contrast that is there in every direction: high on buildings, low on fields and roads.

    A cheap form of PanTex (Pesaresi 2008, doi:10.1109/JSTARS.2008.2002869): the contrast of the grey-level
    co-occurrence matrix is the mean square difference of pixels one displacement apart, and the least over
    the displacements is what has no preferred direction. Here without grey levels, over the four directions
    at one distance.

    Parameters
    ----------
    image : (rows, columns) float32
        Brightness; NaN where not usable.
    window : int
        Side of the window, pixels, odd.
    step : int
        Distance of the pixels that are compared: the scale of what is looked for.

    Returns
    -------
    (rows, columns) float32
        Root of the least mean square difference, in the image's unit, >= 0; NaN where the image is NaN.
    """
    known = np.isfinite(image)
    whole = bool(known.all())
    plain = image if whole else np.where(known, image, np.float32(0)).astype(np.float32)
    wide = _widened(plain, step)
    there = None if whole else _widened(known.astype(np.float32), step)
    least = np.full(image.shape, np.inf, np.float32)
    for down, across in _STEPS:
        square = np.square(plain - _moved(wide, step, down * step, across * step))
        if there is None:
            np.minimum(least, _mean(square, window), out=least)
        else:
            both = np.where(known, _moved(there, step, down * step, across * step), np.float32(0))
            share = np.maximum(_mean(both, window), np.float32(1e-3))
            np.minimum(least, _mean(both * square, window) / share, out=least)
    found: Layer = np.sqrt(np.maximum(least, 0))
    found[~known] = np.nan
    return found


def building_reach_px(lengths: Sequence[int]) -> int:
    """Return how far around a pixel `building_index` looks, pixels."""
    return 2 * (max(lengths) // 2)


def building_index(image: Layer, *, lengths: tuple[int, int]) -> Layer:
    """Return how far a pixel belongs to something bright of a building's size.

    The morphological building index (Huang and Zhang 2011, doi:10.14358/PERS.77.7.721) is the mean, over
    lengths and directions of a line, of the steps between white top-hats. With plain openings, which fall
    with the length of the line, the steps of one direction add up to the difference of the shortest and the
    longest opening: that is what is worked out, over four directions.

    Parameters
    ----------
    image : (rows, columns) float32
        Brightness; NaN where not usable. Turned over (``-image``), it finds what is dark: shadows.
    lengths : (int, int)
        Of the shortest and the longest line, pixels, odd: a smaller thing is not seen, a longer one neither.

    Returns
    -------
    (rows, columns) float32
        In the image's unit, >= 0; NaN where the image is NaN.
    """
    known = np.isfinite(image)
    # What is not seen is no gap in a line.
    whole = bool(known.all())
    plain = image if whole else np.where(known, image, np.float32(np.inf)).astype(np.float32)
    total = np.zeros(image.shape, np.float32)
    for down, across in _STEPS:
        short, long = (_opened(plain, _line(length, down, across)) for length in lengths)
        total += short - long if whole else np.subtract(short, long, out=np.zeros_like(short), where=known)
    found: Layer = total / np.float32(len(_STEPS))
    found[~known] = np.nan
    return found


def cast_shadow(image: Layer, *, azimuth: float, length: int) -> Layer:
    """Return how much darker than the ground sunwards it gets within some pixels on the side of the shadows.

    A house stands between bright ground on the side of the sun and its shadow on the other.

    Parameters
    ----------
    image : (rows, columns) float32
        Brightness; NaN where not usable.
    azimuth : float
        Of the sun, degrees clockwise from the image's up.
    length : int
        How far to look, pixels.

    Returns
    -------
    (rows, columns) float32
        0..1, the share by which the darkest pixel on the far side is darker than the darkest on the near
        side; NaN where the image is NaN.
    """
    across, down = math.sin(math.radians(azimuth)), -math.cos(math.radians(azimuth))
    known = np.isfinite(image)
    high = np.where(known, image, np.float32(np.inf)).astype(np.float32)
    wide = _widened(high, length)
    near, far = (np.full(image.shape, np.inf, np.float32) for _ in range(2))
    for side, darkest in ((1, near), (-1, far)):
        for n in range(1, length + 1):
            there = _moved(wide, length, round(side * down * n), round(side * across * n))
            np.minimum(darkest, there, out=darkest)
    seen = np.isfinite(near) & np.isfinite(far)
    with np.errstate(invalid="ignore"):
        share = (near - far) / np.maximum(np.abs(near), np.float32(1e-6))
    shadow: Layer = np.where(seen, np.clip(share, 0, 1), np.float32(0)).astype(np.float32)
    shadow[~known] = np.nan
    return shadow


def _line(length: int, down: int, across: int) -> NDArray[np.uint8]:
    line = np.zeros((length, length), np.uint8)
    half = length // 2
    for step in range(-half, half + 1):
        line[half + step * down, half + step * across] = 1
    rows, cols = line.any(axis=1), line.any(axis=0)
    return line[rows][:, cols]


def _opened(image: Layer, line: NDArray[np.uint8]) -> Layer:
    return np.asarray(cv2.morphologyEx(image, cv2.MORPH_OPEN, line), np.float32)


def _widened(image: Layer, margin: int) -> Layer:
    """Let the edge of an image go on for so many pixels."""
    border = cv2.BORDER_REPLICATE
    return np.asarray(cv2.copyMakeBorder(image, margin, margin, margin, margin, border), np.float32)


def _moved(wide: Layer, margin: int, down: int, across: int) -> Layer:
    """Return what lies so many pixels below and to the right of each pixel of an image that was widened."""
    rows, cols = wide.shape[0] - 2 * margin, wide.shape[1] - 2 * margin
    return wide[margin + down : margin + down + rows, margin + across : margin + across + cols]


def _mean(image: Layer, window: int) -> Layer:
    return np.asarray(cv2.blur(image, (window, window), borderType=cv2.BORDER_REFLECT_101), np.float32)
