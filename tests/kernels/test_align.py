"""Registration kernels: what was moved is measured, what was measured is undone."""

import json
import math

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sitewatch.kernels.align import (
    Alignment,
    correlate,
    edges,
    find_shift,
    fit_alignment,
    mix,
    sample,
    sample_codes,
    sample_edges,
)

Image = NDArray[np.float32]


def ground(seed: int, size: int = 160) -> Image:
    noise = np.random.default_rng(seed).normal(0, 1, (size, size)).astype(np.float32)
    smooth = sum(cv2.GaussianBlur(noise, (0, 0), s) * s for s in (1.2, 2.5, 6.0))
    return np.asarray(smooth, np.float32)[None] * 20 + 100


def moved(image: Image, dx: float, dy: float) -> Image:
    """Return the image whose pixel (x + dx, y + dy) is pixel (x, y) of the given one."""
    rows, cols = image.shape[1:]
    x, y = np.meshgrid(np.arange(cols, dtype=np.float32), np.arange(rows, dtype=np.float32))
    return sample(image, x - np.float32(dx), y - np.float32(dy))


def surfaces(before: Image, after: Image, size: int = 32, reach: int = 6) -> tuple[Image, list[float]]:
    first, second = edges(before), edges(after)
    starts = list(range(reach, before.shape[1] - size - reach + 1, 24))
    table = np.full((len(starts), len(starts), 2 * reach + 1, 2 * reach + 1), np.nan, np.float32)
    for i, row in enumerate(starts):
        for j, col in enumerate(starts):
            tile = first[:, row : row + size, col : col + size]
            wide = second[:, row - reach : row + size + reach, col - reach : col + size + reach]
            surface = correlate(tile, wide)
            if surface is not None:
                table[i, j] = surface
    return table, [start + (size - 1) / 2 for start in starts]


def fitted(before: Image, after: Image, *, local: bool = False) -> Alignment:
    table, lattice = surfaces(before, after)
    still = np.zeros(table.shape[:2])
    fit = fit_alignment(table, (lattice, lattice), (still, still), local=local)
    assert fit is not None
    return fit


@given(dx=st.floats(-3, 3), dy=st.floats(-3, 3), seed=st.integers(0, 30))
@settings(max_examples=20, deadline=None)
def test_a_shift_is_measured_to_a_twentieth_of_a_pixel(dx: float, dy: float, seed: int):
    before = ground(seed)
    fit = fitted(before, moved(before, dx, dy))
    found = fit.displacement(np.array([80.0]), np.array([80.0]))
    assert found[0][0] == pytest.approx(dx, abs=0.06)
    assert found[1][0] == pytest.approx(dy, abs=0.06)


def test_other_light_and_half_a_changed_scene_do_not_pull_the_fit():
    before = ground(4)
    after = moved(before, 1.5, -0.75) * 0.6 + 40
    after[:, :, 100:] = ground(99)[:, :, 100:]
    fit = fitted(before, after)
    found = fit.displacement(np.array([50.0]), np.array([80.0]))
    assert found[0][0] == pytest.approx(1.5, abs=0.3)
    assert found[1][0] == pytest.approx(-0.75, abs=0.3)


def test_an_unmoved_image_is_left_alone():
    before = ground(5)
    fit = fitted(before, before)
    assert np.hypot(*fit.displacement(np.array([10.0, 150.0]), np.array([10.0, 150.0]))).max() < 0.01
    assert fit.peak == pytest.approx(1.0, abs=1e-3)
    assert fit.unshifted == pytest.approx(1.0, abs=1e-3)


def test_a_local_part_follows_what_no_affine_map_can():
    before = ground(6, 260)
    x, y = np.meshgrid(np.arange(260, dtype=np.float32), np.arange(260, dtype=np.float32))
    bend = 3 * np.sin(x / 260 * np.pi)
    after = sample(before, x, y - bend)
    after = np.nan_to_num(after, nan=100.0).astype(np.float32)
    table, lattice = surfaces(before, after)
    still = np.zeros(table.shape[:2])
    bent = fit_alignment(table, (lattice, lattice), (still, still), local=True)
    straight = fit_alignment(table, (lattice, lattice), (still, still), local=False)
    assert bent is not None
    assert straight is not None
    where = np.linspace(40, 220, 19)
    errors = [
        np.abs(fit.displacement(where, np.full(19, 130.0))[1] - 3 * np.sin(where / 260 * np.pi)).mean()
        for fit in (bent, straight)
    ]
    assert bent.node_x
    assert errors[0] < 0.85 * errors[1]


