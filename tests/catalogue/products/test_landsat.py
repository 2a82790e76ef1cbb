"""Landsat Collection 2 products with MTL files of the real structure: the same key in several groups."""

import datetime as dt
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest
from numpy.testing import assert_allclose
from numpy.typing import NDArray

from sitewatch.catalogue.products import Hints, find_products, read_scene
from sitewatch.catalogue.usable import CLOUD, seen
from sitewatch.errors import SceneError
from sitewatch.io.rasters import load

WriteRaster: TypeAlias = Callable[..., Path]
Numbers: TypeAlias = NDArray[np.uint16]
Groups: TypeAlias = dict[str, dict[str, str | float]]

OLI = "LC08_L2SP_136045_20170926_20200903_02_T1"
ETM = "LE07_L2SP_136045_20030404_20200915_02_T1"
OLI_L1 = "LC08_L1TP_136045_20170926_20200903_02_T1"


def mtl(product: str, spacecraft: str, sensor: str, bands: list[str], *, level: int = 2) -> Groups:
    prefix = f"{product}_SR_B" if level == 2 else f"{product}_B"
    surface = {f"REFLECTANCE_MULT_BAND_{b}": 2.75e-05 for b in bands} | {
        f"REFLECTANCE_ADD_BAND_{b}": -0.2 for b in bands
    }
    top = {f"RADIANCE_MULT_BAND_{b}": 1.2e-02 for b in bands}
    top |= {f"REFLECTANCE_MULT_BAND_{b}": 2e-05 for b in bands} | {
        f"REFLECTANCE_ADD_BAND_{b}": -0.1 for b in bands
    }
    groups: Groups = {
        "PRODUCT_CONTENTS": {
            "ORIGIN": "Image courtesy of the U.S. Geological Survey",
            "LANDSAT_PRODUCT_ID": product,
            "PROCESSING_LEVEL": "L2SP" if level == 2 else "L1TP",
            "COLLECTION_NUMBER": 2,
            **{f"FILE_NAME_BAND_{b}": f"{prefix}{b}.TIF" for b in bands},
            "FILE_NAME_BAND_ST_B10": f"{product}_ST_B10.TIF",
            "FILE_NAME_QUALITY_L1_PIXEL": f"{product}_QA_PIXEL.TIF",
        },
        "IMAGE_ATTRIBUTES": {
            "SPACECRAFT_ID": spacecraft,
            "SENSOR_ID": sensor,
            "DATE_ACQUIRED": "2017-09-26" if "OLI" in sensor else "2003-04-04",
            "SCENE_CENTER_TIME": "04:10:53.4962260Z",
            "CLOUD_COVER": 7.25,
            "SUN_AZIMUTH": 128.5,
            "SUN_ELEVATION": 57.75,
        },
    }
    if level == 2:
        groups["LEVEL2_SURFACE_REFLECTANCE_PARAMETERS"] = surface
    return groups | {"LEVEL1_RADIOMETRIC_RESCALING": top}


def as_text(groups: Groups) -> str:
    lines = ["GROUP = LANDSAT_METADATA_FILE"]
    for name, group in groups.items():
        lines += [f"  GROUP = {name}"]
        lines += [
            f'    {key} = "{value}"' if isinstance(value, str) else f"    {key} = {value}"
            for key, value in group.items()
        ]
        lines += [f"  END_GROUP = {name}"]
    return "\n".join([*lines, "END_GROUP = LANDSAT_METADATA_FILE", "END", ""])


@pytest.fixture
def write_product(write_raster: WriteRaster, numbers: Numbers, tmp_path: Path) -> Callable[..., Path]:
    def write(product: str, groups: Groups, bands: list[str], folder: str = "p") -> Path:
        prefix = f"{product}_SR_B" if "L2SP" in product else f"{product}_B"
        for index, band in enumerate(bands):
            write_raster(f"{folder}/{prefix}{band}.TIF", numbers[index])
        quality = np.full((60, 60), 21824, np.uint16)
        quality[30:] = 22280
        write_raster(f"{folder}/{product}_QA_PIXEL.TIF", quality, nodata=1)
        write_raster(f"{folder}/{product}_ST_B10.TIF", numbers[10])
        (tmp_path / folder / f"{product}_MTL.txt").write_text(as_text(groups))
        return tmp_path / folder

    return write


def test_oli_surface_reflectance(write_product: Callable[..., Path], numbers: Numbers):
    bands = list("1234567")
    folder = write_product(OLI, mtl(OLI, "LANDSAT_8", "OLI_TIRS", bands), bands)
    scene = read_scene(folder)
    assert scene.id == scene.product_id == OLI
    assert scene.band_names == ("coastal", "blue", "green", "red", "nir", "swir16", "swir22")
    assert (scene.sensor, scene.units, scene.cloud_cover) == ("landsat-8-oli", "reflectance", 7.25)
    assert scene.datetime == dt.datetime(2017, 9, 26, 4, 10, 53, 496226, tzinfo=dt.UTC)
    assert (scene.view.sun_azimuth, scene.view.sun_elevation) == (128.5, 57.75)
    assert scene.credit == "Landsat-8 image courtesy of the U.S. Geological Survey"
    assert scene.licence == "U.S. public domain"
    assert_allclose(load(scene, scene.grid, ["nir"])[0], numbers[4] * 2.75e-5 - 0.2, atol=1e-6)
    assert not scene.notes


