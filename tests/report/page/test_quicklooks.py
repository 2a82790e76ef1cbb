"""Pictures under the map."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from affine import Affine
from odc.geo.geobox import GeoBox
from PIL import Image
from pyproj import Geod

from sitewatch.records import Band, Pair, Scene
from sitewatch.report.chips import ChipView
from sitewatch.report.page import quicklook, quicklook_grid
from sitewatch.report.page.quicklooks import list_quicklooks, write_quicklook

SCENE = GeoBox((500, 400), Affine(10, 0, 400_000, 0, -10, 6_700_000), "EPSG:32631")


def _pair() -> Pair:
    scene = Scene("s", tuple(Band(name, "x") for name in ("red", "green", "blue")), SCENE, 10.0)
    return Pair(scene, scene)


def _view(grid: GeoBox) -> ChipView:
    pixels = np.random.default_rng(0).normal(100, 20, (3, *grid.shape)).astype(np.float32)
    pixels[:, :5] = np.nan
    return ChipView(pixels, pixels + 1, ("red", "green", "blue"), grid)


def test_the_grid_lies_in_the_maps_projection_over_the_extent():
    grid = quicklook_grid(SCENE.extent, 10.0, most=256)
    assert grid.crs.epsg == 3857
    assert max(grid.shape) in range(250, 259)
    extent = SCENE.extent.to_crs("EPSG:3857")
    assert grid.extent.buffer(1).contains(extent)
    assert grid.extent.area < 1.1 * extent.boundingbox.polygon.area


def test_the_grid_is_never_finer_than_the_scenes():
    small = SCENE[100:120, 100:120]
    grid = quicklook_grid(small.extent, 10.0)
    # Web Mercator at 60 degrees shows everything twice as wide: 20 of its metres are 10 on the ground.
    assert abs(grid.affine.a) == pytest.approx(20, rel=0.02)


def test_where_web_mercator_ends_there_is_no_picture():
    polar = GeoBox((10, 10), Affine(10, 0, 2_000_000, 0, -10, 1_700_000), "EPSG:32661")
    assert quicklook_grid(polar.extent, 10.0) is None


def test_bounds_are_those_of_the_grid_in_degrees():
    grid = quicklook_grid(SCENE.extent, 10.0, most=64)
    west, south, east, north = quicklook("a", _view(grid), _pair()).bounds
    corner = SCENE.extent.to_crs("EPSG:4326").boundingbox
    assert Geod(ellps="WGS84").inv(west, south, corner.left, corner.bottom)[2] < 200
    assert Geod(ellps="WGS84").inv(east, north, corner.right, corner.top)[2] < 200


def test_pixels_without_a_value_are_transparent():
    look = quicklook("a", _view(quicklook_grid(SCENE.extent, 10.0, most=64)), _pair())
    assert look.before.shape[2] == 4
    assert not look.before[:5, :, 3].any()
    assert (look.before[5:, :, 3] == 255).all()


def test_pictures_are_written_with_a_note_and_odd_keys_do_no_harm(tmp_path: Path):
    look = quicklook("a", _view(quicklook_grid(SCENE.extent, 10.0, most=64)), _pair())
    odd = dataclasses.replace(look, key="../../etc/passwd")
    for one in (look, odd):
        write_quicklook(tmp_path, one)
    entries = {entry["key"]: entry for entry in list_quicklooks(tmp_path)}
    assert set(entries) == {"a", "../../etc/passwd"}
    pictures = [entry[date] for entry in entries.values() for date in ("before", "after")]
    assert set(pictures) < {path.name for path in (tmp_path / "quicklooks").iterdir()}
    assert len(list((tmp_path / "quicklooks").iterdir())) == len(pictures) + len(entries)
    with Image.open(tmp_path / "quicklooks" / entries["a"]["before"]) as picture:
        assert picture.size == look.before.shape[1::-1]
        assert picture.mode == "RGBA"


def test_a_folder_without_pictures_has_none(tmp_path: Path):
    assert list_quicklooks(tmp_path) == []
