"""Sentinel-2 products with the structure and the element names of real ones, small."""

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

from sitewatch.catalogue.products import Hints, find_products, read_scene
from sitewatch.catalogue.usable import CLOUD, seen
from sitewatch.errors import RasterError, SceneError
from sitewatch.io.rasters import load

WriteRaster: TypeAlias = Callable[..., Path]
Numbers: TypeAlias = NDArray[np.uint16]

NAME = "S2A_MSIL2A_20220301T042711_N0400_R133_T46QCH_20220301T081234"
TILE = "T46QCH_20220301T042711"
NS = 'xmlns:n1="https://psd-14.sentinel2.eo.esa.int/PSD/User_Product_Level-2A.xsd"'
TEN = {"B02": 0, "B03": 1, "B04": 2, "B08": 3}
TWENTY = {"B05": 4, "B06": 5, "B07": 6, "B8A": 7, "B11": 8, "B12": 9}
IDS = ("B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8", "B8A", "B9", "B10", "B11", "B12")


def product_xml(baseline: str = "04.00", offset: int | None = -1000, quantification: str = "10000") -> str:
    spectral = "".join(f'<Spectral_Information bandId="{i}" physicalBand="{b}"/>' for i, b in enumerate(IDS))
    offsets = "".join(f'<BOA_ADD_OFFSET band_id="{i}">{offset}</BOA_ADD_OFFSET>' for i in range(13))
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<n1:Level-2A_User_Product {NS}>
  <n1:General_Info>
    <Product_Info>
      <PRODUCT_START_TIME>2022-03-01T04:27:11.024Z</PRODUCT_START_TIME>
      <PRODUCT_URI>{NAME}.SAFE</PRODUCT_URI>
      <PROCESSING_LEVEL>Level-2A</PROCESSING_LEVEL>
      <PROCESSING_BASELINE>{baseline}</PROCESSING_BASELINE>
      <Datatake datatakeIdentifier="GS2A_20220301T042711_034952_N04.00">
        <SPACECRAFT_NAME>Sentinel-2A</SPACECRAFT_NAME>
      </Datatake>
    </Product_Info>
    <Product_Image_Characteristics>
      <QUANTIFICATION_VALUES_LIST>
        <BOA_QUANTIFICATION_VALUE unit="none">{quantification}</BOA_QUANTIFICATION_VALUE>
      </QUANTIFICATION_VALUES_LIST>
      <BOA_ADD_OFFSET_VALUES_LIST>{offsets if offset is not None else ""}</BOA_ADD_OFFSET_VALUES_LIST>
      <Spectral_Information_List>{spectral}</Spectral_Information_List>
    </Product_Image_Characteristics>
  </n1:General_Info>
  <n1:Quality_Indicators_Info>
    <Cloud_Coverage_Assessment>12.5</Cloud_Coverage_Assessment>
  </n1:Quality_Indicators_Info>
</n1:Level-2A_User_Product>
"""


TILE_XML = """<?xml version="1.0" encoding="UTF-8"?>
<n1:Level-2A_Tile_ID xmlns:n1="https://psd-14.sentinel2.eo.esa.int/PSD/S2_PDI_Level-2A_Tile_Metadata.xsd">
  <n1:General_Info>
    <TILE_ID metadataLevel="Brief">S2A_OPER_MSI_L2A_TL_VGS4_20220301T081234_A034952_T46QCH_N04.00</TILE_ID>
    <SENSING_TIME metadataLevel="Standard">2022-03-01T04:36:12.345678Z</SENSING_TIME>
  </n1:General_Info>
  <n1:Geometric_Info>
    <Tile_Angles metadataLevel="Standard">
      <Mean_Sun_Angle>
        <ZENITH_ANGLE unit="deg">35.5</ZENITH_ANGLE>
        <AZIMUTH_ANGLE unit="deg">142.25</AZIMUTH_ANGLE>
      </Mean_Sun_Angle>
      <Mean_Viewing_Incidence_Angle_List>
        <Mean_Viewing_Incidence_Angle bandId="2">
          <ZENITH_ANGLE unit="deg">6.0</ZENITH_ANGLE><AZIMUTH_ANGLE unit="deg">100</AZIMUTH_ANGLE>
        </Mean_Viewing_Incidence_Angle>
        <Mean_Viewing_Incidence_Angle bandId="3">
          <ZENITH_ANGLE unit="deg">6.2</ZENITH_ANGLE><AZIMUTH_ANGLE unit="deg">104</AZIMUTH_ANGLE>
        </Mean_Viewing_Incidence_Angle>
      </Mean_Viewing_Incidence_Angle_List>
    </Tile_Angles>
  </n1:Geometric_Info>
