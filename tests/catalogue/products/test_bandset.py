"""A band a file, outside any product: what belongs together, what the numbers mean, what is asked for."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest
from affine import Affine
from numpy.testing import assert_allclose
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox
from PIL import Image

from sitewatch.catalogue.products import Hints, find_products, read_scene
from sitewatch.errors import GeoreferenceError, RasterError, SceneError
from sitewatch.io.rasters import load

WriteRaster: TypeAlias = Callable[..., Path]
Numbers: TypeAlias = NDArray[np.uint16]
COARSE = GeoBox((30, 30), Affine(20, 0, 300_000, 0, -20, 2_300_000), "EPSG:32646")
OLD, NEW = "T46QCH_20170926T042711", "T46QCH_20220301T042711"


def write_set(write: WriteRaster, pixels: Numbers, pattern: str, bands: list[str]) -> list[Path]:
    return [write(pattern.format(band), pixels[index]) for index, band in enumerate(bands)]


def test_jp2_files_of_a_tile_are_one_scene(write_raster: WriteRaster, numbers: Numbers, tmp_path: Path):
    for index, band in enumerate(["B02", "B03", "B04", "B08"]):
        write_raster(f"{OLD}_{band}_10m.jp2", numbers[index], driver="JP2OpenJPEG")
    for index, band in enumerate(["B04", "B11", "B12"]):
        write_raster(f"{OLD}_{band}_20m.jp2", numbers[index + 4, :30, :30], grid=COARSE, driver="JP2OpenJPEG")
    write_raster(f"{OLD}_SCL_20m.jp2", np.full((30, 30), 4, np.uint8), grid=COARSE, driver="JP2OpenJPEG")
    (product,) = find_products(tmp_path)
    scene = read_scene(product)
    assert scene.id == OLD
    assert scene.band_names == ("blue", "green", "red", "nir", "swir16", "swir22")
    assert scene.datetime == dt.datetime(2017, 9, 26, 4, 27, 11, tzinfo=dt.UTC)
    assert (scene.sensor, scene.units) == ("sentinel-2-msi", "reflectance")
    assert [mask.scheme for mask in scene.masks] == ["scl"]
    assert_allclose(load(scene, scene.grid, ["red"])[0], numbers[2] / 10_000, atol=1e-6)
    assert read_scene(tmp_path) == scene
    for file in tmp_path.glob("*_10m.jp2"):
        assert read_scene(file) == scene


def test_folders_by_resolution_are_one_scene(write_raster: WriteRaster, numbers: Numbers, tmp_path: Path):
    write_set(write_raster, numbers, f"IMG_DATA/R10m/{OLD}_{{}}_10m.tif", ["B02", "B04"])
    write_raster(f"IMG_DATA/R20m/{OLD}_B12_20m.tif", numbers[5, :30, :30], grid=COARSE)
    write_raster(f"IMG_DATA/R60m/{OLD}_B09_60m.tif", numbers[5, :10, :10], grid=COARSE)
    (product,) = find_products(tmp_path)
    assert read_scene(product).band_names == ("blue", "red", "swir22")


@pytest.mark.parametrize(
    ("name", "hints", "offset", "said"),
    [
        (OLD, Hints(), 0.0, "do not say the processing baseline"),
        (NEW, Hints(), -0.1, "since 25 January 2022"),
        (NEW, Hints(offset=0.0), 0.0, None),
        (OLD, Hints(offset=-0.1), -0.1, None),
        (f"S2A_MSIL2A_20170926T042711_N0205_R133_{OLD}", Hints(), 0.0, None),
        (f"S2A_MSIL2A_20170926T042711_N0500_R133_{OLD}", Hints(), -0.1, None),
    ],
)
def test_the_offset_comes_from_the_option_the_name_or_the_day(
    write_raster: WriteRaster, numbers: Numbers, name: str, hints: Hints, offset: float, said: str | None
):
    path = write_set(write_raster, numbers, f"{name}_{{}}.tif", ["B02", "B03", "B04"])[0]
    scene = read_scene(path, hints)
    for band in scene.bands:
        assert (band.scale, band.offset) == pytest.approx((1e-4, offset))
    assert scene.units == "reflectance"
    assert any(said in note for note in scene.notes) if said else not scene.notes


def test_the_folder_may_say_the_baseline(write_raster: WriteRaster, numbers: Numbers):
    folder = "S2A_MSIL2A_20170926T042711_N0500_R133_T46QCH_20230101T000000"
    path = write_set(write_raster, numbers, f"{folder}/{{}}.tif", ["B02", "B03", "B04"])[0]
    scene = read_scene(path)
    assert scene.id == folder
    assert scene.bands[0].offset == pytest.approx(-0.1)
    assert scene.datetime == dt.datetime(2017, 9, 26, 4, 27, 11, tzinfo=dt.UTC)


def test_landsat_files_without_an_mtl(write_raster: WriteRaster, numbers: Numbers, tmp_path: Path):
    pattern = "LC08_L2SP_136045_20170926_20200903_02_T1_SR_{}.TIF"
    write_set(write_raster, numbers, pattern, ["B2", "B3", "B4", "B5", "B6", "B7"])
    write_raster("LC08_L2SP_136045_20170926_20200903_02_T1_QA_PIXEL.TIF", np.full((60, 60), 21824, np.uint16))
    scene = read_scene(tmp_path)
    assert scene.band_names == ("blue", "green", "red", "nir", "swir16", "swir22")
    assert scene.sensor == "landsat-8-oli"
    assert scene.datetime == dt.datetime(2017, 9, 26, tzinfo=dt.UTC)
    assert_allclose(load(scene, scene.grid, ["nir"])[0], numbers[3] * 2.75e-5 - 0.2, atol=1e-6)


def test_colours_in_names_need_no_sensor(write_raster: WriteRaster, numbers: Numbers, tmp_path: Path):
    write_set(write_raster, numbers, "camp_{}.tif", ["red", "green", "blue", "NIR"])
    scene = read_scene(tmp_path)
    assert scene.id == "camp"
    assert scene.band_names == ("blue", "green", "red", "nir")
    assert scene.units == "digital_number"
    assert scene.sensor == "unknown"


def test_plain_band_numbers_ask_for_the_sensor(write_raster: WriteRaster, numbers: Numbers):
    path = write_set(write_raster, numbers, "{}.tif", ["B2", "B3", "B4", "B5"])[0]
    with pytest.raises(SceneError, match=r"bands 2, 3, 4, 5 of an unknown sensor.*--sensor"):
        read_scene(path)
    assert read_scene(path, Hints(sensor="landsat 7")).band_names == ("green", "red", "nir", "swir16")
    assert read_scene(path, Hints(sensor="landsat 8")).band_names == ("blue", "green", "red", "nir")


def test_padded_band_numbers_are_sentinel_2s(write_raster: WriteRaster, numbers: Numbers):
    path = write_set(write_raster, numbers, "scene/{}.tif", ["B02", "B04", "B8A"])[0]
    scene = read_scene(path)
    assert (scene.id, scene.band_names) == ("scene", ("blue", "red", "nir08"))


def test_several_dates_in_one_folder_are_several_scenes(
    write_raster: WriteRaster, numbers: Numbers, tmp_path: Path
):
    write_set(write_raster, numbers, f"{OLD}_{{}}.tif", ["B02", "B03", "B04"])
    write_set(write_raster, numbers, f"{NEW}_{{}}.tif", ["B02", "B03", "B04"])
    write_raster("photo_2019-05-01.tif")
    products = find_products(tmp_path)
    assert len(products) == 3
    assert {read_scene(product).id for product in products} == {OLD, NEW, "photo_2019-05-01"}
    with pytest.raises(SceneError, match="holds 3 scenes"):
        read_scene(tmp_path)


def test_files_that_merely_lie_beside_one_another_are_no_set(write_raster: WriteRaster, tmp_path: Path):
    for name in ("before.tif", "after.tif", "truth.tif", "site_b1.tif", "notes.txt", ".hidden.tif"):
        write_raster(name) if name.endswith("tif") else (tmp_path / name).write_text("x")
    assert [path.name for path in find_products(tmp_path)] == [
        "after.tif",
        "before.tif",
        "site_b1.tif",
        "truth.tif",
    ]


def test_a_set_of_other_numbers_keeps_them(write_raster: WriteRaster, numbers: Numbers):
    small = (numbers // 64).astype(np.uint8)
    path = write_set(write_raster, small, f"{OLD}_{{}}.tif", ["B02", "B03", "B04"])[0]
    scene = read_scene(path)
    assert scene.units == "digital_number"
    assert scene.bands[0].scale == 1


def test_a_file_of_several_bands_does_not_fit_into_a_set(write_raster: WriteRaster, numbers: Numbers):
    write_raster("camp_red.tif", numbers[:3])
    path = write_raster("camp_nir.tif", numbers[0])
    with pytest.raises(SceneError, match=r"camp_red\.tif holds 3 bands"):
        read_scene(path)


def test_bands_of_two_tiles_do_not_fit_together(write_raster: WriteRaster, numbers: Numbers):
    other = GeoBox((60, 60), Affine(10, 0, 700_000, 0, -10, 2_300_000), "EPSG:32645")
    write_raster("camp_red.tif", numbers[0])
    path = write_raster("camp_nir.tif", numbers[0], grid=other)
    with pytest.raises(SceneError, match="different CRSs"):
        read_scene(path)


def test_a_set_without_georeference_is_refused(tmp_path: Path):
    for name in ("red", "nir"):
        Image.new("L", (20, 20)).save(tmp_path / f"camp_{name}.png")
    with pytest.raises(GeoreferenceError, match="no georeference"):
        read_scene(tmp_path)


def test_a_folder_without_scenes_and_an_archive_are_named(tmp_path: Path):
    with pytest.raises(SceneError, match="holds 0 scenes"):
        read_scene(tmp_path)
    (tmp_path / "x.SAFE.zip").write_bytes(b"PK")
    with pytest.raises(RasterError, match=r"x\.SAFE\.zip is an archive"):
        read_scene(tmp_path / "x.SAFE.zip")


def test_bands_of_mixed_types_are_refused(write_raster: WriteRaster, numbers: Numbers):
    write_raster("camp_red.tif", (numbers[0] // 64).astype(np.uint8))
    path = write_raster("camp_nir.tif", numbers[0])
    with pytest.raises(
        SceneError, match=r"mix data types \(camp_red\.tif is uint8, camp_nir\.tif is uint16\)"
    ):
        read_scene(path)
