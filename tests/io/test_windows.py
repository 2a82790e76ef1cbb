"""Many small windows of files that stay open: the same pixels as `load`, coarser ones from few."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import rasterio
from affine import Affine
from odc.geo.geobox import GeoBox
from rasterio.enums import ColorInterp

from sitewatch.errors import RasterError
from sitewatch.io.rasters import Labels, OpenScenes, load, windows, write_cog, write_geotiff
from sitewatch.records import Band, Scene

GRID = GeoBox((320, 480), Affine(2.0, 0, 500_000.0, 0, -2.0, 4_000_000.0), "EPSG:32631")


@pytest.fixture
def reader():
    scenes = OpenScenes()
    yield scenes
    scenes.close()


def scene(folder: Path) -> tuple[Scene, np.ndarray]:
    pixels = np.random.default_rng(4).integers(50, 200, (2, *GRID.shape)).astype(np.uint8)
    # Nothing stands in one corner, and in one pixel elsewhere.
    pixels[:, :64, :64] = 0
    pixels[:, 200, 300] = 0
    path = folder / "scene.tif"
    write_geotiff(path, pixels, GRID, Labels(0))
    bands = tuple(Band(name, str(path), i, nodata=0) for i, name in enumerate(("red", "nir"), 1))
    return Scene("s", bands, GRID, 2.0), pixels.astype(np.float32)


@pytest.mark.parametrize(
    "grid", [GRID[10:60, 30:90], GRID.pad(7), GRID[5:9, 470:480].pad(3), GRID[:64, :64].pad(1000)]
)
def test_its_own_pixels_are_those_that_load_reads(tmp_path: Path, reader: OpenScenes, grid: GeoBox):
    one, _ = scene(tmp_path)
    np.testing.assert_array_equal(reader.read(one, grid, ("nir",)), load(one, grid, ("nir",)))


def test_numbers_become_values(tmp_path: Path, reader: OpenScenes):
    one, pixels = scene(tmp_path)
    scaled = replace(one, bands=tuple(replace(band, scale=0.5, offset=-3.0) for band in one.bands))
    found = reader.read(scaled, GRID[100:110, 100:110]).to_numpy()
    np.testing.assert_array_equal(found, pixels[:, 100:110, 100:110] * 0.5 - 3.0)


def test_coarser_pixels_are_means_of_those_that_are_there(tmp_path: Path, reader: OpenScenes):
    one, pixels = scene(tmp_path)
    found = reader.read(one, GRID.zoom_out(4)).to_numpy()
    pixels[pixels == 0] = np.nan
    with np.errstate(invalid="ignore"):
        blocks = pixels.reshape(2, 80, 4, 120, 4)
        means = np.where(np.isnan(blocks).all(axis=(2, 4)), np.nan, np.nan_to_num(blocks).sum(axis=(2, 4)))
        means = means / np.maximum(np.isfinite(blocks).sum(axis=(2, 4)), 1)
    # Whole numbers are averaged to whole numbers.
    np.testing.assert_allclose(found, means, atol=0.51)


def test_finer_pixels_are_squares(tmp_path: Path, reader: OpenScenes):
    one, pixels = scene(tmp_path)
    found = reader.read(one, GRID.zoom_out(1 / 3)[300:330, 600:690], ("red",)).to_numpy()[0]
    np.testing.assert_array_equal(found, np.repeat(np.repeat(pixels[0, 100:110, 200:230], 3, 0), 3, 1))


def test_a_file_without_overviews_gets_a_small_copy_of_the_same_means(
    tmp_path: Path, reader: OpenScenes, monkeypatch: pytest.MonkeyPatch
):
    one, _ = scene(tmp_path)
    plain = OpenScenes()
    grid = GRID.zoom_out(16)
    without = plain.read(one, grid).to_numpy()
    plain.close()
    monkeypatch.setattr(windows, "_LARGE", 256)
    reader.prepare(one)
    # With the small copy made, the file itself is no longer needed for coarse windows.
    copied = reader.read(one, grid).to_numpy()
    assert np.isfinite(copied).sum() == np.isfinite(without).sum()
    np.testing.assert_allclose(copied, without, atol=1.01)


def test_a_cloud_optimised_file_needs_no_copy(
    tmp_path: Path, reader: OpenScenes, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(windows, "_LARGE", 256)
    monkeypatch.setattr(windows, "_small_copy", lambda _: pytest.fail("a copy was made"))
    big = GRID.zoom_out(0.5)
    pixels = np.full((1, *big.shape), 7, np.uint8)
    write_cog(tmp_path / "big.tif", pixels, big)
    one = Scene("s", (Band("pan", str(tmp_path / "big.tif")),), big, 1.0)
    reader.prepare(one)
    assert (reader.read(one, big.zoom_out(16)).to_numpy() == 7).all()


def test_bands_of_coarser_files_lie_where_they_belong(tmp_path: Path, reader: OpenScenes):
    one, pixels = scene(tmp_path)
    half = GRID.zoom_out(2)
    write_geotiff(tmp_path / "half.tif", pixels[:1, ::2, ::2].astype(np.uint8), half, Labels(0))
    both = replace(one, bands=(*one.bands, Band("swir16", str(tmp_path / "half.tif"), nodata=0)))
    found = reader.read(both, GRID[101:141, 203:223], ("red", "swir16")).to_numpy()
    np.testing.assert_array_equal(found[0], pixels[0, 101:141, 203:223])
    fine = np.repeat(np.repeat(pixels[0, ::2, ::2], 2, 0), 2, 1)
    # A window that begins in the middle of a coarse pixel is half a pixel off at most.
    assert (found[1] == fine[101:141, 203:223]).mean() > 0.95


def test_another_projection_is_left_to_load(tmp_path: Path, reader: OpenScenes):
    one, _ = scene(tmp_path)
    turned = GeoBox.from_bbox(GRID.extent.to_crs("EPSG:3857").boundingbox, crs="EPSG:3857", resolution=4.0)
    np.testing.assert_array_equal(reader.read(one, turned), load(one, turned))


def test_several_threads_read_the_same_and_keep_few_files_open(
    tmp_path: Path, reader: OpenScenes, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(windows, "_OPEN", 2)
    pixels = np.arange(GRID.shape[0] * GRID.shape[1], dtype=np.uint32).reshape(1, *GRID.shape)
    scenes = []
    for number in range(5):
        write_geotiff(tmp_path / f"{number}.tif", pixels + number, GRID)
        scenes.append(Scene(str(number), (Band("pan", str(tmp_path / f"{number}.tif")),), GRID, 2.0))

    def first(job: int) -> float:
        return float(reader.read(scenes[job % 5], GRID[job : job + 4, 8:12]).to_numpy()[0, 0, 0])

    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(first, range(100)))
    assert found == [job * GRID.shape[1] + 8 + job % 5 for job in range(100)]
    assert len(reader._stacks) <= 2 * 4


def test_a_file_that_is_no_raster_is_said(tmp_path: Path, reader: OpenScenes):
    (tmp_path / "x.tif").write_text("no raster")
    one = Scene("s", (Band("pan", str(tmp_path / "x.tif")),), GRID, 2.0)
    with pytest.raises(RasterError, match="cannot be read"):
        reader.read(one, GRID)


def test_a_picture_without_a_georeference_lies_where_its_scene_says(tmp_path: Path, reader: OpenScenes):
    pixels = np.random.default_rng(5).integers(1, 255, GRID.shape, dtype=np.uint8)
    cv2.imwrite(str(tmp_path / "plain.png"), pixels)
    one = Scene("s", (Band("pan", str(tmp_path / "plain.png")),), GRID, 2.0, georeference="approximate")
    np.testing.assert_array_equal(reader.read(one, GRID[30:50, 60:99]).to_numpy()[0], pixels[30:50, 60:99])


def test_a_band_that_its_file_calls_alpha_is_data(tmp_path: Path, reader: OpenScenes):
    pixels = np.random.default_rng(6).integers(0, 255, (4, *GRID.shape), dtype=np.uint8)
    write_geotiff(tmp_path / "four.tif", pixels, GRID, Labels(None))
    with rasterio.open(tmp_path / "four.tif", "r+") as file:
        file.colorinterp = [ColorInterp.red, ColorInterp.green, ColorInterp.blue, ColorInterp.alpha]
    names = ("red", "green", "blue", "nir")
    bands = tuple(Band(name, str(tmp_path / "four.tif"), i) for i, name in enumerate(names, 1))
    one = Scene("s", bands, GRID, 2.0)
    np.testing.assert_array_equal(reader.read(one, GRID[9:40, 9:40]).to_numpy(), pixels[:, 9:40, 9:40])
