"""The only door to geopandas: sites and other outlines in any vector format, GeoJSON out.

A stand-in with the same functions, until the room itself is built.
"""

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
from shapely import get_coordinates, set_coordinates
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry


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


def _rounded(shape: BaseGeometry) -> BaseGeometry:
    return set_coordinates(shape, get_coordinates(shape).round(7))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
