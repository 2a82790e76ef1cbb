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
    crs = require_crs(grid)
    local = [(from_shapely(shape).to_crs(crs).geom, code) for shape, code in shapes if not shape.is_empty]
    if not local:
        return np.full(grid.shape, outside, np.uint8)
    drawn: NDArray[np.uint8] = rasterize(
        local, out_shape=grid.shape, transform=grid.affine, fill=outside, dtype="uint8"
    )
    return drawn
