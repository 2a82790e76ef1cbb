"""The last stage: the evidence of a detection turned into the probability that an analyst would confirm it.

A logistic model of a few named terms (`terms`): the probability that the model gives, the object's size, and
what was measured at the object and around it. ``card.md`` beside this file says what the weights that come
with sitewatch were fitted on. `fit_stage` fits others on detections that were reviewed, held near these.
"""

from sitewatch.models.last_stage.fit import (
    Reviewed,
    choose_strength,
    fit_stage,
    folds,
    foretold,
    told_left_out,
)
from sitewatch.models.last_stage.stage import AS_THE_MODEL_SAYS, LastStage, ModelStage, shipped
from sitewatch.models.last_stage.terms import PIXELS, PROBABILITY, Evidence
from sitewatch.models.last_stage.trial import (
    Bin,
    Figures,
    Kept,
    best_threshold,
    kept,
    reliability,
)

__all__ = [
    "AS_THE_MODEL_SAYS",
    "PIXELS",
    "PROBABILITY",
    "Bin",
    "Evidence",
    "Figures",
    "Kept",
    "LastStage",
    "ModelStage",
    "Reviewed",
    "best_threshold",
    "choose_strength",
    "fit_stage",
    "folds",
    "foretold",
    "kept",
    "reliability",
    "shipped",
    "told_left_out",
]