def test_etm_counts_its_bands_otherwise(write_product: Callable[..., Path], numbers: Numbers):
    bands = ["1", "2", "3", "4", "5", "7"]
    scene = read_scene(write_product(ETM, mtl(ETM, "LANDSAT_7", "ETM", bands), bands))
    assert scene.band_names == ("blue", "green", "red", "nir", "swir16", "swir22")
    assert scene.sensor == "landsat-7-etm"
    assert_allclose(load(scene, scene.grid, ["swir22"])[0], numbers[5] * 2.75e-5 - 0.2, atol=1e-6)


def test_level_1_is_brought_to_an_overhead_sun(write_product: Callable[..., Path], numbers: Numbers):
    bands = ["2", "3", "4", "5", "8", "9", "10"]
    scene = read_scene(write_product(OLI_L1, mtl(OLI_L1, "LANDSAT_8", "OLI_TIRS", bands, level=1), bands))
    # Panchromatic and cirrus are left out, thermal is no reflectance.
    assert scene.band_names == ("blue", "green", "red", "nir")
    expected = (numbers[2] * 2e-5 - 0.1) / math.sin(math.radians(57.75))
    assert_allclose(load(scene, scene.grid, ["red"])[0], expected, atol=1e-6)
    assert any("top of the atmosphere" in note for note in scene.notes)


def test_quality_bits_mask(write_product: Callable[..., Path]):
    bands = ["2", "3", "4"]
    scene = read_scene(write_product(OLI, mtl(OLI, "LANDSAT_8", "OLI_TIRS", bands), bands))
    reasons = seen(scene, scene.grid, grow_m=0).reasons
    assert (reasons[30:] == CLOUD).all()
    assert not reasons[:30].any()


def test_json_and_text_say_the_same_and_each_stands_for_the_folder(write_product: Callable[..., Path]):
    bands = ["2", "3", "4"]
    groups = mtl(OLI, "LANDSAT_9", "OLI_TIRS", bands)
    folder = write_product(OLI, groups, bands)
    by_text = read_scene(folder)
    text = folder / f"{OLI}_MTL.txt"
    strings = {name: {key: str(value) for key, value in group.items()} for name, group in groups.items()}
    (folder / f"{OLI}_MTL.json").write_text(json.dumps({"LANDSAT_METADATA_FILE": strings}))
    assert find_products(folder) == [text]
    assert read_scene(text) == by_text
    text.unlink()
    assert read_scene(folder) == by_text
    assert by_text.sensor == "landsat-9-oli"


def test_two_products_in_one_folder_are_two_scenes(write_product: Callable[..., Path], tmp_path: Path):
    write_product(OLI, mtl(OLI, "LANDSAT_8", "OLI_TIRS", ["2", "3"]), ["2", "3"])
    write_product(ETM, mtl(ETM, "LANDSAT_7", "ETM", ["1", "2"]), ["1", "2"])
    assert [read_scene(path).id for path in find_products(tmp_path)] == [OLI, ETM]


def test_bands_that_are_not_there_are_left_out_and_said(write_product: Callable[..., Path]):
    groups = mtl(OLI, "LANDSAT_8", "OLI_TIRS", ["2", "3", "4", "7"])
    scene = read_scene(write_product(OLI, groups, ["2", "3", "4"]))
    assert scene.band_names == ("blue", "green", "red")
    assert "not beside the MTL: swir22" in scene.notes


def test_what_is_wrong_with_an_mtl_is_said(write_product: Callable[..., Path]):
    groups = mtl(OLI, "LANDSAT_8", "OLI_TIRS", ["2", "3"])
    folder = write_product(OLI, groups, ["2", "3"])
    path = folder / f"{OLI}_MTL.txt"
    path.write_text("GROUP = LANDSAT_METADATA_FILE\n  GROUP = PRODUCT_CON")
    with pytest.raises(SceneError, match="names no DATE_ACQUIRED"):
        read_scene(folder)
    path.write_text(as_text(mtl(OLI, "LANDSAT_3", "MSS", ["2", "3"])))
    with pytest.raises(SceneError, match="is of LANDSAT_3; Landsat 4, 5, 7, 8 and 9 are known"):
        read_scene(folder)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SceneError, match="cannot be read"):
        read_scene(folder)
    path.write_text(as_text(groups))
    for image in folder.glob("*SR_B*.TIF"):
        image.unlink()
    with pytest.raises(SceneError, match="none of the bands"):
        read_scene(folder, Hints())
