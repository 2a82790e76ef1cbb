"""What a last stage looks at: the named evidence of one detection, as numbers of one size.

Evidence is found by its name, so a run that measures more, or less, can be read all the same. What a
detection lacks counts as what is usual where the stage was fitted.
"""

import math
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np

from sitewatch.records import Kind

Evidence: TypeAlias = Mapping[str, float]
# The middle and the spread of a measurement where a stage was fitted.
Scales: TypeAlias = Mapping[str, tuple[float, float]]

PROBABILITY, PIXELS = "model_probability", "pixels"
# Kinds whose intercept, probability and size count otherwise than those of construction.
_OWN_KINDS: tuple[Kind, ...] = ("burning", "demolition", "other")
# What rises where a thing is built falls where it is taken away.
_DIRECTION: Mapping[Kind, float] = {"construction": 1.0, "burning": -1.0, "demolition": -1.0, "other": 0.0}
# Probabilities are kept off 0 and 1 by this much: nothing is certain.
EDGE = 0.005
# Sizes are counted from so many pixels, powers of ten.
_USUAL_SIZE = 2.0
# Beyond so many spreads a measurement says no more than it does there.
_FARTHEST = 3.0


def terms(kind: Kind, evidence: Evidence, scales: Scales) -> dict[str, float]:
    """Return the inputs of a last stage for one detection.

    Parameters
    ----------
    kind : Kind
    evidence : mapping of str to float
        `PROBABILITY` (0..1), `PIXELS`, and measurements by name; NaN counts as not measured.
    scales : mapping of str to (float, float)
        Which measurements are looked at, and the middle and spread of each.

    Returns
    -------
    dict of str to float
        ``one`` (the intercept), ``probability`` (its logit), ``size`` (powers of ten above 100 pixels), each
        once more as ``name@kind`` for every kind but construction; each measurement in spreads from its
        middle, -3..3. A difference between the dates (``d_...``) stands there once more as
        ``name@direction``: as it is for construction, with the other sign for burning and demolition.
    """
    found = {"one": 1.0, "probability": _logit(evidence), "size": _size(evidence)}
    for own in _OWN_KINDS:
        for name in ("one", "probability", "size"):
            found[f"{name}@{own}"] = found[name] if kind == own else 0.0
    for name, (middle, spread) in scales.items():
        value = _known(evidence, name, middle)
        found[name] = float(np.clip((value - middle) / spread, -_FARTHEST, _FARTHEST))
        if name.startswith("d_"):
            found[f"{name}@direction"] = found[name] * _DIRECTION[kind]
    return found


def pull(name: str) -> float:
    """Return how strongly the weight of a term is held, in units of a measurement's.

    The intercept is nearly free: how often a model errs in a new place is what reviews tell first. What one
    kind has for itself is held more strongly, so that kinds with few reviews follow the rest.
    """
    term, _, of = name.partition("@")
    if of == "direction":
        return 1.0
    if term == "one":
        return 0.5 if of else 0.1
    return 2.0 if of else 1.0


def fit_scales(seen: Sequence[Evidence]) -> dict[str, tuple[float, float]]:
    """Return the middle (median) and spread (of the middle half) of each measurement.

    What was measured at fewer than half of the detections, or is the same everywhere, is left out.
    """
    names = sorted({name for evidence in seen for name in evidence} - {PROBABILITY, PIXELS})
    scales = {}
    for name in names:
        values = [one[name] for one in seen if math.isfinite(one.get(name, math.nan))]
        if 2 * len(values) < len(seen):
            continue
        low, middle, high = (float(value) for value in np.percentile(values, (25, 50, 75)))
        # A normal distribution has 1.35 standard deviations between its quarters.
        spread = (high - low) / 1.35
        if spread > 1e-6 * max(abs(middle), 1e-6):
            scales[name] = (_short(middle), _short(spread))
    return scales


def _short(value: float) -> float:
    return float(f"{value:.5g}")


def _known(evidence: Evidence, name: str, otherwise: float) -> float:
    value = evidence.get(name, math.nan)
    return value if math.isfinite(value) else otherwise


def _logit(evidence: Evidence) -> float:
    held = min(max(_known(evidence, PROBABILITY, 0.5), EDGE), 1 - EDGE)
    return math.log(held / (1 - held))


def _size(evidence: Evidence) -> float:
    return math.log10(max(_known(evidence, PIXELS, 10**_USUAL_SIZE), 1.0)) - _USUAL_SIZE
