"""Tests of the layers that are measured at every object."""

import numpy as np
import pytest

from sitewatch.pipeline.measure import change_in_noise

NOISE = (2.0, 0.5)


def pair(rows: int = 50, cols: int = 40) -> tuple[np.ndarray, np.ndarray]:
    """Draw two dates that differ by three standard deviations of noise in either band."""
    before = np.random.default_rng(1).normal(10, 1, (2, rows, cols)).astype(np.float32)
    return before, before + 3 * np.asarray(NOISE, np.float32)[:, None, None]


def test_change_is_given_in_standard_deviations():
    before, after = pair()
    assert change_in_noise(before, after, NOISE) == pytest.approx(3, abs=1e-4)
    assert change_in_noise(before, before, NOISE) == pytest.approx(0)


def test_change_is_missing_exactly_where_a_pixel_is_missing():
    before, after = pair()
    before[:, :, 0] = np.nan
    after[:, 7, 11] = np.nan
    change = change_in_noise(before, after, NOISE)
    unusable = np.isnan(before).any(axis=0) | np.isnan(after).any(axis=0)
    np.testing.assert_array_equal(np.isnan(change), unusable)
    assert change[~unusable] == pytest.approx(3, abs=1e-4)


def test_change_of_a_block_is_that_of_the_whole():
    before, after = pair()
    after[:, 3, 5] = np.nan
    whole = change_in_noise(before, after, NOISE)
    part = change_in_noise(before[:, 20:, 10:], after[:, 20:, 10:], NOISE)
    np.testing.assert_allclose(part[1:, 1:], whole[21:, 11:], rtol=1e-5)
