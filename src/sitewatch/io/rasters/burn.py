"""Polygons, drawn onto a grid."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox
from rasterio.features import rasterize
from shapely.geometry.base import BaseGeometry

from sitewatch.grid import from_shapely, require_crs


def burn(shapes: Sequence[tuple[BaseGeometry, int]], grid: GeoBox, *, outside: int = 0) -> NDArray[np.uint8]:
    """Draw polygons onto a grid: a pixel has the code of the polygon that holds its centre.

    Parameters
    ----------
    shapes : sequence of (geometry, code)
        WGS84; a later one covers an earlier one.
    outside : int
        Code where there is no polygon.

    Returns
    -------
    (rows, columns) uint8

    Raises
    ------
    CoverageError
        If the grid has no CRS.
    """
    return np.asarray(_drawn(shapes, grid, outside, "uint8"), np.uint8)


def burn_labels(shapes: Sequence[BaseGeometry], grid: GeoBox) -> NDArray[np.int32]:
    """Draw polygons onto a grid by their number, from 1 on.

    Parameters
    ----------
    shapes : sequence of geometry
        WGS84; a later one covers an earlier one.

    Returns
    -------
    (rows, columns) int32
        0 where there is no polygon.

    Raises
    ------
    CoverageError
        If the grid has no CRS.
    """
    return np.asarray(_drawn([(shape, n) for n, shape in enumerate(shapes, 1)], grid, 0, "int32"), np.int32)


def _drawn(
    shapes: Sequence[tuple[BaseGeometry, int]], grid: GeoBox, outside: int, dtype: str
) -> NDArray[np.generic]:
    crs = require_crs(grid)
    local = [(from_shapely(shape).to_crs(crs).geom, code) for shape, code in shapes if not shape.is_empty]
    if not local:
        return np.full(grid.shape, outside, dtype)
    drawn: NDArray[np.generic] = rasterize(
        local, out_shape=grid.shape, transform=grid.affine, fill=outside, dtype=dtype
    )
    return drawn
