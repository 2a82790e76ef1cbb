"""Counts of pixels and objects, and the measures that follow from them.

A measure whose denominator is 0 is NaN: it was not measured. Counts of several scenes add up.
"""

import math
from dataclasses import dataclass
from typing import Self

# Two-sided 95 % of the normal distribution.
_Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class PixelCounts:
    """Labelled pixels by truth and detection."""

    true_positive: int = 0
    false_positive: int = 0
    false_negative: int = 0
    true_negative: int = 0

    def __add__(self, other: Self) -> "PixelCounts":
        return PixelCounts(
            self.true_positive + other.true_positive,
            self.false_positive + other.false_positive,
            self.false_negative + other.false_negative,
            self.true_negative + other.true_negative,
        )

    @property
    def total(self) -> int:
        """All labelled pixels."""
        return self.true_positive + self.false_positive + self.false_negative + self.true_negative

    @property
    def precision(self) -> float:
        """Share of what was detected that is truth."""
        return _ratio(self.true_positive, self.true_positive + self.false_positive)

    @property
    def recall(self) -> float:
        """Share of the truth that was detected."""
        return _ratio(self.true_positive, self.true_positive + self.false_negative)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; 0 if all truth was missed, NaN without truth."""
        true, detected = self.true_positive + self.false_negative, self.true_positive + self.false_positive
        return 2 * self.true_positive / (true + detected) if true else math.nan

    @property
    def iou(self) -> float:
        """Intersection over union of truth and detection; NaN without truth."""
        return self.f1 / (2 - self.f1)

    @property
    def kappa(self) -> float:
        """Cohen's kappa (Cohen 1960): agreement beyond what the two totals give by chance."""
        if not self.total:
            return math.nan
        detected, true = self.true_positive + self.false_positive, self.true_positive + self.false_negative
        agreed = (self.true_positive + self.true_negative) / self.total
        by_chance = detected * true + (self.total - detected) * (self.total - true)
        chance = by_chance / self.total**2
        return _ratio(agreed - chance, 1 - chance)


@dataclass(frozen=True, slots=True)
class ObjectCounts:
    """Truth objects and detections.

    Attributes
    ----------
    truth, found : int
        Truth objects, and those of them that detections cover well enough.
    detections, right : int
        Detections, and those of them that are truth well enough.
    """

    truth: int = 0
    found: int = 0
    detections: int = 0
    right: int = 0

    def __add__(self, other: Self) -> "ObjectCounts":
        return ObjectCounts(
            self.truth + other.truth,
            self.found + other.found,
            self.detections + other.detections,
            self.right + other.right,
        )

    @property
    def recall(self) -> float:
        """Share of the truth objects that were found."""
        return _ratio(self.found, self.truth)

    @property
    def precision(self) -> float:
        """Share of the detections that are right."""
        return _ratio(self.right, self.detections)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; 0 if there is truth and nothing right.

        NaN without truth, and where something was found by detections of which none could be judged.
        """
        if not self.truth or (self.found and not self.detections):
            return math.nan
        if not self.found or not self.right:
            return 0.0
        return 2 * self.precision * self.recall / (self.precision + self.recall)

    @property
    def false_alarms(self) -> int:
        """Detections that are not right."""
        return self.detections - self.right

    @property
    def recall_interval(self) -> tuple[float, float]:
        """95 % interval of the recall."""
        return wilson(self.found, self.truth)

    @property
    def precision_interval(self) -> tuple[float, float]:
        """95 % interval of the precision."""
        return wilson(self.right, self.detections)


def wilson(hits: int, total: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson 1927), NaN if there was nothing to count.

    It holds for independent trials; objects of one scene are not quite, so it is a lower bound of the doubt.
    """
    if not total:
        return math.nan, math.nan
    share, spread = hits / total, _Z**2 / total
    centre = (share + spread / 2) / (1 + spread)
    half = _Z / (1 + spread) * math.sqrt(share * (1 - share) / total + spread / (4 * total))
    return max(0.0, centre - half), min(1.0, centre + half)


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else math.nan
