"""Labelled changes, brought to the grid of a run."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox
from shapely.geometry.base import BaseGeometry

from sitewatch.errors import VectorError
from sitewatch.io.rasters import burn, load_labels
from sitewatch.io.vectors import SUFFIXES, Feature, read_features
from sitewatch.records import KIND_CODES, KINDS, NO_CHANGE, NOT_ASSESSABLE

# What was built between two dates is gone for who looks at them in the other order.
_TURNED: Mapping[int, int] = MappingProxyType(
    {
        KIND_CODES["construction"]: KIND_CODES["demolition"],
        KIND_CODES["demolition"]: KIND_CODES["construction"],
    }
)


def load_truth(path: Path | None, grid: GeoBox, *, turned: bool = False) -> NDArray[np.uint8]:
    """Read labelled changes on a grid.

    Parameters
    ----------
    path : Path or None
        A raster of codes (0 unchanged, `records.KIND_CODES`, 255 unlabelled), taken by nearest neighbour; or
        polygons with a property ``kind``, outside which everything counts as unchanged. None: nothing changed
        anywhere.
    turned : bool
        The run looked at the scenes in the other order: construction is demolition, and demolition
        construction.

    Returns
    -------
    (rows, columns) uint8
        255 unlabelled, also beyond the raster.

    Raises
    ------
    VectorError
        If a feature is no polygon, or has no kind, or one that is not ours.
    GeometryError
        If a polygon cannot be placed.
    RasterError, GeoreferenceError
        As `load_labels`.
    """
    truth = _as_given(path, grid)
    if not turned:
        return truth
    table = np.arange(NOT_ASSESSABLE + 1, dtype=np.uint8)
    for code, other in _TURNED.items():
        table[code] = other
    return table[truth]


def _as_given(path: Path | None, grid: GeoBox) -> NDArray[np.uint8]:
    if path is None:
        return np.full(grid.shape, NO_CHANGE, np.uint8)
    if path.suffix.lower() not in SUFFIXES:
        return load_labels(path, grid)
    shapes = [(_polygon(feature, path), _code(feature, path)) for feature in read_features(path)]
    return burn(shapes, grid, outside=NO_CHANGE)


def _polygon(feature: Feature, path: Path) -> BaseGeometry:
    if feature.refusal is not None:
        raise feature.refusal
    if feature.geometry.geom_type not in {"Polygon", "MultiPolygon"}:
        raise VectorError(
            f"{path.name} has a feature that is a {feature.geometry.geom_type}",
            "labelled changes are polygons",
            "draw their outlines",
        )
    return feature.geometry


def _code(feature: Feature, path: Path) -> int:
    kind = feature.properties.get("kind")
    for name, code in KIND_CODES.items():
        if kind == name:
            return code
    raise VectorError(
        f"{path.name} has a feature of kind {kind!r}",
        f"labelled changes have a property `kind`: {', '.join(KINDS)}",
        "correct the file",
    )
