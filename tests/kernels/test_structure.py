"""Edges, corners, right angles, roofs and shadows against drawn shapes, scikit-image and scipy."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage
from skimage import feature, morphology

from sitewatch.kernels import structure

Image = NDArray[np.float32]
INNER = (slice(16, -16), slice(16, -16))


@pytest.fixture
def noise():
    return np.random.default_rng(1).random((96, 80)).astype(np.float32)


def bars(angle_deg: float, period: float = 12.0, shape: tuple[int, int] = (96, 96)):
    rows, cols = np.indices(shape, dtype=np.float32)
    turned = cols * np.cos(np.radians(angle_deg)) + rows * np.sin(np.radians(angle_deg))
    return np.sin(2 * np.pi * turned / period).astype(np.float32)


@pytest.mark.parametrize("size", [3, 9, 25])
def test_window_statistics_are_those_of_scipy(noise: Image, size: int):
    image = noise + 1000  # far from zero, where a careless variance loses its digits
    mean = ndimage.uniform_filter(image.astype(float), size, mode="reflect")
    square = ndimage.uniform_filter(image.astype(float) ** 2, size, mode="reflect")
    np.testing.assert_allclose(structure.window_mean(image, size), mean, rtol=1e-6)
    np.testing.assert_allclose(
        structure.window_deviation(image, size), np.sqrt(np.maximum(square - mean**2, 0)), atol=2e-4
    )


def test_unusable_pixels_take_the_mean_of_the_usable_around_them(noise: Image):
    usable = np.ones(noise.shape, bool)
    usable[40:44, 30:34] = False
    holed = np.where(usable, noise, np.nan).astype(np.float32)
    filled = structure.fill_unusable(holed, usable, 9)
    assert np.array_equal(filled[usable], noise[usable])
    around = holed[38:47, 28:37]  # the window of pixel (42, 32)
    assert filled[42, 32] == pytest.approx(np.nanmean(around), rel=1e-5)


def test_nothing_usable_in_reach_gives_zero_and_never_nan():
    blank = np.full((30, 30), np.nan, np.float32)
    assert np.array_equal(structure.fill_unusable(blank, np.zeros((30, 30), bool), 5), np.zeros((30, 30)))


def test_the_slope_of_a_ramp_is_its_slope():
    rows, cols = np.indices((20, 20), dtype=np.float32)
    along_columns, along_rows = structure.gradient(3 * cols - 2 * rows)
    np.testing.assert_allclose(along_columns[2:-2, 2:-2], 3, rtol=1e-5)
    np.testing.assert_allclose(along_rows[2:-2, 2:-2], -2, rtol=1e-5)


def test_the_smaller_eigenvalue_is_that_of_scikit_image(noise: Image):
    x, y = structure.gradient(noise)
    found = structure.edges((x, y), 9).corner
    tensor = [ndimage.uniform_filter(a * b, 9, mode="reflect") for a, b in ((y, y), (y, x), (x, x))]
    _, smaller = feature.structure_tensor_eigenvalues(np.stack(tensor))
    np.testing.assert_allclose(found[INNER], np.sqrt(np.maximum(smaller, 0))[INNER], rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("angle", [0, 17, 45, 70])
def test_parallel_edges_are_coherent_at_any_angle(angle: float):
    found = structure.edges(structure.gradient(bars(angle)), 25)
    assert found.coherence[INNER].min() > 0.97
    assert found.corner[INNER].max() < 0.2 * found.energy[INNER].min()


@pytest.mark.parametrize("angle", [0, 17, 45, 70])
def test_two_directions_a_right_angle_apart_are_told_at_any_angle(angle: float):
    crossed = np.maximum(bars(angle), bars(angle + 90))
    found = structure.edges(structure.gradient(crossed), 25)
    assert found.right_angle[INNER].min() > 0.65
    assert found.coherence[INNER].max() < 0.3


def test_two_directions_half_a_right_angle_apart_are_not_a_right_angle():
    crossed = np.maximum(bars(10), bars(55))
    assert structure.edges(structure.gradient(crossed), 25).right_angle[INNER].max() < 0.4


def test_noise_has_neither_direction_nor_right_angle(noise: Image):
    found = structure.edges(structure.gradient(noise), 25)
    assert found.coherence[INNER].max() < 0.35
    assert found.right_angle[INNER].mean() < 0.15


def test_edges_of_an_empty_image_are_nothing():
    found = structure.edges(structure.gradient(np.full((40, 40), 0.4, np.float32)), 9)
    for plane in (found.energy, found.corner, found.coherence, found.right_angle):
        assert np.abs(plane).max() < 1e-5


def test_a_roof_is_plain_up_to_its_rim_and_its_texture_is_not(noise: Image):
    image = noise.copy()
    image[30:60, 20:50] = 0.8
    plain = structure.plainness(image, 5)
    assert plain[30:60, 20:50].max() < 1e-3
    assert plain[:24].min() > 0.1


def test_top_hats_tell_a_roof_from_a_road():
    image = np.zeros((96, 96), np.float32)
    image[20:30, 20:30] = 1.0  # a roof of 10 x 10
    image[:, 60:66] = 1.0  # a road
    image[70:78, 20:28] = -1.0  # a shadow
    bright, dark = structure.top_hats(image, (13, 19))
    # The slanted segment of 13 fits into the diagonal of this roof; the one of 19 does not.
    assert bright[22:28, 22:28].min() >= 0.5
    assert bright[10:86, 60:66].max() == 0.0
    assert dark[72:76, 22:26].min() >= 0.5
    assert dark[22:28, 22:28].max() == 0.0


def test_the_opening_by_a_row_is_that_of_scikit_image(noise: Image):
    opened = noise - structure.top_hats(noise, (7,))[0]
    row = morphology.opening(noise, np.ones((1, 7)))
    column = morphology.opening(noise, np.ones((7, 1)))
    assert (opened[INNER] >= np.maximum(row, column)[INNER] - 1e-6).all()


def test_shadows_are_seen_from_beside(noise: Image):
    assert np.array_equal(structure.nearby_maximum(noise, 7)[INNER], ndimage.maximum_filter(noise, 7)[INNER])


@pytest.mark.parametrize(
    ("function", "reach"),
    [
        (lambda a: structure.window_deviation(a, 9), 4),
        (lambda a: structure.plainness(a, 5), 4),
        (lambda a: structure.top_hats(a, (5, 13))[0], 12),
        (lambda a: structure.edges(structure.gradient(a), 9).right_angle, 5),
    ],
)
def test_nothing_beyond_the_stated_reach_matters(
    noise: Image, function: Callable[[Image], Image], reach: int
):
    touched = noise.copy()
    touched[48, 40] += 5
    moved = np.argwhere(np.abs(function(touched) - function(noise)) > 1e-5)
    assert len(moved)
    assert np.abs(moved - (48, 40)).max() <= reach


def test_steepness_is_the_same_to_the_bit_wherever_the_array_lies(noise: Image):
    slopes = structure.gradient(noise)
    expected = structure.steepness(slopes)
    np.testing.assert_allclose(expected, np.hypot(*slopes), rtol=1e-6)
    for start in range(1, 8):
        room = [np.empty(noise.size + 8, np.float32)[start : start + noise.size] for _ in slopes]
        moved = [part.reshape(noise.shape) for part in room]
        for part, slope in zip(moved, slopes, strict=True):
            part[:] = slope
        assert np.array_equal(structure.steepness((moved[0], moved[1])), expected)
