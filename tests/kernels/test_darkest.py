"""A veil of known depth is found, whatever the sensor's gain; and no veil is none."""

import numpy as np
import pytest

from sitewatch.kernels.darkest import fit_veil
from sitewatch.simulate import Recipe, draw_pair
from sitewatch.simulate.recipe import Friend


def ground(seed: int) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    level = draw.uniform(0.02, 0.4, 20_000).astype(np.float32)
    return level, level * np.float32(1.2)


def test_haze_is_found_with_its_sign():
    blue, red = ground(0)
    hazy = (blue * 0.8 + 0.1, red * 0.9 + 0.03)
    veil = fit_veil((blue, red), hazy)
    back = fit_veil(hazy, (blue, red))
    assert veil is not None
    assert back is not None
    # From the formula: (0.8 d + 0.1) / (0.8 m + 0.1) - d / m of the darkest and the bright level.
    dark, bright = np.percentile(blue, (1, 98))
    assert veil.blue == pytest.approx((0.8 * dark + 0.1) / (0.8 * bright + 0.1) - dark / bright, rel=1e-4)
    assert veil.blue > veil.red > 0
    assert veil.depth == pytest.approx((veil.blue + veil.red) / 2)
    assert back.blue == pytest.approx(-veil.blue)


def test_another_gain_is_no_haze_and_little_ground_tells_nothing():
    blue, red = ground(1)
    veil = fit_veil((blue, red), (blue * 300, red * 250))
    assert veil is not None
    assert veil.blue == pytest.approx(0, abs=1e-4)
    assert fit_veil((blue[:500], red[:500]), (blue[:500], red[:500])) is None
    assert fit_veil((blue * 0, red), (blue, red)) is None


@pytest.mark.parametrize(("friends", "least", "most"), [((), -0.02, 0.02), (("haze",), 0.11, 0.4)])
def test_drawn_haze_is_found(friends: tuple[Friend, ...], least: float, most: float):
    pair = draw_pair(Recipe(resolution_m=0.7, size=(96, 96), events=(), friends=friends), 0)
    before, after = (
        (date.pixels[2].ravel().astype(np.float32), date.pixels[0].ravel().astype(np.float32))
        for date in (pair.before, pair.after)
    )
    veil = fit_veil(before, after)
    assert veil is not None
    assert least < veil.depth < most
