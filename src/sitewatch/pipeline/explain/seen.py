"""Rivals that lie between the ground and the numbers: haze, and another sensor."""

import math

from sitewatch.catalogue.sensors import title
from sitewatch.pipeline.explain.evidence import Situation
from sitewatch.records import Measurement, Rival, Stance

# Contrast of the surroundings, and dark ground as a share of bright ground, that change by more may be haze.
_CONTRAST, _VEIL = 0.35, 0.11
# Shares of an object's change of brightness that ground as bright underwent: from the first another sensor
# may be the reason, below the second it is not.
_MOST, _LITTLE = 0.5, 0.15


def haze(situation: Situation) -> Rival:
    """Weigh whether one date is veiled: its darkest ground is too light, or its contrast is gone."""
    contrast, veil = situation.relative_around("texture"), situation.conditions.veil
    if veil is None:
        return _by_contrast(contrast)
    veiled = abs(veil.depth) > _VEIL
    flat = abs(contrast) > _CONTRAST
    sentence = (
        f"The darkest ground of the second scene is {veil.blue:+.0%} of the bright ground lighter in the "
        f"blue, {veil.red:+.0%} in the red: "
        + (
            f"the {'second' if veil.depth > 0 else 'first'} date may be hazy."
            if veiled
            else "no veil of haze lies over one date as a whole."
        )
    )
    if flat:
        sentence += f" Contrast around the place changed by {contrast:+.0%}: haze may lie there."
    stance: Stance = "undecided" if veiled or flat else "against"
    return Rival("haze", stance, sentence, Measurement(veil.depth, "share of the bright ground"))


def _by_contrast(contrast: float) -> Rival:
    if math.isnan(contrast):
        return Rival("haze", "not_checked", "No ground around the place could be looked at.")
    veiled = abs(contrast) > _CONTRAST
    sentence = f"Contrast around the place changed by {contrast:+.0%}" + (
        ": one of the dates may be hazy." if veiled else ": neither date is veiled against the other."
    )
    return Rival("haze", "undecided" if veiled else "against", sentence, Measurement(contrast))


def sensor(situation: Situation) -> Rival:
    """Weigh how much of the change ground as bright underwent, and whether one scene is sharper."""
    first, second = situation.pair.before.sensor, situation.pair.after.sensor
    said = (
        "The sensor of a scene is not known."
        if "unknown" in (first, second)
        else f"Both scenes come from {title(first)}."
        if first == second
        else f"The scenes come from two sensors, {title(first)} and {title(second)}."
    )
    share, measured = _response(situation)
    if math.isnan(share):
        stance: Stance = (
            "not_checked" if "unknown" in (first, second) else "against" if first == second else "undecided"
        )
        return Rival("sensor", stance, said)
    stance = "against" if share < _LITTLE else "for" if share >= _MOST else "undecided"
    if first == second != "unknown":
        stance = "against"
    return Rival("sensor", stance, f"{said} {measured}", Measurement(share, "share of the change"))


def _response(situation: Situation) -> tuple[float, str]:
    """Return the share of the change of brightness that ground as bright underwent, and how that is said."""
    response = situation.conditions.response
    if response is None or not situation.has("brightness"):
        return math.nan, ""
    bright = situation.measured["brightness"]
    usual, _ = response.expected(bright.before)
    if not bright.change:
        return math.nan, ""
    # What goes the other way explains nothing.
    share = min(max(usual / bright.change, 0.0), 1.0)
    sentence = (
        f"Ground as bright changed by {usual / abs(bright.before):+.1%} after both were brought into one "
        f"radiometry, the place by {situation.relative('brightness'):+.0%}: that is {share:.0%} of it."
        if bright.before
        else f"Ground as bright explains {share:.0%} of the change."
    )
    sharpness = situation.conditions.sharpness
    if math.isfinite(sharpness):
        sentence += f" The second scene has {sharpness:.2f} times the fine detail of the first."
    return share, sentence
