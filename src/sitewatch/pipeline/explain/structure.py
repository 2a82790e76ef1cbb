"""Sentences on what stood there, what stands there now, and what the place was."""

import math

from sitewatch.pipeline.explain.evidence import Situation, vegetation_index

# Shares of the pattern: below the first it went, above the second it is still there.
LOST, KEPT = 0.5, 0.8
# Changes of edges, and of the share of right angles, that are worth a sentence.
_EDGES = 0.25
_ANGLES = 0.05
# Up to this pixel size a roof is many pixels.
_ROOF_IN_PIXELS_M = 3.0
_SHADOW = 0.1
# Vegetation index of green ground, and its fall where ground was cleared.
_GREEN = {"ndvi": 0.35, "gli": 0.06}
_CLEARED = {"ndvi": -0.1, "gli": -0.03}
# Building index, as a share of the brightness, below which no buildings are seen.
_OPEN = 0.06


def structure_reasons(situation: Situation) -> tuple[str, ...]:
    """Return what is to be said of structure, most telling first."""
    found = [
        _ground(situation),
        _cleared(situation),
        _pattern(situation),
        _edges(situation),
        _shadow(situation),
    ]
    return tuple(sentence for sentence in found if sentence is not None)


def _pattern(situation: Situation) -> str | None:
    kept = situation.together("pattern")
    if kept < LOST:
        return f"The pattern of light and dark is another one (correlation {kept:.2f}, shifted for the best)."
    if kept > KEPT:
        return f"The pattern of light and dark is still there (correlation {kept:.2f})."
    return None


def _edges(situation: Situation) -> str | None:
    change = situation.relative("edges")
    if not abs(change) >= _EDGES:
        return None
    sentence = f"Edges became {abs(change):.0%} {'stronger' if change > 0 else 'weaker'}"
    angles = situation.measured["right_angles"].change if situation.has("right_angles") else math.nan
    if angles * change > 0 and abs(angles) >= _ANGLES:
        sentence += f", and right angles {'appeared' if angles > 0 else 'went'} ({angles:+.2f})"
    return sentence + "."


def _shadow(situation: Situation) -> str | None:
    if not situation.has("cast_shadow"):
        return None
    change = situation.measured["cast_shadow"].change
    if situation.kind == "construction" and change >= _SHADOW:
        return f"Shadows appeared on the side away from the sun ({change:+.2f}): something stands there."
    if situation.kind == "demolition" and change <= -_SHADOW:
        return f"Shadows on the side away from the sun went ({change:+.2f}): nothing stands there any more."
    return None


def _cleared(situation: Situation) -> str | None:
    """Say where ground was cleared and nothing stands on it yet."""
    name = vegetation_index(situation)
    if situation.kind not in ("construction", "other") or name is None:
        return None
    # A roof of many pixels is as smooth inside as bare ground.
    if situation.pair.before.gsd_m <= _ROOF_IN_PIXELS_M:
        return None
    greener = situation.measured[name].change
    bare = greener <= _CLEARED[name] and situation.relative("brightness") > 0
    if not (bare and situation.relative("edges") < _EDGES):
        return None
    return (
        f"Vegetation gave way to brighter ground ({name.upper()} {greener:+.2f}) without visible structure: "
        "ground that was cleared, and may await construction."
    )


def _ground(situation: Situation) -> str | None:
    """Say what it was that burned."""
    name = vegetation_index(situation)
    if situation.kind != "burning" or name is None or not situation.has("building"):
        return None
    building, green = situation.measured["building"].before, situation.measured[name].before
    if building >= _OPEN:
        return f"Something of a building's size and brightness stood there (building index {building:.2f})."
    if green >= _GREEN[name]:
        return (
            f"It was vegetation before ({name.upper()} {green:.2f}), without buildings that could be seen: "
            "a field or wild land burned."
        )
    return None
