"""A run with sites that have names, and copies of it into which anything may be written."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from shapely.affinity import translate

import sitewatch as sw
from sitewatch.io.rasters import Labels, write_geotiff
from sitewatch.io.vectors import geojson_text
from sitewatch.settings import Settings
from sitewatch.simulate.pair import draw_pair
from sitewatch.simulate.recipe import Recipe

Copy = Callable[[], sw.Run]


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> sw.Run:
    folder = tmp_path_factory.mktemp("original")
    pair = draw_pair(Recipe(size=(256, 256), events=("construction",)), seed=4)
    for name, scene in (("tula_toli_before", pair.before), ("tula_toli_after", pair.after)):
        write_geotiff(folder / f"{name}.tif", scene.pixels, scene.grid, Labels(0, scene.bands, {}))
    sites = [
        {"geometry": place, "properties": {"id": name, "name": words, "category": "settlement"}}
        for place, name, words in zip(
            (pair.places[0], translate(pair.places[0], xoff=1e-4)),
            ("tula-toli", "south-camp"),
            ("Tula Toli", "South Camp"),
            strict=True,
        )
    ]
    (folder / "sites.geojson").write_text(geojson_text(sites))
    # Low enough for something to be found, whatever the model.
    settings = Settings.model_validate({"objects": {"min_score": 0.02, "min_area_m2": 4}})
    return sw.compare(
        folder / "tula_toli_before.tif",
        folder / "tula_toli_after.tif",
        aoi=folder / "sites.geojson",
        sites_only=True,
        credit="Drawn near Tula Toli",
        settings=settings,
        out=folder / "run",
        jobs=1,
    )


@pytest.fixture
def copy(original: sw.Run, tmp_path: Path) -> sw.Run:
    return sw.Run.open(shutil.copytree(original.path, tmp_path / "run"))
