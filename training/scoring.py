"""A simple way from probabilities to objects, and the scores of the protocol."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Labels = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Count:
    """Pixels and objects of one kind, found and missed; adds up over scenes."""

    both: int = 0
    false: int = 0
    missed: int = 0
    truth_objects: int = 0
    found: int = 0
    detections: int = 0
    right: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(*(getattr(self, n) + getattr(other, n) for n in self.__slots__))

    def __str__(self) -> str:
        pixel = 2 * self.both / max(1, 2 * self.both + self.false + self.missed)
        recall, precision = self.found / max(1, self.truth_objects), self.right / max(1, self.detections)
        both = 2 * recall * precision / max(1e-9, recall + precision)
        return (
            f"pixel F1 {pixel:.2f}  object R {recall:.2f} P {precision:.2f} F1 {both:.2f}"
            f"  ({self.truth_objects} true, {self.detections} detected)"
        )


def objects(score: NDArray[np.float32], start: float, grow: float, *, least_cells: int = 25) -> Labels:
    """Label what starts above `start` and grows down to `grow`, opened by 3 x 3, of at least 25 m2."""
    wide = cv2.morphologyEx((score >= grow).astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(wide, connectivity=4)
    peak = np.zeros(count, np.int64)
    np.add.at(peak, labels[score >= start], 1)
    keep = (stats[:, cv2.CC_STAT_AREA] >= least_cells) & (peak >= 4)
    keep[0] = False
    kept: Labels = np.where(keep[labels], labels, 0)
    return kept


def count(found: Labels, truth: NDArray[np.uint8], kinds: tuple[int, ...], *, least_cells: int = 15) -> Count:
    """Score detections of one kind; truth 255 is left out (accuracy protocol: 30 % overlap either way)."""
    judged = truth != 255
    real = np.isin(truth, kinds)
    hit = (found > 0) & judged
    _, outlines = cv2.connectedComponents(real.astype(np.uint8), connectivity=4)
    area, covered = _tally(outlines, np.ones_like(hit)), _tally(outlines, hit)
    large = np.flatnonzero(area >= least_cells)
    large = large[large > 0]
    seen, right, whole = _tally(found, judged), _tally(found, real), _tally(found, np.ones_like(hit))
    some = np.flatnonzero((whole > 0) & (seen >= 0.5 * whole))
    some = some[some > 0]
    return Count(
        int((hit & real).sum()), int((hit & ~real).sum()), int((~hit & real).sum()),
        len(large), int((covered[large] >= 0.3 * area[large]).sum()),
        len(some), int((right[some] >= 0.3 * seen[some]).sum()),
    )  # fmt: skip


def _tally(labels: Labels, what: NDArray[np.bool_]) -> NDArray[np.int64]:
    return np.bincount(labels.ravel(), weights=what.ravel(), minlength=1).astype(np.int64)
