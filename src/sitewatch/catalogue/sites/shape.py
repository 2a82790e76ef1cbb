"""From what a file draws to the area of a site: circles round points, repair where it is safe."""

from collections.abc import Callable, Iterator

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod
from shapely import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry, BaseMultipartGeometry

from sitewatch.errors import GeometryError
from sitewatch.io.vectors import split, unwrapped

DEFAULT_RADIUS_M = 250.0
# A repair that moves more of the ground than this is a guess about what was meant.
SAFE_CHANGE = 0.05
_GEOD = Geod(ellps="WGS84")
# A polygon of 128 corners inside a circle holds 99.96 % of it.
_CORNERS = 128
# Written with 7 decimals, a circle of 10 m differs from itself by a thousandth of its area.
_SAME = 3e-3


def area_of(shape: BaseGeometry, radius_m: float) -> tuple[BaseGeometry, tuple[str, ...]]:
    """Return the area of a site, and what was done to get it.

    Parameters
    ----------
    shape : any geometry, WGS84 longitude/latitude
        Areas are taken as they are, closed lines as outlines, points as circles; beside an area, lines and
        points are labels and are left out.
    radius_m : float
        Of the circle around a point, metres.

    Returns
    -------
    Polygon or MultiPolygon
        Valid, longitudes in -180..180, exterior rings counter-clockwise.
    tuple of str
        Notes.

    Raises
    ------
    GeometryError
        If the shape is empty, an open line, has no area, or crosses itself beyond safe repair.
    """
    parts = list(_parts(shape))
    if not parts:
        raise GeometryError("the geometry is empty", "a point or an area is needed", "draw it again")
    areas, notes = _as_areas(parts, radius_m)
    whole, repaired = _repaired([unwrapped(area) for area in areas])
    home = split(whole)
    if home is not whole:
        notes += (_how_brought_home(whole),)
    return shapely.orient_polygons(home), (*notes, *repaired)


def circle(center: Point, radius_m: float) -> Polygon:
    """Return the circle around a point on the ellipsoid (WGS84), as a polygon of 128 corners.

    Parameters
    ----------
    center : Point
        Longitude, latitude; degrees.
    radius_m : float
        Geodesic distance of each corner from the centre, metres.

    Returns
    -------
    Polygon
        Counter-clockwise; longitudes run on beyond +-180 where it crosses the antimeridian.

    Raises
    ------
    GeometryError
        If it holds a pole.
    """
    azimuths = np.linspace(360.0, 0.0, _CORNERS, endpoint=False)
    full = np.ones(_CORNERS)
    lon, lat, _ = _GEOD.fwd(center.x * full, center.y * full, azimuths, radius_m * full)
    return unwrapped(Polygon(np.column_stack([lon, lat])))


def center_of(shape: BaseGeometry) -> tuple[float, float, float] | None:
    """Return longitude, latitude (degrees) and radius (metres) of a circle of ours; None of another shape."""
    west, south, east, north = shape.bounds
    lon, lat = (west + east) / 2, (south + north) / 2
    _, _, radius = _GEOD.inv(lon, lat, lon, north)
    if not isinstance(shape, Polygon) or len(shape.exterior.coords) != _CORNERS + 1:
        return None
    again = circle(Point(lon, lat), radius)
    same = again.symmetric_difference(shape).area <= _SAME * shape.area
    return (lon, lat, float(radius)) if same else None


def ground_area_m2(shape: BaseGeometry) -> float:
    """Return the area of a site on the ellipsoid, square metres."""
    return abs(float(_GEOD.geometry_area_perimeter(shapely.orient_polygons(shape))[0]))


def _parts(shape: BaseGeometry) -> Iterator[BaseGeometry]:
    if isinstance(shape, BaseMultipartGeometry):
        for part in shape.geoms:
            yield from _parts(part)
    elif not shape.is_empty:
        yield shape


def _as_areas(parts: list[BaseGeometry], radius_m: float) -> tuple[list[Polygon], tuple[str, ...]]:
    areas = [part for part in parts if isinstance(part, Polygon)]
    if areas:
        left_out = len(parts) - len(areas)
        return areas, (f"{left_out} points or lines beside the area were left out",) if left_out else ()
    closed = [Polygon(part.coords) for part in parts if _is_outline(part)]
    if closed:
        return closed, ("a closed line was taken as the outline of an area",)
    dots = [part for part in parts if isinstance(part, Point)]
    if not dots:
        raise GeometryError(
            "the geometry is an open line",
            "a point, an area or a closed line is needed",
            "draw the area as a polygon",
        )
    return [circle(dot, radius_m) for dot in dots], (f"a point became a circle of {radius_m:g} m radius",)


def _is_outline(part: BaseGeometry) -> bool:
    return isinstance(part, LineString) and part.is_closed and len(part.coords) >= 4


def _repaired(areas: list[Polygon]) -> tuple[BaseGeometry, tuple[str, ...]]:
    mended = [_mended(area) for area in areas]
    whole = mended[0] if len(mended) == 1 else _merged(mended)
    if whole.area <= 0:
        raise GeometryError(
            "the polygon has no area", "an outline that encloses ground is needed", "draw it again"
        )
    changes = [_change(old, new) for old, new in zip(areas, mended, strict=True) if new is not old]
    if changes and max(changes) > SAFE_CHANGE:
        raise GeometryError(
            f"the polygon crosses itself, and repair would change its area by {100 * max(changes):.0f} %",
            f"an outline that does not cross itself (up to {100 * SAFE_CHANGE:.0f} % is repaired)",
            "draw it again",
        )
    if not changes:
        return whole, ()
    return whole, (f"the polygon crossed itself and was repaired ({100 * max(changes):.2g} % of its area)",)


def _change(old: BaseGeometry, new: BaseGeometry) -> float:
    larger = max(old.area, new.area)
    return abs(new.area - old.area) / larger if larger else 0.0


def _mended(area: Polygon) -> BaseGeometry:
    if area.is_valid:
        return area
    # "structure" keeps ground that an outline goes round twice; "linework" would make a hole of it.
    mended: BaseGeometry = shapely.make_valid(area, method="structure", keep_collapsed=False)
    return mended


def _merged(parts: list[BaseGeometry]) -> BaseGeometry:
    """Join parts; one that lies a turn of the globe away from the first is brought beside it."""
    middle = parts[0].centroid.x
    near = [shapely.transform(part, _turned(middle - part.centroid.x)) for part in parts]
    merged: BaseGeometry = shapely.union_all(near)
    return merged


def _turned(east: float) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    step = np.array([360.0 * round(east / 360.0), 0.0])
    return lambda pairs: pairs + step


def _how_brought_home(whole: BaseGeometry) -> str:
    west, _, east, _ = whole.bounds
    crossing = np.floor((west + 180) / 360) != np.ceil((east + 180) / 360) - 1
    if crossing:
        return "the area crosses the antimeridian and was cut there"
    return "longitudes beyond 180 degrees were written within -180 to 180"
