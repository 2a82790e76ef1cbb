"""Tests of the layers that are measured at every object."""

import numpy as np
import pytest

from sitewatch.pipeline.measure import Tally, change_in_noise

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


def test_tallies_of_parts_add_up_to_the_means_of_the_whole():
    rng = np.random.default_rng(3)
    labels, rings = (rng.integers(0, 4, (40, 30)).astype(np.int32) for _ in range(2))
    before, after = (rng.normal(10, 1, (40, 30)).astype(np.float32) for _ in range(2))
    before[5, :] = np.nan
    whole = Tally(np.arange(1, 5))
    for part in (slice(0, 17), slice(17, 40)):
        # The fourth object is met in no part, and the first in the later part only.
        labels[:17][labels[:17] == 1] = 0
        rings[:17][rings[:17] == 1] = 0
        tally = Tally(np.unique([*labels[part][labels[part] > 0], *rings[part][rings[part] > 0]]))
        layers = {"two": (before[part], after[part]), "one": (after[part], after[part])}
        tally.add(layers, labels[part], rings[part])
        whole.join(tally)
    for label, found in enumerate(whole.measured()[:3], 1):
        assert found["two"].before == pytest.approx(np.nanmean(before[labels == label]))
        assert found["two"].around_after == pytest.approx(np.mean(after[rings == label]), rel=1e-6)
        assert found["one"].before == found["one"].after == found["two"].after
    assert np.isnan(whole.measured()[3]["two"].before)
