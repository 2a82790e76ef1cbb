"""Objects in rasters of codes: what each holds of the other raster, and whether that is enough.

A truth object (at least 15 m2, or two pixels where pixels are 10 m or more) is found if detections cover at
least 30 % of it; a detection is right if at least 30 % of it is truth. Objects are 8-connected pixels of one
kind.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from sitewatch.evaluate.counts import ObjectCounts
from sitewatch.records import KIND_CODES, NOT_ASSESSABLE

ENOUGH = 0.30
MIN_AREA_M2 = 15.0
COARSE_M = 10.0
COARSE_MIN_PIXELS = 2
# Where less than half of a detection lies on labelled ground, nobody can say whether it is right.
MIN_LABELLED = 0.5

_CODES = len(KIND_CODES) + 1
_EIGHT = np.ones((3, 3), bool)


@dataclass(frozen=True, slots=True)
class Objects:
    """Objects of one raster of codes, with what they hold of another.

    Attributes
    ----------
    codes : (n,) int
        Kind of each object.
    sizes : (n,) int
        Pixels, all of them.
    holds : (n, 5) int
        Pixels of each code 0..4 of the other raster; those with no code (255) are in none.
    """

    codes: NDArray[np.int64]
    sizes: NDArray[np.int64]
    holds: NDArray[np.int64]

    def share(self, codes: Sequence[int]) -> NDArray[np.float64]:
        """Share of each object that any of `codes` takes, of its whole size; (n,)."""
        return np.asarray(self.holds[:, list(codes)].sum(axis=1) / self.sizes, np.float64)

    def of(self, codes: Sequence[int]) -> "Objects":
        """Keep the objects of some kinds."""
        return self._where(np.isin(self.codes, list(codes)))

    def at_least(self, pixels: int) -> "Objects":
        """Keep the objects of some size."""
        return self._where(self.sizes >= pixels)

    def labelled(self) -> "Objects":
        """Keep the objects that can be judged, with the size of the part that can."""
        known = self.holds.sum(axis=1)
        kept = known >= np.maximum(MIN_LABELLED * self.sizes, 1)
        return Objects(self.codes[kept], known[kept], self.holds[kept])

    def _where(self, kept: NDArray[np.bool_]) -> "Objects":
        return Objects(self.codes[kept], self.sizes[kept], self.holds[kept])


def find(codes: NDArray[np.uint8], other: NDArray[np.uint8]) -> Objects:
    """Find the objects of every kind in `codes`, and count the codes of `other` in each."""
    parts = [_of_code(codes == code, code, other) for code in KIND_CODES.values()]
    return Objects(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def min_pixels(pixel_area_m2: float) -> int:
    """Return the size from which a truth object counts, pixels."""
    if math.sqrt(pixel_area_m2) >= COARSE_M - 1e-6:
        return COARSE_MIN_PIXELS
    return math.ceil(MIN_AREA_M2 / pixel_area_m2 - 1e-6)


def count(truth: Objects, detected: Objects, codes: Sequence[int]) -> ObjectCounts:
    """Count what was found, and what is right, of some kinds taken together."""
    wanted, claimed = truth.of(codes), detected.of(codes)
    return ObjectCounts(
        truth=wanted.codes.size,
        found=int((wanted.share(codes) >= ENOUGH).sum()),
        detections=claimed.codes.size,
        right=int((claimed.share(codes) >= ENOUGH).sum()),
    )


def kinds_given(truth: Objects, found_by: Sequence[int]) -> NDArray[np.int64]:
    """Return the kind that detections give each truth object, (n,): the commonest on it, 0 if not found."""
    found = truth.share(found_by) >= ENOUGH
    commonest = np.argmax(truth.holds[:, 1:], axis=1) + 1
    return np.where(found, commonest, 0)


def _of_code(
    mask: NDArray[np.bool_], code: int, other: NDArray[np.uint8]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    labels, number = ndimage.label(mask, structure=_EIGHT)
    inside = labels > 0
    which, what = labels[inside].astype(np.int64) - 1, other[inside].astype(np.int64)
    known = what < NOT_ASSESSABLE
    holds = np.bincount(which[known] * _CODES + what[known], minlength=number * _CODES)
    return (
        np.full(number, code, np.int64),
        np.bincount(which, minlength=number).astype(np.int64),
        holds.reshape(number, _CODES).astype(np.int64),
    )
