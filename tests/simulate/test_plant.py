"""Planted buildings: where the truth says, nowhere else, and the same for the same seed."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from sitewatch.simulate.plant import plant

SIDE = 160


def town(shift: tuple[int, int] = (0, 0)) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]:
    """Bright, patterned roofs on smooth ground, the after image shifted, with noise of its own."""
    rng = np.random.default_rng(7)
    ground = ndimage.gaussian_filter(rng.normal(0, 1, (SIDE, SIDE)), 6) * 60 + 90
    footprints = np.zeros((SIDE, SIDE), np.uint8)
    for row in range(16, SIDE - 24, 40):
        for col in range(16, SIDE - 24, 40):
            height, width = rng.integers(8, 16, 2)
            footprints[row : row + height, col : col + width] = 1
    image = np.where(footprints > 0, 200 + rng.normal(0, 8, ground.shape), ground)
    dates = [
        np.clip(base + rng.normal(0, 1, (3, SIDE, SIDE)), 1, 255).astype(np.uint8)
        for base in (image, ndimage.shift(image, shift, order=1, mode="nearest"))
    ]
    return dates[0], dates[1], footprints


def test_only_planted_ground_changes_and_the_truth_is_there() -> None:
    before, after, footprints = town()
    planted = plant(before, after, footprints, gsd_m=1.0, seed=3, number=6)
    assert planted.number == 6
    assert planted.before.dtype == planted.after.dtype == np.uint8
    for image, old, code in ((planted.before, before, 3), (planted.after, after, 1)):
        touched = (image != old).any(axis=0)
        truth = planted.truth == code
        assert ndimage.label(truth)[1] == 3
        assert not touched[ndimage.distance_transform_edt(~truth) > 3].any()
        assert (np.abs(image.astype(int) - old).mean(axis=0)[truth] > 30).mean() > 0.95


def test_plants_stand_on_open_ground_and_apart() -> None:
    before, after, footprints = town()
    planted = plant(before, after, footprints, gsd_m=1.0, seed=1, number=10)
    objects = np.isin(planted.truth, [1, 3])
    assert ndimage.distance_transform_edt(footprints == 0)[objects].min() > 3
    labels, number = ndimage.label(objects, np.ones((3, 3)))
    assert number == planted.number
    for index in range(1, number + 1):
        others = objects & (labels != index)
        assert ndimage.distance_transform_edt(~others)[labels == index].min() > 3


def test_a_plant_is_a_building_of_the_tile() -> None:
    before, after, footprints = town()
    planted = plant(before, after, footprints, gsd_m=1.0, seed=5, number=4)
    sizes = set(np.bincount(ndimage.label(footprints)[0].ravel())[1:])
    for code in (1, 3):
        labels, number = ndimage.label(planted.truth == code)
        assert set(np.bincount(labels.ravel())[1:]) <= sizes
        assert number == 2
    assert planted.before.mean(axis=0)[planted.truth == 3].mean() == pytest.approx(200, abs=4)


@pytest.mark.parametrize("shift", [(0, 6), (-5, 3)])
def test_in_the_after_image_buildings_are_cut_where_it_shows_them(shift: tuple[int, int]) -> None:
    before, after, footprints = town(shift)
    planted = plant(before, after, footprints, gsd_m=1.0, seed=2, number=8)
    built = planted.truth == 1
    assert built.any()
    # Cut by the unshifted outline, a plant would carry strips of ground as dark as 90.
    assert np.percentile(planted.after.mean(axis=0)[built], 5) > 170


def test_the_same_seed_plants_the_same_and_another_does_not() -> None:
    before, after, footprints = town()
    untouched = before.copy(), after.copy(), footprints.copy()
    one, same, other = (plant(before, after, footprints, gsd_m=1.0, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.before, same.before)
    np.testing.assert_array_equal(one.after, same.after)
    np.testing.assert_array_equal(one.truth, same.truth)
    assert (one.truth != other.truth).any()
    for array, copy in zip((before, after, footprints), untouched, strict=True):
        np.testing.assert_array_equal(array, copy)


def test_nothing_is_planted_where_nothing_was_seen_or_known() -> None:
    before, after, footprints = town()
    after[:, :, :70] = 0
    footprints[120:, :] = 255
    planted = plant(before, after, footprints, gsd_m=1.0, seed=0, number=6)
    assert planted.number == 6
    assert (planted.truth[:, :70] == 255).all()
    assert (planted.truth[120:] == 255).all()
    assert (planted.before[:, :, :70] == before[:, :, :70]).all()


def test_without_buildings_or_room_nothing_is_planted() -> None:
    before, after, footprints = town()
    assert plant(before, after, np.zeros_like(footprints), gsd_m=1.0, seed=0).number == 0
    crowded = np.ones_like(footprints)
    crowded[10:20, 9:12] = crowded[9:12, 10:20] = 0
    assert plant(before, after, crowded, gsd_m=1.0, seed=0).number == 0


def test_real_numbers_stay_real_and_nothing_seen_stays_empty() -> None:
    before, after, footprints = town()
    first, second = before.astype(np.float32) / 255, after.astype(np.float32) / 255
    second[:, :30] = np.nan
    planted = plant(first, second, footprints, gsd_m=1.0, seed=0)
    assert planted.number > 0
    assert planted.after.dtype == np.float32
    assert np.isnan(planted.after[:, :30]).all()
    assert np.isfinite(planted.before).all()
