"""What a last stage is worth on detections that it has not seen."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sitewatch.kernels.logistic import brier, log_loss

BINS = 5

Told = NDArray[np.float64]
Right = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Figures:
    """How well detections are foretold: Brier score and log loss, both better if smaller."""

    brier: float
    log_loss: float

    @classmethod
    def of(cls, told: Told, right: Right) -> "Figures":
        """Work out the figures of what was told, (n,), and what was right, (n,)."""
        return cls(brier(told, right), log_loss(told, right))


@dataclass(frozen=True, slots=True)
class Bin:
    """Detections of about one confidence.

    Attributes
    ----------
    low, high : float
        Limits of the confidence.
    detections : int
    told, right : float
        Mean confidence, and the share that is right.
    """

    low: float
    high: float
    detections: int
    told: float
    right: float


@dataclass(frozen=True, slots=True)
class Kept:
    """What is left of some detections if those below a threshold are dropped.

    Attributes
    ----------
    threshold : float
        0: none is dropped.
    precision : float
        Share of what is kept that is right; NaN if nothing is.
    recall : float
        Share of what is right that is kept; NaN if nothing is right.
    f1 : float
    """

    threshold: float
    precision: float
    recall: float
    f1: float


def reliability(told: Told, right: Right) -> tuple[Bin, ...]:
    """Return the bins of confidence, a fifth each, that hold any detection."""
    number = np.minimum((told * BINS).astype(int), BINS - 1)
    return tuple(
        Bin(
            low=k / BINS,
            high=(k + 1) / BINS,
            detections=int((number == k).sum()),
            told=float(told[number == k].mean()),
            right=float(right[number == k].mean()),
        )
        for k in range(BINS)
        if (number == k).any()
    )


def kept(told: Told, right: Right, threshold: float) -> Kept:
    """Say what is left of detections above a threshold."""
    above = told >= threshold
    hit = int((above & right).sum())
    precision = hit / int(above.sum()) if above.any() else float("nan")
    recall = hit / int(right.sum()) if right.any() else float("nan")
    wanted = int(above.sum()) + int(right.sum())
    return Kept(threshold, precision, recall, 2 * hit / wanted if wanted else float("nan"))


def best_threshold(told: Told, right: Right) -> Kept:
    """Return the threshold at which F1 of what is right is largest; the lowest of several, 0 if none helps.

    Thresholds lie halfway between neighbouring confidences.
    """
    steps = np.unique(told)
    halfway = [0.0, *np.round((steps[1:] + steps[:-1]) / 2, 4).tolist()]
    tried = [kept(told, right, threshold) for threshold in halfway]
    return max(tried, key=lambda found: (found.f1, -found.threshold))
