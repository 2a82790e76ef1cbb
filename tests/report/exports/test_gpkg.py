"""The GeoPackage holds layers, styles and codebook, as its standard and QGIS want them."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import geopandas
import pyogrio
import pytest
from lxml import etree
from shapely import box
from shapely.geometry import shape
from tests.report.exports.conftest import FORMULA, HUGE, REDRAWN, SCRIPT

from sitewatch.io.results import Run
from sitewatch.report.exports import export
from sitewatch.report.words import KIND_COLOURS


@pytest.fixture(scope="module")
def path(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export(run, "gpkg", tmp_path_factory.mktemp("gpkg") / "r.gpkg")[0]


@pytest.fixture
def database(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path)) as opened:
        yield opened


def layer(path: Path, name: str) -> geopandas.GeoDataFrame:
    return pyogrio.read_dataframe(path, layer=name)


def test_layers_and_tables(path: Path):
    kinds = dict(pyogrio.list_layers(path).tolist())
    assert kinds == {
        **dict.fromkeys(("scenes", "sites", "detected_outlines", "changes"), "MultiPolygon"),
        **dict.fromkeys(("codebook", "about", "layer_styles"), None),
    }


def test_the_outline_and_kind_are_those_that_were_decided(path: Path):
    changes = layer(path, "changes").set_index("id")
    one = changes.loc["holed-d"]
    assert one.geometry.equals_exact(
        geopandas.GeoSeries([REDRAWN])[0].normalize(), 1e-6
    ) or one.geometry.equals(REDRAWN)
    assert (one["kind"], one["detected_kind"], one["outline"]) == ("burning", "demolition", "redrawn")
    assert one["detected_area_m2"] == 1234.5 != one["area_m2"]
    assert list(layer(path, "detected_outlines")["id"]) == ["holed-d"]
    assert layer(path, "detected_outlines").geometry[0].equals(box(10.0005, 50.0005, 10.003, 50.003))
    assert changes["review_status"].value_counts().to_dict() == {
        "unreviewed": 2,
        "confirmed": 2,
        "rejected": 1,
    }


def test_numbers_are_numbers_and_missing_ones_empty(path: Path):
    changes = layer(path, "changes").set_index("id")
    assert changes["confidence"].dtype == float
    assert changes["confidence"].isna().to_dict()["holed-d"]
    assert changes.loc["holed-r", "confidence_word"].startswith("unlikely")


def test_a_shape_across_the_antimeridian_is_cut(path: Path):
    across = layer(path, "changes").set_index("id").loc["across-d"].geometry
    assert len(across.geoms) == 2
    assert all(part.bounds[2] - part.bounds[0] < 1 for part in across.geoms)


def test_every_layer_with_features_has_a_style_that_qgis_applies(database: sqlite3.Connection):
    rows = database.execute(
        "SELECT f_table_name, f_geometry_column, styleQML, useAsDefault FROM layer_styles"
    ).fetchall()
    assert {row[0] for row in rows} == {"scenes", "sites", "detected_outlines", "changes"}
    assert all(row[1] == "geom" and row[3] == 1 for row in rows)
    for row in rows:
        root = etree.fromstring(row[2])
        names = {symbol.get("name") for symbol in root.iter("symbol")}
        rules = list(root.iter("rule"))
        assert {rule.get("symbol") for rule in rules} == names


def test_kinds_differ_in_colour_and_in_line(database: sqlite3.Connection):
    (text,) = database.execute("SELECT styleQML FROM layer_styles WHERE f_table_name = 'changes'").fetchone()
    symbols = list(etree.fromstring(text).iter("symbol"))[:4]
    looks = [{prop.get("k"): prop.get("v") for prop in symbol.iter("prop")} for symbol in symbols]
    assert len({look["line_style"] for look in looks}) == len({look["style"] for look in looks}) == 4
    assert {look["line_color"] for look in looks} == {f"{r},{g},{b},255" for r, g, b in KIND_COLOURS.values()}


def test_the_tables_beside_the_layers_are_registered(database: sqlite3.Connection):
    listed = dict(database.execute("SELECT table_name, data_type FROM gpkg_contents").fetchall())
    assert {name for name, kind in listed.items() if kind == "attributes"} == {
        "codebook",
        "about",
        "layer_styles",
    }
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_the_codebook_explains_every_column(path: Path, database: sqlite3.Connection):
    known = set(database.execute("SELECT table_name, column_name FROM codebook").fetchall())
    for name in ("scenes", "sites", "detected_outlines", "changes"):
        assert {(name, column) for column in pyogrio.read_info(path, layer=name)["fields"]} <= known
    assert not database.execute("SELECT * FROM codebook WHERE meaning IS NULL OR meaning = ''").fetchall()


def test_credit_is_in_every_row(path: Path):
    changes = layer(path, "changes")
    assert set(changes["before_credit"]) == {"Contains drawn data 2020 <b>&"}
    assert set(changes["after_credit"]) == {"credit not stated"}
    assert set(changes["after_licence"]) == {"licence not stated"}


def test_hostile_names_stand_as_text(path: Path):
    sites = layer(path, "sites").set_index("site_id")
    assert sites.loc["across", "name"] == SCRIPT
    assert sites.loc["holed", "name"] == FORMULA
    assert sites.loc["huge", "name"].endswith(f"[cut here, of {len(HUGE)} characters]")
    assert len(sites.loc["huge", "name"]) < 31_000
    assert "\x00" not in sites.loc["controls", "name"]


def test_sites_keep_their_holes(path: Path):
    holed = layer(path, "sites").set_index("site_id").loc["holed"].geometry
    assert sum(len(part.interiors) for part in holed.geoms) == 1
    assert shape(holed).is_valid
