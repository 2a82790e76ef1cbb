"""GeoPackages: layers with their styles, and tables without a geometry.

GDAL writes layers and tables. Styles are what QGIS looks for in a GeoPackage, a table ``layer_styles``; it
is registered as attributes, as the standard wants it (OGC 12-128r19, "Attributes").
"""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import shapely
from shapely.geometry.base import BaseGeometry

from sitewatch.errors import OutputError
from sitewatch.io.vectors.antimeridian import split

_STYLES = """CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
  f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
  useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
  update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')))"""
_STYLE = """INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column,
  styleName, styleQML, styleSLD, useAsDefault, description, owner)
  VALUES ('', '', ?, 'geom', ?, ?, '', 1, ?, '')"""
_CONTENTS = """INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
  VALUES (?, 'attributes', ?, ?)"""


# GDAL of today writes 1.4, of which the QGIS of a stable distribution (3.22) warns.
_OPTIONS = {"VERSION": "1.2"}


@dataclass(frozen=True, slots=True)
class Layer:
    """A table with a geometry a row.

    Attributes
    ----------
    name : str
    rows : sequence of mapping
        Column to value; all have the same columns, texts are strings and numbers are floats; None: missing.
    columns : sequence of str
    numbers : frozenset of str
        The columns that hold numbers.
    shapes : sequence of shapely geometries
        One a row, WGS84 longitude/latitude; cut at the antimeridian when written.
    type : str
        Of every shape; single polygons are written as multi-part ones.
    description : str
    style : str
        QML; empty for none.
    """

    name: str
    rows: Sequence[Mapping[str, Any]]
    columns: Sequence[str]
    numbers: frozenset[str]
    shapes: Sequence[BaseGeometry]
    type: Literal["MultiPolygon", "Point"]
    description: str
    style: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table without a geometry; every column holds text."""

    name: str
    rows: Sequence[Mapping[str, Any]]
    columns: Sequence[str]
    description: str


def write_geopackage(path: Path, layers: Sequence[Layer], tables: Sequence[Table]) -> None:
    """Write a new GeoPackage, WGS84 (EPSG:4326).

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    try:
        for layer in layers:
            _write_layer(path, layer)
        for table in tables:
            _write_table(path, table)
        with closing(sqlite3.connect(path)) as database, database:
            _write_styles(database, [layer for layer in layers if layer.style])
    # pyogrio's own errors are RuntimeErrors.
    except (RuntimeError, sqlite3.Error) as error:
        raise OutputError(
            f"{path} cannot be written ({error})",
            "room and rights to write are needed",
            "choose another --out",
        ) from error


def _write_layer(path: Path, layer: Layer) -> None:
    # They take half a second to import, and few commands need them.
    import geopandas
    import numpy as np
    import pyogrio

    facts: dict[str, Any] = {
        name: np.array([row[name] for row in layer.rows], dtype=float if name in layer.numbers else object)
        for name in layer.columns
    }
    shapes = [split(shapely.force_2d(shape)) for shape in layer.shapes]
    frame = geopandas.GeoDataFrame(facts, geometry=shapes, crs="EPSG:4326")
    pyogrio.write_dataframe(
        frame,
        path,
        layer=layer.name,
        driver="GPKG",
        geometry_type=layer.type,
        promote_to_multi=layer.type == "MultiPolygon",
        append=False,
        dataset_options=_OPTIONS if not path.exists() else {},
        layer_options={"IDENTIFIER": layer.name, "DESCRIPTION": layer.description, "GEOMETRY_NAME": "geom"},
    )


def _write_styles(database: sqlite3.Connection, layers: Sequence[Layer]) -> None:
    if not layers:
        return
    database.execute(_STYLES)
    database.execute(_CONTENTS, ("layer_styles", "layer_styles", "Styles that QGIS applies by itself."))
    for layer in layers:
        database.execute(_STYLE, (layer.name, layer.name, layer.style, layer.description))


def _write_table(path: Path, table: Table) -> None:
    import pandas
    import pyogrio

    facts = {name: [row.get(name) for row in table.rows] for name in table.columns}
    options = {"IDENTIFIER": table.name, "DESCRIPTION": table.description}
    frame = pandas.DataFrame(facts, dtype=object)
    pyogrio.write_dataframe(frame, path, layer=table.name, driver="GPKG", layer_options=options)
