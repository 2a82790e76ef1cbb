"""A run is repeated from its sources: the same comes out, and what does not is named."""

import json
import shutil
from pathlib import Path

import pytest

import sitewatch as sw
from sitewatch.errors import RunError
from sitewatch.evidence import check_inputs
from sitewatch.io.rasters import Labels, write_geotiff
from sitewatch.io.vectors import geojson_text
from sitewatch.runs.again import repeat
from sitewatch.settings import Settings
from sitewatch.simulate.pair import draw_pair
from sitewatch.simulate.recipe import Recipe


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sources")
    pair = draw_pair(Recipe(size=(192, 192), events=("construction",)), seed=4)
    for name, scene in (("before", pair.before), ("after", pair.after)):
        write_geotiff(folder / f"{name}.tif", scene.pixels, scene.grid, Labels(0, scene.bands, {}))
    place = {"geometry": pair.places[0], "properties": {"id": "ashby", "name": "Ashby", "category": "other"}}
    (folder / "sites.geojson").write_text(geojson_text([place]))
    return folder


@pytest.fixture(scope="module")
def run(sources: Path) -> sw.Run:
    settings = Settings.model_validate({"objects": {"min_score": 0.02, "min_area_m2": 4}})
    return sw.compare(
        sources / "before.tif",
        sources / "after.tif",
        aoi=sources / "sites.geojson",
        sites_only=True,
        settings=settings,
        out=sources / "run",
        jobs=1,
    )


def again(run: sw.Run, among: Path | None = None) -> list[str]:
    steps: list[str] = []
    faults = repeat(run, check_inputs(run.path, among=among) or [], step=steps.append, jobs=1)
    assert "ashby" in steps
    return [fault.name for fault in faults]


def test_the_inputs_are_listed_and_the_same_comes_out(run: sw.Run, sources: Path):
    listed = {one.path for one in check_inputs(run.path) or ()}
    assert listed == {str(sources / name) for name in ("before.tif", "after.tif", "sites.geojson")}
    before = sorted(path.name for path in sources.iterdir())
    assert again(run) == []
    assert sorted(path.name for path in sources.iterdir()) == before


def test_results_that_were_changed_are_named(run: sw.Run, tmp_path: Path):
    copy = sw.Run.open(shutil.copytree(run.path, tmp_path / "copy"))
    changes = json.loads((copy.path / "changes.geojson").read_text())
    changes["features"][0]["properties"]["area_m2"] += 1
    (copy.path / "changes.geojson").write_text(json.dumps(changes))
    shutil.copy(copy.path / "rasters/ashby/change.tif", copy.path / "rasters/ashby/score.tif")
    (copy.path / "rasters/ashby/extra.tif").write_bytes(b"x")
    assert again(copy) == [
        "changes.geojson.features[0].properties.area_m2",
        "rasters/ashby/extra.tif",
        "rasters/ashby/score.tif",
    ]


def test_sources_that_moved_are_read_where_they_are_now(run: sw.Run, sources: Path, tmp_path: Path):
    moved = tmp_path / "moved"
    moved.mkdir()
    for name in ("before.tif", "after.tif"):
        (sources / name).rename(moved / name)
    try:
        assert again(run, among=moved) == []
    finally:
        for path in moved.iterdir():
            path.rename(sources / path.name)


def test_another_version_is_not_asked_to_repeat_a_run(run: sw.Run):
    old = sw.Run(run.path, {**run.info, "sitewatch": "0.0.1"})
    with pytest.raises(RunError, match=r"made by sitewatch 0\.0\.1.*pip install sitewatch==0\.0\.1"):
        repeat(old, [], step=print, jobs=1)
    silent = sw.Run(run.path, {key: value for key, value in run.info.items() if key != "extent"})
    with pytest.raises(RunError, match="does not say all"):
        repeat(silent, [], step=print, jobs=1)
