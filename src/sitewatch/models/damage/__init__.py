"""Damage inside given footprints: a logistic model of a few measurements, many of them relative to the pair's.

``card.md`` beside this file says what the weights were fitted on, and how well they rank on events that were
left out; ``python -m training.fit_damage`` fits them.
"""

import json
import math
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict

from sitewatch.records import Damage

__all__ = ["FEWEST", "MEASURED", "TERMS", "DamageModel", "reference", "relative", "shipped", "terms"]

Evidence = Mapping[str, float]

# What is held against the median footprint of the pair.
MEASURED = ("difference", "pattern_kept", "d_edges", "d_contrast")
# With fewer footprints than this a median is that of a few buildings: none is taken.
FEWEST = 8
TERMS = (
    "difference", "difference_around", "pattern_kept", "pattern_kept_around", "d_edges", "d_contrast",
    "brighter", "darker", "difference_beside_pair", "pattern_kept_beside_pair",
)  # fmt: skip
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
        """Return how much a building looks destroyed, 0..1; NaN if a measurement that counts is missing."""
        logit = self.weights["intercept"]
        for name, value in terms(evidence, self.scales).items():
            logit += self.weights.get(name, 0.0) * value
        return 1 / (1 + math.exp(-min(max(logit, -50.0), 50.0))) if math.isfinite(logit) else math.nan

    def word(self, score: float) -> Damage:
        """Return the grade of a score; severe and moderate damage are never told."""
        if math.isnan(score):
            return "not_assessable"
        if score >= self.destroyed:
            return "destroyed"
        return "possible" if score >= self.possible else "none_visible"


def reference(buildings: Sequence[Evidence]) -> dict[str, float]:
    """Return the median of `MEASURED` over the footprints of a pair; NaN with fewer than `FEWEST`."""
    if len(buildings) < FEWEST:
        return dict.fromkeys(MEASURED, math.nan) | {"footprints": float(len(buildings))}
    return {name: float(np.nanmedian([one[name] for one in buildings])) for name in MEASURED} | {
        "footprints": float(len(buildings))
    }


def relative(building: Evidence, pair: Evidence) -> dict[str, float]:
    """Return a building's measurements less those of the pair's median footprint; NaN if there is none."""
    beside = {f"{name}_beside_pair": building[name] - pair[name] for name in MEASURED}
    return beside | {"footprints_of_pair": pair["footprints"]}


def terms(evidence: Evidence, scales: Mapping[str, tuple[float, float]] | None = None) -> dict[str, float]:
    """Return what the weights act on: scaled to spreads and cut at three of them where `scales` are given.

    Without a median footprint what stands beside it says nothing (0 once scaled, NaN before).
    """
    raw = {name: evidence[name] for name in TERMS if name in evidence}
    for name in ("difference", "difference_around"):
        raw[name] = math.log(max(evidence[name], 1e-3))
    light = math.log(max(1 + evidence["d_brightness"], 1e-2))
    raw["brighter"], raw["darker"] = max(light, 0.0), max(-light, 0.0)
    for name in ("d_edges", "d_contrast"):
        raw[name] = math.log(max(1 + evidence[name], 1e-2))
    if scales is None:
        return raw
    scaled = {}
    for name, (middle, spread) in scales.items():
        value = min(max((raw[name] - middle) / spread, -_FARTHEST), _FARTHEST)
        scaled[name] = 0.0 if math.isnan(raw[name]) and name.endswith("_beside_pair") else value
    return scaled


@cache
def shipped() -> DamageModel:
    """Return the weights that come with sitewatch."""
    text = (files("sitewatch.models.damage") / "weights.json").read_text("utf-8")
    return DamageModel.model_validate(json.loads(text))
