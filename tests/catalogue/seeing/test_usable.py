"""What a scene shows: provider's masks, own rules, growth, shares over a site, blocks."""

import math
from pathlib import Path

import numpy as np
import pytest
from affine import Affine
from numpy.testing import assert_array_equal
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox
from shapely import box

from sitewatch.blocks import cut
from sitewatch.catalogue.usable import (
    BLANK,
    CLOUD,
    NODATA,
    REASONS,
    SATURATED,
    SHADOW,
    SNOW,
    fit_seeing,
    reach_px,
    seen,
    usable_share,
)
from sitewatch.io.rasters import Labels, write_geotiff
from sitewatch.records import Band, MaskLayer, MaskScheme, Scene, Site

GRID = GeoBox((120, 120), Affine(10, 0, 300_000, 0, -10, 2_300_000), "EPSG:32646")
NAMES = ("blue", "green", "red", "nir")


def drawn(path: Path, grid: GeoBox = GRID, nodata: float | None = None) -> tuple[Scene, NDArray[np.uint16]]:
    """Write a scene of dull ground, reflectance x 10,000."""
    rng = np.random.default_rng(0)
    level = np.array([500, 700, 800, 2800])[:, None, None]
    pixels = (level * rng.uniform(0.8, 1.2, (1, *grid.shape))).astype(np.uint16)
    write_geotiff(path, pixels, grid, Labels(nodata=nodata))
    bands = tuple(Band(n, str(path), i, scale=1e-4, nodata=nodata) for i, n in enumerate(NAMES, 1))
    return Scene("s", bands, grid, 10.0, units="reflectance"), pixels


def masked(tmp_path: Path, scheme: MaskScheme, codes: NDArray[np.uint16], grid: GeoBox = GRID) -> Scene:
    scene, _ = drawn(tmp_path / "scene.tif")
    write_geotiff(tmp_path / "mask.tif", codes, grid)
    bands, href = scene.bands, str(tmp_path / "mask.tif")
    return Scene("s", bands, GRID, 10.0, units="reflectance", masks=(MaskLayer(scheme, href),))


def stripes(values: list[int]) -> NDArray[np.uint16]:
    """One stripe of ten rows a value, the rest 0."""
    codes = np.zeros((120, 120), np.uint16)
    for index, value in enumerate(values):
        codes[10 * index : 10 * index + 10] = value
    return codes


def by_stripe(scene: Scene, count: int) -> list[str]:
    reasons = seen(scene, GRID, grow_m=0).reasons
    return [REASONS[int(reasons[10 * index + 5, 60])] for index in range(count)]


def test_scene_classification_of_sentinel_2(tmp_path: Path):
    scene = masked(tmp_path, "scl", stripes(list(range(12))))
    assert by_stripe(scene, 12) == [
        "usable", "saturated", "usable", "shadow", "usable", "usable", "usable", "usable", "cloud", "cloud",
        "cloud", "snow",
    ]  # fmt: skip


def test_quality_bits_of_landsat(tmp_path: Path):
    # Numbers of the Landsat 8-9 Collection 2 format: clear, water, cloud of high confidence, cloud with
    # dilated cloud, shadow, snow, cirrus; then dilated cloud alone, and fill.
    scene = masked(tmp_path, "qa_pixel", stripes([21824, 21952, 22280, 22282, 23888, 30048, 54596, 21762, 1]))
    assert by_stripe(scene, 9) == [
        "usable", "usable", "cloud", "cloud", "shadow", "snow", "cloud", "usable", "nodata",
    ]  # fmt: skip


def test_usable_data_mask_of_planet(tmp_path: Path):
    layers = np.zeros((8, 120, 120), np.uint16)
    for index, band in enumerate([1, 2, 3, 4, 5, 6]):
        layers[band - 1, 15 * index : 15 * index + 15] = 1
    layers[7, 90:105] = 1
    layers[7, 105:] = 2
    scene = masked(tmp_path, "udm2", layers)
    reasons = seen(scene, GRID, grow_m=0).reasons[7::15, 60]
    assert [REASONS[int(code)] for code in reasons] == [
        "usable", "snow", "shadow", "usable", "cloud", "cloud", "nodata", "usable",
    ]  # fmt: skip


def test_a_roof_that_the_provider_calls_cloud_stays(tmp_path: Path):
    codes = np.full((120, 120), 5, np.uint16)
    codes[20:24, 20:24] = 9
    codes[60:90, 60:90] = 9
    reasons = seen(masked(tmp_path, "scl", codes), GRID, grow_m=0).reasons
    assert not reasons[20:24, 20:24].any()
    assert (reasons[60:90, 60:90] == CLOUD).all()