</n1:Level-2A_Tile_ID>
"""


@pytest.fixture
def safe(tmp_path: Path, write_raster: WriteRaster, numbers: Numbers) -> Path:
    """Write a SAFE folder: JP2 images, XML, quicklooks that are no bands."""
    fine = read_grid(10)
    folder = f"{NAME}.SAFE/GRANULE/L2A_T46QCH_A034952_20220301T042711"
    for band, index in TEN.items():
        write_raster(
            f"{folder}/IMG_DATA/R10m/{TILE}_{band}_10m.jp2", numbers[index], driver="JP2OpenJPEG", grid=fine
        )
    coarse = read_grid(20)
    for band, index in (TWENTY | {"B02": 0}).items():
        write_raster(
            f"{folder}/IMG_DATA/R20m/{TILE}_{band}_20m.jp2",
            numbers[index, :30, :30],
            driver="JP2OpenJPEG",
            grid=coarse,
        )
    codes = np.full((30, 30), 4, np.uint8)
    codes[15:] = 9
    write_raster(f"{folder}/IMG_DATA/R20m/{TILE}_SCL_20m.jp2", codes, driver="JP2OpenJPEG", grid=coarse)
    write_raster(
        f"{folder}/IMG_DATA/R60m/{TILE}_B09_60m.jp2",
        numbers[10, :10, :10],
        driver="JP2OpenJPEG",
        grid=read_grid(60),
    )
    write_raster(
        f"{folder}/QI_DATA/T46QCH_20220301T042711_PVI.jp2", numbers[:3], driver="JP2OpenJPEG", grid=fine
    )
    root = tmp_path / f"{NAME}.SAFE"
    (root / "MTD_MSIL2A.xml").write_text(product_xml())
    (root / folder.split("/", 1)[1] / "MTD_TL.xml").write_text(TILE_XML)
    return root


def read_grid(metres: int) -> GeoBox:
    side = 600 // metres
    return GeoBox((side, side), Affine(metres, 0, 300_000, 0, -metres, 2_300_000), "EPSG:32646")


def test_a_safe_folder_is_a_scene_with_all_that_its_xml_says(safe: Path):
    scene = read_scene(safe)
    assert scene.id == scene.product_id == NAME
    assert scene.band_names == (
        "blue", "green", "red", "rededge071", "rededge075", "rededge078", "nir", "nir08", "swir16", "swir22",
    )  # fmt: skip
    assert scene.grid == read_grid(10)
    assert scene.gsd_m == 10
    assert scene.datetime == dt.datetime(2022, 3, 1, 4, 36, 12, 345678, tzinfo=dt.UTC)
    assert (scene.sensor, scene.units, scene.cloud_cover) == ("sentinel-2-msi", "reflectance", 12.5)
    assert (scene.view.sun_azimuth, scene.view.sun_elevation) == (142.25, 54.5)
    assert scene.view.azimuth == pytest.approx(102)
    # 6.1 degrees at the ground are 5.43 at 786 km height.
    assert scene.view.off_nadir == pytest.approx(5.43, abs=0.01)
    assert scene.credit == "Contains modified Copernicus Sentinel data 2022"
    assert [mask.scheme for mask in scene.masks] == ["scl"]
    assert not scene.notes


def test_numbers_become_reflectance_with_the_offset_of_the_baseline(safe: Path, numbers: Numbers):
    scene = read_scene(safe)
    pixels = load(scene, scene.grid, ["red", "swir22"])
    assert_allclose(pixels[0], (numbers[2] - 1000.0) / 10_000, atol=1e-6)
    coarse = load(scene, read_grid(20), ["swir22"])[0]
    assert_allclose(coarse, (numbers[9, :30, :30] - 1000.0) / 10_000, atol=1e-6)


def test_the_scene_classification_masks(safe: Path):
    scene = read_scene(safe)
    reasons = seen(scene, scene.grid, grow_m=0).reasons
    assert (reasons[30:] == CLOUD).all()
    assert not reasons[:30].any()


@pytest.mark.parametrize(
    ("xml", "scale", "offset"),
    [
        (product_xml("02.05", None), 1e-4, 0.0),
        (product_xml("04.00", None), 1e-4, -0.1),
        (product_xml("05.10", -1000), 1e-4, -0.1),
        (product_xml("09.00", -500, "20000"), 5e-5, -0.025),
    ],
)
def test_scale_and_offset_are_those_of_the_xml(safe: Path, xml: str, scale: float, offset: float):
    (safe / "MTD_MSIL2A.xml").write_text(xml)
    for band in read_scene(safe).bands:
        assert band.scale == pytest.approx(scale)
        assert band.offset == pytest.approx(offset)
        assert band.nodata == 0


def test_the_metadata_file_stands_for_the_folder(safe: Path):
    assert read_scene(safe / "MTD_MSIL2A.xml") == read_scene(safe)
    assert find_products(safe.parent) == [safe]
    assert read_scene(safe.parent) == read_scene(safe)


def test_level_1c_is_reflectance_at_the_top_of_the_atmosphere(safe: Path):
    xml = product_xml().replace("BOA_ADD_OFFSET", "RADIO_ADD_OFFSET").replace("BOA_QUANT", "QUANT")
    (safe / "MTD_MSIL2A.xml").rename(safe / "MTD_MSIL1C.xml").write_text(xml)
    scene = read_scene(safe)
    assert scene.bands[0].offset == -0.1
    assert any("top of the atmosphere" in note for note in scene.notes)


def test_options_choose_bands_and_win_over_the_date(safe: Path):
    day = dt.datetime(2022, 3, 2, tzinfo=dt.UTC)
    scene = read_scene(safe, Hints(bands=("red", "green", "blue"), date=day, date_precision="day"))
    assert scene.band_names == ("red", "green", "blue")
    assert scene.datetime == day
    assert any("2022-03-01, the option 2022-03-02" in note for note in scene.notes)


def test_what_is_missing_is_named(safe: Path):
    (safe / "MTD_MSIL2A.xml").write_text("<broken")
    with pytest.raises(SceneError, match=r"MTD_MSIL2A\.xml cannot be read"):
        read_scene(safe)
    (safe / "MTD_MSIL2A.xml").unlink()
    with pytest.raises(SceneError, match=r"holds no MTD_MSIL2A\.xml"):
        read_scene(safe)
    (safe / "MTD_MSIL2A.xml").write_text(product_xml())
    images = safe / "GRANULE" / "L2A_T46QCH_A034952_20220301T042711" / "IMG_DATA"
    (images / "R10m" / f"{TILE}_B04_10m.jp2").write_bytes(b"")
    with pytest.raises(RasterError, match=r"B04_10m\.jp2 is empty"):
        read_scene(safe)
    images.rename(images.with_name("IMG_GONE"))
    with pytest.raises(SceneError, match="holds no images in IMG_DATA"):
        read_scene(safe)
    (safe / "GRANULE").rename(safe / "GONE")
    with pytest.raises(SceneError, match="holds 0 granules"):
        read_scene(safe)
