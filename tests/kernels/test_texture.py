"""Texture of built-up ground, buildings and their shadows: against the textbook's forms and drawn things."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage.feature import graycomatrix, graycoprops
from skimage.morphology import opening

from sitewatch.kernels.texture import (
    building_index,
    building_reach_px,
    cast_shadow,
    contrast,
    contrast_reach_px,
)

Image = np.ndarray


def roofs(shape: tuple[int, int] = (40, 50)) -> Image:
    """Draw one roof of 5 x 5 pixels, and a road across."""
    image = np.full(shape, 0.2, np.float32)
    image[10:15, 12:17] = 0.8
    image[30:33, :] = 0.8
    return image


@pytest.mark.parametrize("step", [1, 2])
def test_contrast_is_the_least_of_the_co_occurrence_matrices(step: int):
    window = 9
    grey = np.random.default_rng(0).integers(0, 32, (window + 2 * step, window + 2 * step)).astype(np.uint8)
    middle = grey.shape[0] // 2
    found = contrast(grey.astype(np.float32), window=window, step=step)[middle, middle]
    squares = []
    for down, across in ((0, step), (step, 0), (step, step), (step, -step)):
        rows = slice(middle - window // 2, middle + window // 2 + 1)
        one = grey[rows, rows]
        other = grey[rows.start + down : rows.stop + down, rows.start + across : rows.stop + across]
        stacked = np.stack([one.ravel(), other.ravel()], axis=1)
        # A matrix of pairs side by side: every row of this image is one pair.
        matrix = graycomatrix(stacked, [1], [0], levels=32, normed=True)
        squares.append(float(graycoprops(matrix, "contrast")[0, 0]))
    assert found == pytest.approx(np.sqrt(min(squares)), rel=1e-4)


def test_stripes_have_no_contrast_in_every_direction_and_a_chequerboard_has():
    rows, cols = np.indices((40, 40))
    stripes = (rows % 4 < 2).astype(np.float32)
    blocks = ((rows // 2 + cols // 2) % 2).astype(np.float32)
    assert contrast(stripes, window=9, step=1)[20, 20] == pytest.approx(0, abs=1e-4)
    assert contrast(blocks, window=9, step=1)[20, 20] > 0.5


def test_the_building_index_is_the_mean_of_steps_between_top_hats():
    image = np.random.default_rng(1).uniform(0, 1, (30, 30)).astype(np.float32)
    found = building_index(image, lengths=(3, 9))
    total = np.zeros_like(image)
    for down, across in ((0, 1), (1, 0), (1, 1), (1, -1)):
        hats = []
        for length in (3, 5, 7, 9):
            half = length // 2
            line = np.zeros((length, length), np.uint8)
            for step in range(-half, half + 1):
                line[half + step * down, half + step * across] = 1
            hats.append(image - opening(image, line))
        total += sum(np.abs(more - less) for less, more in pairwise(hats))
    inner = slice(9, -9)
    np.testing.assert_allclose(found[inner, inner], (total / 4)[inner, inner], atol=1e-5)


def test_a_roof_is_a_building_and_a_road_is_less_of_one():
    found = building_index(roofs(), lengths=(3, 9))
    assert found[12, 14] == pytest.approx(0.6, abs=1e-5)
    assert found[31, 25] < 0.8 * found[12, 14]
    assert found[20, 30] == 0
    assert building_index(-roofs(), lengths=(3, 9))[12, 14] == 0


@given(st.sampled_from([0, 45, 90, 135, 180, 225, 270, 315]))
@settings(max_examples=8, deadline=None)
def test_a_shadow_lies_away_from_the_sun(azimuth: int):
    image = roofs()
    across, down = np.sin(np.radians(azimuth)), -np.cos(np.radians(azimuth))
    # The shadow's middle, four pixels away from the sun.
    row, col = round(12 - 4 * down), round(14 - 4 * across)
    image[row - 1 : row + 2, col - 1 : col + 2] = 0.02
    with_sun = cast_shadow(image, azimuth=azimuth, length=5)[12, 14]
    against = cast_shadow(image, azimuth=(azimuth + 180) % 360, length=5)[12, 14]
    assert with_sun == pytest.approx(0.9, abs=0.01)
    assert against == 0


def test_nothing_is_said_where_nothing_was_seen_and_blocks_match():
    image = np.random.default_rng(2).uniform(0.1, 1, (60, 60)).astype(np.float32)
    image[20:24, 25:31] = np.nan
    part = (slice(12, None), slice(9, None))
    for kernel, reach in (
        (lambda x: contrast(x, window=7, step=2), contrast_reach_px(7, 2)),
        (lambda x: building_index(x, lengths=(3, 9)), building_reach_px((3, 9))),
        (lambda x: cast_shadow(x, azimuth=130, length=6), 6),
    ):
        whole, block = kernel(image), kernel(image[part])
        assert np.array_equal(np.isnan(whole), np.isnan(image))
        np.testing.assert_allclose(block[reach:, reach:], whole[part][reach:, reach:], atol=1e-5)
