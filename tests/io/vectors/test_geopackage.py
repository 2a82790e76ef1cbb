"""A GeoPackage holds what was given to it, and says what it is."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pyogrio
import pytest
from shapely import Point, Polygon, box

from sitewatch.errors import OutputError
from sitewatch.io.vectors import Layer, Table, write_geopackage

ODD = 'x" TEXT); DROP TABLE places; --'


def layer(shapes: list[Polygon], name: str = "places") -> Layer:
    rows = [{"name": f"<{number}>", "size": None if number else 1.5} for number in range(len(shapes))]
    return Layer(
        name, rows, ("name", "size"), frozenset({"size"}), shapes, "MultiPolygon", "Some places.", "<qgis/>"
    )


def test_rows_and_shapes_come_back(tmp_path: Path):
    path = tmp_path / "a.gpkg"
    shapes = [box(0, 0, 1, 1), box(179, 10, 181, 11)]
    write_geopackage(path, [layer(shapes)], [])
    read = pyogrio.read_dataframe(path, layer="places")
    assert list(read["name"]) == ["<0>", "<1>"]
    assert read["size"].tolist()[0] == 1.5
    assert read["size"].isna().tolist() == [False, True]
    assert [len(shape.geoms) for shape in read.geometry] == [1, 2]
    assert read.crs.to_epsg() == 4326


def test_a_layer_and_a_table_without_rows_are_there(tmp_path: Path):
    path = tmp_path / "a.gpkg"
    write_geopackage(path, [layer([])], [Table("words", [], ("a", "b"), "None.")])
    assert dict(pyogrio.list_layers(path).tolist()) == {
        "places": "MultiPolygon",
        "words": None,
        "layer_styles": None,
    }


def test_odd_names_of_tables_and_columns_are_names(tmp_path: Path):
    path = tmp_path / "a.gpkg"
    write_geopackage(path, [layer([box(0, 0, 1, 1)])], [Table(ODD, [{ODD: ODD}], (ODD,), ODD)])
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT count(*) FROM places").fetchone() == (1,)
    assert pyogrio.read_dataframe(path, layer=ODD)[ODD].tolist() == [ODD]


def test_it_is_of_the_version_that_older_programs_read(tmp_path: Path):
    path = tmp_path / "a.gpkg"
    write_geopackage(path, [layer([box(0, 0, 1, 1)])], [])
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (10200,)
        assert database.execute("SELECT styleQML, useAsDefault FROM layer_styles").fetchall() == [
            ("<qgis/>", 1)
        ]


def test_points_stay_single(tmp_path: Path):
    points = Layer("points", [{"n": "a"}], ("n",), frozenset(), [Point(1, 2)], "Point", "")
    write_geopackage(tmp_path / "a.gpkg", [points], [])
    assert pyogrio.read_info(tmp_path / "a.gpkg", layer="points")["geometry_type"] == "Point"


def test_what_cannot_be_written_is_said(tmp_path: Path):
    with pytest.raises(OutputError, match="cannot be written"):
        write_geopackage(tmp_path / "none" / "a.gpkg", [layer([])], [])
