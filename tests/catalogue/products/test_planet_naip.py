"""PlanetScope and NAIP files, named and described as their providers do it."""

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest
from numpy.testing import assert_allclose
from numpy.typing import NDArray
from PIL import Image

from sitewatch.catalogue.products import Hints, find_products, read_scene
from sitewatch.catalogue.usable import CLOUD, SHADOW, seen
from sitewatch.errors import GeoreferenceError, SceneError
from sitewatch.io.rasters import load

WriteRaster: TypeAlias = Callable[..., Path]
Numbers: TypeAlias = NDArray[np.uint16]
SCENE = "20170926_042711_0f2d"
COEFFICIENTS = (2.27e-05, 2.41e-05, 2.71e-05, 4.07e-05)


def xml(coefficients: tuple[float, ...] = COEFFICIENTS) -> str:
    bands = "".join(
        f"""<ps:bandSpecificMetadata>
          <ps:bandNumber>{number}</ps:bandNumber>
          <ps:radiometricScaleFactor>0.01</ps:radiometricScaleFactor>
          <ps:reflectanceCoefficient>{value}</ps:reflectanceCoefficient>
        </ps:bandSpecificMetadata>"""
        for number, value in enumerate(coefficients, 1)
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<ps:EarthObservation xmlns:gml="http://www.opengis.net/gml" xmlns:eop="http://earth.esa.int/eop"
    xmlns:opt="http://earth.esa.int/opt" xmlns:ps="http://schemas.planet.com/ps/v1/planet_product_metadata_geocorrected_level">
  <gml:metaDataProperty><ps:EarthObservationMetaData>
    <eop:identifier>{SCENE}_3B_AnalyticMS</eop:identifier>
    <eop:productType>L3B</eop:productType>
  </ps:EarthObservationMetaData></gml:metaDataProperty>
  <gml:using><eop:EarthObservationEquipment>
    <eop:instrument><eop:Instrument><eop:shortName>PS2</eop:shortName></eop:Instrument></eop:instrument>
    <eop:acquisitionParameters><ps:Acquisition>
      <eop:incidenceAngle uom="deg">2.1</eop:incidenceAngle>
      <opt:illuminationAzimuthAngle uom="deg">131.5</opt:illuminationAzimuthAngle>
      <opt:illuminationElevationAngle uom="deg">58.25</opt:illuminationElevationAngle>
      <ps:azimuthAngle uom="deg">96.5</ps:azimuthAngle>
      <ps:spaceCraftViewAngle uom="deg">1.9</ps:spaceCraftViewAngle>
      <ps:acquisitionDateTime>2017-09-26T04:27:11.5+00:00</ps:acquisitionDateTime>
    </ps:Acquisition></eop:acquisitionParameters>
  </eop:EarthObservationEquipment></gml:using>
  <gml:resultOf><ps:EarthObservationResult>
    <opt:cloudCoverPercentage uom="percentage">3</opt:cloudCoverPercentage>
    {bands}
  </ps:EarthObservationResult></gml:resultOf>
</ps:EarthObservation>
"""


def test_analytic_radiance_becomes_reflectance_by_the_coefficients(
    write_raster: WriteRaster, numbers: Numbers, tmp_path: Path
):
    path = write_raster(f"{SCENE}_3B_AnalyticMS.tif", numbers[:4])
    (tmp_path / f"{SCENE}_3B_AnalyticMS_metadata.xml").write_text(xml())
    scene = read_scene(path)
    assert scene.id == SCENE
    assert scene.band_names == ("blue", "green", "red", "nir")
    assert (scene.sensor, scene.units, scene.cloud_cover) == ("planetscope", "reflectance", 3)
    assert scene.datetime == dt.datetime(2017, 9, 26, 4, 27, 11, 500_000, tzinfo=dt.UTC)
    view = scene.view
    assert (view.sun_azimuth, view.sun_elevation, view.off_nadir, view.azimuth) == (131.5, 58.25, 1.9, 96.5)
    assert scene.credit == "Image © 2017 Planet Labs PBC"
    assert_allclose(load(scene, scene.grid, ["nir"])[0], numbers[3] * COEFFICIENTS[3], rtol=1e-5)
    assert any("top of the atmosphere" in note for note in scene.notes)


@pytest.mark.parametrize(
    ("name", "count", "last"),
    [
        (f"{SCENE}_3B_AnalyticMS_SR.tif", 4, "nir"),
        (f"{SCENE}_3B_AnalyticMS_SR_8b_harmonized_clip.tif", 8, "nir"),
        ("20200401_084707_83_2262_3B_AnalyticMS_SR_8b.tif", 8, "nir"),
    ],
)
def test_surface_reflectance_is_stored_times_10000(
    write_raster: WriteRaster, numbers: Numbers, name: str, count: int, last: str
):
    scene = read_scene(write_raster(name, numbers[:count]))
    assert scene.band_names[-1] == last
    assert scene.units == "reflectance"
    assert_allclose(
        load(scene, scene.grid, ["red"])[0], numbers[scene.band_names.index("red")] / 10_000, rtol=1e-5
    )
    assert not scene.notes


def test_eight_bands_have_the_order_of_superdove(write_raster: WriteRaster, numbers: Numbers):
    scene = read_scene(write_raster(f"{SCENE}_3B_AnalyticMS_SR_8b.tif", numbers[:8]))
    assert scene.band_names == ("coastal", "blue", "green05", "green", "yellow", "red", "rededge071", "nir")


def test_radiance_without_its_xml_stays_raw_and_says_so(write_raster: WriteRaster, numbers: Numbers):
    scene = read_scene(write_raster(f"{SCENE}_3B_AnalyticMS.tif", numbers[:4]))
    assert scene.units == "digital_number"
    assert any("raw numbers" in note for note in scene.notes)
    assert scene.datetime == dt.datetime(2017, 9, 26, 4, 27, 11, tzinfo=dt.UTC)


def test_the_json_of_the_api_is_read_where_there_is_no_xml(
    write_raster: WriteRaster, numbers: Numbers, tmp_path: Path
):
    path = write_raster(f"{SCENE}_3B_AnalyticMS_SR.tif", numbers[:4])
    properties = {
        "acquired": "2017-09-26T04:27:12.25Z",
        "sun_azimuth": 131,
        "sun_elevation": 58,
        "view_angle": 2,
        "cloud_cover": 0.25,
    }
    (tmp_path / f"{SCENE}_metadata.json").write_text(json.dumps({"id": SCENE, "properties": properties}))
    scene = read_scene(path)
    assert scene.datetime == dt.datetime(2017, 9, 26, 4, 27, 12, 250_000, tzinfo=dt.UTC)
    assert (scene.view.off_nadir, scene.cloud_cover) == (2, 25)
    (tmp_path / f"{SCENE}_metadata.json").write_text("{")
    with pytest.raises(SceneError, match=r"_metadata\.json cannot be read"):
        read_scene(path)


def test_the_usable_data_mask_beside_it_masks(write_raster: WriteRaster, numbers: Numbers):
    layers = np.zeros((8, 60, 60), np.uint8)
    layers[0] = 1
    layers[5, 20:50, 20:50] = 1
    layers[2, :10] = 1
    write_raster(f"{SCENE}_3B_udm2.tif", layers)
    scene = read_scene(write_raster(f"{SCENE}_3B_AnalyticMS_SR.tif", numbers[:4]))
    reasons = seen(scene, scene.grid, grow_m=0).reasons
    assert (reasons[20:50, 20:50] == CLOUD).all()
    assert (reasons[:10] == SHADOW).all()
    assert (reasons > 0).sum() == 900 + 600


def test_a_folder_of_an_order_holds_one_scene_a_product(
    write_raster: WriteRaster, numbers: Numbers, tmp_path: Path
):
    for scene in (SCENE, "20180101_042711_0f2d"):
        write_raster(f"o/{scene}_3B_AnalyticMS.tif", numbers[:4])
        write_raster(f"o/{scene}_3B_AnalyticMS_SR.tif", numbers[:4])
        write_raster(f"o/{scene}_3B_udm2.tif", numbers[:8])
        write_raster(f"o/{scene}_3B_AnalyticMS_DN_udm.tif", numbers[0])
        (tmp_path / "o" / f"{scene}_3B_AnalyticMS_metadata.xml").write_text(xml())
    assert [path.name for path in find_products(tmp_path)] == [
        f"{SCENE}_3B_AnalyticMS_SR.tif",
        "20180101_042711_0f2d_3B_AnalyticMS_SR.tif",
    ]


def test_a_picture_is_a_picture_and_odd_counts_are_refused(write_raster: WriteRaster, numbers: Numbers):
    small = (numbers // 64).astype(np.uint8)
    visual = read_scene(write_raster(f"{SCENE}_3B_Visual.tif", small[:3]))
    assert (visual.band_names, visual.units) == (("red", "green", "blue"), "digital_number")
    with pytest.raises(SceneError, match="has 6 bands; PlanetScope delivers"):
        read_scene(write_raster(f"{SCENE}_3B_AnalyticMS_SR.tif", numbers[:6]))


def test_a_basic_scene_is_not_placed(tmp_path: Path):
    path = tmp_path / f"{SCENE}_1B_AnalyticMS.tif"
    Image.new("RGB", (20, 20)).save(path)
    with pytest.raises(GeoreferenceError):
        read_scene(path)


def test_a_quarter_quad_is_red_green_blue_nir_on_the_day_of_flight(
    write_raster: WriteRaster, numbers: Numbers
):
    pixels = (numbers[:4] // 64).astype(np.uint8)
    path = write_raster("m_3809035_ne_15_1_20170926_20171205.tif", pixels, photometric="RGB", alpha="YES")
    scene = read_scene(path)
    assert scene.band_names == ("red", "green", "blue", "nir")
    assert (scene.sensor, scene.date_precision) == ("naip", "day")
    assert scene.datetime == dt.datetime(2017, 9, 26, tzinfo=dt.UTC)
    assert scene.credit == "USDA National Agriculture Imagery Program"
    assert not scene.notes
    np.testing.assert_array_equal(load(scene, scene.grid), pixels)


def test_other_four_band_aerials_are_naip_if_the_option_says_so(write_raster: WriteRaster, numbers: Numbers):
    path = write_raster("quad.tif", numbers[:4])
    assert read_scene(path, Hints(sensor="naip")).band_names == ("red", "green", "blue", "nir")
