"""Shapes across the 180th meridian: made continuous, and cut there as RFC 7946 wants it (section 3.1.9)."""

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import (
    GeometryCollection,
    LinearRing,
    LineString,
    MultiLineString,
    MultiPoint,
    MultiPolygon,
    Point,
    Polygon,
)
from shapely.affinity import translate
from shapely.geometry.base import BaseGeometry

from sitewatch.errors import GeometryError


def unwrapped(polygon: Polygon) -> Polygon:
    """Return a polygon whose longitudes run on beyond +-180 instead of jumping there.

    An edge that spans more than half of the globe is taken to cross the antimeridian: no site is that large.

    Raises
    ------
    GeometryError
        If a ring goes round a pole.
    """
    shell = shapely.get_coordinates(polygon.exterior)
    if not any(_jumps(shapely.get_coordinates(ring)) for ring in (polygon.exterior, *polygon.interiors)):
        return polygon
    outer = _continuous(shell)
    middle = float(outer[:, 0].mean())
    holes = [_near(_continuous(shapely.get_coordinates(hole)), middle) for hole in polygon.interiors]
    return Polygon(outer, holes)


def split(shape: BaseGeometry) -> BaseGeometry:
    """Bring every longitude into -180..180 and cut whatever crosses the antimeridian.

    Parameters
    ----------
    shape : any geometry, degrees
        Longitudes may run on beyond +-180 or jump there.

    Returns
    -------
    geometry
        The same object if nothing had to be done; multi-part where it was cut.

    Raises
    ------
    GeometryError
        If a ring goes round a pole.
    """
    if shape.is_empty or not _is_odd(shape):
        return shape
    return gathered([piece for part in _parts(shape) for piece in _pieces(part)])


def _is_odd(shape: BaseGeometry) -> bool:
    west, _, east, _ = shape.bounds
    return west < -180 or east > 180 or (east - west > 180 and any(map(_part_jumps, _parts(shape))))


def _part_jumps(part: BaseGeometry) -> bool:
    if isinstance(part, Polygon):
        return any(_jumps(shapely.get_coordinates(ring)) for ring in (part.exterior, *part.interiors))
    return _jumps(shapely.get_coordinates(part))


def _parts(shape: BaseGeometry) -> Iterator[BaseGeometry]:
    if isinstance(shape, GeometryCollection | MultiPolygon | MultiLineString | MultiPoint):
        for part in shape.geoms:
            yield from _parts(part)
    else:
        yield shape


def _pieces(part: BaseGeometry) -> list[BaseGeometry]:
    if isinstance(part, Point):
        return [Point((part.x + 180) % 360 - 180, part.y) if abs(part.x) > 180 else part]
    if isinstance(part, Polygon):
        part = unwrapped(part)
    elif isinstance(part, LineString) and not isinstance(part, LinearRing):
        part = LineString(_smooth(shapely.get_coordinates(part)))
    west, south, east, north = part.bounds
    first, last = math.floor((west + 180) / 360), math.ceil((east + 180) / 360)
    if last - first <= 1:
        return [translate(part, -360.0 * first) if first else part]
    strips = [shapely.box(360 * k - 180, south - 1, 360 * k + 180, north + 1) for k in range(first, last)]
    cut = [translate(part & strip, -360.0 * (first + n)) for n, strip in enumerate(strips)]
    # Where a shape only touches the meridian the cut leaves a line or a point; that is no part of an area.
    return [
        piece
        for both in cut
        for piece in _parts(both)
        if not piece.is_empty and shapely.get_dimensions(piece) == shapely.get_dimensions(part)
    ]


def gathered(parts: Sequence[BaseGeometry]) -> BaseGeometry:
    """Join single parts into the multi-part geometry of their type; a lone part stays as it is."""
    if len(parts) == 1:
        return parts[0]
    for single, several in _MULTI:
        if parts and all(type(part) is single for part in parts):
            joined: BaseGeometry = several(list(parts))
            return joined
    return GeometryCollection(parts)


_MULTI: tuple[tuple[type[BaseGeometry], Callable[..., Any]], ...] = (
    (Polygon, shapely.multipolygons),
    (LineString, shapely.multilinestrings),
    (Point, shapely.multipoints),
)


def _jumps(coordinates: NDArray[np.float64]) -> bool:
    return bool((np.abs(np.diff(coordinates[:, 0])) > 180).any())


def _smooth(coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.column_stack([np.unwrap(coordinates[:, 0], period=360), coordinates[:, 1]])


def _continuous(ring: NDArray[np.float64]) -> NDArray[np.float64]:
    smooth = _smooth(ring)
    if abs(smooth[-1, 0] - smooth[0, 0]) > 180:
        raise GeometryError(
            "the polygon goes round a pole",
            "an area that a map can show is needed",
            "draw it on one side of the pole",
        )
    return smooth


def _near(ring: NDArray[np.float64], middle: float) -> NDArray[np.float64]:
    turns = round((middle - float(ring[:, 0].mean())) / 360)
    moved: NDArray[np.float64] = ring + np.array([360.0 * turns, 0.0])
    return moved
