"""Clouds and their shadows in drawn pairs: found where they were drawn; what changed on the ground stays."""

import math

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from sitewatch.blocks import cut
from sitewatch.kernels import shadows
from sitewatch.kernels.clouds import veil
from sitewatch.kernels.clouds.veil import VeilFit, find_darkened, find_veil, fit_veil

Image = NDArray[np.float32]
Bands = dict[str, Image]
EIGHT_BITS = (1 / 255, 1 / 255)
SIDE = 400
COLOURS = {"red": 90.0, "green": 80.0, "blue": 65.0}


def ground(seed: int = 0, size: int = SIDE) -> Bands:
    """Draw fields of 16 pixels, dark specks that are trees and shadows of houses, and noise; 8 bits."""
    rng = np.random.default_rng(seed)
    fields = cv2.resize(
        rng.uniform(0.7, 1.3, (size // 16, size // 16)), (size, size), interpolation=cv2.INTER_NEAREST
    )
    dark = cv2.dilate((rng.random((size, size)) < 0.01).astype(np.uint8), np.ones((3, 3), np.uint8))
    return {
        name: (value * fields * np.where(dark > 0, 0.3, 1)).astype(np.float32)
        for name, value in COLOURS.items()
    }


def sensed(bands: Bands, seed: int) -> Bands:
    rng = np.random.default_rng(seed)
    return {
        name: np.clip(image + rng.normal(0, 2, image.shape), 0, 255).round().astype(np.float32)
        for name, image in bands.items()
    }


def covered(bands: Bands, cover: Image, value: float) -> Bands:
    return {name: image * (1 - cover) + np.float32(value) * cover for name, image in bands.items()}


def blob(middle: tuple[int, int], radius: float, softness: float, size: int = SIDE) -> Image:
    """Draw a disc (rows, columns) whose edge fades over `softness` pixels; 0..1."""
    down, across = np.mgrid[:size, :size]
    distance = np.hypot(down - middle[0], across - middle[1])
    return np.clip((radius - distance) / softness + 0.5, 0, 1).astype(np.float32)


def every(bands: Bands) -> NDArray[np.bool_]:
    return np.isfinite(bands["red"])


def none(size: int = SIDE) -> NDArray[np.bool_]:
    return np.zeros((size, size), np.bool_)


def searched(clear: Bands, veiled: Bands, gsd: float) -> tuple[VeilFit, NDArray[np.bool_]]:
    fit = fit_veil(clear, veiled, every(clear), gsd, gains=EIGHT_BITS, known=none())
    return fit, find_veil(clear, veiled, fit, gsd, known=none())


@pytest.mark.parametrize("gsd", [0.5, 1.0, 3.0])
@pytest.mark.parametrize("haze", [0.0, 0.08])
def test_clouds_are_found_with_their_thin_rim(gsd: float, haze: float):
    cover = np.maximum(blob((150, 130), 60, 40), blob((300, 290), 50, 30))
    after = covered(covered(ground(), np.full((SIDE, SIDE), haze, np.float32), 255.0), cover, 240.0)
    fit, found = searched(sensed(ground(), 1), sensed(after, 2), gsd)
    assert fit.present
    assert abs(fit.floor - haze) < 0.05
    assert found[cover > 0.25].mean() > 0.97
    # The dark channel looks some metres around a pixel, and so may what it finds.
    far = cv2.dilate(cover, np.ones((2 * round(8 / gsd) + 3,) * 2, np.uint8)) == 0
    assert not found[far].any()


@pytest.mark.parametrize("gsd", [0.5, 1.0, 3.0])
@pytest.mark.parametrize("side_m", [12, 40, 120])
@pytest.mark.parametrize("turn", [0, 30])
def test_new_white_roofs_of_any_size_stay(gsd: float, side_m: int, turn: int):
    side = min(side_m / gsd, 250)
    corners = cv2.boxPoints(((200, 200), (side, 0.7 * side), turn))
    roof = np.zeros((SIDE, SIDE), np.float32)
    cv2.fillPoly(roof, [np.rint(corners).astype(np.int32)], 1.0)
    after = covered(ground(), cv2.GaussianBlur(roof, (0, 0), 0.9), 235.0)
    assert not searched(sensed(ground(), 1), sensed(after, 2), gsd)[1].any()


def test_cleared_ground_of_any_edge_is_no_cloud():
    cover = blob((200, 200), 110, 40)
    bare = {"red": 205.0, "green": 175.0, "blue": 135.0}
    after = {name: image * (1 - cover) + np.float32(bare[name]) * cover for name, image in ground().items()}
    assert not searched(sensed(ground(), 1), sensed(after, 2), 0.5)[1].any()


def test_a_quiet_pair_has_nothing_to_look_for():
    fit, found = searched(sensed(ground(), 1), sensed(ground(), 2), 0.5)
    assert not fit.present
    assert not found.any()
    assert abs(fit.level - 1) < 0.05


def test_the_dates_are_not_mixed_up():
    """What the clear date shows as cloud is none of the other date's."""
    cloudy = sensed(covered(ground(), blob((200, 200), 70, 40), 240.0), 1)
    assert not searched(cloudy, sensed(ground(), 2), 0.5)[1].any()


def test_coarse_pixels_follow_known_clouds_only():
    cover = blob((200, 200), 20, 16)
    clear, veiled = sensed(ground(), 1), sensed(covered(ground(), cover, 240.0), 2)
    known = cover > 0.8
    fit = fit_veil(clear, veiled, every(clear), 10.0, gains=EIGHT_BITS, known=known)
    assert not find_veil(clear, veiled, fit, 10.0, known=none()).any()
    found = find_veil(clear, veiled, fit, 10.0, known=known)
    assert found[cover > 0.25].mean() > 0.95
    assert not found[cv2.dilate(cover, np.ones((7, 7), np.uint8)) == 0].any()


@pytest.mark.parametrize("sunlit", [1.0, 0.8])
def test_shadow_keeps_the_pattern_and_burned_ground_does_not(sunlit: float):
    shade, burned = blob((100, 100), 60, 20), blob((270, 270), 100, 20)
    rng = np.random.default_rng(9)
    ash = {
        name: cv2.GaussianBlur(rng.normal(0, 30, (SIDE, SIDE)), (0, 0), 2).astype(np.float32) + 30
        for name in COLOURS
    }
    after = {
        name: np.float32(sunlit) * (image * (1 - 0.5 * shade) * (1 - burned) + ash[name] * burned)
        for name, image in ground().items()
    }
    clear, veiled = sensed(ground(), 1), sensed(after, 2)
    # Without a cloud nobody asks how much darker a date is.
    cloud = none()
    cloud[:9, :9] = True
    fit = fit_veil(clear, veiled, every(clear), 0.5, gains=EIGHT_BITS, known=cloud)
    # Of 8 bits there is haze in the ratio: it is held to a tenth.
    assert abs(fit.level - sunlit) < 0.1
    found = find_darkened(clear, veiled, fit, 0.5)
    assert found[shade > 0.9].mean() > 0.9
    assert found[burned > 0.9].mean() < 0.3
    # Within the windows over which the pattern is compared, the ground around still has its say.
    assert not found[cv2.erode(burned, np.ones((91, 91), np.uint8)) > 0.9].any()
    assert not found[(shade == 0) & (burned == 0)].any()


def test_shadows_fall_beside_their_clouds_and_come_from_beyond_the_edge():
    clouds = np.zeros((60, 60), np.bool_)
    clouds[20:30, 30:40] = True
    near = shadows.beside(clouds, (-10.0, 0.0), 1.0)
    assert near[25, 20]
    assert not near[25, 55]
    assert not near[50].any()
    edge = shadows.beside(clouds, (-10.0, 0.0), 1.0, beyond=True)
    assert edge[50, 52:].all()
    assert not edge[50, :45].any()
    assert shadows.beside_m((-3.0, 4.0)) == pytest.approx(7.5)


@pytest.mark.parametrize("share", [0.15, 0.7])
def test_the_offset_is_found_under_few_and_many_clouds(share: float):
    """Where clouds cover most, chance alone lays them on most of the shade."""
    rng = np.random.default_rng(3)
    field = cv2.GaussianBlur(rng.normal(size=(300, 300)), (0, 0), 8)
    clouds = field > np.quantile(field, 1 - share)
    shade = np.roll(clouds, (-14, 22), (0, 1)) & ~clouds
    offset = shadows.fit_offset(clouds, shade, 2.0)
    assert offset is not None
    assert math.dist(offset, (44, -28)) < 5
    noise = rng.random((300, 300)) < 0.3
    assert shadows.fit_offset(clouds, noise & ~clouds, 2.0) is None


@pytest.mark.parametrize("gsd", [2.0, 30.0])
def test_blocks_change_nothing(gsd: float):
    size = 700
    rng = np.random.default_rng(5)
    cover = np.max(
        [
            blob((row, col), radius, 20, size)
            for row, col, radius in rng.integers((0, 0, 15), (size, size, 45), (9, 3))
        ],
        axis=0,
    )
    clear = sensed(ground(0, size), 1)
    veiled = sensed(covered(ground(0, size), cover, 240.0), 2)
    veiled = {name: image * np.float32(0.7) if name == "red" else image for name, image in veiled.items()}
    for image in veiled.values():
        image[:90, :70] = np.nan
    known = cover > (0.9 if gsd > 5 else 2.0)
    fit = VeilFit(*EIGHT_BITS, 0.0, 1.0, True)
    veiled["blue"], veiled["red"] = veiled["green"].copy(), veiled["green"].copy()
    cloud, dark = find_veil(clear, veiled, fit, gsd, known=known), find_darkened(clear, veiled, fit, gsd)
    assert 0.02 < cloud.mean() < 0.9
    for block in cut((size, size), 250, math.ceil(veil.reach_m(gsd) / gsd)):
        part = [{name: image[block.outer] for name, image in date.items()} for date in (clear, veiled)]
        again = find_veil(part[0], part[1], fit, gsd, known=known[block.outer])
        np.testing.assert_array_equal(again[block.crop], cloud[block.inner])
        again = find_darkened(part[0], part[1], fit, gsd)
        np.testing.assert_array_equal(again[block.crop], dark[block.inner])


def test_nothing_is_found_in_nothing_and_inputs_stay():
    empty = {name: np.full((40, 40), np.nan, np.float32) for name in COLOURS}
    fit = fit_veil(empty, empty, every(empty), 0.5, gains=EIGHT_BITS, known=none(40))
    assert fit == VeilFit(*EIGHT_BITS)
    assert not find_veil(empty, empty, fit, 0.5, known=none(40)).any()
    assert not find_darkened(empty, empty, fit, 0.5).any()
    clear, veiled = sensed(ground(), 1), sensed(covered(ground(), blob((200, 200), 70, 40), 240.0), 2)
    copies = [{name: image.copy() for name, image in date.items()} for date in (clear, veiled)]
    searched(clear, veiled, 0.5)
    for date, copy in zip((clear, veiled), copies, strict=True):
        for name, image in date.items():
            np.testing.assert_array_equal(image, copy[name])
