"""Buildings that the user outlined: footprints, and what is read inside them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from shapely.geometry.base import BaseGeometry

from sitewatch.records.findings import Measurement
from sitewatch.records.vocabulary import EMPTY

# Severe and moderate damage are not told from the images: no reading has these grades.
Damage: TypeAlias = Literal["destroyed", "severe", "moderate", "possible", "none_visible", "not_assessable"]


@dataclass(frozen=True, slots=True)
class Footprint:
    """Where a building stands.

    Attributes
    ----------
    id : str
        Unique in its file.
    geometry : shapely Polygon or MultiPolygon
        WGS84, where the before scene shows the building.
    """

    id: str
    geometry: BaseGeometry


@dataclass(frozen=True, slots=True)
class Building:
    """What was read inside a footprint.

    Attributes
    ----------
    footprint : Footprint
    score : float
        How much it looks destroyed, 0..1. NaN: not assessable.
    damage : Damage
    seen : float
        Share of the footprint that both dates show, 0..1.
    evidence : mapping of str to Measurement
        Empty where nothing of it is seen.
    """

    footprint: Footprint
    score: float = math.nan
    damage: Damage = "not_assessable"
    seen: float = 0.0
    evidence: Mapping[str, Measurement] = field(default_factory=lambda: EMPTY)
