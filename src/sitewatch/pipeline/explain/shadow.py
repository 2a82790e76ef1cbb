"""The rival *shadow*: light that was lost or gained because the sun stood elsewhere."""

import math

from sitewatch.kernels.turning import Turned
from sitewatch.pipeline.casting import HOUSE_M, Casting, suns_of
from sitewatch.pipeline.explain.evidence import Situation
from sitewatch.pipeline.explain.plainness import shaded
from sitewatch.records import Measurement, Rival, Stance

# Darker than this share, and a shadow may be the reason.
DARKER = -0.10
_BLUER = 0.02
# Share of an object that turned shadows explain, from which they may be the reason, and by how much more than
# suns that stood elsewhere; below the last they are not (docs/method/reasons.md).
_MOST, _MORE, _LITTLE = 0.4, 0.2, 0.2


def shadow(situation: Situation) -> Rival:
    """Weigh whether the place is shadow of something that stands on both dates.

    Where the sun is stated on both dates and shadows are many pixels long, each is followed to what throws
    it, and looked for where the other date's sun puts it. Elsewhere darkness and blue are all there is.
    """
    casting = situation.casting
    if casting is not None and casting.turned is not None and math.isfinite(casting.turned.share):
        return _by_sun(casting, casting.turned)
    return _by_darkness(situation)


def _by_sun(casting: Casting, turned: Turned) -> Rival:
    enough = turned.share >= _MOST and turned.share >= turned.elsewhere + _MORE
    stance: Stance = "for" if enough else "against" if turned.share < _LITTLE else "undecided"
    sentence = (
        f"The sun stood at {_place(casting, 0)} and at {_place(casting, 1)}: the shadow of a house of "
        f"{HOUSE_M:.0f} m moved by {casting.travel_m:.1f} m. {turned.dark:.0%} of the place is dark on "
        f"one date only, and {turned.share:.0%} is shadow of something that throws one on the other date too"
    )
    if math.isfinite(turned.height_m):
        sentence += f", from the same height ({turned.height_m:.0f} m)"
    sentence += f"; suns elsewhere would explain {turned.elsewhere:.0%}."
    return Rival("shadow", stance, sentence, Measurement(turned.share, "share of the object"))


def _place(casting: Casting, date: int) -> str:
    sun = casting.suns[date]
    return f"{sun.azimuth:.0f} degrees ({sun.elevation:.0f} high)"


def _by_darkness(situation: Situation) -> Rival:
    darker = situation.relative("brightness")
    if math.isnan(darker):
        return Rival("shadow", "not_checked", "Brightness could not be measured on both dates.")
    sun = _sun(situation)
    if shaded(situation):
        sentence = (
            f"The place became {-darker:.0%} darker and kept its pattern of light and dark (correlation "
            f"{situation.together('pattern'):.2f}), without new edges "
            f"({situation.relative('edges'):+.0%}): something built would have brought some. {sun}"
        )
        return Rival("shadow", "for", sentence, Measurement(darker), vetoes=True)
    if darker > DARKER:
        sentence = f"The place did not darken ({darker:+.0%}). {sun}"
        return Rival("shadow", "against", sentence, Measurement(darker))
    bluer = situation.measured["blueness"].change if situation.has("blueness") else math.nan
    if bluer > _BLUER:
        alike = situation.kind == "burning"
        also = "shadows are, and char" if alike else "shadows are"
        sentence = f"The place became {-darker:.0%} darker and bluer ({bluer:+.2f}), as {also}. {sun}"
        return Rival("shadow", "undecided" if alike else "for", sentence, Measurement(bluer))
    sentence = f"The place became {-darker:.0%} darker, without the blue of a shadow. {sun}"
    return Rival("shadow", "undecided" if math.isnan(bluer) else "against", sentence, Measurement(darker))


def _sun(situation: Situation) -> str:
    if suns_of(situation.pair) is None:
        return "Where shadows should fall was not checked: the sun's position is not stated on both dates."
    return "Where shadows should fall was not checked: at this pixel size they cannot be followed."
