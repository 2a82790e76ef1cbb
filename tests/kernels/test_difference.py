"""Differences that forgive small shifts: properties, and a plain search as the oracle."""

import numpy as np
import pytest
from numpy.typing import NDArray
from skimage.metrics import normalized_root_mse

from sitewatch.kernels import difference

Image = NDArray[np.float32]


def texture(seed: int, shape: tuple[int, int] = (64, 72), bands: int = 3):
    draw = np.random.default_rng(seed)
    return draw.random((bands, *shape)).astype(np.float32)


def slid(image: Image, rows: int, cols: int):
    return np.roll(image, (rows, cols), axis=(-2, -1))


INNER = (slice(12, -12), slice(12, -12))


def test_offsets_are_a_disc_around_no_shift():
    found = difference.offsets(2)
    assert (0, 0) in found
    assert (2, 1) in found
    assert (2, 2) not in found
    assert {(-row, -col) for row, col in found} == set(found)


@pytest.mark.parametrize("shift", [(0, 0), (1, 0), (-2, 1), (0, -2)])
def test_a_shift_within_reach_is_no_difference(shift: tuple[int, int]):
    image = texture(1)
    for way in difference.least_difference(image, slid(image, *shift), shift=2, size=3):
        assert way[INNER].max() < 1e-3


def test_a_shift_out_of_reach_is_a_difference():
    image = texture(1)
    gone, new = difference.least_difference(image, slid(image, 5, 0), shift=2, size=3)
    assert gone[INNER].min() > 0.1
    assert new[INNER].min() > 0.1


def test_what_came_is_new_and_what_went_is_gone():
    before = np.full((3, 60, 60), 0.3, np.float32)
    after = before.copy()
    before[:, 10:20, 10:20] = 0.5
    after[:, 10:20, 10:20] = 0.5
    after[:, 35:47, 35:47] = 0.9
    gone, new = difference.least_difference(before, after, shift=2, size=3)
    assert new[37:45, 37:45].min() == pytest.approx(0.6 * 3**0.5, rel=1e-4)
    assert new[:30].max() < 1e-3
    assert gone[8:22, 8:22].max() < 1e-3


def test_exchanging_the_images_exchanges_the_answers():
    a, b = texture(2), texture(3)
    forward = difference.least_difference(a, b, shift=2, size=3)
    backward = difference.least_difference(b, a, shift=2, size=3)
    np.testing.assert_allclose(forward[0][INNER], backward[1][INNER], atol=1e-5)
    np.testing.assert_allclose(forward[1][INNER], backward[0][INNER], atol=1e-5)


def test_least_difference_is_that_of_a_plain_search():
    a, b = texture(4), texture(5)
    gone, _ = difference.least_difference(a, b, shift=1, size=3)
    row, col = 30, 33
    patch = a[:, row - 1 : row + 2, col - 1 : col + 2]
    tried = [
        np.sqrt(((patch - b[:, row + i - 1 : row + i + 2, col + j - 1 : col + j + 2]) ** 2).sum(0).mean())
        for i in (-1, 0, 1)
        for j in (-1, 0, 1)
    ]
    assert gone[row, col] == pytest.approx(min(tried), rel=1e-4)


def test_best_correlation_is_that_of_numpy():
    a, b = texture(6)[0], texture(7)[0]
    kept, _ = difference.best_correlation(a, b, shift=1, size=9, floor=0.0)
    row, col = 30, 33
    patch = a[row - 4 : row + 5, col - 4 : col + 5].ravel()
    tried = [
        np.corrcoef(patch, b[row + i - 4 : row + i + 5, col + j - 4 : col + j + 5].ravel())[0, 1]
        for i in (-1, 0, 1)
        for j in (-1, 0, 1)
    ]
    assert kept[row, col] == pytest.approx(max(tried), abs=1e-4)


def test_correlation_knows_no_gain_offset_or_small_shift():
    image = texture(8)[0]
    kept, found = difference.best_correlation(
        image, 0.5 * slid(image, 2, -1) + 0.2, shift=3, size=9, floor=1e-3
    )
    assert kept[INNER].min() > 0.99
    assert found[INNER].min() > 0.99


def test_plain_ground_correlates_with_nothing():
    draw = np.random.default_rng(9)
    a, b = (0.4 + 0.001 * draw.standard_normal((60, 60)).astype(np.float32) for _ in range(2))
    kept, _ = difference.best_correlation(a, b, shift=3, size=9, floor=0.015)
    assert np.abs(kept).max() < 0.05


def test_what_the_whole_neighbourhood_did_is_taken_away():
    rise = np.full((120, 120), 0.2, np.float32)
    rise[50:60, 50:60] += 0.5
    own = difference.against_surroundings(rise, np.ones(rise.shape, bool), 61)
    assert np.abs(own[:15, :15]).max() < 0.02
    assert own[55, 55] == pytest.approx(0.5, abs=0.05)


def test_unusable_surroundings_do_not_weigh_in():
    rise = np.zeros((120, 120), np.float32)
    usable = np.ones(rise.shape, bool)
    rise[:, 60:], usable[:, 60:] = 9.0, False
    assert np.abs(difference.against_surroundings(rise, usable, 31)[:, :60]).max() == 0.0


def test_nothing_beyond_the_stated_reach_matters():
    a, b = texture(10), texture(11)
    touched = b.copy()
    touched[:, 32, 36] += 5
    for size, shift in ((3, 2), (7, 3)):
        first = difference.least_difference(a, b, shift=shift, size=size)
        second = difference.least_difference(a, touched, shift=shift, size=size)
        for one, other in zip(first, second, strict=True):
            moved = np.argwhere(np.abs(one - other) > 1e-5)
            assert np.abs(moved - (32, 36)).max() <= 2 * shift + size // 2


def test_the_same_image_differs_nowhere():
    image = texture(12)
    gone, new = difference.least_difference(image, image, shift=2, size=3)
    assert max(gone.max(), new.max()) == 0.0
    assert normalized_root_mse(image[0] + 1, image[0] + 1 + gone) == 0.0
