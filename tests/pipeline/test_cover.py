"""The layers of the placebo test do not hang on blocks."""

import numpy as np
import pytest

from sitewatch.pipeline.cover import Cover, cover_layers
from sitewatch.pipeline.prepare import Prepared

BANDS = ("red", "green", "blue")


def prepared(seed: int, rows: int = 90, cols: int = 110) -> Prepared:
    draw = np.random.default_rng(seed)
    before, after = draw.uniform(0.1, 0.4, (2, 3, rows, cols)).astype(np.float32)
    unseen = np.zeros((rows, cols), np.uint8)
    unseen[10:20, 30:50] = 1
    before[:, unseen > 0] = np.nan
    after[:, unseen > 0] = np.nan
    return Prepared(before, after, unseen)


def test_layers_are_known_where_the_ground_is():
    found = cover_layers(prepared(0), BANDS, (0.02, 0.02, 0.02))
    assert found.shape == (4, 90, 110)
    assert np.isnan(found[:, 10:20, 30:50]).all()
    assert np.isfinite(found[:, 40:, :]).all()
    # Beside a gap nothing is a slope, as the gap itself would be.
    assert np.isnan(found[2, 8, 40])


def test_the_slope_of_a_ramp_is_its_slope():
    ramp = np.tile(np.arange(60, dtype=np.float32) * 0.01, (3, 40, 1))
    window = Prepared(ramp, ramp, np.zeros((40, 60), np.uint8))
    found = cover_layers(window, BANDS, (0.02, 0.02, 0.02))
    assert found[2, 10:30, 10:50] == pytest.approx(np.full((20, 40), 0.01), abs=1e-4)
    assert not found[0].any()


def test_ground_filled_block_by_block_is_as_filled_at_once():
    layers = cover_layers(prepared(1, 2500, 40), BANDS, (0.02, 0.02, 0.02))
    whole, parts = Cover.blank((2500, 40)), Cover.blank((2500, 40))
    whole.fill((slice(0, 2500), slice(0, 40)), layers)
    for top in range(0, 2500, 333):
        stop = min(top + 333, 2500)
        parts.fill((slice(top, stop), slice(0, 40)), layers[:, top:stop])
    assert whole.step == 2
    assert np.array_equal(whole.plain, parts.plain, equal_nan=True)
    assert np.array_equal(whole.cover, parts.cover, equal_nan=True)
    assert np.array_equal(whole.plain, layers[0, ::2, ::2], equal_nan=True)
