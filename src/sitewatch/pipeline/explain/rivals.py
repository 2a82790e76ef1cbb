"""Explanations other than the three kinds, each with what was measured for or against it.

Lean, shadow and repaint veto a change where they were borne out on pairs that nothing was fitted on. The
other limits are those of common sense (a shadow darkens, haze veils everything around), and inform only.
"""

import math

from sitewatch.catalogue.sensors import title
from sitewatch.kernels.trend import Trend
from sitewatch.pipeline.explain.evidence import Situation, vegetation_index
from sitewatch.pipeline.explain.lean import lean
from sitewatch.pipeline.explain.plainness import repainted, shaded
from sitewatch.pipeline.explain.structure import KEPT, LOST
from sitewatch.pipeline.measure import Measured
from sitewatch.records import Measurement, Rival, Stance

# Darker than this share, and a shadow or wet ground may be the reason.
_DARKER = -0.10
_SUN_APART_DEG = 15.0
# A difference of which a shift leaves less than this share may come from the shift.
_SHIFTED = 0.4
# Spreads of the ground around, or of similar ground, by which a change stands out that this ground did not
# make alike; and those by which it surely does.
_ALIKE, _OTHERWISE = 1.0, 2.0


def rivals(situation: Situation) -> tuple[Rival, ...]:
    """Return every rival explanation, whether it was ruled out or not."""
    return (
        _shift(situation),
        _shadow(situation),
        _season(situation),
        _wet_soil(situation),
        _haze(situation),
        _sensor(situation),
        lean(situation),
        _repaint(situation),
    )


def _shift(situation: Situation) -> Rival:
    residual, width = situation.residual_px, situation.width_px
    if math.isnan(residual):
        return Rival("shift", "not_checked", "How well the scenes are registered could not be measured.")
    stance: Stance = "against" if width > 2 * residual + 2 else "for" if width < residual + 1 else "undecided"
    sentence = (
        f"The scenes are registered to {residual:.2f} px; the object is about {width:.1f} px wide, "
        + {
            "against": "far wider than a misfit.",
            "for": "no wider than a misfit.",
            "undecided": "not much wider.",
        }[stance]
    )
    left, whole = situation.together("difference"), situation.together("noise")
    if left < _SHIFTED * whole:
        # A matching neighbour is no proof: on even ground every pixel has one.
        stance = "undecided" if stance == "against" else stance
        sentence += (
            f" A shift of one pixel takes the difference from {whole:.1f} to {left:.1f} units of noise."
        )
    return Rival("shift", stance, sentence, Measurement(residual, "px"))


def _shadow(situation: Situation) -> Rival:
    darker = situation.relative("brightness")
    if math.isnan(darker):
        return Rival("shadow", "not_checked", "Brightness could not be measured on both dates.")
    sun = _sun(situation)
    if darker > _DARKER and not shaded(situation):
        return Rival(
            "shadow", "against", f"The place did not darken ({darker:+.0%}). {sun}", Measurement(darker)
        )
    bluer = situation.measured["blueness"].change if situation.has("blueness") else math.nan
    if bluer > 0.02 and situation.kind == "burning":
        sentence = (
            f"The place became {-darker:.0%} darker and bluer ({bluer:+.2f}), as shadows are, and char. {sun}"
        )
        return Rival("shadow", "undecided", sentence, Measurement(bluer))
    if shaded(situation):
        sentence = (
            f"The place became {-darker:.0%} darker and kept its pattern of light and dark (correlation "
            f"{situation.together('pattern'):.2f}), without new edges "
            f"({situation.relative('edges'):+.0%}): something built would have brought some. {sun}"
        )
        return Rival("shadow", "for", sentence, Measurement(darker), vetoes=True)
    if bluer > 0.02:
        sentence = f"The place became {-darker:.0%} darker and bluer ({bluer:+.2f}), as shadows are. {sun}"
        return Rival("shadow", "for", sentence, Measurement(bluer))
    sentence = f"The place became {-darker:.0%} darker, without the blue of a shadow. {sun}"
    return Rival("shadow", "undecided" if math.isnan(bluer) else "against", sentence, Measurement(darker))


def _sun(situation: Situation) -> str:
    first, second = situation.pair.before.view.sun_azimuth, situation.pair.after.view.sun_azimuth
    if first is None or second is None:
        return "The sun's position is not known on both dates."
    apart = abs((first - second + 180) % 360 - 180)
    how = "nearly the same" if apart < _SUN_APART_DEG else "another"
    return f"The sun stood in {how} direction ({apart:.0f} degrees apart)."


