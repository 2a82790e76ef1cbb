"""Placements keep the footprint's shape, ranks are exact where values are exchangeable."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import kstest, monte_carlo_test

from sitewatch.kernels.placebo import lay, mean, nearest, rank, robust_spread, thin, top_tenth


def ell(rows: int, cols: int, top: int, left: int, side: int) -> NDArray[np.bool_]:
    """Return an L, so that its turns can be told apart."""
    mask = np.zeros((rows, cols), bool)
    mask[top : top + side, left : left + 3] = True
    mask[top + side - 3 : top + side, left : left + side // 2] = True
    return mask


def test_placements_have_the_shape_of_the_site_and_lie_beside_it():
    footprint = ell(120, 150, 30, 40, 20)
    usable = np.ones(footprint.shape, bool)
    own, others = lay(footprint, usable, number=60, seed=3)
    assert np.array_equal(np.sort(own.index[0]), np.flatnonzero(footprint))
    assert len(others) == 60
    shapes = set()
    for index in others.index:
        row, col = np.unravel_index(index, footprint.shape)
        assert footprint[row, col].mean() <= 0.1
        cells = tuple(sorted(zip((row - row.min()).tolist(), (col - col.min()).tolist(), strict=True)))
        shapes.add(cells)
    assert 4 <= len(shapes) <= 8


def test_placements_avoid_what_could_not_be_seen():
    footprint = ell(120, 150, 30, 10, 20)
    usable = np.ones(footprint.shape, bool)
    usable[:, 75:] = False
    _, others = lay(footprint, usable, number=40, seed=0)
    assert len(others)
    assert (others.usable.mean(axis=1) >= 0.7).all()
    layer = np.arange(usable.size, dtype=np.float32).reshape(usable.shape)
    assert np.isnan(others.values(layer)[~others.usable]).all()


def test_a_smaller_footprint_has_the_shape_of_the_large_one():
    footprint = ell(120, 150, 20, 20, 80)
    usable = np.ones(footprint.shape, bool)
    own, others = lay(footprint, usable, number=40, seed=0, shrink=4)
    assert own.index.shape[1] == footprint.sum()
    assert len(others) == 40
    row, col = np.unravel_index(others.index, footprint.shape)
    sides = sorted({int(np.ptp(r)) + 1 for r in row} | {int(np.ptp(c)) + 1 for c in col})
    assert sides == [10, 20]


def test_a_footprint_without_room_has_no_placements():
    footprint = np.ones((20, 20), bool)
    own, others = lay(footprint, footprint, number=10, seed=0)
    assert len(own) == 1
    assert len(others) == 0


def test_large_footprints_are_thinned_evenly():
    footprint = np.zeros((600, 600), bool)
    footprint[50:550, 100:500] = True
    pixels = thin(footprint)
    assert 1000 <= len(pixels) <= 2000
    assert pixels.mean(axis=0) == pytest.approx([299.5, 299.5], abs=5)


@given(st.integers(1, 60), st.integers(0, 5), st.integers(0, 1000))
def test_the_top_tenth_is_what_sorting_gives(count: int, missing: int, seed: int):
    values = np.random.default_rng(seed).normal(size=count + missing).astype(np.float32)
    values[count:] = np.nan
    expected = np.sort(values[:count])[::-1][: max(1, int(np.ceil(count * 0.1)))].mean()
    assert top_tenth(values[None])[0] == pytest.approx(expected, rel=1e-5)
    assert mean(values[None])[0] == pytest.approx(values[:count].mean(), rel=1e-4, abs=1e-6)


def test_nothing_seen_is_nan():
    nothing = np.full((1, 5), np.nan, np.float32)
    assert np.isnan(top_tenth(nothing)[0])
    assert np.isnan(mean(nothing)[0])


def test_the_spread_is_that_of_a_normal_distribution():
    spread = robust_spread(np.random.default_rng(0).normal(3, 2, 20_000), 1e-3)
    assert (spread.middle, spread.scale) == pytest.approx((3, 2), abs=0.05)
    assert robust_spread(np.ones(5), 0.1).scale == 0.1


def test_the_rank_is_the_monte_carlo_p_value():
    draw = np.random.default_rng(1)
    others, value = draw.normal(size=99), 1.3

    def drawn(size: tuple[int, ...]) -> NDArray[np.float64]:
        return others.reshape(size)

    found = monte_carlo_test(
        [value],
        drawn,
        lambda sample, axis: sample.mean(axis=axis),
        vectorized=True,
        n_resamples=len(others),
        alternative="greater",
    )
    assert rank(value, others) == pytest.approx(found.pvalue)


def test_ranks_of_exchangeable_values_are_uniform():
    draw = np.random.default_rng(2)
    told = []
    for _ in range(2000):
        values = draw.normal(size=100)
        told.append(rank(values[0], values[1:]))
    assert kstest(told, "uniform").statistic < 0.04
    assert np.mean(np.array(told) <= 0.05) == pytest.approx(0.05, abs=0.015)


def test_the_nearest_are_nearest():
    features = np.random.default_rng(4).normal(size=(300, 3))
    found = nearest(features, np.zeros(3), 20)
    distance = np.sqrt(np.square(features).sum(axis=1))
    assert np.array_equal(np.sort(found.distance), np.sort(distance)[:20])
    assert (np.diff(found.distance) >= 0).all()
    assert len(nearest(features[:5], np.zeros(3), 20).which) == 5
