"""How often a detection is right: the model's probability turned into a calibrated one.

``logit(confidence) = a + b logit(p) + c log10(area / pixel area)``, one set of three numbers a model and kind
(Platt 1999, with the size beside the score). ``confidence.md`` beside this file says what they were fitted on
and how well they do on scenes that were left out. A model that has no numbers there has no confidence: its
probability is not passed off as one.
"""

import json
import math
from functools import cache
from importlib.resources import files

import numpy as np

from sitewatch.records import Kind

# Probabilities are kept off 0 and 1 by this much: nothing is certain.
_EDGE = 0.005


def confidence(model: str, kind: Kind, probability: float, pixels: int) -> float:
    """Return the probability that a detection is right, 0..1; NaN for a model that could not be calibrated.

    Parameters
    ----------
    model : str
        ``fine`` or ``coarse``.
    probability : float
        Mean probability of the kind over the object, as the model gives it, 0..1.
    pixels : int
        Size of the object.
    """
    numbers = _table().get(model)
    if numbers is None:
        return math.nan
    a, b, c = numbers.get(kind) or numbers["any"]
    held = float(np.clip(probability, _EDGE, 1 - _EDGE))
    logit = a + b * np.log(held / (1 - held)) + c * np.log10(max(pixels, 1))
    return float(np.clip(1 / (1 + np.exp(-logit)), _EDGE, 1 - _EDGE))


@cache
def _table() -> dict[str, dict[str, tuple[float, float, float]]]:
    table: dict[str, dict[str, tuple[float, float, float]]] = json.loads(
        (files("sitewatch.models") / "confidence.json").read_text("utf-8")
    )["numbers"]
    return table
