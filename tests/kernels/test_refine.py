"""Refinement by pixels: small warps are found, and maps that the pixels do not hold are not believed."""

import math

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.ndimage import fourier_shift, map_coordinates
from skimage.registration import phase_cross_correlation

from sitewatch.kernels.align import Matrix, Patch, refine

Image = NDArray[np.float32]

SIZE = 320
STILL: Matrix = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)


def ground(seed: int, size: int = SIZE) -> Image:
    noise = np.random.default_rng(seed).normal(0, 1, (size, size)).astype(np.float32)
    return np.asarray(sum(cv2.GaussianBlur(noise, (0, 0), s) * s for s in (1.5, 3.0, 6.0)), np.float32)


def similarity(dx: float, dy: float, turn_deg: float, scale: float) -> Matrix:
    """Return a movement around the middle."""
    middle = (SIZE - 1) / 2
    a, b = scale * math.cos(math.radians(turn_deg)), scale * math.sin(math.radians(turn_deg))
    return a, -b, middle * (1 - a + b) + dx, b, a, middle * (1 - a - b) + dy


def moved(image: Image, matrix: Matrix) -> Image:
    """Return the image that shows at the mapped place what the given one shows at a place."""
    a, b, c, d, e, f = matrix
    back = np.linalg.inv([[a, b], [d, e]])
    y, x = np.mgrid[: image.shape[0], : image.shape[1]].astype(np.float64)
    across, down = np.tensordot(back, np.stack([x - c, y - f]), 1)
    return map_coordinates(image, [down, across], order=5, mode="mirror")


def noisy(image: Image, seed: int = 1) -> Image:
    noise = np.random.default_rng(seed).normal(0, 0.03 * image.std(), image.shape)
    return np.asarray(image + noise, np.float32)


def apart(one: Matrix, other: Matrix) -> float:
    """Return by how much two maps differ at most at the corners, pixels."""
    corners = np.array([[0, SIZE, SIZE, 0], [0, 0, SIZE, SIZE], [1, 1, 1, 1]])
    return float(np.hypot(*(np.reshape(np.subtract(one, other), (2, 3)) @ corners)).max())


def distance(one: Matrix, other: Matrix) -> float:
    """Return the rms difference of two maps over the image, pixels."""
    x, y = np.meshgrid(np.linspace(0, SIZE - 1, 9), np.linspace(0, SIZE - 1, 9))
    places = np.stack([x.ravel(), y.ravel(), np.ones(x.size)])
    off = np.reshape(np.subtract(one, other), (2, 3)) @ places
    return float(np.sqrt((off**2).sum(axis=0).mean()))


@given(
    dx=st.floats(-0.4, 0.4),
    dy=st.floats(-0.4, 0.4),
    turn=st.floats(-0.1, 0.1),
    scale=st.floats(0.999, 1.001),
    seed=st.integers(0, 30),
)
@settings(max_examples=12, deadline=None)
def test_shift_rotation_and_scale_are_found_to_a_fiftieth_of_a_pixel(
    dx: float, dy: float, turn: float, scale: float, seed: int
):
    before, true = ground(seed), similarity(dx, dy, turn, scale)
    found = refine([Patch(before, 0.6 * noisy(moved(before, true)) + 3, (0, 0))], STILL)
    # What is no better than the start is not taken.
    assert distance(found.matrix if found else STILL, true) < 0.02


@pytest.mark.parametrize("shift", [(0.3, -0.2), (-0.45, 0.1)])
def test_a_shift_is_what_phase_correlation_finds(shift: tuple[float, float]):
    before = ground(40)
    after = np.fft.ifft2(fourier_shift(np.fft.fft2(before), shift[::-1])).real.astype(np.float32)
    oracle = -phase_cross_correlation(before, after, upsample_factor=100, normalization=None)[0]
    found = refine([Patch(before, after, (0, 0))], STILL)
    assert found is not None
    assert apart(found.matrix, (1, 0, oracle[1], 0, 1, oracle[0])) < 0.03


def test_a_part_that_moved_by_itself_has_no_say():
    before, true = ground(41), similarity(0.3, -0.2, 0.05, 1.0005)
    after = moved(before, true)
    corner = (slice(190, None), slice(190, None))
    after[corner] = moved(before, similarity(1.6, 0.8, 0, 1))[corner]
    found = refine([Patch(before, after, (0, 0))], STILL)
    assert found is not None
    assert apart(found.matrix, true) < 0.05


def test_pieces_say_what_the_whole_says():
    before, true = ground(42), similarity(0.3, 0.2, 0.08, 0.9995)
    after = moved(before, true)
    parts = [(slice(r, r + 120), slice(c, c + 120)) for r in (10, 190) for c in (10, 190)]
    patches = [Patch(before[at], after[at], (at[1].start, at[0].start)) for at in parts]
    found = refine(patches, STILL)
    assert found is not None
    assert apart(found.matrix, true) < 0.03


def test_what_is_masked_has_no_say():
    before, true = ground(43), similarity(-0.3, 0.25, 0.05, 1.0)
    after = moved(before, true)
    after[100:200, 60:220] = np.nan
    found = refine([Patch(before, after, (0, 0))], STILL)
    assert found is not None
    assert apart(found.matrix, true) < 0.03


def test_what_the_halves_differ_by_is_the_difference_of_their_maps():
    before = ground(48)
    black = np.add(*(np.indices(before.shape) // 32)) % 2 == 1
    after = [moved(before, similarity(dx, 0, 0, 1)) for dx in (0.2, 0.25)]
    found = refine([Patch(before, np.where(black, *after), (0, 0))], STILL)
    assert found is not None
    assert found.apart == pytest.approx(0.05, abs=0.02)
    assert apart(found.matrix, similarity(0.225, 0, 0, 1)) < 0.03


def test_halves_that_differ_are_not_believed():
    before = ground(44)
    after = [moved(before, similarity(dx, 0, 0, 1)) for dx in (0.2, 0.6)]
    black = np.add(*(np.indices(before.shape) // 32)) % 2 == 1
    assert refine([Patch(before, after[0], (0, 0))], STILL) is not None
    assert refine([Patch(before, np.where(black, *after), (0, 0))], STILL) is None


@pytest.mark.parametrize("after", [ground(46), np.full((SIZE, SIZE), 7, np.float32)])
def test_strangers_hold_no_map(after: Image):
    assert refine([Patch(ground(45), after, (0, 0))], STILL) is None


def test_a_map_far_from_its_start_is_not_believed():
    before = ground(47)
    assert refine([Patch(before, moved(before, similarity(1.4, 0, 0, 1)), (0, 0))], STILL) is None
