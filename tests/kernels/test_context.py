"""Means and spreads of a neighbourhood, and what stands out of what the neighbourhood did."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sitewatch.kernels.context import apartness, local_mean, local_spread, reach_px


def test_local_means_leave_out_what_is_unusable_and_reach_as_far_as_they_say():
    random = np.random.default_rng(1)
    image = random.normal(5, 1, (1, 60, 60)).astype(np.float32)
    usable = np.ones((60, 60), bool)
    usable[20:30, 20:30] = False
    spoiled = image.copy()
    spoiled[:, ~usable] = 1e6
    np.testing.assert_allclose(local_mean(image, usable, 2.0), local_mean(spoiled, usable, 2.0), rtol=1e-4)
    reach = reach_px(2.0)
    far = image.copy()
    far[:, : 40 - reach] += 100
    np.testing.assert_allclose(
        local_mean(image, usable, 2.0)[:, 40:], local_mean(far, usable, 2.0)[:, 40:], rtol=1e-5
    )


def test_the_spread_of_noise_is_its_standard_deviation():
    image = np.random.default_rng(2).normal(0, 3, (200, 200)).astype(np.float32)
    usable = np.ones(image.shape, bool)
    mean = local_mean(image[None], usable, 6.0)[0]
    spread = local_spread(image, mean, usable, 6.0)
    assert np.median(spread) == pytest.approx(3, rel=0.05)


@given(st.floats(-3, 3), st.floats(0.2, 3))
@settings(max_examples=15, deadline=None)
def test_what_everything_does_alike_does_not_stand_out(season: float, scatter: float):
    random = np.random.default_rng(5)
    change = (0.3 * season + 0.3 * scatter * random.normal(0, 1, (1, 120, 120))).astype(np.float32)
    change[0, 58:63, 58:63] += 12
    usable = np.ones((120, 120), bool)
    found = apartness(change, usable, near=1.4, ring=12.0)[0]
    assert abs(np.median(found)) < 0.1
    assert found[60, 60] > 5


def test_turned_in_time_it_turns_its_sign_and_leaves_out_what_is_unusable():
    random = np.random.default_rng(6)
    change = random.normal(0, 2, (2, 70, 70)).astype(np.float32)
    usable = np.ones((70, 70), bool)
    usable[30:35, 20:26] = False
    there, back = (apartness(sign * change, usable, near=1.4, ring=8.0) for sign in (1, -1))
    np.testing.assert_allclose(there, -back, atol=1e-5)
    spoiled = np.where(usable, change, np.float32(np.nan))
    np.testing.assert_allclose(apartness(spoiled, usable, near=1.4, ring=8.0), there, atol=1e-5)
