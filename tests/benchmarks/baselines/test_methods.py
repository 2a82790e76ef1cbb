"""Each baseline against an oracle, or a drawn case whose answer is known."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.cross_decomposition import CCA

from benchmarks.baselines import burn_ratio, change_vector, correlation, irmad, pca_kmeans, slow_features
from benchmarks.baselines.otsu import otsu
from sitewatch.evaluate import rank

Pixels: TypeAlias = NDArray[np.float32]
Score: TypeAlias = Callable[[Pixels, Pixels, NDArray[np.bool_]], Pixels]
SIDE = 64
SQUARE = (slice(20, 36), slice(24, 44))
METHODS = (change_vector.score, pca_kmeans.score, irmad.score, slow_features.score)


def ground(seed: int, bands: int = 3) -> Pixels:
    """Draw correlated bands of ground with some texture."""
    rng = np.random.default_rng(seed)
    mixed = np.einsum("ij,jrc->irc", rng.normal(size=(bands, bands)), rng.normal(size=(bands, SIDE, SIDE)))
    return (100 + 20 * mixed).astype(np.float32)


def everywhere() -> NDArray[np.bool_]:
    return np.ones((SIDE, SIDE), bool)


def changed_pair(seed: int = 0, bands: int = 3) -> tuple[Pixels, Pixels, NDArray[np.bool_]]:
    """Return a pair in two radiometries, with a square that became something else."""
    rng = np.random.default_rng(seed + 100)
    before = ground(seed, bands)
    other = ground(seed + 1, bands)
    truth = np.zeros((SIDE, SIDE), bool)
    truth[SQUARE] = True
    gain, offset = rng.uniform(0.6, 1.5, (2, bands, 1, 1))
    after = np.where(truth, other + 150, before) * gain + 30 * offset + rng.normal(0, 2, before.shape)
    return before, after.astype(np.float32), truth


@pytest.mark.parametrize("score", METHODS)
def test_a_square_that_changed_stands_out(score: Score):
    before, after, truth = changed_pair()
    found = score(before, after, everywhere())
    assert rank(found, truth).auc > 0.97


@pytest.mark.parametrize("score", METHODS)
def test_what_is_not_usable_has_no_score_and_none_is_asked_for_on_nothing(score: Score):
    before, after, _ = changed_pair()
    usable = everywhere()
    usable[:10] = False
    for image in (before, after):
        image[:, :10] = np.nan
    found = score(before, after, usable)
    np.testing.assert_array_equal(np.isnan(found), ~usable)
    assert np.isnan(score(before, after, np.zeros_like(usable))).all()


def test_change_vector_is_the_distance_of_z_scores():
    before, after, _ = changed_pair()
    z = [
        (image - image.mean((1, 2), keepdims=True)) / image.std((1, 2), keepdims=True)
        for image in (before, after)
    ]
    expected = np.linalg.norm(z[1] - z[0], axis=0)
    np.testing.assert_allclose(
        change_vector.score(before, after, everywhere()), expected, rtol=1e-3, atol=1e-4
    )


@given(
    gains=st.lists(st.floats(0.2, 5), min_size=3, max_size=3),
    offsets=st.lists(st.floats(-500, 500), min_size=3, max_size=3),
)
@settings(max_examples=15, deadline=None)
def test_change_vector_forgets_gains_and_offsets(gains: list[float], offsets: list[float]):
    before, after, _ = changed_pair()
    other = after * np.array(gains, np.float32)[:, None, None] + np.array(offsets, np.float32)[:, None, None]
    expected = change_vector.score(before, after, everywhere())
    np.testing.assert_allclose(
        change_vector.score(before, other, everywhere()), expected, rtol=1e-2, atol=1e-2
    )


@given(seed=st.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_irmad_forgets_every_affine_map_of_the_bands(seed: int):
    before, after, _ = changed_pair()
    rng = np.random.default_rng(seed)
    turn, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    mix = turn * rng.uniform(0.5, 2, 3)
    other = np.einsum("ij,jrc->irc", mix, after.astype(float)) + rng.uniform(-50, 50, (3, 1, 1))
    expected = irmad.score(before, after, everywhere())
    found = irmad.score(before, other, everywhere())
    np.testing.assert_allclose(found, expected, rtol=2e-2, atol=2e-2)


def test_mad_correlations_are_those_of_canonical_correlation_analysis():
    before, after, _ = changed_pair(seed=3)
    x, y = (image.reshape(3, -1).astype(float) for image in (before, after))
    u, v = CCA(n_components=3, max_iter=5000, tol=1e-10).fit_transform(x.T, y.T)
    expected = [np.corrcoef(u[:, k], v[:, k])[0, 1] for k in range(3)]
    found = irmad.mad(x, y, np.ones(x.shape[1]))
    np.testing.assert_allclose(found.correlations, sorted(expected, reverse=True), atol=1e-4)


def test_mad_distance_is_chi_square_on_noise():
    rng = np.random.default_rng(5)
    x = rng.normal(size=(3, 40_000))
    y = x + rng.normal(0, 0.5, x.shape)
    found = irmad.mad(x, y, np.ones(x.shape[1])).distance
    assert found.mean() == pytest.approx(3, abs=0.05)
    assert (found > 11.345).mean() == pytest.approx(0.01, abs=0.003)


def test_slowness_of_correlated_noise_is_what_it_must_be():
    rng = np.random.default_rng(6)
    x = rng.normal(size=(2, 200_000))
    shared = np.array([[0.9], [0.4]])
    y = shared * x + np.sqrt(1 - shared**2) * rng.normal(size=x.shape)
    slowness, weights = slow_features.slow_features(x, y)
    # Of two bands of unit variance that correlate by r the difference has the variance 2 (1 - r).
    np.testing.assert_allclose(slowness, [0.2, 1.2], atol=0.02)
    np.testing.assert_allclose(np.abs(weights), np.eye(2), atol=0.03)


def test_linear_change_of_brightness_has_no_fast_feature():
    before = ground(1)
    after = before * np.array([0.5, 1.7, 1.1], np.float32)[:, None, None] + 12
    z = change_vector.standardised(before, everywhere()), change_vector.standardised(after, everywhere())
    slowness, _ = slow_features.slow_features(*(image.reshape(3, -1) for image in z))
    assert slowness.max() < 1e-6


def test_pca_kmeans_puts_the_square_and_little_else_into_the_cluster_of_change():
    before, after, truth = changed_pair(seed=2)
    found = pca_kmeans.score(before, after, everywhere()) > 0.5
    assert found[truth].mean() > 0.9
    assert found[~truth].mean() < 0.08


def test_burn_ratio_of_known_reflectances():
    shape = (1, 1)
    before = np.stack([np.full(shape, 0.4, np.float32), np.full(shape, 0.1, np.float32)])
    after = np.stack([np.full(shape, 0.15, np.float32), np.full(shape, 0.25, np.float32)])
    found = burn_ratio.score(before, after, np.ones(shape, bool))
    # 0.6 before, -0.25 after.
    np.testing.assert_allclose(found, 0.85, rtol=1e-5)
    dark = burn_ratio.score(np.zeros_like(before), after, np.ones(shape, bool))
    assert np.isnan(dark).all()


def test_local_correlation_forgives_a_small_shift_and_finds_a_lost_pattern():
    rng = np.random.default_rng(8)
    before = rng.normal(100, 20, (1, SIDE, SIDE)).astype(np.float32)
    after = np.roll(before, (1, -2), axis=(1, 2)) * 1.5 + 10
    kept = correlation.score(before, after, everywhere(), gsd_m=1.0)
    inside = kept[12:-12, 12:-12]
    assert inside.max() < 0.05
    after[:, 20:44, 20:44] = rng.normal(160, 30, (24, 24))
    lost = correlation.score(before, after, everywhere(), gsd_m=1.0)
    assert lost[28:36, 28:36].min() > 0.4


def test_otsu_parts_two_heaps_and_nothing_where_all_is_alike():
    rng = np.random.default_rng(9)
    heaps = np.concatenate([rng.normal(1, 0.2, 900), rng.normal(5, 0.2, 100), [np.nan]]).astype(np.float32)
    # Half of a bin of the histogram may lie on the wrong side.
    assert 100 <= (heaps > otsu(heaps)).sum() <= 103
    assert otsu(np.full(5, 2.0, np.float32)) == np.inf
    assert otsu(np.full(5, np.nan, np.float32)) == np.inf
