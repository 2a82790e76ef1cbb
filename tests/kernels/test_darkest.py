"""A veil of known depth is found, whatever the sensor's gain; and no veil is none."""

import numpy as np
import pytest

from sitewatch.kernels.darkest import fit_veil


def ground(seed: int) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    level = draw.uniform(0.02, 0.4, 20_000).astype(np.float32)
    return level, level * np.float32(1.2)


def test_haze_is_found_with_its_sign_and_scatters_blue_more_than_red():
    blue, red = ground(0)
    hazy = (blue * 0.8 + 0.1, red * 0.9 + 0.03)
    veil = fit_veil((blue, red), hazy)
    back = fit_veil(hazy, (blue, red))
    assert veil is not None
    assert back is not None
    # From the formula: (0.8 d + 0.1) / (0.8 m + 0.1) - d / m of the darkest and the middle level.
    dark, middle = np.percentile(blue, (1, 50))
    assert veil.blue == pytest.approx((0.8 * dark + 0.1) / (0.8 * middle + 0.1) - dark / middle, rel=1e-4)
    assert veil.blue > veil.red > 0
    assert veil.scatters
    assert back.blue == pytest.approx(-veil.blue)


def test_another_gain_is_no_haze_and_little_ground_tells_nothing():
    blue, red = ground(1)
    veil = fit_veil((blue, red), (blue * 300, red * 250))
    assert veil is not None
    assert veil.blue == pytest.approx(0, abs=1e-4)
    assert fit_veil((blue[:500], red[:500]), (blue[:500], red[:500])) is None
    assert fit_veil((blue * 0, red), (blue, red)) is None
