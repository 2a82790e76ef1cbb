"""Layers of structure: they see what was built, at any pixel size, and blocks give what the whole gives."""

import numpy as np
import pytest

from sitewatch.pipeline.structure import (
    brightness_noise,
    compared_layers,
    standing_layers,
    structure_reach_px,
    window_px,
)
from sitewatch.simulate.pair import draw_pair
from sitewatch.simulate.recipe import RGB_NIR, Recipe

NOISE = (40.0, 40.0, 40.0, 60.0)
NAMES = ("red", "green", "blue", "nir")


@pytest.mark.parametrize(("gsd_m", "side"), [(0.3, 21), (0.5, 21), (1.0, 13), (2.0, 7), (3.0, 5), (10.0, 5)])
def test_the_window_holds_a_house(gsd_m: float, side: int):
    assert window_px(gsd_m) == side


def test_the_noise_of_the_brightness_is_that_of_the_visible_bands():
    assert brightness_noise(NAMES, NOISE) == 40
    assert brightness_noise(("nir", "swir16"), (1.0, 3.0)) == 2


def test_what_was_built_shows_and_quiet_ground_does_not():
    recipe = Recipe(resolution_m=2, bands=RGB_NIR, size=(200, 200), events=("construction",))
    pair = draw_pair(recipe, seed=4)
    before, after = (scene.pixels.astype(np.float32) for scene in (pair.before, pair.after))
    found = compared_layers(before, after, NAMES, NOISE, gsd_m=2)
    first, second = (
        standing_layers(image, NAMES, 40.0, gsd_m=2, sun_azimuth=date.sun_azimuth)
        for image, date in ((before, recipe.before), (after, recipe.after))
    )
    new, quiet = pair.truth == 1, (pair.truth == 0) & ~pair.doubtful
    assert found["pattern"][new].mean() < found["pattern"][quiet].mean() - 0.2
    assert found["difference"][new].mean() > 3 * found["difference"][quiet].mean()
    assert found["apart"][new].mean() > 2 * found["apart"][quiet].mean()
    for name in ("edges", "contrast", "building"):
        gain = second[name] - first[name]
        assert gain[new].mean() > 0
        assert gain[new].mean() > 3 * abs(gain[quiet].mean())


def test_without_the_sun_no_shadow_is_looked_for():
    image = np.random.default_rng(0).uniform(1, 2, (4, 40, 40)).astype(np.float32)
    assert "cast_shadow" not in standing_layers(image, NAMES, 0.1, gsd_m=5, sun_azimuth=None)
    assert "cast_shadow" in standing_layers(image, NAMES, 0.1, gsd_m=5, sun_azimuth=120)


def test_nothing_is_said_where_nothing_was_seen_and_blocks_match():
    random = np.random.default_rng(1)
    before, after = (random.normal(500, 60, (4, 130, 130)).astype(np.float32) for _ in range(2))
    before[:, 60:70, 60:75] = after[:, 60:70, 60:75] = np.nan
    reach = structure_reach_px(1.0)
    part = (slice(None), slice(40, None), slice(30, None))
    whole = compared_layers(before, after, NAMES, NOISE, gsd_m=1) | standing_layers(
        before, NAMES, 40.0, gsd_m=1, sun_azimuth=100
    )
    block = compared_layers(before[part], after[part], NAMES, NOISE, gsd_m=1) | standing_layers(
        before[part], NAMES, 40.0, gsd_m=1, sun_azimuth=100
    )
    for name, layer in whole.items():
        assert np.array_equal(np.isnan(layer), np.isnan(before[0])), name
        np.testing.assert_allclose(
            block[name][reach:, reach:],
            layer[40 + reach :, 30 + reach :],
            atol=1e-3 * np.nanstd(layer),
            err_msg=name,
        )
