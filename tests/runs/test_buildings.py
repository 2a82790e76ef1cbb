"""Damage inside given footprints: ruins rank above houses that stand, and no file of footprints is a trap."""

import json
from pathlib import Path
from typing import Any

import pytest
from shapely.affinity import translate
from shapely.geometry import MultiPolygon, Polygon, mapping, shape
from shapely.geometry.base import BaseGeometry

import sitewatch as sw
from sitewatch.cli import run as command
from sitewatch.errors import CoverageError, VectorError
from sitewatch.evidence import check_inputs
from sitewatch.grid import from_shapely
from sitewatch.io.rasters import Labels, write_geotiff
from sitewatch.io.results import Run
from sitewatch.io.vectors import geojson_text
from sitewatch.runs.again import repeat
from sitewatch.runs.options import silent
from sitewatch.simulate.pair import film, tell
from sitewatch.simulate.recipe import RGB, Recipe
from sitewatch.simulate.truth import in_pixels, to_wgs84

Outlines = dict[str, BaseGeometry]


class Drawn:
    """A drawn pair on disk, with the outlines of its houses by what became of them."""

    def __init__(self, folder: Path) -> None:
        recipe = Recipe(bands=RGB, size=(360, 360), events=("demolition",), share=0.4)
        story = tell(recipe, 2)
        pair = film(story, 2)
        self.folder, self.grid = folder, pair.before.grid
        for name, scene in (("before", pair.before), ("after", pair.after)):
            write_geotiff(folder / f"{name}.tif", scene.pixels, scene.grid, Labels(0, scene.bands, {}))
        self.ruins: Outlines = {}
        self.houses: Outlines = {}
        standing = {id(one) for one in story.after.buildings}
        for number, one in enumerate(story.before.buildings):
            pixels = in_pixels(one.footprint, one.height, recipe, in_after=False)
            if pixels.area >= 0.9 * one.footprint.area / recipe.resolution_m**2 and pixels.area > 60:
                kept = id(one) in standing
                (self.houses if kept else self.ruins)[f"b{number}"] = to_wgs84(pixels, self.grid)

    def write(self, outlines: Outlines, name: str = "buildings.geojson") -> Path:
        """Write outlines as a file of footprints."""
        features = [{"id": key, "geometry": one, "properties": {"id": key}} for key, one in outlines.items()]
        (self.folder / name).write_text(geojson_text(features))
        return self.folder / name

    def compare(self, buildings: Path, out: str, **options: Any) -> Run:
        """Compare the pair with footprints."""
        before, after = self.folder / "before.tif", self.folder / "after.tif"
        return sw.compare(before, after, out=self.folder / out, buildings=buildings, jobs=1, **options)


def said(run: Run) -> dict[str, dict[str, Any]]:
    """Return the properties of every building of a run, by id."""
    document = json.loads((run.path / "buildings.geojson").read_text())
    return {one["properties"]["id"]: one["properties"] for one in document["features"]}


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Drawn:
    return Drawn(tmp_path_factory.mktemp("drawn"))


@pytest.fixture(scope="module")
def run(drawn: Drawn) -> Run:
    return drawn.compare(drawn.write({**drawn.ruins, **drawn.houses}), "run")


def test_ruins_rank_above_houses_that_stand(drawn: Drawn, run: Run):
    found = said(run)
    ruins, houses = ([found[name]["score"] for name in some] for some in (drawn.ruins, drawn.houses))
    assert len(ruins) >= 3
    assert len(houses) >= 3
    pairs = [ruin > house for ruin in ruins for house in houses]
    assert sum(pairs) >= 0.95 * len(pairs)
    assert {found[name]["damage"] for name in drawn.houses} <= {"none_visible", "possible"}
    assert {found[name]["damage"] for name in drawn.ruins} <= {"destroyed", "possible"}


def test_each_building_says_what_was_measured_and_in_what_unit(drawn: Drawn, run: Run):
    for name, one in said(run).items():
        assert 0 <= one["score"] <= 1
        assert one["seen_fraction"] > 0.9
        assert one["before"]["scene_id"] == "before"
        assert one["after"]["scene_id"] == "after"
        assert one["evidence"]["difference"]["unit"] == "standard deviations of unchanged ground"
        assert -1 <= one["evidence"]["pattern_kept"]["value"] <= 1
        assert one["evidence"]["footprints_of_pair"]["value"] == len(drawn.ruins) + len(drawn.houses), name


def test_the_file_is_sealed_and_counted(drawn: Drawn, run: Run):
    facts = run.info["buildings"]
    assert facts["given"] == facts["judged"] == len(drawn.ruins) + len(drawn.houses)
    assert sum(facts["damage"].values()) == facts["judged"]
    assert "buildings.geojson" in (run.path / "MANIFEST.sha256").read_text()
    assert "buildings.geojson" in (run.path / "INPUTS.sha256").read_text()


def test_the_same_footprints_give_the_same_bytes_and_the_run_its_own_id(drawn: Drawn, run: Run):
    again = drawn.compare(drawn.folder / "buildings.geojson", "again")
    assert (again.path / "buildings.geojson").read_bytes() == (run.path / "buildings.geojson").read_bytes()
    assert again.info["run_id"] == run.info["run_id"]
    fewer = drawn.compare(drawn.write(drawn.ruins, "fewer.geojson"), "fewer")
    assert fewer.info["run_id"] != run.info["run_id"]


