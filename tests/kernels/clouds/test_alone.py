"""Clouds and their shadows in drawn scenes: found where they were drawn; bright ground stays."""

import math

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from sitewatch.blocks import cut
from sitewatch.kernels import clouds, shadows
from sitewatch.kernels.clouds import CloudFit, find_clouds, fit_clouds

Image = NDArray[np.float32]
SIX = ("blue", "green", "red", "nir", "swir16", "swir22")
GROUND = dict(zip(SIX, (0.05, 0.07, 0.08, 0.28, 0.22, 0.13), strict=True))
CLOUD = dict(zip(SIX, (0.55, 0.54, 0.54, 0.60, 0.45, 0.35), strict=True))
ROOF = dict(zip(SIX, (0.45, 0.47, 0.48, 0.50, 0.50, 0.45), strict=True))


def ground(size: int, seed: int = 0) -> dict[str, Image]:
    """Fields of some pixels' size, and sensor noise."""
    rng = np.random.default_rng(seed)
    fields = cv2.resize(
        rng.uniform(0.7, 1.3, (size // 16, size // 16)), (size, size), interpolation=cv2.INTER_NEAREST
    )
    return {
        name: (value * fields + rng.normal(0, 0.002, fields.shape)).astype(np.float32)
        for name, value in GROUND.items()
    }


def blob(size: int, middle: tuple[int, int], radius: float, softness: float) -> Image:
    """Draw a disc (rows, columns) whose edge fades over `softness` pixels; 0..1."""
    down, across = np.mgrid[:size, :size]
    distance = np.hypot(down - middle[0], across - middle[1])
    return np.clip((radius - distance) / softness + 0.5, 0, 1).astype(np.float32)


def covered(bands: dict[str, Image], cover: Image, by: dict[str, float]) -> dict[str, Image]:
    return {
        name: (image * (1 - cover) + by[name] * cover).astype(np.float32) for name, image in bands.items()
    }


def valid(bands: dict[str, Image]) -> NDArray[np.bool_]:
    return np.isfinite(np.stack(list(bands.values()))).all(axis=0)


def visible(bands: dict[str, Image]) -> dict[str, Image]:
    return {name: bands[name] for name in ("blue", "green", "red")}


@pytest.mark.parametrize("gsd", [10.0, 30.0])
@pytest.mark.parametrize("factor", [1.0, 10_000.0])
def test_clouds_are_found_in_reflectance_and_in_numbers(gsd: float, factor: float):
    cover = np.maximum(blob(256, (60, 70), 25, 12), blob(256, (180, 150), 40, 20))
    bands = covered(ground(256), cover, CLOUD)
    bands = {name: image * np.float32(factor) for name, image in bands.items()}
    found = find_clouds(bands, fit_clouds(bands, valid(bands)), gsd)
    assert found[cover > 0.7].all()
    assert not found[cover < 0.02].any()


@pytest.mark.parametrize("gsd", [0.5, 1.0, 3.0])
def test_clouds_are_found_in_pictures(gsd: float):
    size = 512
    cover = blob(size, (250, 220), 120, max(60 / gsd, 20))
    bands = visible(covered(ground(size), cover, CLOUD))
    picture = {
        name: np.clip(image / 0.55 * 255, 0, 255).round().astype(np.float32) for name, image in bands.items()
    }
    found = find_clouds(picture, fit_clouds(picture, valid(picture)), gsd)
    assert found[cover > 0.95].mean() > 0.95
    assert not found[cover < 0.02].any()


@pytest.mark.parametrize("gsd", [0.5, 1.0, 3.0])
@pytest.mark.parametrize("side_m", [15, 60, 100])
def test_white_roofs_of_any_size_stay_in_pictures(gsd: float, side_m: int):
    size = 512
    cover = np.zeros((size, size), np.float32)
    side = round(side_m / gsd)
    cover[100 : 100 + side, 150 : 150 + side] = 1
    sharp = cv2.GaussianBlur(cover, (0, 0), 0.6)
    bands = visible(covered(ground(size), sharp, CLOUD))
    picture = {
        name: np.clip(image / 0.5 * 255, 0, 255).round().astype(np.float32) for name, image in bands.items()
    }
    assert not find_clouds(picture, fit_clouds(picture, valid(picture)), gsd).any()


@pytest.mark.parametrize("gsd", [10.0, 20.0, 30.0])
def test_white_roofs_stay_where_the_infrared_is_there(gsd: float):
    cover = np.zeros((256, 256), np.float32)
    side = max(1, round(80 / gsd))
    for row, col in np.ndindex(8, 8):
        cover[row * 30 + 5 :, col * 30 + 5 :][:side, :side] = 1
    bands = covered(ground(256), cv2.GaussianBlur(cover, (0, 0), 0.6), ROOF)
    assert not find_clouds(bands, fit_clouds(bands, valid(bands)), gsd).any()


def test_a_clear_scene_has_no_clouds_and_no_shadows():
    bands = ground(256)
    found = find_clouds(bands, fit_clouds(bands, valid(bands)), 10.0)
    assert not found.any()
    assert shadows.fit_shadows(bands, found, valid(bands), 10.0) is None


@pytest.mark.parametrize("sun_azimuth", [None, 135.0])
def test_shadows_are_found_beside_their_clouds_and_burned_ground_is_none(sun_azimuth: float | None):
    # The sun stands in the south-east, so shadows fall to the upper left.
    clouds_at = [(80, 90), (160, 60), (150, 190), (220, 140)]
    cover = np.max([blob(256, at, 16, 6) for at in clouds_at], axis=0)
    shade = np.max([blob(256, (row - 35, col - 35), 16, 6) for row, col in clouds_at], axis=0)
    burned = blob(256, (60, 220), 18, 4)
    bands = covered(ground(256), burned, dict.fromkeys(SIX, 0.06))
    bands = {name: image * (1 - np.float32(0.8) * shade) for name, image in bands.items()}
    bands = covered(bands, cover, CLOUD)
    cloudy = find_clouds(bands, fit_clouds(bands, valid(bands)), 10.0)
    fit = shadows.fit_shadows(bands, cloudy, valid(bands), 10.0, sun_azimuth=sun_azimuth)
    assert fit is not None
    assert math.hypot(fit.across_m + 350, fit.down_m + 350) < 30
    found = shadows.find_shadows(bands, cloudy, fit, 10.0)
    truth = (shade > 0.9) & (cover < 0.1)
    assert found[truth].mean() > 0.9
    assert not found[(burned > 0) & (shade == 0)].any()
    assert not (found & cloudy).any()


def test_a_sun_on_the_other_side_contradicts_the_shadows():
    cover = np.max([blob(256, at, 16, 6) for at in ((80, 90), (160, 60), (150, 190))], axis=0)
    shade = np.max(
        [blob(256, (row - 35, col - 35), 16, 6) for row, col in ((80, 90), (160, 60), (150, 190))], axis=0
    )
    bands = covered({n: i * (1 - np.float32(0.8) * shade) for n, i in ground(256).items()}, cover, CLOUD)
    cloudy = find_clouds(bands, fit_clouds(bands, valid(bands)), 10.0)
    fit = shadows.fit_shadows(bands, cloudy, valid(bands), 10.0, sun_azimuth=315.0)
    assert fit is None or (fit.across_m >= 0 and fit.down_m >= 0)


def test_water_is_no_shadow():
    bands = ground(128)
    cover, lake = blob(128, (90, 90), 15, 5), blob(128, (60, 60), 14, 2)
    bands = covered(bands, lake, dict(zip(SIX, (0.05, 0.05, 0.04, 0.02, 0.01, 0.01), strict=True)))
    bands = covered(bands, cover, CLOUD)
    fit = shadows.ShadowFit(dark=0.15, across_m=-300.0, down_m=-300.0)
    found = shadows.find_shadows(bands, cover > 0.5, fit, 10.0)
    assert not found[lake > 0.9].any()


def cloudy_scene(size: int, softness: float = 12) -> dict[str, Image]:
    rng = np.random.default_rng(5)
    cover = np.zeros((size, size), np.float32)
    for row, col, radius in rng.integers((0, 0, 5), (size, size, 70), (9, 3)):
        cover = np.maximum(cover, blob(size, (row, col), radius, softness))
    bands = covered(ground(size), cover, CLOUD)
    for image in bands.values():
        image[: size // 8, : size // 6] = np.nan
    return bands


@pytest.mark.parametrize("gsd", [1.0, 30.0])
def test_blocks_change_nothing(gsd: float):
    size = 900
    bands = cloudy_scene(size, softness=80 if gsd < 5 else 12)
    if gsd < 5:
        bands = {n: np.clip(i / 0.55 * 255, 0, 255).round() for n, i in visible(bands).items()}
    fit = fit_clouds(bands, valid(bands))
    whole = find_clouds(bands, fit, gsd)
    assert 0.02 < whole.mean() < 0.9
    reach = math.ceil(clouds.reach_m(gsd) / gsd)
    for block in cut((size, size), 300, reach):
        part = find_clouds({name: image[block.outer] for name, image in bands.items()}, fit, gsd)
        np.testing.assert_array_equal(part[block.crop], whole[block.inner])


def test_blocks_change_no_shadow():
    bands = cloudy_scene(400)
    cloudy = find_clouds(bands, fit_clouds(bands, valid(bands)), 30.0)
    fit = shadows.ShadowFit(dark=0.25, across_m=-700.0, down_m=-500.0)
    whole = shadows.find_shadows(bands, cloudy, fit, 30.0)
    assert whole.any()
    for block in cut((400, 400), 150, math.ceil(shadows.reach_m(fit, 30.0) / 30)):
        part = shadows.find_shadows(
            {n: i[block.outer] for n, i in bands.items()}, cloudy[block.outer], fit, 30.0
        )
        np.testing.assert_array_equal(part[block.crop], whole[block.inner])


@pytest.mark.parametrize(
    ("top", "gain"), [(0.5, 2.0), (200, 1 / 255), (1800, 1 / 3000), (9000, 2e-4), (60_000, 1 / 65535)]
)
def test_what_the_numbers_are_is_guessed_from_their_size(top: float, gain: float):
    bands = {n: np.full((8, 8), top, np.float32) for n in ("blue", "green", "red")}
    assert fit_clouds(bands, np.ones((8, 8), np.bool_)) == CloudFit(gain)


def test_inputs_stay_as_they_were_and_nothing_is_found_in_nothing():
    bands = {n: np.full((40, 40), np.nan, np.float32) for n in SIX}
    fit = fit_clouds(bands, valid(bands))
    assert not find_clouds(bands, fit, 10.0).any()
    scene = cloudy_scene(200)
    copy = {n: i.copy() for n, i in scene.items()}
    find_clouds(scene, fit_clouds(scene, valid(scene)), 10.0)
    for name, image in scene.items():
        np.testing.assert_array_equal(image, copy[name])
