"""Objects of a pair whose roofs moved: each is looked for on the date that lost it, whatever the blocks."""

import cv2
import numpy as np
import pytest
from odc.geo.geobox import GeoBox

from sitewatch.kernels.parallax import Direction
from sitewatch.pipeline.fitting import Sample
from sitewatch.pipeline.leaning import leaning_in, measure_leaning
from sitewatch.pipeline.prepare import Prepared, Shelf

BANDS = ("blue", "green", "red", "nir")
SIDE = 160
EAST = Direction(0.0, 0.5, 100)


@pytest.fixture(scope="module")
def leaning_tower() -> Prepared:
    draw = np.random.default_rng(0)
    rough = draw.normal(size=(SIDE, SIDE, 4)).astype(np.float32)
    before = (100 + 60 * cv2.GaussianBlur(rough, (0, 0), 3)).transpose(2, 0, 1)
    after = before.copy()
    roof = np.kron(draw.uniform(60, 240, size=(4, 3, 3)), np.ones((1, 4, 4))).astype(np.float32)
    before[:, 60:72, 60:72] = roof
    after[:, 60:72, 76:88] = roof
    # A house that was only built.
    after[:, 20:32, 120:132] = np.kron(draw.uniform(60, 240, size=(4, 3, 3)), np.ones((1, 4, 4)))
    return Prepared(before, after, np.zeros((SIDE, SIDE), np.uint8))


def _refuse(grid: GeoBox) -> Prepared:
    raise AssertionError(grid)


@pytest.fixture
def shelf(leaning_tower: Prepared) -> Shelf:
    shelf = Shelf(_refuse, GeoBox.from_bbox((0, 0, SIDE, SIDE), "EPSG:32631", resolution=1), 0)
    shelf.lay_whole(leaning_tower)
    return shelf


def test_loss_and_gain_are_found_at_one_another_and_a_new_house_is_not(shelf: Shelf):
    labels = np.zeros((SIDE, SIDE), np.int32)
    labels[60:72, 60:72], labels[60:72, 76:88], labels[20:32, 120:132] = 1, 2, 3
    lost, gained, new, empty = measure_leaning(
        labels, np.array([2, 0, 0, 1]), EAST, (BANDS, shelf, None), pixel_m=1.0
    )
    for one in (lost, gained):
        assert one.moved is not None
        assert one.moved.match > 0.8
        assert one.moved.distance_px == pytest.approx(16, abs=1)
    assert new.moved is not None
    assert not new.moved.match > 0.6
    assert empty.moved is None


def test_without_a_direction_nothing_is_looked_for(shelf: Shelf):
    (found,) = measure_leaning(
        np.ones((SIDE, SIDE), np.int32), np.array([2]), None, (BANDS, shelf, None), pixel_m=1.0
    )
    assert (found.direction, found.moved) == (None, None)


def test_small_roofs_and_images_without_colour_are_left_alone(shelf: Shelf, leaning_tower: Prepared):
    source = (Sample((leaning_tower,)), shelf, None)
    assert leaning_in(source, BANDS, pixel_m=10.0) is None
    assert leaning_in(source, ("red", "nir"), pixel_m=1.0) is None
    measure = leaning_in(source, BANDS, pixel_m=1.0)
    assert measure is not None
    assert measure(np.zeros((SIDE, SIDE), np.int32), np.zeros(0, np.int64)) == []
    (found,) = measure(np.ones((SIDE, SIDE), np.int32), np.array([2]))
    # One tower is no common direction.
    assert found.direction is None
