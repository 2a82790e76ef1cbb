"""What objects cover and what lies around them: sums over each, and rings.

*Pointwise* sums; rings are *focal*, with a reach in pixels.
"""

import cv2
import numpy as np
from numpy.typing import NDArray


def sums(
    values: NDArray[np.float32], labels: NDArray[np.int32], count: int
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Sum a layer over each of `count` objects, and count its finite pixels there; (count,) each."""
    finite = np.isfinite(values) & (labels > 0)
    weights = values[finite].astype(np.float64)
    total = np.bincount(labels[finite], weights=weights, minlength=count + 1)[1:].astype(np.float64)
    number = np.bincount(labels[finite], minlength=count + 1)[1:]
    return total, number.astype(np.int64)


def surroundings(labels: NDArray[np.int32], reach: int) -> NDArray[np.int32]:
    """Label the ground within `reach` pixels of an object, and of no other, by that object; 0 elsewhere.

    Where rings of several objects meet, the largest label wins; ground inside any object belongs to no ring.
    """
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    near = cv2.dilate(labels.astype(np.float32), disc)
    ring: NDArray[np.int32] = np.where(labels > 0, 0, near).astype(np.int32)
    return ring
