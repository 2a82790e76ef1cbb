"""Collars, blank tiles and saturation: found exactly, and neither roofs nor shadows are taken for them."""

import numpy as np
import pytest

from sitewatch.blocks import cut
from sitewatch.kernels.blank import REACH, find_blank, find_saturated, find_stale


def picture(size: int = 200) -> np.ndarray:
    return np.random.default_rng(0).integers(20, 240, (3, size, size)).astype(np.float32)


def test_a_black_collar_is_found_with_its_uneven_black():
    pixels = picture()
    collar = np.zeros((200, 200), np.bool_)
    collar[:, :40] = collar[:12] = True
    rng = np.random.default_rng(1)
    pixels[:, collar] = rng.integers(0, 5, (3, collar.sum()))
    found = find_blank(pixels, black=5.0, white=255.0)
    assert found[collar].all()
    assert not found[20:, 50:].any()


def test_a_deep_shadow_is_no_collar():
    pixels = picture()
    pixels[:, 50:60, 50:90] = 0
    assert not find_blank(pixels, black=5.0, white=255.0).any()


def test_nan_continues_a_collar():
    pixels = picture()
    pixels[:, :, :6] = np.nan
    pixels[:, :, 6:18] = 0
    found = find_blank(pixels, black=0.0, white=255.0)
    assert found[:, 6:18].all()
    assert not found[:, 20:].any()


def test_the_edge_of_an_image_has_no_fringe():
    pixels = picture()
    pixels[:, :, :50] = np.nan
    assert not find_blank(pixels, black=5.0, white=255.0).any()


@pytest.mark.parametrize(("value", "blank"), [(127.0, True), (255.0, False)])
def test_a_tile_of_one_colour_is_blank_unless_it_is_white(value: float, blank: bool):
    pixels = picture()
    pixels[:, 60:124, 60:124] = value
    found = find_blank(pixels, black=5.0, white=255.0)
    assert found[60:124, 60:124].all() == blank
    assert found.sum() == (64 * 64 if blank else 0)


def test_a_small_patch_of_one_colour_is_not_blank():
    pixels = picture()
    pixels[:, 60:90, 60:90] = 127
    assert not find_blank(pixels, black=5.0, white=255.0).any()


def test_saturation_means_every_band():
    pixels = picture()
    pixels[:, 10, 10] = 255
    pixels[:2, 20, 20] = 255
    found = find_saturated(pixels, 255.0)
    assert found[10, 10]
    assert found.sum() == 1


@pytest.mark.parametrize(("side", "counts"), [(30, False), (60, True)])
def test_with_a_radius_only_what_is_wider_than_a_roof_counts(side: int, counts: bool):
    pixels = picture()
    pixels[:, 50 : 50 + side, 50 : 50 + side] = 255
    assert find_saturated(pixels, 255.0, radius=20).any() == counts


def test_blocks_change_nothing():
    pixels = picture(400)
    pixels[:, :, 380:] = 0
    pixels[:, 100:200, 90:180] = 99
    whole = find_blank(pixels, black=5.0, white=255.0)
    for block in cut((400, 400), 150, REACH):
        part = find_blank(pixels[:, *block.outer], black=5.0, white=255.0)
        np.testing.assert_array_equal(part[block.crop], whole[block.inner])


def test_a_copied_tile_is_found_to_the_pixel():
    before, after = picture(), np.random.default_rng(1).integers(20, 240, (3, 200, 200)).astype(np.float32)
    after[:, 60:120, 80:150] = before[:, 60:120, 80:150]
    found = find_stale(before, after)
    assert found[60:120, 80:150].all()
    found[59:121, 79:151] = False
    assert not found.any()


@pytest.mark.parametrize("band", [0, 2])
def test_a_tile_that_differs_in_one_band_or_is_small_is_no_copy(band: int):
    before = picture()
    after = before.copy()
    after[band] += 1
    assert not find_stale(before, after).any()
    small = before + 1
    small[:, 50:82, 50:82] = before[:, 50:82, 50:82]
    assert not find_stale(before, small).any()


def test_what_is_nan_or_of_one_colour_on_both_dates_is_no_copy():
    before = picture()
    before[:, :60] = np.nan
    before[:, 120:] = 255
    after = before.copy()
    after[:, 60:120] += 1
    assert not find_stale(before, after).any()
