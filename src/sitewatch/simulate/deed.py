"""One thing that an event did, and the outline that an analyst would draw around it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from shapely import Polygon, unary_union
from shapely.geometry.base import BaseGeometry

from sitewatch.simulate.layout import COARSE_M
from sitewatch.simulate.recipe import Event
from sitewatch.simulate.shapes import Outline


@dataclass(frozen=True, slots=True, eq=False)
class Deed:
    """One thing that an event did.

    Attributes
    ----------
    kind : Event
    area : shapely Polygon
        What an analyst would outline, metres.
    doubtful : shapely geometry
        Ground around it that changed too, but that one would neither count nor blame: a graded yard,
        scattered debris, singed grass.
    built : shapely geometry
        The building itself; it is what remains of the truth when time runs backwards.
    height : float
        Of the building, metres: in an oblique view it is seen displaced.
    """

    kind: Event
    area: Polygon
    doubtful: BaseGeometry
    built: BaseGeometry
    height: float = 0.0


def merged(shapes: Sequence[tuple[BaseGeometry, float]], resolution: float) -> list[tuple[Polygon, float]]:
    """Join shapes (with their heights) that a sensor of this resolution cannot tell apart.

    Below `COARSE_M` shapes join where they touch. Above it the gaps narrower than 1.6 pixels close: a razed
    quarter is one object, as an analyst would outline it. The height is that of the tallest part.
    """
    grain = 0.8 * resolution if resolution > COARSE_M else 0.1
    grown = unary_union([shape.buffer(grain, join_style="mitre") for shape, _ in shapes])
    whole = grown.buffer(-grain, join_style="mitre")
    return [
        (Polygon(part.exterior), max((h for shape, h in shapes if shape.intersects(part)), default=0.0))
        for part in polygons(whole)
    ]


def polygons(shape: BaseGeometry | None) -> list[Polygon]:
    """Return the polygons that a geometry consists of; lines, points and None are left out."""
    parts = getattr(shape, "geoms", [shape])
    return [part for part in parts if isinstance(part, Polygon) and not part.is_empty]


def outline_of(polygon: Polygon) -> Outline:
    """Return a polygon's exterior as an outline."""
    return np.asarray(polygon.exterior.coords)[:-1]
