"""Labels on another grid: nearest neighbour, and never a made-up "no change"."""

from pathlib import Path

import numpy as np
import pytest
from affine import Affine
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox

from sitewatch.errors import GeoreferenceError, RasterError
from sitewatch.io.rasters import Labels, load_labels, write_geotiff

GRID = GeoBox((8, 10), Affine(2, 0, 600000, 0, -2, 3300000), "EPSG:32614")
CODES = np.random.default_rng(0).integers(0, 4, GRID.shape).astype(np.uint8)


def written(tmp_path: Path, codes: NDArray[np.generic] = CODES, nodata: float | None = None) -> Path:
    path = tmp_path / "truth.tif"
    write_geotiff(path, codes, GRID, Labels(nodata=nodata))
    return path


@pytest.mark.parametrize("nodata", [None, 255, 0, 3])
def test_the_own_grid_gives_the_codes_whatever_the_header_calls_nodata(
    tmp_path: Path, nodata: float | None
) -> None:
    np.testing.assert_array_equal(load_labels(written(tmp_path, nodata=nodata), GRID), CODES)


@pytest.mark.parametrize("nodata", [None, 255, 0])
def test_finer_pixels_repeat_the_nearest_and_beyond_the_file_is_unlabelled(
    tmp_path: Path, nodata: float | None
) -> None:
    fine = GeoBox((20, 24), Affine(1, 0, 600000, 0, -1, 3300000), "EPSG:32614")
    labels = load_labels(written(tmp_path, nodata=nodata), fine)
    np.testing.assert_array_equal(labels[:16, :20], np.kron(CODES, np.ones((2, 2), np.uint8)))
    assert (labels[16:] == 255).all()
    assert (labels[:, 20:] == 255).all()


def test_a_window_that_reaches_beyond_the_file_is_unlabelled_there(tmp_path: Path) -> None:
    wide = GeoBox((8, 12), Affine(2, 0, 599998, 0, -2, 3300000), "EPSG:32614")
    labels = load_labels(written(tmp_path), wide)
    np.testing.assert_array_equal(labels[:, 1:11], CODES)
    assert (labels[:, [0, 11]] == 255).all()


def test_numbers_that_are_no_codes_are_unlabelled(tmp_path: Path) -> None:
    odd = CODES.astype(np.float32)
    odd[0, :4] = [np.nan, -1, 300, 255]
    labels = load_labels(written(tmp_path, odd), GRID)
    assert (labels[0, :4] == 255).all()
    np.testing.assert_array_equal(labels[1:], CODES[1:])


def test_a_picture_of_the_same_shape_lies_pixel_on_pixel_and_another_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "truth.tif"
    write_geotiff(path, CODES, GeoBox(GRID.shape, Affine.identity(), None))
    np.testing.assert_array_equal(load_labels(path, GRID), CODES)
    with pytest.raises(GeoreferenceError, match="10 x 8"):
        load_labels(path, GRID[:4, :4])


def test_what_is_no_raster_is_refused(tmp_path: Path) -> None:
    (tmp_path / "truth.tif").write_text("no")
    with pytest.raises(RasterError):
        load_labels(tmp_path / "truth.tif", GRID)
