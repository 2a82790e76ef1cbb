"""How well a score ranks truth above the rest, at every threshold at once.

Exact, ties included: pixels of one score are taken together, as a threshold would take them.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Ranking:
    """Pixels a distinct score, best first.

    Attributes
    ----------
    scores : (n,) float32, falling
    positives, negatives : (n,) int64
        Pixels of that score that are truth, and that are not.
    """

    scores: NDArray[np.float32]
    positives: NDArray[np.int64]
    negatives: NDArray[np.int64]

    @property
    def average_precision(self) -> float:
        """Sum over thresholds of precision times the recall gained there; NaN without truth."""
        total = int(self.positives.sum())
        if not total:
            return float("nan")
        found = np.cumsum(self.positives)
        precision = found / (found + np.cumsum(self.negatives))
        return float((precision * self.positives).sum() / total)

    @property
    def auc(self) -> float:
        """Area under the ROC curve: how often truth outranks the rest, ties counting half (Mann-Whitney).

        NaN if there is no truth, or nothing else.
        """
        truth, rest = int(self.positives.sum()), int(self.negatives.sum())
        if not truth or not rest:
            return float("nan")
        outranked = rest - np.cumsum(self.negatives) + self.negatives / 2
        return float((self.positives * outranked).sum() / truth / rest)

    def false_positive_rate(self, recall: float = 0.90) -> float:
        """Smallest share of the rest that a threshold takes in if it finds at least `recall` of the truth.

        NaN if there is no truth, or nothing else.
        """
        truth, rest = int(self.positives.sum()), int(self.negatives.sum())
        if not truth or not rest:
            return float("nan")
        # A share like 0.9 of 10 is 9.000000000000002 in floating point, and must not ask for the tenth.
        enough = np.cumsum(self.positives) >= recall * truth - 1e-9
        return float(np.cumsum(self.negatives)[np.argmax(enough)] / rest)

    def rounded(self, decimals: int) -> "Ranking":
        """Return the ranking by rounded scores: smaller, nearly the same, for pooling many scenes."""
        return _grouped(self.scores.round(decimals), self.positives, self.negatives)


def rank(score: NDArray[np.float32], truth: NDArray[np.bool_]) -> Ranking:
    """Rank pixels by their score.

    Parameters
    ----------
    score : (...) float
        NaN (could not be judged) ranks as 0, the lowest: what was not seen was not found.
    truth : (...) bool
    """
    flat, true = np.nan_to_num(score, nan=0.0).ravel(), truth.ravel().astype(np.int64)
    return _grouped(flat.astype(np.float32), true, 1 - true)


def merge(rankings: Iterable[Ranking]) -> Ranking:
    """Return the ranking of all pixels together, as if they were of one scene."""
    parts = list(rankings)
    if not parts:
        return Ranking(np.empty(0, np.float32), np.empty(0, np.int64), np.empty(0, np.int64))
    return _grouped(
        np.concatenate([part.scores for part in parts]),
        np.concatenate([part.positives for part in parts]),
        np.concatenate([part.negatives for part in parts]),
    )


def _grouped(
    scores: NDArray[np.float32], positives: NDArray[np.int64], negatives: NDArray[np.int64]
) -> Ranking:
    order = np.argsort(-scores, kind="stable")
    scores = scores[order]
    starts = np.flatnonzero(np.r_[True, scores[1:] != scores[:-1]]) if scores.size else np.empty(0, np.intp)
    return Ranking(
        scores[starts],
        np.add.reduceat(positives[order], starts) if scores.size else positives,
        np.add.reduceat(negatives[order], starts) if scores.size else negatives,
    )
