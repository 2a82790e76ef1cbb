"""New things of coarse imagery that brought no structure: a shadow fell there, or a roof was painted.

At 10 m a building is a few pixels, but it brings edges and contrast to ground that had none. What only turned
darker did not. The limits stand apart from drawn buildings of known truth (docs/method/reasons.md).
"""

from sitewatch.pipeline.explain.evidence import Situation

# Up to this pixel size the examiner knows buildings by their shape, and needs no such rule.
_COARSE_FROM_M = 3.0
# Shares of what was there before: edges and contrast up to these are no new structure.
_EDGES, _CONTRAST = 0.05, 0.1
# A shadow takes at least this share of the light, and leaves the pattern as it was.
_SHADE, _PATTERN = -0.08, 0.75


def shaded(situation: Situation) -> bool:
    """Tell whether a new thing only turned darker, with the pattern of light and dark that was there."""
    return (
        _brought_nothing(situation, _EDGES)
        and situation.relative("brightness") <= _SHADE
        and situation.together("pattern") > _PATTERN
    )


def repainted(situation: Situation) -> bool:
    """Tell whether a new thing only changed its colour: it is darker, and no edge became stronger."""
    return _brought_nothing(situation, 0.0) and situation.relative("brightness") < 0


def _brought_nothing(situation: Situation, edges: float) -> bool:
    pixel_m = max(scene.gsd_m for scene in (situation.pair.before, situation.pair.after))
    return (
        situation.kind == "construction"
        and pixel_m > _COARSE_FROM_M
        and situation.relative("edges") <= edges
        and situation.relative("contrast") <= _CONTRAST
    )
