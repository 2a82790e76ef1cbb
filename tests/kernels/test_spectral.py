"""Change vectors, burn ratios and the background of unchanged ground, against numpy and drawn mixtures."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sitewatch.kernels.spectral import (
    change_distance,
    fit_background,
    relative_change,
    relativised_burn_ratio,
)


def test_the_distance_is_the_root_mean_square_in_noise_units():
    random = np.random.default_rng(0)
    difference = random.normal(0, 1, (3, 5, 6)).astype(np.float32)
    noise = (0.5, 1.0, 2.0)
    expected = np.sqrt(np.mean((difference / np.array(noise)[:, None, None]) ** 2, axis=0))
    np.testing.assert_allclose(change_distance(difference, noise), expected, rtol=1e-5)


@given(st.floats(0.01, 1), st.floats(0.01, 1))
def test_relative_change_is_bounded_and_turns_its_sign_with_time(before: float, after: float):
    one, two = np.array([[before]], np.float32), np.array([[after]], np.float32)
    there, back = relative_change(one, two, 0.02)[0, 0], relative_change(two, one, 0.02)[0, 0]
    assert there == pytest.approx(-back, abs=1e-6)
    assert -1 < there < 1


def test_the_burn_ratio_is_that_of_parks():
    before, after = np.array([[0.6]], np.float32), np.array([[-0.1]], np.float32)
    assert relativised_burn_ratio(before, after)[0, 0] == pytest.approx(0.7 / 1.601, abs=1e-6)


@given(st.floats(-0.05, 0.05), st.floats(0.005, 0.03), st.floats(0, 0.4))
@settings(max_examples=25, deadline=None)
def test_the_background_is_found_beside_whatever_burned(mode: float, spread: float, burned: float):
    random = np.random.default_rng(3)
    quiet = random.normal(mode, spread, 20_000)
    changed = random.normal(mode + 0.35, 0.05, int(burned * 20_000))
    found = fit_background(np.concatenate([quiet, changed]).astype(np.float32))
    assert found.mode == pytest.approx(mode, abs=0.6 * spread + 0.004)
    assert found.spread == pytest.approx(spread, rel=0.5, abs=0.004)
    if burned > 0.1:
        assert mode + spread < found.split < mode + 0.35


@given(st.floats(0.01, 0.03), st.floats(0.1, 0.4))
@settings(max_examples=15, deadline=None)
def test_what_is_as_frequent_on_the_other_side_is_scatter(spread: float, burned: float):
    random = np.random.default_rng(4)
    quiet = random.normal(0, spread, 20_000)
    both = np.concatenate(
        [quiet, random.normal(6 * spread, spread, 3000), random.normal(-6 * spread, spread, 3000)]
    )
    one = np.concatenate([quiet, random.normal(6 * spread, spread, int(burned * 20_000))])
    assert fit_background(both.astype(np.float32)).mirror > 4 * spread
    assert fit_background(one.astype(np.float32)).mirror < 4 * spread


def test_too_few_values_have_no_background():
    assert fit_background(np.full(5, 0.2, np.float32)).spread == 1.0
    assert fit_background(np.full(100, 0.2, np.float32)).mode == 0.0
