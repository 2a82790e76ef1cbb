"""Named measurements of one object."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from sitewatch.pipeline.backdrop import Conditions
from sitewatch.pipeline.casting import Casting
from sitewatch.pipeline.leaning import Leaning
from sitewatch.pipeline.measure import Measured
from sitewatch.records import Kind, Measurement, Pair

NOISE = "standard deviations of unchanged ground"


@dataclass(frozen=True, slots=True)
class Situation:
    """One object with everything that was measured at it.

    Attributes
    ----------
    kind : Kind
    measured : mapping of str to Measured
        Layers of `measure_layers`, `standing_layers` and `compared_layers`, and ``noise`` (the difference in
        standard deviations of unchanged ground). Of what both dates say together, before and after hold the
        same number.
    shift_px : float
        How far the after scene was moved at the object, pixels.
    residual_px : float
        How well the scenes are registered, pixels; NaN if that could not be measured.
    width_px : float
        About the width of the object, pixels.
    pair : Pair
    leaning : Leaning or None
        None where roofs are too small to be looked for.
    casting : Casting or None
        None where the sun is not stated, or shadows are too small to be followed.
    conditions : Conditions
        What was measured of the whole pair.
    """

    kind: Kind
    measured: Mapping[str, Measured]
    shift_px: float
    residual_px: float
    width_px: float
    pair: Pair
    leaning: Leaning | None = None
    casting: Casting | None = None
    conditions: Conditions = field(default_factory=Conditions)

    def relative(self, name: str) -> float:
        """Change of a layer over the object, as a share of what it was before; NaN if not measured."""
        return _share(self.measured[name].before, self.measured[name].after) if self.has(name) else math.nan

    def relative_around(self, name: str) -> float:
        """Change of a layer over the surroundings, as a share of what it was before; NaN if not measured."""
        if name not in self.measured:
            return math.nan
        return _share(self.measured[name].around_before, self.measured[name].around_after)

    def together(self, name: str) -> float:
        """Value of a layer that both dates make together, over the object; NaN if not measured."""
        return self.measured[name].after if self.has(name) else math.nan

    def has(self, name: str) -> bool:
        """Tell whether a layer could be measured over the object on both dates."""
        return name in self.measured and math.isfinite(self.measured[name].change)


def evidence(situation: Situation) -> dict[str, Measurement]:
    """Return the measurements that go with a change, by name.

    ``d_<index>`` is after minus before in the before scene's radiometry; ``d_brightness`` and ``d_structure``
    (texture) are shares of what was there before; ``d_around_...`` is the same for the ground around.
    ``shadow_turned`` is the share of the object that shadows of standing things explain.
    ``lean_match`` is how well the place is found again where a lean would have moved it, 0 where nothing
    leans.
    """
    found: dict[str, Measurement] = {}
    for name in ("ndvi", "nbr", "ndbi", "bsi", "ndwi", "gli"):
        if situation.has(name):
            found[f"d_{name}"] = Measurement(situation.measured[name].change)
    vegetation = vegetation_index(situation)
    if vegetation is not None:
        found[f"d_around_{vegetation}"] = Measurement(situation.measured[vegetation].change_around)
    found["d_brightness"] = Measurement(situation.relative("brightness"))
    found["d_around_brightness"] = Measurement(situation.relative_around("brightness"))
    found["d_structure"] = Measurement(situation.relative("texture"))
    found |= _structure(situation)
    if situation.casting is not None and situation.casting.turned is not None:
        found["shadow_turned"] = Measurement(situation.casting.turned.share)
    if situation.leaning is not None:
        found["lean_match"] = Measurement(situation.leaning.match)
    found["change"] = Measurement(situation.measured["noise"].after, NOISE)
    found["change_around"] = Measurement(situation.measured["noise"].around_after, NOISE)
    found["shift_px"] = Measurement(situation.shift_px, "px")
    found["registration_px"] = Measurement(situation.residual_px, "px")
    found["width_px"] = Measurement(situation.width_px, "px")
    return found


def _structure(situation: Situation) -> dict[str, Measurement]:
    """Return what was measured of structure and context, as far as it could be."""
    found = {
        f"d_{name}": Measurement(situation.relative(name))
        for name in ("edges", "contrast")
        if situation.has(name)
    }
    for name in ("right_angles", "building", "cast_shadow"):
        if situation.has(name):
            found[f"d_{name}"] = Measurement(situation.measured[name].change)
    for name, layer, unit in (
        ("pattern_kept", "pattern", ""),
        ("change_not_shift", "difference", NOISE),
        ("apart_from_around", "apart", "spreads of the ground around"),
    ):
        if situation.has(layer):
            found[name] = Measurement(situation.together(layer), unit)
    return found


def vegetation_index(situation: Situation) -> str | None:
    """Name the index that tells vegetation with the bands at hand: NDVI, else GLI, else none."""
    return next((name for name in ("ndvi", "gli") if situation.has(name)), None)


def _share(before: float, after: float) -> float:
    return (after - before) / abs(before) if before and math.isfinite(before) else math.nan
