"""A sample drawn from a file, written, read by others, and read back."""

import json
import os
import re
from collections import Counter
from pathlib import Path

import pytest
import shapely
from tests.runs.survey.conftest import SIZES, lines

from sitewatch.catalogue.sites import add_sites, read_sites
from sitewatch.catalogue.workspace import Workspace
from sitewatch.errors import OutputError, SitewatchError, SurveyError
from sitewatch.runs.survey import draw, draw_planned, read_sample, write_sample


def test_each_stratum_gives_its_part_with_weights_that_sum_to_the_register(sample: Path):
    rows = lines(sample)
    assert Counter(row["stratum"] for row in rows) == {"Hotan": 15, "Kashgar": 30, "Turpan": 5}
    assert sum(float(row["weight"]) for row in rows) == pytest.approx(200)
    for row in rows:
        assert float(row["probability"]) * float(row["weight"]) == pytest.approx(1)
        assert int(row["stratum_population"]) == SIZES[row["stratum"]]
        assert row["result"] == row["kind"] == ""


def test_the_lines_are_in_no_order_of_strata(sample: Path):
    first = [row["stratum"] for row in lines(sample)[:25]]
    assert len(set(first)) > 1
    assert first != sorted(first)


def test_the_same_register_in_another_order_gives_the_same_bytes(
    register: Path, sample: Path, tmp_path: Path
):
    head, *rest = register.read_text("utf-8").splitlines(keepends=True)
    turned = tmp_path / "turned.csv"
    turned.write_text("".join([head, *reversed(rest)]), "utf-8")
    write_sample(draw(read_sites(turned), "PREFECTURE", 50, "1"), tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_bytes() == sample.read_bytes()


@pytest.mark.parametrize("suffix", [".csv", ".geojson"])
def test_a_workspace_takes_a_sample_as_sites(register: Path, tmp_path: Path, suffix: str):
    path = tmp_path / f"drawn{suffix}"
    drawn = draw(read_sites(register), "prefecture", 20, "x")
    write_sample(drawn, path)
    added = add_sites(Workspace.create(tmp_path / "home"), path)
    assert not added.refused
    assert [site.id for site in added.sites] == [one.site.id for one in drawn]
    for site, one in zip(added.sites, drawn, strict=True):
        assert site.geometry.symmetric_difference(one.site.geometry).area < 1e-3 * site.geometry.area
        assert site.properties["stratum"] == one.stratum


def test_outlines_that_are_no_circles_are_kept(tmp_path: Path):
    path, out = tmp_path / "areas.geojson", tmp_path / "drawn.csv"
    features = [
        {
            "type": "Feature",
            "geometry": json.loads(shapely.to_geojson(shapely.box(i, 0, i + 0.01, 0.02))),
            "properties": {"id": f"a{i}"},
        }
        for i in range(5)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    write_sample(draw(read_sites(path), None, 3, "0"), out)
    again = {site.id: site.geometry for site in read_sites(out).sites}
    there = {site.id: site.geometry for site in read_sites(path).sites}
    assert len(again) == 3
    assert all(shape.equals_exact(there[name], 1e-7) for name, shape in again.items())


def test_a_name_that_a_spreadsheet_would_run_is_made_harmless(tmp_path: Path):
    (tmp_path / "r.csv").write_text('id,name,lon,lat\na,"=HYPERLINK(1)",80,40\nb,B,81,40\n')
    write_sample(draw(read_sites(tmp_path / "r.csv"), None, 2, "0"), tmp_path / "s.csv")
    assert {row["name"] for row in lines(tmp_path / "s.csv")} == {"'=HYPERLINK(1)", "B"}


def test_a_plan_decides_how_many(register: Path):
    plan = {"Hotan": (60, 20), "Kashgar": (120, 10), "Turpan": (20, 20)}
    drawn = draw_planned(read_sites(register), "prefecture", plan, "1")
    assert Counter(one.stratum for one in drawn) == {"Hotan": 20, "Kashgar": 10, "Turpan": 20}


@pytest.mark.parametrize(
    ("plan", "says"),
    [
        (
            {"Hotan": (60, 20), "Kashgar": (120, 10)},
            "'Turpan' has 20 sites in the register and 0 in the plan",
        ),
        ({"Hotan": (61, 20), "Kashgar": (120, 10), "Turpan": (20, 2)}, "60 sites in the register and 61"),
        ({"Hotan": (60, 61), "Kashgar": (120, 10), "Turpan": (20, 2)}, "draws 61 of the 60 sites"),
        ({"Hotan": (60, 0), "Kashgar": (120, 10), "Turpan": (20, 2)}, "draws 0 of the 60 sites"),
        (
            {"Hotan": (60, 9), "Kashgar": (120, 9), "Turpan": (20, 2), "Aksu": (5, 2)},
            "'Aksu' has 0 sites in the register",
        ),
    ],
)
def test_a_plan_for_another_register_is_refused(register: Path, plan: dict[str, tuple[int, int]], says: str):
    with pytest.raises(SurveyError, match=says):
        draw_planned(read_sites(register), "prefecture", plan, "1")


def test_a_register_of_which_a_site_cannot_be_used_is_refused(register: Path):
    with register.open("a", encoding="utf-8") as file:
        file.write("p1,Twice,80,38,Hotan\n")
    with pytest.raises(SurveyError, match=r"1 sites of the register cannot be used; .*Twice"):
        draw(read_sites(register), "prefecture", 50, "1")


@pytest.mark.parametrize(
    ("by", "says"), [("county", "has no 'county'; it has Prefecture"), ("since", "has no")]
)
def test_a_site_without_a_stratum_is_refused(register: Path, by: str, says: str):
    with pytest.raises(SurveyError, match=says):
        draw(read_sites(register), by, 50, "1")


def test_what_exists_is_kept_unless_asked(register: Path, sample: Path):
    before, other = sample.read_bytes(), draw(read_sites(register), None, 3, "1")
    with pytest.raises(OutputError, match="exists"):
        write_sample(other, sample)
    assert sample.read_bytes() == before
    write_sample(other, sample, overwrite=True)
    assert len(lines(sample)) == 3


@pytest.mark.parametrize("name", ["sample.gpkg", "no-such-folder/sample.csv"])
def test_a_file_that_cannot_be_written_leaves_nothing(register: Path, tmp_path: Path, name: str):
    there = sorted(tmp_path.rglob("*"))
    with pytest.raises(OutputError):
        write_sample(draw(read_sites(register), None, 3, "1"), tmp_path / name)
    assert sorted(tmp_path.rglob("*")) == there


def test_a_disk_that_fills_up_leaves_the_old_file(
    register: Path, sample: Path, monkeypatch: pytest.MonkeyPatch
):
    before = sample.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OutputError, match="no space left"):
        write_sample(draw(read_sites(register), None, 3, "1"), sample, overwrite=True)
    assert sample.read_bytes() == before
    assert not list(sample.parent.glob("*.partial"))


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda rows: rows[:-1], "lines of stratum"),
        (lambda rows: [*rows, rows[-1]], "twice"),
        (lambda rows: rows[:1], "holds no site"),
        (lambda rows: [*rows[:-1], re.sub(r"(Hotan|Kashgar|Turpan),", r"\1,9", rows[-1])], "both"),
        (lambda rows: [rows[0].replace("stratum_sample", "n"), *rows[1:]], "no readable stratum"),
        (lambda rows: [*rows[:-1], "," + rows[-1].split(",", 1)[1]], "without site_id"),
    ],
)
def test_a_sample_that_is_not_whole_is_refused(sample: Path, spoil: object, says: str):
    assert callable(spoil)
    sample.write_text("".join(spoil(sample.read_text("utf-8").splitlines(keepends=True))), "utf-8")
    with pytest.raises(SitewatchError, match=says):
        read_sample(sample)


def test_a_sample_saved_by_a_spreadsheet_of_another_country_is_read(sample: Path):
    rows = read_sample(sample)
    sample.write_text(sample.read_text("utf-8").replace(",", ";"), "utf-16")
    assert [row.site_id for row in read_sample(sample)] == [row.site_id for row in rows]
