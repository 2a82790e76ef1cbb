"""Figures of a run say for which site it was made, also when they are drawn again."""

from pathlib import Path

import pytest
from PIL import Image

import sitewatch as sw
from sitewatch.evidence import check_manifest
from sitewatch.io.rasters import Labels, write_geotiff
from sitewatch.io.vectors import geojson_text
from sitewatch.runs.chips import Wanted, draw_chips
from sitewatch.settings import Settings
from sitewatch.simulate.pair import draw_pair
from sitewatch.simulate.recipe import Recipe


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> sw.Run:
    folder = tmp_path_factory.mktemp("site")
    pair = draw_pair(Recipe(size=(256, 256), events=("construction",)), seed=4)
    for name, scene in (("before", pair.before), ("after", pair.after)):
        write_geotiff(folder / f"{name}.tif", scene.pixels, scene.grid, Labels(0, scene.bands, {}))
    place = {"geometry": pair.places[0], "properties": {"id": "ashby", "name": "Ashby", "category": "other"}}
    (folder / "sites.geojson").write_text(geojson_text([place]))
    # Low enough for something to be found, whatever the model: this is about figures.
    settings = Settings.model_validate({"objects": {"min_score": 0.02, "min_area_m2": 4}})
    return sw.compare(
        folder / "before.tif",
        folder / "after.tif",
        aoi=folder / "sites.geojson",
        sites_only=True,
        settings=settings,
        out=folder / "run",
    )


def said(path: Path) -> str:
    """Return which site a figure names in its metadata."""
    with Image.open(path) as image:
        image.load()
        return str(getattr(image, "text", {}).get("sitewatch:site"))


def test_figures_name_the_site(run: sw.Run):
    chips = [name for name in run.changes["chip"] if name is not None]
    assert chips
    assert {said(run.path / name) for name in chips} == {"ashby"}


def test_figures_that_are_drawn_again_name_it_too_and_the_run_knows_them(run: sw.Run, tmp_path: Path):
    names = draw_chips(run, Wanted(most=1), out=tmp_path)
    assert [said(tmp_path / name) for name in names.values()] == ["ashby"]
    again = draw_chips(run, Wanted(most=1))
    assert [said(run.path / "chips" / name) for name in again.values()] == ["ashby"]
    assert check_manifest(run.path) == []
