"""Score a run against labelled changes.

Pixels: precision, recall, F1, IoU and kappa of ``change.tif``, average precision and ROC of ``score.tif``, on
labelled ground. Objects: what was found of the truth, and what of the detections is right (`objects`).
"""

from sitewatch.evaluate.counts import ObjectCounts, PixelCounts, wilson
from sitewatch.evaluate.ranking import Ranking, merge, rank
from sitewatch.evaluate.scores import ROWS, Scores, evaluate, pool, score_arrays

__all__ = [
    "ROWS",
    "ObjectCounts",
    "PixelCounts",
    "Ranking",
    "Scores",
    "evaluate",
    "merge",
    "pool",
    "rank",
    "score_arrays",
    "wilson",
]
