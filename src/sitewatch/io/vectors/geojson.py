"""GeoJSON in and out (RFC 7946)."""

import datetime as dt
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pyproj import CRS
from shapely.errors import ShapelyError
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from sitewatch.errors import GeometryError, VectorError
from sitewatch.io.vectors.antimeridian import split
from sitewatch.io.vectors.degrees import parse_crs
from sitewatch.io.vectors.feature import Feature, located, refused
from sitewatch.io.vectors.text import decoded

DECIMALS = 7


def read_geojson(path: Path) -> list[Feature]:
    """Read a FeatureCollection, a Feature, or a bare geometry.

    A feature's ``id`` member becomes the property ``id`` unless it has one. The ``crs`` member of the old
    GeoJSON of 2008 is honoured. A feature whose geometry is malformed is refused alone.

    Raises
    ------
    VectorError
        If the file is not JSON, or not GeoJSON.
    """
    document = _parsed(path)
    crs = _old_crs(document, path.name)
    return [_feature(item, crs, position) for position, item in enumerate(_items(document, path.name), 1)]


def geojson_text(features: Sequence[Mapping[str, Any]], extra: Mapping[str, Any] | None = None) -> str:
    """Write a FeatureCollection, one feature a line.

    Parameters
    ----------
    features : sequence of mappings
        ``{"id": ..., "geometry": shapely geometry or None, "properties": mapping}``, WGS84
        longitude/latitude. A missing or None id is left out.
    extra : mapping, optional
        More members of the collection, for instance its name.

    Returns
    -------
    str
        At most 7 decimals (about a centimetre), exterior rings counter-clockwise, shapes cut at the
        antimeridian, NaN and infinity as null. The same features give the same bytes.

    Raises
    ------
    GeometryError
        If a polygon goes round a pole.
    """
    members = {"type": "FeatureCollection", **(extra or {})}
    head = ",\n".join(f"{_dump(key)}: {_dump(_plain(value))}" for key, value in members.items())
    lines = ",\n".join(_dump(_member(feature)) for feature in features)
    return f'{{\n{head},\n"features": [\n{lines}{chr(10) if lines else ""}]\n}}\n'


def _parsed(path: Path) -> dict[str, Any]:
    text, _ = decoded(path)
    try:
        # NaN and Infinity are no JSON, but pandas and its kin write them for missing values.
        document = json.loads(text, parse_constant=lambda _: None)
    except json.JSONDecodeError as error:
        raise VectorError(
            f"{path.name} is not whole JSON (line {error.lineno}: {error.msg})",
            "a GeoJSON file is needed",
            "fetch or export it again",
        ) from error
    if not isinstance(document, dict):
        raise _not_geojson(path.name, f"a JSON {type(document).__name__}")
    return document


def _items(document: dict[str, Any], name: str) -> list[Any]:
    kind = document.get("type")
    if kind == "FeatureCollection":
        features = document.get("features")
        if not isinstance(features, list):
            raise _not_geojson(name, "a FeatureCollection without features")
        return features
    if kind == "Feature":
        return [document]
    if "coordinates" in document or "geometries" in document:
        return [{"type": "Feature", "geometry": document, "properties": {}}]
    raise _not_geojson(name, f"JSON of type {kind!r}")


def _not_geojson(name: str, what: str) -> VectorError:
    return VectorError(f"{name} holds {what}", "a GeoJSON FeatureCollection is needed", "export it again")


def _old_crs(document: dict[str, Any], name: str) -> CRS | None:
    member = document.get("crs")
    if not isinstance(member, dict):
        return None
    properties = member.get("properties")
    text = properties.get("name") if isinstance(properties, dict) else None
    return parse_crs(text, name)


def _feature(item: Any, crs: CRS | None, position: int) -> Feature:
    if not isinstance(item, dict):
        return refused({}, _malformed(position, f"it is {item!r}"))
    properties = dict(item.get("properties") or {})
    if item.get("id") is not None:
        properties.setdefault("id", item["id"])
    try:
        geometry = shape(item["geometry"]) if item.get("geometry") else shapely.GeometryCollection()
    # shapely walks the nested lists unchecked, so each way of being malformed has its own exception.
    except (ShapelyError, ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        return refused(properties, _malformed(position, str(error).splitlines()[0] if str(error) else ""))
    return located(geometry, properties, crs)


def _malformed(position: int, reason: str) -> GeometryError:
    return GeometryError(
        f"the geometry of feature {position} is malformed ({reason})",
        "a GeoJSON geometry is needed",
        "draw it again",
    )


def _member(feature: Mapping[str, Any]) -> dict[str, Any]:
    member: dict[str, Any] = {"type": "Feature"}
    if feature.get("id") is not None:
        member["id"] = _plain(feature["id"])
    member["geometry"] = _geometry(feature["geometry"])
    member["properties"] = _plain(feature["properties"])
    return member


def _geometry(geometry: BaseGeometry | None) -> dict[str, Any] | None:
    if geometry is None or geometry.is_empty:
        return None
    flat: BaseGeometry = shapely.orient_polygons(_rounded(split(shapely.force_2d(geometry))))
    # Adding 0.0 turns -0.0 into 0.0: the same place must give the same bytes.
    exact: BaseGeometry = shapely.transform(flat, lambda pairs: np.round(pairs, DECIMALS) + 0.0)
    return dict(mapping(exact))


def _rounded(geometry: BaseGeometry) -> BaseGeometry:
    """Round to the decimals that are written; a polygon that this would fold over itself is mended."""
    rounded: BaseGeometry = shapely.transform(geometry, lambda pairs: np.round(pairs, DECIMALS))
    if rounded.is_valid or not geometry.is_valid:
        return rounded
    mended = shapely.set_precision(geometry, 10.0**-DECIMALS)
    return rounded if mended.is_empty else mended


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _plain(value: Any) -> Any:
    """Turn a value into what JSON knows: no NaN, no numpy, no dates."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset | np.ndarray):
        return [_plain(item) for item in (sorted(value) if isinstance(value, set | frozenset) else value)]
    if isinstance(value, np.generic):
        return _plain(value.item())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return value if isinstance(value, str | int | bool) or value is None else str(value)
