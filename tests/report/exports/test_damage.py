"""Vocabularies of damage hold what they can, and say what they cannot."""

import csv
import io
from pathlib import Path

import pyogrio
import pytest

from sitewatch.io.results import Run
from sitewatch.report.exports import export

# Classes that the two services publish.
UNOSAT = {1, 2, 3, 4, 6, 11}
CEMS = {"Destroyed", "Damaged", "Possibly damaged", "No visible damage", "Not analysed"}


@pytest.fixture(scope="module")
def unosat(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export(run, "unosat", tmp_path_factory.mktemp("u") / "r")[0]


@pytest.fixture(scope="module")
def cems(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export(run, "cems", tmp_path_factory.mktemp("c") / "r")[0]


def losses(folder: Path) -> list[dict[str, str]]:
    text = (folder / "losses.csv").read_text("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_unosat_has_its_attributes_and_classes(unosat: Path):
    points = pyogrio.read_dataframe(unosat / "unosat.gpkg", layer="damage_sites").set_index("SiteID")
    assert set(points.geometry.geom_type) == {"Point"}
    assert {
        "SensorDate", "SensorID", "Confidence", "FieldValid", "Settlement", "Notes", "EventCode",
        "Main_Damage_Site_Class",
    } <= set(points.columns)  # fmt: skip
    classes = points["Main_Damage_Site_Class"].to_dict()
    # Confirmed demolition; unreviewed burning; demolition that a reviewer confirmed as burning.
    assert classes == {"across-d": 1, "../../holed-b": 4, "holed-d": 4}
    assert set(classes.values()) <= UNOSAT
    assert set(points["FieldValid"]) == {"Not yet field validated"}
    assert points["SensorDate"].astype(str).to_dict()["across-d"] == "2021-06-07"
    assert points["Confidence"].to_dict() == {
        "across-d": "High",
        "../../holed-b": "High",
        "holed-d": "Uncertain",
    }
    assert set(points["Credit"]) == {"credit not stated"}


def test_cems_has_its_attributes_and_grades(cems: Path):
    damage = pyogrio.read_dataframe(cems / "cems.gpkg", layer="damage")
    areas = pyogrio.read_dataframe(cems / "cems.gpkg", layer="areas")
    source = pyogrio.read_dataframe(cems / "cems.gpkg", layer="source").set_index("scene_id")
    for layer in (damage, areas):
        assert {"obj_type", "name", "damage_gra", "det_method", "notation", "or_src_id", "dmg_src_id"} <= set(
            layer
        )
    assert list(damage["damage_gra"]) == ["Destroyed", "Possibly damaged", "Damaged"]
    assert list(areas["damage_gra"]) == ["Damaged", "Damaged", "No visible damage", "Not analysed"]
    assert {*damage["damage_gra"], *areas["damage_gra"]} <= CEMS
    assert set(damage["or_src_id"]) == {source.loc["s-before", "src_id"]}
    assert set(damage["dmg_src_id"]) == {source.loc["s-after", "src_id"]}
    assert source.loc["s-before", ["src_date", "source_tm"]].astype(str).tolist() == [
        "2020-01-02",
        "03:04:05",
    ]
    assert set(damage["licence"]) == {"CC-BY-4.0; licence not stated"}


def test_what_a_class_leaves_open_is_listed(unosat: Path):
    found = {(row["change_id"], row["what"]) for row in losses(unosat)}
    assert ("across-d", "how much of a structure went") in found
    assert ("holed-d", "confirmed burning") in found


def test_a_given_event_is_in_every_point_and_none_is_made_up(run: Run, unosat: Path, tmp_path: Path):
    given = export(run, "unosat", tmp_path / "r", event="FL20260101XYZ")[0]
    codes = [
        set(pyogrio.read_dataframe(folder / "unosat.gpkg", layer="damage_sites")["EventCode"])
        for folder in (given, unosat)
    ]
    assert codes == [{"FL20260101XYZ"}, {None}]


@pytest.mark.parametrize("name", ["unosat", "cems"])
def test_every_change_is_held_or_listed_as_lost(request: pytest.FixtureRequest, run: Run, name: str):
    folder: Path = request.getfixturevalue(name)
    layer = {"unosat": "damage_sites", "cems": "damage"}[name]
    held = pyogrio.read_dataframe(folder / f"{name}.gpkg", layer=layer)
    whole = {row["change_id"] for row in losses(folder) if row["what"] == "the whole change"}
    assert whole == {"holed-c", "holed-r"}
    assert len(held) + len(whole) == len(run.changes)
    lost = {row["what"] for row in losses(folder)}
    assert {"rivals", "evidence", "confidence", "p_value", "q_value", "changed_m2 interval"} <= lost
    assert all(row["why"] for row in losses(folder))
    inside = pyogrio.read_dataframe(folder / f"{name}.gpkg", layer="losses")
    assert len(inside) == len(losses(folder))


@pytest.mark.parametrize("name", ["unosat", "cems"])
def test_the_codebook_is_inside_and_explains_every_column(request: pytest.FixtureRequest, name: str):
    path = request.getfixturevalue(name) / f"{name}.gpkg"
    book = pyogrio.read_dataframe(path, layer="codebook")
    known = set(zip(book["table_name"], book["column_name"], strict=True))
    for layer, kind in pyogrio.list_layers(path):
        if kind is not None:
            assert {(layer, column) for column in pyogrio.read_info(path, layer=layer)["fields"]} <= known
