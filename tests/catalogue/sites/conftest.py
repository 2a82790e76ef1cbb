"""Files with sites, and the workspace they go into."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from sitewatch.catalogue.workspace import Workspace

WriteFile: TypeAlias = Callable[..., Path]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.create(tmp_path / "workspace")


@pytest.fixture
def write_file(tmp_path: Path) -> WriteFile:
    """Return a function that writes features, each (geometry, properties), as GeoJSON."""

    def write(*features: tuple[BaseGeometry, dict[str, Any]], name: str = "places") -> Path:
        path = tmp_path / f"{name}.geojson"
        members = [
            {
                "type": "Feature",
                "geometry": json.loads(shapely.to_geojson(geometry)),
                "properties": properties,
            }
            for geometry, properties in features
        ]
        path.write_text(json.dumps({"type": "FeatureCollection", "features": members}), "utf-8")
        return path

    return write
