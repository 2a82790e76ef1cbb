"""Normalisation undoes any gain and offset, whatever changed, and says how noisy unchanged ground is."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import chi2

from sitewatch.kernels.radiometry import _chi_square, apply_normalisation, fit_normalisation

Image = NDArray[np.float32]


def ground(seed: int, bands: int = 4) -> Image:
    random = np.random.default_rng(seed)
    level = random.uniform(40, 200, (1, 60, 60)).astype(np.float32)
    return (level * random.uniform(0.5, 1.5, (bands, 1, 1)) + random.normal(0, 8, (bands, 60, 60))).astype(
        np.float32
    )


@given(gain=st.floats(0.3, 3.0), offset=st.floats(-40, 40), seed=st.integers(0, 50))
@settings(max_examples=25, deadline=None)
def test_any_gain_and_offset_are_undone(gain: float, offset: float, seed: int):
    before = ground(seed)
    after = ((before - offset) / gain).astype(np.float32)
    fit = fit_normalisation(before, after, np.ones(before.shape[1:], bool))
    np.testing.assert_allclose(apply_normalisation(after, fit), before, atol=0.05)


@pytest.mark.parametrize("share", [0.1, 0.3])
def test_what_changed_does_not_pull_the_fit(share: float):
    random = np.random.default_rng(3)
    before = ground(1)
    after = (before * 0.8 + 12 + random.normal(0, 2, before.shape)).astype(np.float32)
    rows = int(share * 60)
    after[:, :rows] = 250
    fit = fit_normalisation(before, after, np.ones((60, 60), bool))
    np.testing.assert_allclose(fit.gain, 1 / 0.8, rtol=0.03)
    unchanged = apply_normalisation(after, fit)[:, rows:] - before[:, rows:]
    assert np.abs(unchanged.mean(axis=(1, 2))).max() < 1.0
    np.testing.assert_allclose(fit.noise, unchanged.std(axis=(1, 2)), rtol=0.2)


def test_unusable_pixels_and_nan_are_left_out():
    before = ground(2)
    after = before.copy()
    usable = np.ones((60, 60), bool)
    usable[:20] = False
    after[:, :20] = 9_999
    after[0, 30:40] = np.nan
    fit = fit_normalisation(before, after, usable)
    np.testing.assert_allclose(fit.gain, 1, rtol=1e-3)
    assert fit.pixels == 30 * 60
    assert np.isnan(apply_normalisation(after, fit)[0, 30:40]).all()


def test_too_few_pixels_are_not_fitted():
    before = ground(4)
    usable = np.zeros((60, 60), bool)
    usable[0, :20] = True
    fit = fit_normalisation(before, before * 2, usable)
    assert fit.gain == (1.0,) * 4
    assert fit.offset == (0.0,) * 4
    assert fit.unchanged == 0.0


@pytest.mark.parametrize("bands", [1, 3, 6])
@pytest.mark.parametrize("probability", [0.5, 0.9])
def test_quantiles_are_those_of_chi_square(bands: int, probability: float):
    assert _chi_square(probability, bands) == pytest.approx(chi2.ppf(probability, bands))
