"""The rival *lean*: a roof that stands elsewhere because it was seen from elsewhere."""

import math

from sitewatch.kernels.parallax import Direction, Moved
from sitewatch.pipeline.explain.evidence import Situation
from sitewatch.records import Measurement, Rival, Stance

# A roof that is found again this well along the common direction is the same roof. Chosen on half of the
# left-out pairs and checked on the other half (docs/method/reasons.md).
_SAME = 0.6
# By how much that must be better than anything where it was.
_BETTER = 0.1
# Below this it is not the same.
_ANOTHER = 0.45
# Nadir enough that towers hardly lean, degrees.
_OFF_NADIR_DEG = 8.0


def lean(situation: Situation) -> Rival:
    """Weigh whether a thing was there on both dates, moved as tall things of the pair are.

    It vetoes where the thing is found along the pair's common direction, better than where it was and better
    than in any other direction.
    """
    leaning = situation.leaning
    if leaning is None:
        return _by_angles(situation)
    if leaning.direction is None:
        sentence = f"Roofs of the two dates are not moved in a common direction. {_angles(situation)}".strip()
        return Rival("lean", "against", sentence, Measurement(0.0, "correlation"))
    said = _direction(leaning.direction)
    moved = leaning.moved
    if moved is None or math.isnan(moved.match):
        sentence = f"{said} The place is not found again in that direction."
        return Rival("lean", "against", sentence, Measurement(0.0, "correlation"))
    vetoes = _explains(moved)
    stance: Stance = "for" if vetoes else "against" if moved.match < _ANOTHER else "undecided"
    sentence = (
        f"{said} The other date shows the place {moved.distance_px * leaning.pixel_m:.0f} m along it with a "
        f"correlation of {moved.match:.2f}; other directions give {_number(moved.elsewhere)}, the place "
        f"itself {_number(moved.still)}."
    )
    return Rival("lean", stance, sentence, Measurement(leaning.match, "correlation"), vetoes=vetoes)


def _explains(moved: Moved) -> bool:
    beside = -1.0 if math.isnan(moved.elsewhere) else moved.elsewhere
    still = -1.0 if math.isnan(moved.still) else moved.still
    return moved.match >= _SAME and moved.match > beside and moved.match > still + _BETTER


def _direction(direction: Direction) -> str:
    return (
        f"Roofs of the second date are moved towards {direction.bearing:.0f} degrees from the image's top "
        f"({direction.share:.0%} of {direction.places} patches agree, chance gives 8%)."
    )


def _angles(situation: Situation) -> str:
    first, second = situation.pair.before.view.off_nadir, situation.pair.after.view.off_nadir
    if first is None or second is None:
        return ""
    return f"Off-nadir angles are {first:.0f} and {second:.0f} degrees."


def _by_angles(situation: Situation) -> Rival:
    """Say what the angles tell, where roofs are too small to be looked for."""
    first, second = situation.pair.before.view.off_nadir, situation.pair.after.view.off_nadir
    if first is None or second is None:
        return Rival("lean", "not_checked", "The off-nadir angles are not known on both dates.")
    stance: Stance = "against" if max(first, second) < _OFF_NADIR_DEG else "undecided"
    meaning = "buildings hardly lean." if stance == "against" else "tall buildings lean differently."
    sentence = f"{_angles(situation).removesuffix('.')}: {meaning}"
    return Rival("lean", stance, sentence, Measurement(abs(first - second), "degrees"))


def _number(value: float) -> str:
    return "nothing alike" if math.isnan(value) else f"{value:.2f} at best"
