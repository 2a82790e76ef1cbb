"""What `compare` does with sites that cannot be used."""

from pathlib import Path

import pytest

import sitewatch as sw
from sitewatch.errors import GeometryError
from sitewatch.io.rasters import Labels, write_geotiff
from sitewatch.simulate.pair import draw_pair
from sitewatch.simulate.recipe import Recipe

EMPTY_SITE = '{"type": "Feature", "properties": {"id": "nowhere"}, "geometry": null}'


def test_sites_only_with_no_usable_site_is_refused_and_never_judges_all_ground(tmp_path: Path):
    pair = draw_pair(Recipe(size=(96, 96), events=()), seed=5)
    for name, scene in (("before", pair.before), ("after", pair.after)):
        write_geotiff(tmp_path / f"{name}.tif", scene.pixels, scene.grid, Labels(0, scene.bands, {}))
    (tmp_path / "sites.geojson").write_text(EMPTY_SITE)
    with pytest.raises(GeometryError, match="empty"):
        sw.compare(
            tmp_path / "before.tif",
            tmp_path / "after.tif",
            aoi=tmp_path / "sites.geojson",
            sites_only=True,
            out=tmp_path / "run",
        )
    assert not (tmp_path / "run").exists()
