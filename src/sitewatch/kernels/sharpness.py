"""How much sharper one image of some ground is than another: two sensors, or one out of focus.

A *fit*: two images to one number.
"""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

Layer = NDArray[np.float32]

# What lies below the first width is fine detail, what lies between both is coarser: standard deviations of
# Gaussian windows, pixels.
_FINE, _COARSE = 1.0, 3.0
# Spread of the middle half of a normal distribution.
_QUARTERS = 1.35
_LEAST = 400


def sharpness_ratio(before: Layer, after: Layer) -> float:
    """Return how much more fine detail the after image has, beside its coarser detail.

    Parameters
    ----------
    before, after : (rows, columns) float32
        Brightness on one grid, each in any radiometry: gain and offset cancel. NaN where not usable.

    Returns
    -------
    float
        > 0; 1 for two images equally sharp, 0.5 if the after image has half the fine detail. NaN with fewer
        than 400 usable pixels, or on even ground. Noise counts as fine detail.
    """
    known = np.isfinite(before) & np.isfinite(after)
    # A window that holds unknown ground would see its edge.
    whole = np.asarray(cv2.erode(known.astype(np.uint8), np.ones((7, 7), np.uint8), borderValue=0)) > 0
    if int(whole.sum()) < _LEAST:
        return math.nan
    first, second = (_detail(image, known, whole) for image in (before, after))
    return second / first if first > 0 and second > 0 else math.nan


def _detail(image: Layer, known: NDArray[np.bool_], whole: NDArray[np.bool_]) -> float:
    middle = np.float32(np.median(image[known]))
    filled: Layer = np.where(known, image - middle, 0).astype(np.float32)
    fine, coarse = (cv2.GaussianBlur(filled, (0, 0), width) for width in (_FINE, _COARSE))
    spreads = []
    for detail in (filled - fine, fine - coarse):
        low, high = np.percentile(detail[whole], (25, 75))
        spreads.append(float(high - low) / _QUARTERS)
    return spreads[0] / spreads[1] if spreads[1] > 0 else math.nan
