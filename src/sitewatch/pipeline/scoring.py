"""Which model looks at a pair: by the size of its pixels."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sitewatch.kernels.objects import Growth
from sitewatch.models import coarse
from sitewatch.models.scores import KindScores
from sitewatch.pipeline.fitting import Sample
from sitewatch.pipeline.prepare import Prepared


@dataclass(frozen=True, slots=True)
class Scorer:
    """A model, fitted on a pair and ready to look at any part of it.

    Attributes
    ----------
    reach_px : int
        How far around a pixel the model looks.
    score : callable
        From a prepared window to its probabilities.
    growth : Growth
        How objects start and grow on this model's probabilities.
    facts : mapping
        JSON-ready: the model's name and what it was fitted to.
    """

    reach_px: int
    score: Callable[[Prepared], KindScores]
    growth: Growth
    facts: dict[str, Any]