@pytest.mark.parametrize("side", [60, 240])
def test_a_mask_of_another_resolution_lands_on_the_same_ground(tmp_path: Path, side: int):
    codes = np.full((side, side), 5, np.uint16)
    codes[side // 2 :, side // 2 :] = 9
    mask_grid = GRID.zoom_to((side, side))
    reasons = seen(masked(tmp_path, "scl", codes, mask_grid), GRID, grow_m=0).reasons
    assert (reasons[60:, 60:] == CLOUD).all()
    assert (reasons == CLOUD).sum() == 3600


def test_clouds_and_shadows_grow_and_nothing_else_does(tmp_path: Path):
    codes = np.full((120, 120), 5, np.uint16)
    codes[40:60, 40:60] = 9
    codes[100:110, 100:110] = 11
    scene = masked(tmp_path, "scl", codes)
    still, grown = (seen(scene, GRID, grow_m=metres).reasons for metres in (0, 50))
    assert (still == CLOUD).sum() == 400
    assert (grown[50, 35:65] == CLOUD).all()
    assert (grown[50, [34, 65]] == 0).all()
    assert (still == SNOW).sum() == (grown == SNOW).sum() == 100


def test_the_provider_can_be_left_out(tmp_path: Path):
    scene = masked(tmp_path, "scl", np.full((120, 120), 9, np.uint16))
    assert not seen(scene, GRID).usable.any()
    assert seen(scene, GRID, provider=False).usable.all()


def test_nodata_comes_first_and_shares_sum_to_one(tmp_path: Path):
    scene, pixels = drawn(tmp_path / "scene.tif", nodata=0)
    pixels[:, :, :30] = 0
    pixels[:, 60:64, 60:64] = 30_000
    write_geotiff(tmp_path / "scene.tif", pixels, GRID, Labels(nodata=0))
    look = seen(scene, GRID)
    assert (look.reasons[:, :30] == NODATA).all()
    assert (look.reasons[60:64, 60:64] == SATURATED).all()
    assert_array_equal(look.usable, look.reasons == 0)
    shares = look.shares()
    assert shares["nodata"] == 0.25
    assert math.isclose(sum(shares.values()), 1)
    assert look.shares(look.reasons == NODATA) == {"nodata": 1.0}


def test_black_collars_of_a_picture_are_blank_though_the_file_names_no_nodata(tmp_path: Path):
    rng = np.random.default_rng(0)
    pixels = rng.integers(30, 220, (3, 120, 120)).astype(np.uint8)
    pixels[:, :, :30] = rng.integers(0, 3, (3, 120, 30))
    write_geotiff(tmp_path / "p.tif", pixels, GRID)
    bands = tuple(Band(n, str(tmp_path / "p.tif"), i) for i, n in enumerate(("red", "green", "blue"), 1))
    reasons = seen(Scene("s", bands, GRID, 10.0), GRID).reasons
    assert (reasons[:, :30] == BLANK).all()
    assert not reasons[:, 35:].any()


def test_a_scene_without_visible_bands_has_only_what_is_missing(tmp_path: Path):
    scene, _ = drawn(tmp_path / "scene.tif")
    only = Scene("s", scene.bands[3:], GRID, 10.0)
    assert seen(only, GRID.pad(10)).shares().keys() == {"usable", "nodata"}


def with_clouds(tmp_path: Path, size: int = 700) -> Scene:
    """Draw clouds and their shadows, own rules only."""
    grid = GeoBox((size, size), GRID.affine, GRID.crs)
    scene, pixels = drawn(tmp_path / "clouds.tif", grid)
    rng = np.random.default_rng(1)
    down, across = np.mgrid[:size, :size]
    for row, col in [(150, 200), (420, 500), (600, 150)]:
        thick = np.clip((45 - np.hypot(down - row, across - col)) / 12 + 0.5, 0, 1)
        dark = np.clip((45 - np.hypot(down - row + 70, across - col + 60)) / 12 + 0.5, 0, 1)
        white = rng.normal(6000, 50, pixels.shape) * thick
        pixels = (pixels * (1 - 0.7 * dark) * (1 - thick) + white).astype(np.uint16)
    pixels[:, :60, 300:] = 0
    write_geotiff(tmp_path / "clouds.tif", pixels, grid)
    return scene


def test_own_rules_find_clouds_and_shadows_and_blocks_change_nothing(tmp_path: Path):
    scene = with_clouds(tmp_path)
    whole = seen(scene, scene.grid).reasons
    assert set(np.unique(whole)) == {0, CLOUD, SHADOW, BLANK}
    assert (whole[140:160, 190:210] == CLOUD).all()
    assert (whole[75:85, 135:145] == SHADOW).all()
    fit = fit_seeing(scene)
    for block in cut(whole.shape, 250, reach_px(fit, scene.grid)):
        part = seen(scene, scene.grid[block.outer], fit=fit).reasons
        assert_array_equal(part[block.crop], whole[block.inner])


def lonlat(grid: GeoBox) -> Site:
    return Site("x", "x", "other", grid.extent.to_crs("EPSG:4326").geom)


def test_the_share_is_that_of_the_site_itself(tmp_path: Path):
    scene = masked(tmp_path, "scl", np.where(np.mgrid[:120, :120][0] < 30, 9, 5).astype(np.uint16))
    assert usable_share(scene, lonlat(GRID[80:110, 10:40])) == 1
    assert usable_share(scene, lonlat(GRID[5:20, 10:40])) == 0
    # 60 m of growth below row 30.
    assert usable_share(scene, lonlat(GRID[26:46, 10:40])) == pytest.approx(0.5, abs=0.03)


def test_ground_beyond_the_scene_counts_as_unseen(tmp_path: Path):
    scene, _ = drawn(tmp_path / "scene.tif")
    beyond = GeoBox((20, 20), GRID.affine * Affine.translation(110, 50), GRID.crs)
    assert usable_share(scene, lonlat(beyond)) == pytest.approx(0.5, abs=0.03)
    assert usable_share(scene, Site("x", "x", "other", box(10, 10, 10.01, 10.01))) == 0


def test_a_site_smaller_than_a_pixel_has_the_share_of_its_place(tmp_path: Path):
    scene, _ = drawn(tmp_path / "scene.tif")
    tiny = GeoBox((1, 1), GRID.affine * Affine.translation(50.4, 50.4) * Affine.scale(0.05), GRID.crs)
    assert usable_share(scene, lonlat(tiny)) == 1
