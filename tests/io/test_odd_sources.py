"""Files that say too little or the wrong thing: no georeference, near infrared that calls itself alpha."""

from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from numpy.testing import assert_array_equal
from odc.geo.geobox import GeoBox
from PIL import Image

from sitewatch.io.rasters import load
from sitewatch.records import Band, Scene

GRID = GeoBox((8, 8), Affine(1, 0, 300_000, 0, -1, 2_000_000), "EPSG:32646")
NUMBERS = np.arange(4 * 64, dtype=np.uint8).reshape(4, 8, 8)


def scene(path: Path, names: tuple[str, ...], nodata: float | None = None) -> Scene:
    bands = tuple(Band(name, str(path), index, nodata=nodata) for index, name in enumerate(names, 1))
    return Scene("s", bands, GRID, 1.0)


def test_an_image_without_georeference_lies_where_its_scene_says(tmp_path: Path):
    path = tmp_path / "photo.png"
    Image.fromarray(np.moveaxis(NUMBERS[:3], 0, -1)).save(path)
    photo = scene(path, ("red", "green", "blue"))
    assert_array_equal(load(photo, GRID), NUMBERS[:3])
    assert_array_equal(load(photo, GRID[2:5, 3:8]), NUMBERS[:3, 2:5, 3:8])
    blocks = NUMBERS[:3].reshape(3, 4, 2, 4, 2).mean(axis=(2, 4))
    np.testing.assert_allclose(load(photo, GRID.zoom_out(2)), blocks, atol=0.51)
    assert np.isnan(load(photo, GRID.pad(1))[:, 0]).all()


@pytest.mark.parametrize("nodata", [None, 0])
def test_near_infrared_that_calls_itself_alpha_is_data(tmp_path: Path, nodata: float | None):
    path = tmp_path / "naip.tif"
    numbers = NUMBERS.copy()
    numbers[:3] = 100
    profile = {"driver": "GTiff", "width": 8, "height": 8, "count": 4, "dtype": "uint8", "nodata": nodata}
    with rasterio.open(
        path, "w", crs=GRID.crs, transform=GRID.affine, photometric="RGB", alpha="YES", **profile
    ) as dst:
        dst.write(numbers)
    with rasterio.open(path) as src:
        assert src.colorinterp[3].name == "alpha"
    rgbn = scene(path, ("red", "green", "blue", "nir"), nodata)
    assert_array_equal(load(rgbn, GRID), numbers)
    coarse = load(rgbn, GRID.zoom_out(2)).to_numpy()
    assert_array_equal(coarse[:3], 100)
    np.testing.assert_allclose(coarse[3], numbers[3].reshape(4, 2, 4, 2).mean(axis=(1, 3)), atol=0.51)


def test_a_quick_look_is_nearly_what_a_slow_one_is(tmp_path: Path):
    path = tmp_path / "cog.tif"
    grid = GeoBox((512, 512), GRID.affine, GRID.crs)
    down, across = np.mgrid[:512, :512]
    smooth = (1000 + 400 * np.sin(down / 40) + 300 * np.cos(across / 30)).astype(np.uint16)
    profile = {"driver": "GTiff", "width": 512, "height": 512, "count": 1, "dtype": "uint16", "tiled": True}
    with rasterio.open(path, "w", crs=grid.crs, transform=grid.affine, **profile) as dst:
        dst.write(smooth, 1)
        dst.build_overviews([2, 4, 8], rasterio.enums.Resampling.average)
    one = Scene("s", (Band("red", str(path)),), grid, 1.0)
    coarse = grid.zoom_out(16)
    slow, quick = (load(one, coarse, quick=fast).to_numpy() for fast in (False, True))
    assert not np.array_equal(slow, quick)
    np.testing.assert_allclose(slow, quick, atol=1)
    assert_array_equal(load(one, grid, quick=True)[0], smooth)
