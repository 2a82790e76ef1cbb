"""What every vector file becomes: a geometry in WGS84 and what the file says about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import shapely
from pyproj import CRS
from shapely import GeometryCollection
from shapely.geometry.base import BaseGeometry

from sitewatch.errors import GeometryError, SitewatchError
from sitewatch.io.vectors.degrees import to_degrees


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature of a vector file.

    Attributes
    ----------
    geometry : shapely geometry
        WGS84 longitude/latitude, 2D, as the file draws it: not repaired. Longitudes may lie beyond
        +-180 or jump at the antimeridian. Empty where `refusal` says why.
    properties : mapping
        As the file gives them, missing values as None.
    notes : tuple of str
        What was assumed about the whole file, for instance its CRS.
    refusal : SitewatchError or None
        Why the geometry cannot be used; the other features of the file are not touched by it.
    """

    geometry: BaseGeometry
    properties: Mapping[str, Any]
    notes: tuple[str, ...] = ()
    refusal: SitewatchError | None = None


def located(
    shape: BaseGeometry, properties: Mapping[str, Any], crs: CRS | None = None, notes: tuple[str, ...] = ()
) -> Feature:
    """Bring a geometry to WGS84 and make it a feature, or a refused one if that cannot be done.

    Parameters
    ----------
    crs : CRS or None
        Of `shape`; None means WGS84 longitude/latitude.
    """
    try:
        return Feature(to_degrees(shapely.force_2d(shape), crs), properties, notes)
    except GeometryError as error:
        return refused(properties, error)


def refused(properties: Mapping[str, Any], why: SitewatchError) -> Feature:
    """Return a feature without a geometry, and why."""
    return Feature(GeometryCollection(), properties, refusal=why)
