"""KML and KMZ as Google Earth writes them: placemarks in nested folders, with their extended data."""

import io
import math
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

from shapely import LineString, Point, Polygon
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from sitewatch.errors import GeometryError, VectorError
from sitewatch.io.vectors.antimeridian import gathered
from sitewatch.io.vectors.feature import Feature, located, refused
from sitewatch.io.vectors.text import contents

# Far more than any list of places; a KMZ that unpacks to more is broken or hostile.
MOST_BYTES = 500_000_000
_FOLDERS = ("Document", "Folder")


def read_kml(path: Path) -> list[Feature]:
    """Read the placemarks of a KML or KMZ file.

    Properties of a feature: ``name``, ``description``, ``folder`` (names of the folders it lies in, joined by
    ``/``), ``placemark`` (its XML id), the extended data under their own names, and ``since`` and ``until``
    from a TimeSpan. Altitudes are dropped. Overlays, tracks and network links are no places.

    Raises
    ------
    VectorError
        If the file is damaged, is no KML, or only links to other files.
    """
    data = contents(path)
    if zipfile.is_zipfile(io.BytesIO(data)) or path.suffix.lower() == ".kmz":
        data = _unpacked(data, path.name)
    root = _parsed(data, path.name)
    features = list(_placemarks(root, ()))
    if not features and any(_tag(node) == "NetworkLink" for node in root.iter()):
        raise VectorError(
            f"{path.name} holds only links to other files",
            "the places themselves are needed",
            "open it in Google Earth and save the linked folder with Save Place As",
        )
    return features


def _unpacked(data: bytes, name: str) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            inside = [item for item in archive.infolist() if item.filename.lower().endswith(".kml")]
            if not inside:
                raise VectorError(
                    f"{name} holds no .kml", "a KMZ with a doc.kml is needed", "export it again"
                )
            # The format's rule: doc.kml, or else the first .kml there is.
            main = next((item for item in inside if item.filename.lower() == "doc.kml"), inside[0])
            if main.file_size > MOST_BYTES:
                raise VectorError(
                    f"{name} unpacks to {main.file_size / 1e6:.0f} MB",
                    f"at most {MOST_BYTES / 1e6:.0f} MB are read",
                    "split it",
                )
            return archive.read(main)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise VectorError(
            f"{name} is a damaged KMZ ({error})", "a whole file is needed", "fetch or export it again"
        ) from error


def _parsed(data: bytes, name: str) -> Xml.Element:
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise VectorError(
            f"{name} declares XML entities", "KML needs none, and they can be an attack", "export it again"
        )
    try:
        root = Xml.fromstring(data)  # noqa: S314 - a document that declares entities is refused above
    except Xml.ParseError as error:
        raise VectorError(
            f"{name} is not whole KML ({error})", "well-formed XML is needed", "fetch or export it again"
        ) from error
    if _tag(root) not in ("kml", *_FOLDERS, "Placemark"):
        raise VectorError(f"{name} is XML of type {_tag(root)}", "a KML file is needed", "export it as KML")
    return root


def _placemarks(node: Xml.Element, folders: tuple[str, ...]) -> Iterator[Feature]:
    if _tag(node) == "Placemark":
        yield _feature(node, folders)
        return
    # The Document is named after the file: that says nothing about where a place belongs.
    inside = (*folders, _text(node, "name")) if _tag(node) == "Folder" else folders
    for child in node:
        if _tag(child) in (*_FOLDERS, "Placemark"):
            yield from _placemarks(child, inside)


def _feature(node: Xml.Element, folders: tuple[str, ...]) -> Feature:
    properties = _properties(node, folders)
    try:
        shapes = [_shape(child) for child in node if _tag(child) in _SHAPES]
    except (ShapelyError, ValueError, IndexError) as error:
        reason = str(error).splitlines()[0]
        return refused(
            properties,
            GeometryError(
                f"the coordinates of {properties.get('name') or 'a placemark'} are malformed ({reason})",
                "lon,lat pairs with blanks between them are needed",
                "draw it again",
            ),
        )
    return located(gathered(shapes), properties)


def _properties(node: Xml.Element, folders: tuple[str, ...]) -> dict[str, Any]:
    facts: dict[str, Any] = {key: _text(node, key) or None for key in ("name", "description")}
    facts["folder"] = "/".join(name for name in folders if name) or None
    facts["placemark"] = node.get("id")
    span = _child(node, "TimeSpan")
    if span is not None:
        facts["since"], facts["until"] = _text(span, "begin") or None, _text(span, "end") or None
    extended = _child(node, "ExtendedData")
    for item in extended.iter() if extended is not None else ():
        key = item.get("name")
        if key and _tag(item) == "Data":
            facts[key] = _text(item, "value") or None
        elif key and _tag(item) == "SimpleData":
            facts[key] = (item.text or "").strip() or None
    return facts


def _point(node: Xml.Element) -> BaseGeometry:
    return Point(_coordinates(node)[0])


def _line(node: Xml.Element) -> BaseGeometry:
    return LineString(_coordinates(node))


def _polygon(node: Xml.Element) -> BaseGeometry:
    rings = {"outerBoundaryIs": list[Any](), "innerBoundaryIs": list[Any]()}
    for side in node:
        if _tag(side) in rings:
            rings[_tag(side)] += [_coordinates(ring) for ring in side if _tag(ring) == "LinearRing"]
    return Polygon(rings["outerBoundaryIs"][0], rings["innerBoundaryIs"])


def _many(node: Xml.Element) -> BaseGeometry:
    return gathered([_shape(child) for child in node if _tag(child) in _SHAPES])


_SHAPES = {
    "Point": _point,
    "LineString": _line,
    "LinearRing": _line,
    "Polygon": _polygon,
    "MultiGeometry": _many,
}


def _shape(node: Xml.Element) -> BaseGeometry:
    return _SHAPES[_tag(node)](node)


def _coordinates(node: Xml.Element) -> list[tuple[float, float]]:
    pairs = [tuple(map(float, tuple_.split(",")[:2])) for tuple_ in _text(node, "coordinates").split()]
    if not pairs or not all(math.isfinite(number) for pair in pairs for number in pair):
        raise ValueError("no coordinates" if not pairs else "a number is not finite")
    return [(pair[0], pair[1]) for pair in pairs]


def _tag(node: Xml.Element) -> str:
    """Return the name of an element without its namespace, which differs with the KML version."""
    return node.tag.rpartition("}")[2]


def _child(node: Xml.Element, tag: str) -> Xml.Element | None:
    return next((child for child in node if _tag(child) == tag), None)


def _text(node: Xml.Element, tag: str) -> str:
    child = _child(node, tag)
    return (child.text or "").strip() if child is not None else ""
