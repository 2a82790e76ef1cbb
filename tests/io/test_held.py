"""Pixels that are decoded once and cut many times."""

from pathlib import Path

import numpy as np
import pytest
from affine import Affine
from odc.geo.geobox import GeoBox
from rasterio.windows import Window

from sitewatch.catalogue.products import read_scene
from sitewatch.catalogue.products.hints import Hints
from sitewatch.io.rasters import Labels, load, reading_once, write_geotiff
from sitewatch.io.rasters.held import Held, held
from sitewatch.records import Scene


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    grid = GeoBox((60, 50), Affine(1, 0, 500_000, 0, -1, 4_000_000), "EPSG:32633")
    pixels = np.random.default_rng(0).integers(1, 255, (3, 60, 50)).astype(np.uint8)
    pixels[:, 10:20, 10:20] = 0
    write_geotiff(tmp_path / "a.tif", pixels, grid, Labels(nodata=0, descriptions=("red", "green", "blue")))
    return read_scene(tmp_path / "a.tif", Hints(bands=("red", "green", "blue"), sensor="other"))


def windows(scene: Scene) -> list[GeoBox]:
    whole = scene.grid
    return [whole, whole[5:30, 7:40], whole.pad(9), whole[50:, :3].pad(4)]


def test_what_is_held_is_what_is_read(scene: Scene):
    plain = [load(scene, grid, bands) for grid in windows(scene) for bands in (None, ["blue", "red"])]
    with reading_once():
        held = [load(scene, grid, bands) for grid in windows(scene) for bands in (None, ["blue", "red"])]
    for one, other in zip(plain, held, strict=True):
        np.testing.assert_array_equal(one, other)


def test_writing_into_what_was_read_changes_nothing_that_is_held(scene: Scene):
    plain = load(scene, scene.grid)
    with reading_once():
        for _ in range(2):
            load(scene, scene.grid).to_numpy()[:] = -1
        np.testing.assert_array_equal(load(scene, scene.grid), plain)


def ask(kept: Held, window: Window, asked: list[Window], bands: tuple[int, ...] = (1, 2)) -> np.ndarray:
    """Read a window of a file whose values are its rows."""

    def decode() -> np.ndarray:
        asked.append(window)
        rows = window.row_off + np.arange(window.height, dtype=np.float32)
        return np.broadcast_to(rows[:, None], (len(bands), window.height, window.width)).copy()

    return kept.read([("a.tif", (5000, 5000), band, None) for band in bands], window, decode)


def test_what_lies_inside_is_not_decoded_again():
    kept, asked = Held(), []
    ask(kept, Window(10, 20, 30, 40), asked)
    part = ask(kept, Window(15, 25, 5, 6), asked, bands=(2,))
    assert part.shape == (1, 6, 5)
    assert part[0, 0, 0] == 25
    assert len(asked) == 1


@pytest.mark.parametrize("window", [Window(9, 20, 5, 5), Window(10, 56, 5, 5), Window(36, 20, 5, 5)])
def test_what_reaches_beyond_is_decoded(window: Window):
    kept, asked = Held(), []
    ask(kept, Window(10, 20, 30, 40), asked)
    assert ask(kept, window, asked)[0, 0, 0] == window.row_off
    assert asked[1:] == [window]


def test_what_does_not_fit_is_not_held():
    kept, asked = Held(), []
    for _ in range(2):
        ask(kept, Window(0, 0, 5000, 5000), asked, bands=(1,))
    assert len(asked) == 2
    assert not kept.planes


def test_outside_of_the_context_nothing_is_held():
    with reading_once():
        assert held() is not None
    assert held() is None
