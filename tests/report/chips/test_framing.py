"""The frame of a chip."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from affine import Affine
from odc.geo.geobox import GeoBox
from pyproj import Geod

from sitewatch.grid import gsd_m
from sitewatch.records import Pair
from sitewatch.report.chips import chip_grid
from sitewatch.report.chips.framing import CONTEXT, LEAST_SIDE_M, MOST_PIXELS, utm_zone
from sitewatch.report.chips.ground import lonlat

Make = Callable[..., Any]

GEOD = Geod(ellps="WGS84")


def _window(frame: GeoBox, scene: GeoBox) -> tuple[float, float, float]:
    """First column, first row and pixel size of a frame, in pixels of the scene."""
    step = ~scene.affine * frame.affine
    return step.c, step.f, step.a


def test_a_small_change_stands_in_the_middle_of_the_least_frame_on_the_scenes_own_pixels(
    pair: Pair, change: Make, grid: GeoBox
):
    frame = chip_grid(change(), pair)
    assert frame.shape == (LEAST_SIDE_M / 0.5,) * 2
    assert _window(frame, grid) == pytest.approx((130, 140, 1), abs=1e-6)


def test_a_larger_change_has_context_on_each_side(pair: Pair, change: Make):
    frame = chip_grid(change(at=(150, 150, 80)), pair)
    assert frame.shape[0] == pytest.approx(80 * CONTEXT, abs=1)


def test_a_frame_at_the_edge_moves_into_the_scenes_but_keeps_a_margin_around_the_change(
    pair: Pair, change: Make, grid: GeoBox
):
    assert _window(chip_grid(change(at=(0, 380, 20)), pair), grid)[:2] == pytest.approx((282, -2), abs=1e-6)


def test_a_frame_larger_than_the_scenes_gives_way_but_not_below_the_change(
    pair: Pair, change: Make, grid: GeoBox
):
    assert chip_grid(change(at=(20, 20, 300)), pair).shape == grid.shape
    whole = chip_grid(change(at=(0, 0, 400)), pair)
    assert whole.shape[0] == pytest.approx(460, abs=1)
    assert _window(whole, grid)[:2] == pytest.approx((-30, -30), abs=1)


def test_a_given_size_is_kept_unless_the_change_is_larger(pair: Pair, change: Make):
    assert chip_grid(change(), pair, 100.0).shape == (200, 200)
    assert chip_grid(change(), pair, 5.0).shape[0] in {23, 24}


def test_a_very_large_frame_has_coarser_pixels(scene: Make, square: Make, change: Make):
    wide = GeoBox((8000, 8000), Affine(10, 0, 300_000, 0, -10, 4_000_000), "EPSG:32644")
    pair = Pair(scene("a", wide), scene("b", wide))
    frame = chip_grid(change("burning", geometry=square(wide, 3000, 3000, 1000)), pair)
    assert max(frame.shape) <= MOST_PIXELS
    assert gsd_m(frame) == pytest.approx(50)


def test_construction_is_framed_on_the_after_scenes_pixels_and_the_rest_on_the_before_scenes(
    scene: Make, change: Make, grid: GeoBox
):
    moved = GeoBox(grid.shape, grid.affine * Affine.translation(0.4, 0.4), grid.crs)
    pair = Pair(scene("a", grid), scene("b", moved))
    for kind, lattice in (("construction", moved), ("demolition", grid), ("burning", grid), ("other", grid)):
        col, row, _ = _window(chip_grid(change(kind), pair), lattice)
        assert (col % 1, row % 1) == pytest.approx((0, 0), abs=1e-6)


def test_the_coarser_scene_gives_the_pixels(scene: Make, change: Make, grid: GeoBox):
    coarse = GeoBox((100, 100), grid.affine * Affine.scale(4), grid.crs)
    assert gsd_m(chip_grid(change("construction"), Pair(scene("a", coarse), scene("b", grid)))) == 2.0
    assert gsd_m(chip_grid(change("demolition"), Pair(scene("a", grid), scene("b", coarse)))) == 2.0


@pytest.mark.parametrize(
    "odd",
    [
        GeoBox((400, 400), Affine(5e-6, 0, 92.0, 0, -5e-6, 60.0), "EPSG:4326"),
        GeoBox((400, 400), Affine(0.5, 0, 620_000, 0, 0.5, 3_340_000), "EPSG:32644"),
        GeoBox((400, 400), Affine(0.5, 0.2, 620_000, 0, -0.5, 3_340_000), "EPSG:32644"),
    ],
    ids=["degrees", "mirrored", "sheared"],
)
def test_a_grid_that_would_look_distorted_gives_way_to_utm(
    scene: Make, square: Make, change: Make, odd: GeoBox
):
    shape = square(odd, 190, 180, 20)
    frame = chip_grid(change(geometry=shape), Pair(scene("a", odd, gsd_m=0.5), scene("b", odd, gsd_m=0.5)))
    assert frame.crs.epsg == int(utm_zone(shape.centroid.x, shape.centroid.y).split(":")[1])
    assert frame.affine.e < 0
    sides = [GEOD.inv(*lonlat(frame, 0, 0), *lonlat(frame, *end))[2] for end in ((50, 0), (0, 50))]
    assert sides[0] == pytest.approx(sides[1], rel=1e-3)


def test_web_mercator_and_a_turned_grid_are_drawn_as_they_are(scene: Make, square: Make, change: Make):
    for affine, crs in (
        (Affine(0.6, 0, 9.9e6, 0, -0.6, 4.3e6), "EPSG:3857"),
        (
            Affine.translation(620_000, 3_340_000) * Affine.rotation(10) * Affine.scale(0.5, -0.5),
            "EPSG:32644",
        ),
    ):
        lattice = GeoBox((400, 400), affine, crs)
        shape = square(lattice, 190, 180, 20)
        frame = chip_grid(change(geometry=shape), Pair(scene("a", lattice), scene("b", lattice)))
        assert _window(frame, lattice)[2] == pytest.approx(1)
        centre = ~frame.affine * (lattice.affine * (190, 200))
        assert np.asarray(centre) == pytest.approx(np.asarray(frame.shape) / 2, abs=1)


@pytest.mark.parametrize(
    ("lon", "lat", "code"),
    [
        (79.9, 37.1, 32644),
        (115.3, -29.0, 32750),
        (180.0, 10, 32660),
        (-180.0, 10, 32601),
        (0, 85, 32661),
        (0, -81, 32761),
    ],
)
def test_the_zone_of_a_place(lon: float, lat: float, code: int):
    assert utm_zone(lon, lat) == f"EPSG:{code}"
