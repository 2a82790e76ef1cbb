"""Coordinates that are longitude and latitude, or a refusal that says what they look like instead."""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError
from shapely.geometry.base import BaseGeometry

from sitewatch.errors import GeometryError, VectorError

WGS84 = CRS.from_epsg(4326)
# GeoJSON's own name for WGS84 with longitude first. pyproj tells the two apart by axis order, which
# `always_xy` makes irrelevant.
_SAME = (WGS84, CRS.from_user_input("OGC:CRS84"))


def to_degrees(shape: BaseGeometry, crs: CRS | None) -> BaseGeometry:
    """Bring a geometry to WGS84 longitude/latitude.

    Parameters
    ----------
    shape : shapely geometry, 2D
    crs : CRS or None
        None means that the file promises longitude/latitude (or says nothing and is taken by its word).

    Returns
    -------
    shapely geometry
        Latitudes within +-90; longitudes within +-360, because shapes across the antimeridian and whole
        files are written that way.

    Raises
    ------
    GeometryError
        If a coordinate is not finite, is out of range (swapped, or metres), or the CRS is the wrong one.
    """
    if shape.is_empty:
        return shape
    if crs is not None and crs not in _SAME:
        _refuse_degrees_called_metres(shape, crs)
        shape = _reprojected(shape, crs)
    _refuse_out_of_range(shape)
    return shape


def parse_crs(text: Any, source: str) -> CRS:
    """Read a CRS by any of its usual names.

    Raises
    ------
    VectorError
        If it has none of them.
    """
    try:
        return CRS.from_user_input(text)
    except CRSError as error:
        raise VectorError(
            f"{source} names the CRS {text!r}, which is not known",
            "a CRS that PROJ knows is needed",
            "save the file in WGS84 longitude/latitude (EPSG:4326)",
        ) from error


def _reprojected(shape: BaseGeometry, crs: CRS) -> BaseGeometry:
    forward = Transformer.from_crs(crs, WGS84, always_xy=True)

    def project(pairs: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(forward.transform(pairs[:, 0], pairs[:, 1]))

    moved: BaseGeometry = shapely.transform(shape, project)
    if not np.isfinite(shapely.get_coordinates(moved)).all():
        x, y = shapely.get_coordinates(shape)[0]
        raise GeometryError(
            f"the coordinates ({x:g}, {y:g}) lie outside {crs.name}, the CRS that the file names",
            "coordinates and CRS must belong together",
            "set the CRS in which the coordinates were taken",
        )
    return moved


def _refuse_degrees_called_metres(shape: BaseGeometry, crs: CRS) -> None:
    """Refuse degrees under a projected CRS of the registry: its origin lies hundreds of kilometres away."""
    x, y = np.abs(shapely.get_coordinates(shape)).max(axis=0)
    if crs.is_projected and crs.to_authority() is not None and x <= 180 and y <= 90:
        lon, lat = shapely.get_coordinates(shape)[0]
        raise GeometryError(
            f"the coordinates ({lon:g}, {lat:g}) look like degrees, but the file's CRS is {crs.name}",
            "coordinates and CRS must belong together",
            "set the file's CRS to WGS84 longitude/latitude (EPSG:4326)",
        )


def _refuse_out_of_range(shape: BaseGeometry) -> None:
    coordinates = shapely.get_coordinates(shape)
    first = coordinates[0]
    if not np.isfinite(coordinates).all():
        raise GeometryError(
            "a coordinate is not a finite number", "longitude and latitude are needed", "correct the geometry"
        )
    x, y = np.abs(coordinates).max(axis=0)
    if x <= 360 and y <= 90:
        return
    if x <= 90 and y <= 180:
        raise GeometryError(
            f"latitude {coordinates[:, 1][np.abs(coordinates[:, 1]).argmax()]:g} does not exist; "
            "longitude and latitude seem to be swapped",
            "longitude comes first, then latitude",
            "swap them",
        )
    raise GeometryError(
        f"the coordinates ({first[0]:g}, {first[1]:g}) are no longitude/latitude and the file names no CRS",
        "degrees in WGS84 are needed, or a file that says its CRS",
        "save it in WGS84 longitude/latitude (EPSG:4326), or with its CRS (a .prj beside a .shp)",
    )