def test_a_map_from_elsewhere_is_kept():
    before = ground(13)
    table, lattice = surfaces(before, moved(before, 1.5, -0.75))
    still = np.zeros(table.shape[:2])
    given = (1.001, 0.0, 1.2, 0.0, 0.999, -0.6)
    fit = fit_alignment(table, (lattice, lattice), (still, still), local=False, matrix=given)
    assert fit is not None
    assert fit.matrix == given
    # How far the tiles lie from it is said of this map, and not of their own.
    off = np.hypot(1.5 - 1.2 - 0.001 * 80, -0.75 + 0.6 + 0.001 * 80)
    assert fit.residual == pytest.approx(off, abs=0.06)


def test_whole_images_find_their_shift_and_strangers_none():
    before = ground(7, 256)
    found = find_shift(edges(before), edges(moved(before, 9, -14)), most=20, reach=60)
    assert found is not None
    assert (found.dx, found.dy) == (9, -14)
    assert found.significance > 5
    stranger = find_shift(edges(before), edges(ground(8, 256)), most=20, reach=60)
    assert stranger is not None
    assert stranger.significance < 5
    nothing = find_shift(edges(before), edges(np.full_like(before, 7)), most=20, reach=60)
    assert nothing is None


def test_the_edge_of_a_mask_is_no_edge():
    image = ground(9)
    image[:, :60] = np.nan
    drawn = edges(image)
    assert np.isfinite(drawn).all()
    assert (drawn[:, :60] == 0).all()
    assert (drawn[:, 60:64] == 0).all()


def test_edges_of_mixed_bands_are_those_of_the_image():
    image = np.concatenate([ground(11), 3 * ground(12) + 7, np.full((1, 160, 160), 5, np.float32)])
    image[1, 40:50, 30:60] = np.nan
    mixed = mix(image)
    assert mixed.shape == (1, 160, 160)
    np.testing.assert_array_equal(np.isnan(mixed[0]), np.isnan(image[1]))
    by_hand = sum(
        (band - np.nanmean(band[seen])) / np.nanstd(band[seen])
        for band in image[:2]
        for seen in [~np.isnan(image[1])]
    )
    np.testing.assert_allclose(mixed[0], by_hand, atol=1e-4)
    # How strong edges are is measured against the strongest of the image, so that only their ratios count.
    drawn, known = edges(mixed), edges(image)
    np.testing.assert_allclose(drawn / drawn.std(), known / known.std(), atol=1e-3)


@given(dx=st.floats(-4, 4), dy=st.floats(-4, 4), seed=st.integers(0, 30))
@settings(max_examples=20, deadline=None)
def test_moved_edges_lie_where_those_of_the_moved_image_lie(dx: float, dy: float, seed: int):
    before = ground(seed)
    x, y = np.meshgrid(np.arange(160, dtype=np.float32), np.arange(160, dtype=np.float32))
    back = sample_edges(edges(moved(before, dx, dy)), x + np.float32(dx), y + np.float32(dy))
    shift = find_shift(edges(before)[:, 20:140, 20:140], back[:, 20:140, 20:140], most=5, reach=20)
    assert shift is not None
    assert (shift.dx, shift.dy) == (0, 0)
    assert shift.peak > 0.97


def test_an_alignment_survives_json():
    before = ground(10)
    fit = fitted(before, moved(before, 1.0, 0.5), local=True)
    assert Alignment.from_dict(json.loads(json.dumps(fit.to_dict()))) == fit
    empty = Alignment.from_dict(json.loads(json.dumps(Alignment().to_dict())))
    assert math.isnan(empty.residual)


def test_sampling_keeps_nan_and_does_not_ring():
    image = np.zeros((1, 40, 40), np.float32)
    image[:, :, 20:] = 100
    image[:, 5:8, 5:8] = np.nan
    x, y = np.meshgrid(np.arange(40, dtype=np.float32) + 0.3, np.arange(40, dtype=np.float32) + 0.4)
    found = sample(image, x, y)
    assert np.isnan(found[0, 5:7, 5:7]).all()
    assert np.isnan(found[0, -1]).all()
    seen = found[np.isfinite(found)]
    assert seen.min() >= 0
    assert seen.max() <= 100
    np.testing.assert_allclose(sample(image, np.floor(x), np.floor(y))[0, 10:], image[0, 10:], atol=1e-4)


def test_codes_are_sampled_without_mixing():
    codes = np.array([[1, 2], [3, 4]], np.uint8)
    x, y = np.meshgrid(np.array([0, 0.4, 0.6, 1, 5], np.float32), np.array([0, 1], np.float32))
    assert sample_codes(codes, x, y, outside=255).tolist() == [[1, 1, 2, 2, 255], [3, 3, 4, 4, 255]]
