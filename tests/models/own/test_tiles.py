"""Tiles: nothing is lost between them, and a block sees what the whole sees."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sitewatch.models.own import Tiling

CUTS = [Tiling(32, 8, 32), Tiling(20, 10, 32), Tiling(48, 7, 32), Tiling(17, 0, 17)]


def image(rows: int, cols: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random((2, rows, cols)).astype(np.float32)


@settings(deadline=None, max_examples=40)
@given(st.sampled_from([Tiling(32, 8, 32), Tiling(17, 0, 17)]), st.integers(1, 90), st.integers(1, 90))
def test_what_a_pixel_says_of_itself_comes_back(cut: Tiling, rows: int, cols: int):
    images = image(rows, cols)
    np.testing.assert_allclose(cut.run(images, 2, lambda tile: tile), images, atol=1e-6)


@pytest.mark.parametrize("cut", CUTS)
def test_a_block_with_its_reach_gives_the_bytes_of_the_whole(cut: Tiling):
    images = image(150, 170)

    def uneven(tile: np.ndarray) -> np.ndarray:
        # Depends on the whole tile and on the place in it, as a network does.
        return (tile * tile.mean() + np.linspace(0, 1, tile.shape[2], dtype=np.float32)).astype(np.float32)

    whole = cut.run(images, 2, uneven)
    for row in range(0, 150, 2 * cut.step):
        low, high = max(row - cut.reach, 0), min(row + 2 * cut.step + cut.reach, 150)
        part = cut.run(images[:, low:high], 2, uneven)
        inner = slice(row, min(row + 2 * cut.step, 150))
        assert (part[:, row - low : inner.stop - low] == whole[:, inner]).all()


def test_overlapping_tiles_are_blended_without_a_seam():
    cut = Tiling(32, 16, 32)
    number = iter(range(100))
    said = cut.run(image(32, 48), 1, lambda tile: np.full((1, *tile.shape[1:]), next(number), np.float32))[0]
    # Two tiles, 0 and 1: over the sixteen pixels that they share the one goes into the other.
    assert (said[:, :16] == 0).all()
    assert (np.diff(said[0, 16:32]) > 0).all()
    assert (said[:, 32:48] == 1).all()


def test_tiles_follow_the_pixel_size_of_the_network():
    assert Tiling.fit(256, 32, 0.5) == Tiling(128, 16, 256)
    assert Tiling.fit(256, 32, 2.0) == Tiling(512, 64, 256)
    assert Tiling.fit(256, 128, 1.0).step == 128


def test_a_smooth_image_survives_resampling():
    slope = np.tile(np.linspace(0, 1, 200, dtype=np.float32), (2, 120, 1))
    for cut in (Tiling(64, 16, 32), Tiling(32, 8, 64)):
        back = cut.run(slope, 2, lambda tile: tile)
        inner = (slice(None), slice(4, -70), slice(4, -70))
        np.testing.assert_allclose(back[inner], slope[inner], atol=0.01)
