"""The only door to geopandas: sites and other outlines in any vector format, GeoJSON out.

A stand-in with the same functions, until the room itself is built.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
from shapely import get_coordinates, set_coordinates
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True, slots=True)
class Feature:
    """A geometry (WGS84) with its properties."""

    geometry: BaseGeometry
    properties: Mapping[str, Any]


def read_features(path: Path) -> list[Feature]:
    """Read the features of a GeoJSON file."""
    features = json.loads(path.read_text("utf-8"))["features"]
    return [Feature(shape(feature["geometry"]), feature["properties"]) for feature in features]


def geojson_text(features: Sequence[Mapping[str, Any]], extra: Mapping[str, Any] | None = None) -> str:
    """Write features as an RFC 7946 FeatureCollection, a feature a line.

    Parameters
    ----------
    features : sequence of mapping
        Each ``{"id", "geometry": shapely geometry in WGS84, "properties": mapping}``.
    extra : mapping, optional
        Further members of the collection.
    """
    head = json.dumps({"type": "FeatureCollection", **(extra or {})}, ensure_ascii=False)
    lines = (
        json.dumps(
            {
                "type": "Feature",
                "id": feature["id"],
                "geometry": mapping(_rounded(feature["geometry"])),
                "properties": _plain(feature["properties"]),
            },
            ensure_ascii=False,
        )
        for feature in features
    )
    return f'{head[:-1]}, "features": [\n' + ",\n".join(lines) + "\n]}\n"


def to_geodataframe(path: Path) -> gpd.GeoDataFrame:
    """Read a FeatureCollection with its properties as they are, nested ones as dicts."""
    features = json.loads(path.read_text("utf-8"))["features"]
    if not features:
        return gpd.GeoDataFrame({"id": []}, geometry=[], crs="EPSG:4326")
    return gpd.GeoDataFrame.from_features(features, crs="EPSG:4326")


def _rounded(geometry: BaseGeometry) -> BaseGeometry:
    return set_coordinates(geometry, get_coordinates(geometry).round(7))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
