"""Damage inside given footprints: a logistic model of five terms of what was measured inside.

``card.md`` beside this file says what the weights were fitted on, and how well they rank on events that were
left out; ``python -m training.fit_damage`` fits them.
"""

import math
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import BaseModel, ConfigDict

from sitewatch.records import Damage

__all__ = ["INTERCEPT", "TERMS", "DamageModel", "scaled", "shipped", "terms"]

Evidence = Mapping[str, float]

TERMS = ("pattern_kept", "d_right_angles", "d_edges", "brighter", "darker")
INTERCEPT = "intercept"
# Terms are cut here, in spreads: one odd measurement shall not decide alone.
_FARTHEST = 3.0


class DamageModel(BaseModel):
    """The weights of the model.

    Attributes
    ----------
    calibrated : bool
        Whether the score may be called a probability.
    scales : mapping of str to (float, float)
        Middle and spread of each term.
    weights : mapping of str to float
        By term, and ``intercept``.
    destroyed, possible : float
        Scores from which a building is called so.
    provenance : mapping
        What it was fitted on.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    calibrated: bool
    scales: dict[str, tuple[float, float]]
    weights: dict[str, float]
    destroyed: float
    possible: float
    provenance: dict[str, Any]

    def score(self, evidence: Evidence) -> float:
        """Return how much a building looks destroyed, 0..1; NaN if something could not be measured."""
        found = terms(evidence)
        logit = self.weights[INTERCEPT] + math.fsum(
            self.weights[name] * scaled(found[name], self.scales[name]) for name in TERMS
        )
        return math.nan if math.isnan(logit) else 1 / (1 + math.exp(-logit))

    def word(self, score: float) -> Damage:
        """Return the grade of a score: destroyed, possible, none visible, or not assessable for NaN."""
        if math.isnan(score):
            return "not_assessable"
        if score >= self.destroyed:
            return "destroyed"
        return "possible" if score >= self.possible else "none_visible"


def terms(evidence: Evidence) -> dict[str, float]:
    """Return what the weights act on, by `TERMS`; NaN where something could not be measured.

    Parameters
    ----------
    evidence : mapping of str to float
        ``pattern_kept`` (best-of-shift correlation, -1..1), ``d_right_angles`` (-1..1), ``d_edges`` and
        ``d_brightness`` (shares of what was there before, >= -1).
    """
    light = _log(1 + evidence["d_brightness"])
    return {
        "pattern_kept": evidence["pattern_kept"],
        "d_right_angles": evidence["d_right_angles"],
        "d_edges": _log(1 + evidence["d_edges"]),
        "brighter": light if math.isnan(light) else max(light, 0.0),
        "darker": light if math.isnan(light) else max(-light, 0.0),
    }


def scaled(value: float, scale: tuple[float, float]) -> float:
    """Return a term in spreads from its middle, cut at three of them; NaN stays NaN."""
    steps = (value - scale[0]) / scale[1]
    return steps if math.isnan(steps) else min(max(steps, -_FARTHEST), _FARTHEST)


@cache
def shipped() -> DamageModel:
    """Return the weights that come with sitewatch."""
    text = (files("sitewatch.models.damage") / "weights.json").read_text("utf-8")
    return DamageModel.model_validate_json(text)


def _log(value: float) -> float:
    return value if math.isnan(value) else math.log(max(value, 1e-2))
