"""What objects cover and what lies around them: sums over each, and rings.

*Pointwise* sums; rings are *focal*, with a reach in pixels.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Members:
    """The pixels that belong to objects.

    Attributes
    ----------
    places : (n,) int
        Where they stand in a layer, row after row.
    labels : (n,) int32
        Whose they are, from 1.
    """

    places: NDArray[np.intp]
    labels: NDArray[np.int32]

    @classmethod
    def of(cls, labels: NDArray[np.int32]) -> "Members":
        """Take the members from a label image; 0 is nobody."""
        places = np.flatnonzero(labels)
        return cls(places, labels.ravel()[places])


def sums(
    values: NDArray[np.float32], members: Members, count: int
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Sum a layer over each of `count` objects, and count its finite pixels there; (count,) each."""
    held = values.ravel()[members.places]
    finite = np.isfinite(held)
    labels = members.labels[finite]
    total = np.bincount(labels, weights=held[finite], minlength=count + 1)[1:].astype(np.float64)
    number = np.bincount(labels, minlength=count + 1)[1:]
    return total, number.astype(np.int64)


def surroundings(labels: NDArray[np.int32], reach: int) -> NDArray[np.int32]:
    """Label the ground within `reach` pixels of an object, and of no other, by that object; 0 elsewhere.

    Where rings of several objects meet, the largest label wins; ground inside any object belongs to no ring.
    """
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    near = cv2.dilate(labels.astype(np.float32), disc)
    ring: NDArray[np.int32] = np.where(labels > 0, 0, near).astype(np.int32)
    return ring
