"""The usual change of similar ground is told by what it was before, whatever changed by itself."""

import math

import numpy as np
import pytest

from sitewatch.kernels.trend import fit_trend


def test_each_kind_of_ground_has_its_own_change():
    draw = np.random.default_rng(0)
    before = np.concatenate([draw.normal(0.1, 0.02, 4000), draw.normal(0.6, 0.02, 4000)]).astype(np.float32)
    usual = np.where(before > 0.35, -0.3, 0.02)
    after = (before + usual + draw.normal(0, 0.05, 8000)).astype(np.float32)
    # A tenth of it was built on.
    after[::10] = 0.0
    trend = fit_trend(before, after)
    assert trend is not None
    assert trend.expected(0.1)[0] == pytest.approx(0.02, abs=0.02)
    change, spread = trend.expected(0.6)
    assert change == pytest.approx(-0.3, abs=0.02)
    assert spread == pytest.approx(0.05, rel=0.4)
    assert trend.expected(0.9) == trend.expected(trend.before[-1])
    assert math.isnan(trend.expected(math.nan)[0])


def test_even_ground_has_a_spread_and_little_ground_no_trend():
    level = np.full(5000, 0.3, np.float32)
    trend = fit_trend(level, level)
    assert trend is not None
    assert trend.expected(0.3)[0] == 0
    assert trend.expected(0.3)[1] > 0
    assert fit_trend(level[:100], level[:100]) is None
    assert fit_trend(np.full(5000, np.nan, np.float32), level) is None