def test_the_run_can_be_repeated_from_its_sources(run: Run):
    assert not repeat(run, check_inputs(run.path), step=silent, jobs=1)


def test_footprints_of_every_sort(drawn: Drawn, run: Run):
    whole = said(run)
    name, house = next(iter(drawn.houses.items()))
    other = list(drawn.houses.values())[1]
    west, south, east, north = house.bounds
    bow = Polygon([(west, south), (east, north), (east, south), (west, north)])
    left = drawn.grid.extent.to_crs("EPSG:4326").geom.bounds[0]
    file = drawn.write(
        {
            name: house,
            "two-parts": MultiPolygon([house, other]),
            "far": translate(house, 0.5, 0.5),
            "bow": bow,
            # Nine tenths of it lie beside the scene.
            "edge": translate(house, left - west - 0.9 * (east - west), 0),
            "speck": house.centroid.buffer(5e-6),
        },
        "odd.geojson",
    )
    odd = drawn.compare(file, "odd")
    found = said(odd)
    assert "far" not in found
    assert found["edge"]["damage"] == "not_assessable"
    assert found["edge"]["score"] is None
    assert found["edge"]["seen_fraction"] < 0.2
    assert found["speck"]["damage"] == "not_assessable"
    assert found["two-parts"]["seen_fraction"] is not None
    refused = {one["name"] for one in odd.info["buildings"]["refused"]}
    assert refused == {"bow"}
    # Under the other outlines most of this house was covered: it is not judged from a corner of itself.
    assert found[name]["seen_fraction"] < whole[name]["seen_fraction"]
    # Too few for a median footprint.
    assert found["two-parts"]["evidence"]["difference_beside_pair"]["value"] is None


def test_the_crs_of_the_file_does_not_matter(drawn: Drawn, run: Run):
    moved = [
        {
            "type": "Feature",
            "properties": {"id": name},
            "geometry": mapping(from_shapely(one).to_crs("EPSG:3857").geom),
        }
        for name, one in {**drawn.ruins, **drawn.houses}.items()
    ]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}
    file = drawn.folder / "mercator.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": moved}))
    first, second = said(run), said(drawn.compare(file, "mercator"))
    for name, one in first.items():
        assert second[name]["score"] == pytest.approx(one["score"], abs=0.05)
        assert second[name]["damage"] == one["damage"]


def test_none_inside_and_no_outlines_are_refused_and_leave_nothing(drawn: Drawn):
    far = {name: translate(one, 1.0, 1.0) for name, one in drawn.houses.items()}
    with pytest.raises(CoverageError, match=r"none of the \d+ footprints"):
        drawn.compare(drawn.write(far, "far.geojson"), "nothing")
    points = {name: one.centroid for name, one in drawn.houses.items()}
    with pytest.raises(VectorError, match="a Point is no footprint"):
        drawn.compare(drawn.write(points, "points.geojson"), "nothing")
    assert not (drawn.folder / "nothing").exists()


def test_a_workspace_reads_the_buildings_of_its_sites(drawn: Drawn, tmp_path: Path):
    ring = next(iter(drawn.ruins.values())).centroid.buffer(0.0004)
    site = {"type": "Feature", "properties": {"id": "quarter"}, "geometry": mapping(ring)}
    (tmp_path / "sites.geojson").write_text(json.dumps(site))
    home, buildings = str(tmp_path / "home"), str(drawn.write({**drawn.ruins, **drawn.houses}))
    scenes = [(str(drawn.folder / f"{name}.tif"), date) for name, date in (("before", 2020), ("after", 2021))]
    assert command(["init", home]) == 0
    assert command(["sites", "add", str(tmp_path / "sites.geojson"), "--workspace", home]) == 0
    for file, year in scenes:
        given = [file, "--date", f"{year}-05-01", "--sensor", "other", "--workspace", home]
        assert command(["scenes", "add", *given]) == 0
    assert command(["detect", "--workspace", home, "--buildings", buildings, "--jobs", "1"]) == 0
    (folder,) = (tmp_path / "home" / "outputs").glob("detect-*")
    found = said(Run.open(folder))
    assert found
    assert {one["site_id"] for one in found.values()} == {"quarter"}


def test_sites_share_the_buildings_and_the_screen_says_one_line(
    drawn: Drawn, capsys: pytest.CaptureFixture[str]
):
    ruin = next(iter(drawn.ruins.values()))
    ring = ruin.centroid.buffer(0.0004)
    site = {"type": "Feature", "properties": {"id": "quarter"}, "geometry": mapping(ring)}
    (drawn.folder / "sites.geojson").write_text(json.dumps(site))
    folder = drawn.folder
    given = [str(folder / name) for name in ("before.tif", "after.tif")]
    given += ["--aoi", str(folder / "sites.geojson"), "--sites-only", "--out", str(folder / "sites")]
    given += ["--buildings", str(drawn.write({**drawn.ruins, **drawn.houses}))]
    assert command(["compare", *given, "--jobs", "1"]) == 0
    assert sum(line.startswith("  buildings: ") for line in capsys.readouterr().out.splitlines()) == 1
    document = json.loads((folder / "sites" / "buildings.geojson").read_text())
    for one in document["features"]:
        assert one["properties"]["site_id"] == "quarter"
        assert shape(one["geometry"]).intersects(ring)
