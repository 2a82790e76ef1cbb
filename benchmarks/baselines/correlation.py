"""Local correlation: whether the pattern of light and dark around a pixel is still there."""

import cv2
import numpy as np
from numpy.typing import NDArray

# Side of the window on the ground, metres, and the largest shift that is tried, pixels.
WINDOW_M = 15.0
REACH_PX = 2
# Of the image's variance: a window with much less holds no pattern, and would be compared by its noise.
_FLAT = 0.1


def score(
    before: NDArray[np.float32], after: NDArray[np.float32], usable: NDArray[np.bool_], *, gsd_m: float
) -> NDArray[np.float32]:
    """Return 1 minus the best correlation of a window of `WINDOW_M` over small shifts of the after image.

    Pearson's correlation of brightness, the best of all shifts up to `REACH_PX` pixels, so that a pixel of
    misregistration costs little (the idea of Theiler and Wohlberg 2012, doi:10.1109/TGRS.2012.2187292, with
    correlation for difference).

    Parameters
    ----------
    before, after : (bands, rows, columns) float
    usable : (rows, columns) bool
    gsd_m : float
        Pixel size, metres.

    Returns
    -------
    (rows, columns) float32
        0..2; NaN where not usable.
    """
    side = max(round(WINDOW_M / gsd_m), 3) // 2 * 2 + 1
    first, second = (_brightness(image, usable) for image in (before, after))
    best = np.full(usable.shape, -1, np.float32)
    for down in range(-REACH_PX, REACH_PX + 1):
        for across in range(-REACH_PX, REACH_PX + 1):
            moved = np.roll(second, (down, across), axis=(0, 1))
            np.maximum(best, _correlation(first, moved, side), out=best)
    return np.where(usable, 1 - best, np.float32(np.nan))


def _brightness(image: NDArray[np.float32], usable: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return the mean of the bands with mean 0 and variance 1; 0 where not usable."""
    grey = image.mean(axis=0)
    known = grey[usable]
    spread = float(known.std()) if known.size else 0.0
    out = np.zeros(usable.shape, np.float32)
    if spread > 0:
        out[usable] = (known - known.mean()) / spread
    return out


def _correlation(first: NDArray[np.float32], second: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    mean_1, mean_2 = _mean(first, side), _mean(second, side)
    shared = _mean(first * second, side) - mean_1 * mean_2
    own = np.maximum(_mean(first * first, side) - mean_1 * mean_1, 0) + _FLAT
    other = np.maximum(_mean(second * second, side) - mean_2 * mean_2, 0) + _FLAT
    # Two flat windows are alike: what is added to the variances is added to what they share.
    correlation: NDArray[np.float32] = (shared + _FLAT) / np.sqrt(own * other)
    return correlation


def _mean(image: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    return np.asarray(cv2.blur(image, (side, side), borderType=cv2.BORDER_REFLECT), np.float32)
