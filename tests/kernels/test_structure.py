"""What is still there is found again, moved by a pixel or two; what came or went is not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sitewatch.kernels.lean import tolerant_difference
from sitewatch.kernels.structure import (
    correlation_reach_px,
    edges,
    edges_reach_px,
    local_correlation,
)

NOISE = 0.02


def town(seed: int = 0, shape: tuple[int, int] = (60, 70)) -> np.ndarray:
    """Draw roofs of any brightness on plain ground."""
    random = np.random.default_rng(seed)
    image = np.full(shape, 0.3, np.float32)
    for row, col in zip(random.integers(0, shape[0], 60), random.integers(0, shape[1], 60), strict=True):
        image[row : row + 4, col : col + 5] = random.uniform(0.1, 0.9)
    return image + random.normal(0, 0.002, shape).astype(np.float32)


def moved(image: np.ndarray, down: int, across: int) -> np.ndarray:
    return np.roll(image, (down, across), (0, 1))


def by_hand(before: np.ndarray, after: np.ndarray, row: int, col: int, window: int) -> float:
    """Correlate two windows as the books say it, with the noise as the constant."""
    half = window // 2
    one, two = (
        image[row - half : row + half + 1, col - half : col + half + 1].astype(np.float64)
        for image in (before, after)
    )
    shared = np.mean((one - one.mean()) * (two - two.mean()))
    return (shared + NOISE**2) / np.sqrt((one.var() + NOISE**2) * (two.var() + NOISE**2))


def test_without_a_shift_it_is_the_structure_term_of_ssim():
    before, after = town(1), town(2)
    found = local_correlation(before, after, NOISE, window=7, reach=0)
    for row, col in ((10, 10), (30, 40), (50, 20)):
        assert found[row, col] == pytest.approx(by_hand(before, after, row, col, 7), abs=1e-3)


@given(st.integers(-2, 2), st.integers(-2, 2), st.floats(0.6, 1.6), st.floats(-0.1, 0.1))
@settings(max_examples=20, deadline=None)
def test_a_pattern_is_found_again_moved_and_in_other_light(down: int, across: int, gain: float, lift: float):
    before = town(3)
    after = gain * moved(before, down, across) + np.float32(lift)
    found = local_correlation(before, after.astype(np.float32), NOISE, window=9, reach=2)
    assert found[8:-8, 8:-8].min() > 0.95
    strict = local_correlation(before, after.astype(np.float32), NOISE, window=9, reach=0)
    assert (found >= strict - 1e-5).all()


@pytest.mark.parametrize("swapped", [False, True])
def test_what_came_or_went_finds_no_match(swapped: bool):
    before = np.full((40, 40), 0.3, np.float32)
    after = before.copy()
    after[18:23, 17:23] = 0.9
    pair = (after, before) if swapped else (before, after)
    found = local_correlation(*pair, NOISE, window=7, reach=2)
    assert found[20, 20] < 0.2
    assert found[4, 4] == pytest.approx(1, abs=1e-4)
    difference = tolerant_difference(pair[0][None], pair[1][None], (NOISE,), reach=2)
    assert difference[20, 20] == pytest.approx(30, rel=1e-3)
    assert difference[4, 4] == 0


@given(st.integers(0, 50))
@settings(max_examples=10, deadline=None)
def test_time_does_not_matter(seed: int):
    before, after = town(seed), town(seed + 1)
    np.testing.assert_allclose(
        local_correlation(before, after, NOISE, window=7, reach=1),
        local_correlation(after, before, NOISE, window=7, reach=1),
        atol=1e-5,
    )
    there, back = (
        tolerant_difference(one[None], two[None], (NOISE,), reach=1)
        for one, two in ((before, after), (after, before))
    )
    np.testing.assert_array_equal(there, back)


@given(st.integers(-2, 2), st.integers(-2, 2))
@settings(max_examples=15, deadline=None)
def test_a_shift_within_reach_is_no_difference(down: int, across: int):
    before = np.stack([town(4), town(5)])
    after = np.stack([moved(band, down, across) for band in before])
    found = tolerant_difference(before, after, (NOISE, NOISE), reach=2)
    assert found[4:-4, 4:-4].max() < 1e-4
    plain = np.sqrt(np.mean(((before - after) / NOISE) ** 2, axis=0))
    np.testing.assert_allclose(
        tolerant_difference(before, after, (NOISE, NOISE), reach=0), plain, rtol=1e-4, atol=1e-4
    )
    assert (found <= plain + 1e-4)[2:-2, 2:-2].all()


def test_nothing_is_said_where_nothing_was_seen_and_blocks_match():
    before, after = town(6), town(7)
    after[20:25, 30:38] = np.nan
    whole = local_correlation(before, after, NOISE, window=7, reach=1)
    assert np.array_equal(np.isnan(whole), np.isnan(after))
    reach = correlation_reach_px(7, 1)
    part = local_correlation(before[10:, 15:], after[10:, 15:], NOISE, window=7, reach=1)
    np.testing.assert_allclose(part[reach:, reach:], whole[10 + reach :, 15 + reach :], atol=1e-4)
    difference = tolerant_difference(before[None], after[None], (NOISE,), reach=1)
    assert np.array_equal(np.isnan(difference), np.isnan(after))
    block = tolerant_difference(before[None, 10:, 15:], after[None, 10:, 15:], (NOISE,), reach=1)
    np.testing.assert_array_equal(block[1:, 1:], difference[11:, 16:])


def turned_square(degrees: float) -> np.ndarray:
    """Draw a bright square, turned, with soft edges."""
    rows, cols = np.indices((41, 41)) - 20.0
    turn = np.radians(degrees)
    across, down = (
        cols * np.cos(turn) + rows * np.sin(turn),
        rows * np.cos(turn) - cols * np.sin(turn),
    )
    inside = np.clip(8.5 - np.maximum(np.abs(across), np.abs(down)), 0, 1)
    return (0.2 + 0.6 * inside).astype(np.float32)


@given(st.floats(0, 90))
@settings(max_examples=15, deadline=None)
def test_a_house_stands_at_right_angles_however_it_is_turned(degrees: float):
    square = edges(turned_square(degrees), 1e-4, window=31)[1][20, 20]
    rows, cols = np.indices((41, 41)) - 20.0
    disc = (0.2 + 0.6 * np.clip(9.5 - np.hypot(rows, cols), 0, 1)).astype(np.float32)
    road = (0.2 + 0.6 * np.clip(4 - np.abs(rows), 0, 1)).astype(np.float32)
    assert square > 0.6
    assert edges(disc, 1e-4, window=31)[1][20, 20] < 0.2
    assert edges(road, 1e-4, window=31)[1][20, 20] < 0.05


def test_the_strength_of_edges_is_the_slope():
    ramp = np.tile(np.linspace(0, 4.1, 42, dtype=np.float32), (30, 1))
    strength, _ = edges(ramp, 1e-3, window=5)
    np.testing.assert_allclose(strength[5:-5, 5:-5], 0.1, rtol=1e-3)


def test_edges_are_missing_where_nothing_was_seen_and_blocks_match():
    image = town(8)
    image[20:25, 30:38] = np.nan
    whole = edges(image, NOISE, window=7)
    block = edges(image[10:, 15:], NOISE, window=7)
    reach = edges_reach_px(7)
    for one, part in zip(whole, block, strict=True):
        assert np.array_equal(np.isnan(one), np.isnan(image))
        np.testing.assert_allclose(part[reach:, reach:], one[10 + reach :, 15 + reach :], atol=1e-4)
