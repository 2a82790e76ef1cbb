"""What may have happened to a pixel: a set of possibilities, one bit each.

Labels differ in what they say. A building burned is *burned* and nothing else; ground that a survey marks as
"changed" may be anything but *nothing*; the garden of a burned house was not labelled at all. A set of
possibilities says just that much, and the loss asks for their sum.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from sitewatch.records import KIND_CODES
from training.examiner.pairs import UNLABELLED, Labelled

NOTHING, REMOVED, BURNED, BUILT, REGROWN, OTHER = range(6)
WORDS = ("nothing", "removed", "burned", "built", "regrown", "other")
# In `Labelled.truth`: ground that changed and is none of the three kinds.
PASSING = KIND_CODES["other"]
ANYTHING = np.uint8(0b111111)
# Where houses burned their surroundings may have, farther from any house than this: nobody labelled them.
_GARDEN_M = 25.0

Sets = NDArray[np.uint8]


def bits(*planes: int) -> np.uint8:
    """Return the set of some possibilities."""
    return np.uint8(sum(1 << plane for plane in planes))


def possible(pair: Labelled) -> Sets:
    """Return the possibilities of every pixel of a pair, (rows, columns)."""
    truth = pair.truth
    sets = np.full(truth.shape, bits(NOTHING), np.uint8)
    if pair.set == "dsifn":
        # Any change of cover or building.
        sets[np.isin(truth, list(KIND_CODES.values()))] = bits(REMOVED, BUILT, OTHER)
    else:
        for code, plane in ((1, BUILT), (2, BURNED), (3, REMOVED)):
            sets[truth == code] = bits(plane)
        sets[truth == PASSING] = bits(NOTHING, OTHER)
    if pair.set == "wildfire" and (truth == 2).any():
        sets[_away(pair.buildings, pair.gsd_m) & (truth == 0)] = bits(NOTHING, BURNED, OTHER)
    sets[(truth == UNLABELLED) | ~pair.usable] = ANYTHING
    return sets


def _away(buildings: NDArray[np.uint8], gsd_m: float) -> NDArray[np.bool_]:
    far = cv2.distanceTransform((buildings == 0).astype(np.uint8), cv2.DIST_L2, 5)
    return np.asarray(far * gsd_m > _GARDEN_M)


def _swapped() -> Sets:
    twins = {NOTHING: NOTHING, REMOVED: BUILT, BUILT: REMOVED, BURNED: REGROWN, REGROWN: BURNED, OTHER: OTHER}
    table = [
        sum(1 << twin for plane, twin in twins.items() if code >> plane & 1) for code in range(ANYTHING + 1)
    ]
    return np.array(table, np.uint8)


# What a set becomes when the dates are exchanged.
SWAPPED = _swapped()


def to_cells(sets: Sets, cell: int) -> Sets:
    """Join the possibilities of `cell` x `cell` pixels: on a boundary either side will do."""
    rows, cols = (length // cell for length in sets.shape)
    parts = sets[: rows * cell, : cols * cell].reshape(rows, cell, cols, cell)
    joined: Sets = np.bitwise_or.reduce(np.bitwise_or.reduce(parts, axis=3), axis=1)
    return joined
