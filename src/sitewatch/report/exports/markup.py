"""Elements of KML: text and shapes, in the order that its schema wants."""

from xml.etree import ElementTree as Xml

import numpy as np
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from sitewatch.io.vectors import split

NAMESPACE = "http://www.opengis.net/kml/2.2"
_DECIMALS = 7


def add(parent: Xml.Element, tag: str, text: str | None = None, **attributes: str) -> Xml.Element:
    """Add an element at the end of another and return it."""
    element = Xml.SubElement(parent, tag, attributes)
    element.text = text
    return element


def add_shape(parent: Xml.Element, geometry: BaseGeometry, *, labelled: bool = False) -> None:
    """Add the polygons of a geometry, cut at the antimeridian; nothing if it has none.

    Parameters
    ----------
    labelled : bool
        With a point inside of it, at which Google Earth writes the name.
    """
    whole = split(shapely.force_2d(geometry))
    polygons = [part for part in shapely.get_parts(whole).tolist() if isinstance(part, Polygon)]
    if not polygons:
        return
    group = add(parent, "MultiGeometry")
    if labelled:
        point = max(polygons, key=lambda each: float(each.area)).representative_point()
        add(add(group, "Point"), "coordinates", f"{point.x:.{_DECIMALS}f},{point.y:.{_DECIMALS}f}")
    for polygon in polygons:
        _polygon(group, shapely.orient_polygons(polygon))


def _polygon(group: Xml.Element, polygon: Polygon) -> None:
    element = add(group, "Polygon")
    add(element, "tessellate", "1")
    for tag, rings in (("outerBoundaryIs", [polygon.exterior]), ("innerBoundaryIs", polygon.interiors)):
        for ring in rings:
            pairs = np.round(shapely.get_coordinates(ring), _DECIMALS) + 0.0
            text = " ".join(f"{lon:.{_DECIMALS}f},{lat:.{_DECIMALS}f}" for lon, lat in pairs)
            add(add(add(element, tag), "LinearRing"), "coordinates", text)
