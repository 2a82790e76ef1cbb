"""Any raster file: what it says of itself is taken, what it does not say is asked for by name."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest
import rasterio
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox
from PIL import Image
from pyproj import Geod

from sitewatch.catalogue.products import Hints, read_scene
from sitewatch.catalogue.products.georeference import approximate_grid
from sitewatch.errors import GeoreferenceError, RasterError, SceneError
from sitewatch.io.rasters import load

GRID = GeoBox((60, 60), Affine(10, 0, 300_000, 0, -10, 2_300_000), "EPSG:32646")
WriteRaster: TypeAlias = Callable[..., Path]
Numbers: TypeAlias = NDArray[np.uint16]
RGB = ("red", "green", "blue")
DAY = dt.datetime(2017, 9, 26, tzinfo=dt.UTC)


def photo(path: Path, size: tuple[int, int] = (40, 30)) -> Path:
    rng = np.random.default_rng(1)
    Image.fromarray(rng.integers(1, 255, (size[1], size[0], 3), np.uint8)).save(path)
    return path


def test_descriptions_and_tags_are_taken(write_raster: WriteRaster, numbers: Numbers):
    tags = {
        "acquired": "2017-09-26T04:27:11Z",
        "sensor": "Sentinel-2A",
        "licence": "none of your business",
        "SUN_AZIMUTH": "135.5",
        "sun_elevation": "52.25",
        "cloud_cover": "3",
    }
    path = write_raster("x.tif", numbers[:4], descriptions=("Blue", "G", "Red", "NIR"), tags=tags, nodata=0)
    scene = read_scene(path)
    assert scene.band_names == ("blue", "green", "red", "nir")
    assert scene.datetime == dt.datetime(2017, 9, 26, 4, 27, 11, tzinfo=dt.UTC)
    assert (scene.sensor, scene.licence) == ("sentinel-2-msi", "none of your business")
    assert scene.credit == "Contains modified Copernicus Sentinel data 2017"
    assert (scene.view.sun_azimuth, scene.view.sun_elevation, scene.cloud_cover) == (135.5, 52.25, 3)
    assert (scene.units, scene.gsd_m, scene.georeference) == ("digital_number", 10, "true")
    assert_array_equal(load(scene, scene.grid, ["red"])[0], numbers[2])


def test_scale_and_offset_of_the_file_make_reflectance(write_raster: WriteRaster, numbers: Numbers):
    path = write_raster("x.tif", numbers[:3], descriptions=RGB)
    with rasterio.open(path, "r+") as dst:
        dst.scales, dst.offsets = (1e-4,) * 3, (-0.1,) * 3
    scene = read_scene(path)
    assert scene.units == "reflectance"
    assert_allclose(load(scene, scene.grid), numbers[:3] * 1e-4 - 0.1, atol=1e-7)


def test_three_bands_without_names_are_a_picture(write_raster: WriteRaster):
    assert read_scene(write_raster("x.tif")).band_names == RGB


def test_alpha_is_no_band(write_raster: WriteRaster, numbers: Numbers):
    pixels = (numbers[:4] // 64).astype(np.uint8)
    path = write_raster("x.tif", pixels, photometric="RGB", alpha="YES")
    assert read_scene(path).band_names == RGB
    assert any("taken for transparency" in note for note in read_scene(path).notes)
    assert read_scene(path, Hints(sensor="naip")).band_names == (*RGB, "nir")
    assert read_scene(path, Hints(bands=(*RGB, "nir"))).band_names == (*RGB, "nir")


def test_a_fourth_band_that_nobody_names_is_left_out_and_said(write_raster: WriteRaster, numbers: Numbers):
    pixels = (numbers[:4] // 64).astype(np.uint8)
    scene = read_scene(write_raster("x.tif", pixels, photometric="RGB", alpha="NO"))
    assert scene.band_names == RGB
    assert any("1 of 4 bands left out" in note for note in scene.notes)


@pytest.mark.parametrize("count", [2, 4, 5, 6, 8])
def test_bands_that_nothing_names_are_asked_for(write_raster: WriteRaster, numbers: Numbers, count: int):
    path = write_raster("x.tif", numbers[:count])
    with pytest.raises(SceneError, match=rf"{count} bands and does not name them.*--bands"):
        read_scene(path)


def test_a_sensor_names_the_bands_of_its_own_files(write_raster: WriteRaster, numbers: Numbers):
    four = write_raster("x.tif", numbers[:4])
    assert read_scene(four, Hints(sensor="planetscope")).band_names == ("blue", "green", "red", "nir")
    assert read_scene(four, Hints(sensor="naip")).band_names == ("red", "green", "blue", "nir")
    with pytest.raises(SceneError, match="--bands"):
        read_scene(four, Hints(sensor="pleiades"))


def test_one_band_is_a_scene_of_one_unknown_band(write_raster: WriteRaster, numbers: Numbers):
    assert read_scene(write_raster("x.tif", numbers[0])).band_names == ("b1",)


def test_options_win_and_contradictions_are_said(write_raster: WriteRaster):
    path = write_raster(
        "x.tif", descriptions=RGB, tags={"date": "2017-09-25", "sensor": "WorldView-2", "credit": "A"}
    )
    hints = Hints(
        id="one",
        date=DAY,
        date_precision="day",
        sensor="worldview-3",
        bands=("nir", "red", "green"),
        credit="B",
    )
    scene = read_scene(path, hints)
    assert (scene.id, scene.datetime, scene.sensor, scene.credit) == ("one", DAY, "worldview-3", "B")
    assert scene.band_names == ("nir", "red", "green")
    text = " | ".join(scene.notes)
    assert "2017-09-25, the option 2017-09-26" in text
    assert "sensor worldview-2, the option worldview-3" in text
    assert "the file calls its bands red, green, blue" in text


def test_an_option_that_repeats_the_files_day_keeps_its_time(write_raster: WriteRaster):
    scene = read_scene(
        write_raster("x.tif", tags={"datetime": "2017-09-26T04:27:11Z"}),
        Hints(date=DAY, date_precision="day"),
    )
    assert scene.datetime == dt.datetime(2017, 9, 26, 4, 27, 11, tzinfo=dt.UTC)
    assert not scene.notes


def test_fewer_names_than_bands_choose_or_take_the_first(write_raster: WriteRaster, numbers: Numbers):
    named = write_raster("x.tif", numbers[:4], descriptions=("blue", "green", "red", "nir"))
    chosen = read_scene(named, Hints(bands=RGB))
    assert [band.index for band in chosen.bands] == [3, 2, 1]
    bare = read_scene(write_raster("y.tif", numbers[:4]), Hints(bands=RGB))
    assert [band.index for band in bare.bands] == [1, 2, 3]
    assert any("1 further band" in note for note in bare.notes)


def test_more_names_than_bands_are_refused(write_raster: WriteRaster):
    with pytest.raises(SceneError, match=r"names 4 bands .*, the scene has 3"):
        read_scene(write_raster("x.tif"), Hints(bands=(*RGB, "nir")))


def test_scale_and_offset_options_make_reflectance(write_raster: WriteRaster, numbers: Numbers):
    scene = read_scene(write_raster("x.tif"), Hints(scale=1e-4, offset=-0.1))
    assert scene.units == "reflectance"
    assert_allclose(load(scene, scene.grid), numbers[:3] * 1e-4 - 0.1, atol=1e-7)


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("site_2017-09-26.tif", DAY),
        ("20170926.tif", DAY),
        ("tile-3809035_20170926_v2.tif", DAY),
        ("from_20170101_to_20170926.tif", None),
        ("tile_00000042.tif", None),
        ("99999999.tif", None),
    ],
)
def test_the_day_in_a_name_is_taken_and_said(write_raster: WriteRaster, name: str, day: dt.datetime | None):
    scene = read_scene(write_raster(name))
    assert scene.datetime == day
    assert any("read from the file's name" in note for note in scene.notes) == (day is not None)


def test_the_day_a_file_was_made_is_taken_only_with_a_word_of_warning(write_raster: WriteRaster):
    scene = read_scene(write_raster("x.tif", tags={"TIFFTAG_DATETIME": "2017:09:26 00:00:00"}))
    assert scene.datetime == DAY
    assert any("may be the day the file was made" in note for note in scene.notes)


def test_a_png_needs_a_place(tmp_path: Path):
    path = photo(tmp_path / "x.png")
    with pytest.raises(
        GeoreferenceError, match=r"x\.png has no georeference.*--gsd METRES and --center LON,LAT"
    ):
        read_scene(path)
    with pytest.raises(GeoreferenceError):
        read_scene(path, Hints(gsd_m=0.5))
    scene = read_scene(path, Hints(gsd_m=0.5, center=(92.3, 21.0)))
    assert scene.georeference == "approximate"
    assert scene.gsd_m == 0.5
    assert any("approximate" in note for note in scene.notes)
    assert_array_equal(load(scene, scene.grid).transpose("y", "x", "band"), np.asarray(Image.open(path)))


@pytest.mark.parametrize(
    ("image", "world"), [("x.png", "x.pgw"), ("x.jpg", "x.jgw"), ("x.JPG", "x.JPGW"), ("x.png", "x.wld")]
)
def test_a_world_file_with_a_prj_gives_the_place(tmp_path: Path, image: str, world: str):
    path = photo(tmp_path / image)
    (tmp_path / world).write_text("0.5\n0\n0\n-0.5\n300000.25\n2299999.75\n")
    with pytest.raises(GeoreferenceError, match="names no CRS"):
        read_scene(path)
    (tmp_path / "x.prj").write_text("EPSG:32646")
    scene = read_scene(path)
    assert scene.grid == GeoBox((30, 40), Affine(0.5, 0, 300_000, 0, -0.5, 2_300_000), "EPSG:32646")
    assert scene.georeference == "true"


def test_a_world_file_in_degrees_needs_no_prj(tmp_path: Path):
    path = photo(tmp_path / "x.png")
    (tmp_path / "x.pgw").write_text("1e-5 0 0 -1e-5 92.3 21.0")
    scene = read_scene(path)
    assert scene.grid.crs == "EPSG:4326"
    assert any("taken as degrees" in note for note in scene.notes)


@pytest.mark.parametrize("text", ["", "1 2 3", "a b c d e f"])
def test_a_broken_world_file_is_named(tmp_path: Path, text: str):
    path = photo(tmp_path / "x.png")
    (tmp_path / "x.pgw").write_text(text)
    with pytest.raises(GeoreferenceError, match=r"x\.pgw is not a world file"):
        read_scene(path)


@given(lon=st.floats(-180, 180), lat=st.floats(-89, 89), gsd=st.floats(0.1, 30))
def test_an_approximate_grid_is_centred_north_up_and_true_to_scale(lon: float, lat: float, gsd: float):
    grid = approximate_grid((200, 300), gsd, (lon, lat))
    assert (grid.affine.a, grid.affine.e) == (gsd, -gsd)
    back = grid.crs.transformer_to_crs("EPSG:4326", always_xy=True)
    x, y = back(*(grid.affine * (150, 100)))
    left, right = back(*(grid.affine * (0, 100))), back(*(grid.affine * (300, 100)))
    geod = Geod(ellps="WGS84")
    assert geod.inv(lon, lat, x, y)[2] < 0.01
    # UTM's scale is within 0.1 % in its zone; the polar stereographic grids within 1.5 % where they are used.
    assert geod.inv(*left, *right)[2] == pytest.approx(300 * gsd, rel=0.002 if -80 < lat < 84 else 0.015)


def test_a_ground_sample_distance_must_be_positive(tmp_path: Path):
    with pytest.raises(GeoreferenceError, match="--gsd -1"):
        read_scene(photo(tmp_path / "x.png"), Hints(gsd_m=-1, center=(0, 0)))


def test_a_colour_table_is_refused(tmp_path: Path):
    path = tmp_path / "x.png"
    Image.new("P", (20, 20)).save(path)
    with pytest.raises(SceneError, match="colour table"):
        read_scene(path, Hints(gsd_m=1, center=(0, 0)))


@pytest.mark.parametrize("content", [b"", b"not an image at all", None])
def test_what_is_no_raster_is_one_line(tmp_path: Path, content: bytes | None):
    path = tmp_path / "x.tif"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(RasterError) as caught:
        read_scene(path)
    assert "\n" not in str(caught.value)
    assert str(path) in caught.value.found


def test_mixed_types_are_refused(tmp_path: Path, write_raster: WriteRaster, numbers: Numbers):
    write_raster("a.tif", numbers[0])
    write_raster("b.tif", numbers[0].astype(np.float32))
    vrt = tmp_path / "x.vrt"
    vrt.write_text(
        '<VRTDataset rasterXSize="60" rasterYSize="60">'
        + "".join(
            f'<VRTRasterBand dataType="{kind}" band="{index}"><SimpleSource>'
            f'<SourceFilename relativeToVRT="1">{name}</SourceFilename><SourceBand>1</SourceBand>'
            "</SimpleSource></VRTRasterBand>"
            for index, (kind, name) in enumerate([("UInt16", "a.tif"), ("Float32", "b.tif")], 1)
        )
        + "</VRTDataset>"
    )
    with pytest.raises(RasterError, match=r"mixes data types \(uint16, float32\)"):
        read_scene(vrt)


@pytest.mark.parametrize(("driver", "name"), [("ENVI", "x.img"), ("HFA", "y.img"), ("PNG", "x.png")])
def test_formats_that_keep_their_place_beside_them(
    write_raster: WriteRaster, numbers: Numbers, driver: str, name: str
):
    pixels = (numbers[:3] // 64).astype(np.uint8)
    scene = read_scene(write_raster(name, pixels, driver=driver), Hints(bands=RGB))
    assert scene.grid == GRID
    assert scene.georeference == "true"
    assert_array_equal(load(scene, scene.grid), pixels)


def test_a_world_file_takes_its_crs_from_what_gdal_wrote_beside_the_image(tmp_path: Path):
    path = photo(tmp_path / "x.png")
    (tmp_path / "x.png.aux.xml").write_text("<PAMDataset><SRS>EPSG:32646</SRS></PAMDataset>")
    with pytest.raises(GeoreferenceError, match="has no georeference"):
        read_scene(path)
    (tmp_path / "x.pgw").write_text("0.5 0 0 -0.5 300000.25 2299999.75")
    assert read_scene(path).grid.affine == Affine(0.5, 0, 300_000, 0, -0.5, 2_300_000)
    (tmp_path / "x.png.aux.xml").write_text("<PAMDataset><SRS>nonsense</SRS></PAMDataset>")
    with pytest.raises(GeoreferenceError, match=r"x\.png\.aux\.xml does not hold"):
        read_scene(path)
