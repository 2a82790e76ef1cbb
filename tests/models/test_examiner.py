"""The examiner: symmetric in time, the same from blocks as from the whole, silent where nothing changed."""

import shutil
from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray

from sitewatch.models import examiner
from sitewatch.models.examiner.view import View
from sitewatch.models.scores import KindScores
from sitewatch.simulate.pair import DrawnPair, draw_pair
from sitewatch.simulate.recipe import Recipe

Image = NDArray[np.float32]


def images(pair: DrawnPair) -> tuple[Image, Image, NDArray[np.bool_]]:
    before, after = (scene.pixels.astype(np.float32) for scene in (pair.before, pair.after))
    return before, after, pair.before.valid & pair.after.valid


def scores(before: Image, after: Image, usable: NDArray[np.bool_], gsd_m: float = 0.5) -> KindScores:
    stretch = examiner.fit_stretch(before, after, usable)
    return examiner.examine(before, after, usable, stretch, gsd_m=gsd_m)


@pytest.fixture(scope="module")
def village() -> DrawnPair:
    return draw_pair(Recipe(size=(320, 320), events=("construction", "demolition")), seed=21)


def test_what_was_built_and_removed_stands_out(village: DrawnPair):
    found = scores(*images(village))
    quiet = (village.truth == 0) & ~village.doubtful
    for layer, code in ((found.construction, 1), (found.demolition, 3)):
        assert layer[village.truth == code].mean() > 5 * layer[quiet].mean()


def test_exchanging_the_dates_exchanges_construction_and_demolition(village: DrawnPair):
    before, after, usable = images(village)
    stretch = examiner.fit_stretch(before, after, usable)
    there = examiner.examine(before, after, usable, stretch, gsd_m=0.5)
    back = examiner.examine(after, before, usable, stretch, gsd_m=0.5)
    np.testing.assert_allclose(there.construction, back.demolition, atol=1e-5)
    np.testing.assert_allclose(there.demolition, back.construction, atol=1e-5)


def test_a_block_with_its_reach_gives_what_the_whole_gives():
    pair = draw_pair(Recipe(size=(800, 640), events=("construction",)), seed=3)
    before, after, usable = images(pair)
    stretch = examiner.fit_stretch(before, after, usable)
    whole = examiner.examine(before, after, usable, stretch, gsd_m=0.5)
    top = 800 - 208 - examiner.reach_px(0.5)
    top -= top % examiner.block_multiple(0.5)
    block = examiner.examine(before[:, top:], after[:, top:], usable[top:], stretch, gsd_m=0.5)
    np.testing.assert_allclose(block.construction[-200:], whole.construction[-200:], atol=2e-3)


def test_an_image_differs_from_itself_nowhere(village: DrawnPair):
    before, _, usable = images(village)
    assert np.nanmax(scores(before, before, usable).any_kind) < 0.5


def test_nothing_is_said_where_nothing_was_seen(village: DrawnPair):
    before, after, usable = images(village)
    usable, after = usable.copy(), after.copy()
    usable[:40] = False
    after[1, 50:60] = np.nan
    found = scores(before, after, usable)
    for layer in (found.construction, found.burning, found.demolition, found.other):
        assert np.isnan(layer[:40]).all()
        assert np.isnan(layer[50:60]).all()
        assert np.isfinite(layer[60:]).all()


def test_probabilities_stay_within_one(village: DrawnPair):
    found = scores(*images(village)).stacked()
    assert (found >= 0).all()
    assert (found.sum(axis=0) <= 1 + 1e-5).all()


@pytest.mark.parametrize("gsd_m", [0.3, 0.5, 0.6, 1.0, 2.0, 3.0])
def test_every_pixel_size_is_looked_at(gsd_m: float):
    pair = draw_pair(Recipe(resolution_m=max(gsd_m, 0.5), size=(97, 110), events=()), seed=1)
    assert scores(*images(pair), gsd_m=gsd_m).construction.shape == (97, 110)
    view = View.for_gsd(gsd_m)
    assert 0.7 <= gsd_m * view.shrink / view.enlarge <= 1.4


def test_an_empty_scene_is_no_error():
    nothing = np.full((3, 64, 64), np.nan, np.float32)
    found = scores(nothing, nothing, np.zeros((64, 64), bool))
    assert np.isnan(found.any_kind).all()


def test_colours_are_picked_by_name():
    image = np.arange(4, dtype=np.float32)[:, None, None] * np.ones((1, 2, 2), np.float32)
    picked = examiner.select_rgb(image, ("blue", "green", "red", "nir"))
    assert picked[:, 0, 0].tolist() == [2, 1, 0]
    with pytest.raises(ValueError, match="not in"):
        examiner.select_rgb(image, ("red", "green", "nir", "swir16"))


def test_other_networks_can_be_tried_and_those_of_the_package_come_back(village: DrawnPair, tmp_path: Path):
    usual = scores(*images(village)).stacked()
    for name in ("features", "decoder"):
        shutil.copy(Path(examiner.__file__).with_name(f"{name}.onnx"), tmp_path)
    silent = onnx.load(tmp_path / "decoder.onnx")
    for tensor in silent.graph.initializer:
        if tensor.dims[:1] == [3] and len(tensor.dims) == 1:
            tensor.CopyFrom(onnx.numpy_helper.from_array(np.full(3, -30, np.float32), tensor.name))
    onnx.save(silent, tmp_path / "decoder.onnx")
    with examiner.networks_from(tmp_path):
        assert np.nanmax(scores(*images(village)).stacked()) < 0.01
    np.testing.assert_array_equal(scores(*images(village)).stacked(), usual)