def _season(situation: Situation) -> Rival:
    name = vegetation_index(situation)
    when = _calendar(situation)
    if name is None:
        return Rival("season", "not_checked", f"No band tells vegetation. {when}")
    here, around = situation.measured[name].change, situation.measured[name].change_around
    if situation.trend is not None:
        return _season_of_like_ground(name, situation.measured[name], situation.trend, when)
    if math.isnan(around):
        return Rival("season", "undecided", f"No unchanged ground lies around the place. {when}")
    alike = here * around > 0 and abs(around) >= 0.5 * abs(here) and min(abs(here), abs(around)) > 0.03
    sentence = f"{name.upper()} changed by {here:+.2f} here and by {around:+.2f} around. {when}"
    apart = situation.together("apart")
    if apart < _ALIKE:
        alike = True
        sentence += f" The place stands out of the ground around by {apart:.1f} of its spreads only."
    return Rival("season", "for" if alike else "against", sentence, Measurement(around))


def _season_of_like_ground(name: str, measured: Measured, trend: Trend, when: str) -> Rival:
    usual, spread = trend.expected(measured.before)
    apart = abs(measured.change - usual) / spread
    stance: Stance = "for" if apart < _ALIKE else "against" if apart > _OTHERWISE else "undecided"
    sentence = (
        f"{name.upper()} changed by {measured.change:+.2f} here; ground that was as green changed by "
        f"{usual:+.2f}, give or take {spread:.2f}: the place stands {apart:.1f} of these spreads apart. "
        f"{when}"
    )
    return Rival("season", stance, sentence, Measurement(apart, "spreads of similar ground"))


def _calendar(situation: Situation) -> str:
    scenes = (situation.pair.before, situation.pair.after)
    if any(scene.datetime is None or scene.date_precision == "year" for scene in scenes):
        return "The time of year could not be checked: a date is missing."
    first, second = (scene.datetime.timetuple().tm_yday for scene in scenes if scene.datetime is not None)
    apart = min(abs(first - second), 365 - abs(first - second))
    return f"The dates lie {apart} days apart in the calendar."


def _wet_soil(situation: Situation) -> Rival:
    darker = situation.relative("brightness")
    if math.isnan(darker):
        return Rival("wet soil", "not_checked", "Brightness could not be measured on both dates.")
    if darker > _DARKER:
        return Rival(
            "wet soil", "against", f"Wet ground darkens; this did not ({darker:+.0%}).", Measurement(darker)
        )
    swir = next((name for name in ("swir16", "swir22") if situation.has(name)), None)
    if swir is None:
        sentence = "The place darkened, and no short-wave infrared band tells wet ground from dark matter."
        return Rival("wet soil", "undecided", sentence, Measurement(darker))
    drop = situation.relative(swir)
    wet = drop < darker - 0.1
    sentence = f"Short-wave infrared changed by {drop:+.0%}, the visible bands by {darker:+.0%}: " + (
        "water takes most from the infrared." if wet else "water would take most from the infrared."
    )
    return Rival("wet soil", "for" if wet else "against", sentence, Measurement(drop))


def _haze(situation: Situation) -> Rival:
    veil = situation.relative_around("texture")
    if math.isnan(veil):
        return Rival("haze", "not_checked", "No ground around the place could be looked at.")
    veiled = abs(veil) > 0.35
    sentence = f"Contrast around the place changed by {veil:+.0%}" + (
        ": one of the dates may be hazy." if veiled else ": neither date is veiled against the other."
    )
    return Rival("haze", "undecided" if veiled else "against", sentence, Measurement(veil))


def _sensor(situation: Situation) -> Rival:
    first, second = situation.pair.before.sensor, situation.pair.after.sensor
    if "unknown" in (first, second):
        return Rival("sensor", "not_checked", "The sensor of a scene is not known.")
    if first == second:
        return Rival("sensor", "against", f"Both scenes come from {title(first)}.")
    return Rival(
        "sensor", "undecided", f"The scenes come from two sensors, {title(first)} and {title(second)}."
    )


def _repaint(situation: Situation) -> Rival:
    kept = situation.together("pattern")
    if math.isnan(kept):
        return Rival("repaint", "not_checked", "The pattern of light and dark could not be compared.")
    if repainted(situation) and not shaded(situation):
        darker, edges, contrast = (situation.relative(name) for name in ("brightness", "edges", "contrast"))
        sentence = (
            f"The place became {-darker:.0%} darker, and its edges are no stronger ({edges:+.0%}; contrast "
            f"{contrast:+.0%}): it changed its colour, and something built would have brought edges."
        )
        return Rival("repaint", "for", sentence, Measurement(edges), vetoes=True)
    stance: Stance = "for" if kept > KEPT else "against" if kept < LOST else "undecided"
    meaning = {
        "for": "it changed its colour and kept its form, as a roof does that is painted.",
        "against": "its form changed, not its colour alone.",
        "undecided": "part of its form is still there.",
    }[stance]
    sentence = f"The pattern of light and dark correlates by {kept:.2f} between the dates: {meaning}"
    return Rival("repaint", stance, sentence, Measurement(kept))
