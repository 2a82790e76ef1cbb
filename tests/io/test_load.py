"""Pixels on grids of every kind: a scene's own, shifted, coarser, turned, beyond its edges."""

from pathlib import Path

import numpy as np
import pytest
from affine import Affine
from odc.geo.geobox import GeoBox

from sitewatch.io.rasters import Labels, load, write_geotiff
from sitewatch.records import Band, Scene

GRID = GeoBox((40, 60), Affine(2.0, 0, 500_000.0, 0, -2.0, 4_000_000.0), "EPSG:32631")


def scene(folder: Path, nodata: float | None = None) -> tuple[Scene, np.ndarray]:
    pixels = np.random.default_rng(4).integers(50, 200, (2, *GRID.shape)).astype(np.uint8)
    path = folder / "scene.tif"
    write_geotiff(path, pixels, GRID, Labels(nodata))
    bands = tuple(Band(name, str(path), i, nodata=nodata) for i, name in enumerate(("red", "nir"), 1))
    return Scene("s", bands, GRID, 2.0), pixels.astype(np.float32)


def test_its_own_grid_gives_the_pixels_as_they_are(tmp_path: Path):
    one, pixels = scene(tmp_path)
    found = load(one, GRID[5:15, 7:30], ("nir",))
    assert found.dims == ("band", "y", "x")
    np.testing.assert_array_equal(found.to_numpy()[0], pixels[1, 5:15, 7:30])


def test_a_window_beyond_the_edges_is_filled_with_nothing(tmp_path: Path):
    one, pixels = scene(tmp_path)
    found = load(one, GRID.pad(3)).to_numpy()
    np.testing.assert_array_equal(found[:, 3:-3, 3:-3], pixels)
    outside = np.ones(found.shape[1:], bool)
    outside[3:-3, 3:-3] = False
    assert np.isnan(found[:, outside]).all()


def test_a_coarser_grid_holds_the_mean_of_the_pixels(tmp_path: Path):
    one, pixels = scene(tmp_path)
    found = load(one, GRID.zoom_out(4)).to_numpy()
    np.testing.assert_allclose(found, pixels.reshape(2, 10, 4, 15, 4).mean(axis=(2, 4)), atol=0.01)


@pytest.mark.parametrize("nodata", [None, 0.0])
def test_another_projection_has_nothing_beyond_the_edges_whatever_the_file_says(
    tmp_path: Path, nodata: float | None
):
    one, pixels = scene(tmp_path, nodata)
    turned = GeoBox.from_bbox(GRID.extent.to_crs("EPSG:3857").boundingbox, crs="EPSG:3857", resolution=2.0)
    found = load(one, turned.pad(10)).to_numpy()
    assert np.isnan(found[:, :8]).all()
    seen = found[0][np.isfinite(found[0])]
    assert seen.min() >= pixels[0].min() - 0.5
    assert abs(seen.mean() - pixels[0].mean()) < 3
