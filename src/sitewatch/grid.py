"""odc-geo's GeoBox, and the few questions of ours about it.

A grid is shape + affine + CRS and holds no pixels. Rows run down, columns to the right.
"""

import math

import numpy as np
from odc.geo.crs import CRS
from odc.geo.geobox import GeoBox
from odc.geo.geom import Geometry
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

from sitewatch.errors import CoverageError

WGS84 = "EPSG:4326"
_GEOD = Geod(ellps="WGS84")
# Places this close to a pixel's edge lie on it, pixels.
_WHOLE = 1 / 64


def pixel_area_m2(grid: GeoBox) -> float:
    """Area on the ground of the pixel in the middle of a grid, square metres (geodesic)."""
    width, height = pixel_size_m(grid)
    return width * height


def pixel_size_m(grid: GeoBox) -> tuple[float, float]:
    """Width and height on the ground of the pixel in the middle of a grid, metres (geodesic).

    A projected grid has the size its CRS gives it, so that a 10 m pixel is 10 m; only a grid in degrees, or
    in a projection whose scale is far from true (Web Mercator), is measured on the ellipsoid.
    """
    step_x, step_y = math.hypot(grid.affine.a, grid.affine.d), math.hypot(grid.affine.b, grid.affine.e)
    if grid.crs is not None and grid.crs.projected and not _is_web_mercator(grid):
        return step_x, step_y
    rows, cols = grid.shape
    corners = [
        grid.affine * (cols / 2 + dx, rows / 2 + dy) for dx, dy in ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0))
    ]
    lon, lat = _to_lonlat(grid, corners)
    _, _, across = _GEOD.inv(lon[0], lat[0], lon[1], lat[1])
    _, _, down = _GEOD.inv(lon[0], lat[0], lon[2], lat[2])
    return float(across), float(down)


def gsd_m(grid: GeoBox) -> float:
    """Geometric mean of a pixel's width and height, metres."""
    return math.sqrt(pixel_area_m2(grid))


def require_crs(grid: GeoBox) -> CRS:
    """Return the CRS of a grid.

    Raises
    ------
    CoverageError
        If it has none.
    """
    if grid.crs is None:
        raise CoverageError(
            "a grid without a CRS was met",
            "every scene must say where on the ground it lies",
            "add the scene again with a CRS",
        )
    return grid.crs


def overlap(first: GeoBox, second: GeoBox) -> GeoBox:
    """Return the part of `first` that `second` covers, on the grid of `first`.

    Raises
    ------
    CoverageError
        If the two do not overlap, or `first` has no CRS.
    """
    shared = first.extent & second.extent.to_crs(require_crs(first), resolution=math.inf)
    if shared.is_empty or shared.area <= 0:
        raise CoverageError(
            "the two scenes do not overlap",
            "before and after must show the same ground",
            "check the files and their georeference",
        )
    return window(first, shared)


def window(grid: GeoBox, shape: Geometry, margin: int = 0) -> GeoBox:
    """Return the smallest part of `grid` that holds `shape`, widened by `margin` pixels, cut to the grid.

    Raises
    ------
    CoverageError
        If nothing of `shape` lies on the grid.
    """
    local = shape.to_crs(require_crs(grid), resolution=math.inf).transform(lambda x, y: ~grid.affine * (x, y))
    left, top, right, bottom = local.boundingbox.bbox
    rows, cols = grid.shape
    # A corner that lies on a pixel's edge to within rounding belongs to that pixel, not to its neighbour.
    slack = 1e-4
    col0, row0 = math.floor(left + slack) - margin, math.floor(top + slack) - margin
    col1, row1 = math.ceil(right - slack) + margin, math.ceil(bottom - slack) + margin
    col0, row0, col1, row1 = max(col0, 0), max(row0, 0), min(col1, cols), min(row1, rows)
    if col0 >= col1 or row0 >= row1:
        raise CoverageError(
            "the site lies outside the scenes",
            "it must lie where both scenes have pixels",
            "add scenes that cover it, or check the site's coordinates",
        )
    return grid[row0:row1, col0:col1]


def coarsened(grid: GeoBox, factor: int) -> GeoBox:
    """Return `grid` with pixels `factor` times as wide, cut at the far edges to whole pixels."""
    rows, cols = grid.shape[0] // factor * factor, grid.shape[1] // factor * factor
    return grid[:rows, :cols].zoom_out(factor) if factor > 1 else grid


def same_pixels(one: GeoBox, other: GeoBox) -> bool:
    """Tell whether two grids cut the ground into the same pixels, whichever part of it they cover."""
    if one.crs != other.crs:
        return False
    step = ~one.affine * other.affine
    still = np.allclose([step.a, step.b, step.d, step.e], [1, 0, 0, 1], rtol=0, atol=1e-6)
    return bool(still) and max(abs(place - round(place)) for place in (step.c, step.f)) < _WHOLE


def from_shapely(shape: BaseGeometry, crs: str = WGS84) -> Geometry:
    """Wrap a shapely geometry with its CRS."""
    return Geometry(shape, crs)


def _is_web_mercator(grid: GeoBox) -> bool:
    return grid.crs is not None and grid.crs.to_epsg() == 3857


def _to_lonlat(grid: GeoBox, points: list[tuple[float, float]]) -> tuple[list[float], list[float]]:
    if grid.crs is None or grid.crs.geographic:
        return [x for x, _ in points], [y for _, y in points]
    across, up = np.asarray([x for x, _ in points]), np.asarray([y for _, y in points])
    lon, lat = grid.crs.transformer_to_crs("EPSG:4326", always_xy=True)(across, up)
    return list(map(float, lon)), list(map(float, lat))
