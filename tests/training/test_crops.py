"""Scenes at the networks' pixel size, and crops of them."""

from dataclasses import replace

import numpy as np
import pytest
from training.examiner.crops import CELL, SIDE, Crops
from training.examiner.drawn import draw
from training.examiner.labels import ANYTHING, BUILT, NOTHING, REMOVED, bits
from training.examiner.light import relight
from training.examiner.pairs import Labelled
from training.examiner.scenes import SHARES, altered, at_pixel, chances, fold_of, real


@pytest.fixture(scope="module")
def grown(quiet: Labelled) -> Labelled:
    """Build a bright square of 60 m."""
    pair = replace(quiet, after=quiet.after.copy(), truth=quiet.truth.copy())
    pair.truth[120:180, 120:180] = 1
    pair.after[:, 120:180, 120:180] = 250
    return pair


@pytest.mark.parametrize(("gsd_m", "side"), [(0.5, 150), (1.0, 300), (2.0, 600)])
def test_a_scene_has_pixels_of_about_a_metre(grown: Labelled, gsd_m: float, side: int):
    scene = at_pixel(replace(grown, gsd_m=gsd_m), "xbd", 0)
    assert scene.images.shape == (2, 3, side, side)
    share = (scene.sets == bits(BUILT)).mean()
    assert share == pytest.approx((grown.truth == 1).mean(), rel=0.02)
    bright = scene.images[1, 0] > 240
    assert (bright == (scene.sets == bits(BUILT))).mean() > 0.99


def test_every_group_has_its_share_of_the_crops(quiet: Labelled):
    pairs = [quiet, quiet, replace(quiet, set="levir")]
    scenes = list(real(pairs))
    told = chances(scenes)
    assert told.sum() == pytest.approx(1)
    assert told[2] / told[:2].sum() == pytest.approx(SHARES["levir"] / SHARES["xbd"])


def test_what_is_altered_comes_from_the_folds_asked_for(quiet: Labelled):
    pairs = [replace(quiet, name=str(number)) for number in range(6)]
    names = [scene.name for scene in altered(pairs, [1], seed=0)]
    assert names == [str(number) for number in range(6) if fold_of(number) == 1]


def test_crops_keep_images_and_labels_together(grown: Labelled):
    before, after, sets = Crops([at_pixel(grown, "xbd", 0)], 0).batch(40)
    assert before.shape == after.shape == (40, 3, SIDE, SIDE)
    assert sets.shape == (40, SIDE // CELL, SIDE // CELL)
    change = (
        (after - before).mean(axis=1).reshape(40, SIDE // CELL, CELL, SIDE // CELL, CELL).mean(axis=(2, 4))
    )
    quiet = np.median(change[sets == bits(NOTHING)])
    assert np.median(change[sets == bits(BUILT)]) > quiet + 0.5
    assert np.median(change[sets == bits(REMOVED)]) < quiet - 0.5
    assert not (sets == ANYTHING).any()


def test_the_same_seed_gives_the_same_crops(grown: Labelled):
    scenes = [at_pixel(grown, "xbd", 0)]
    for one, other in zip(Crops(scenes, 3).batch(4), Crops(scenes, 3).batch(4), strict=True):
        assert np.array_equal(one, other)


def test_other_light_stays_an_image():
    image = np.random.default_rng(0).uniform(0, 255, (3, 40, 50)).astype(np.float32)
    for seed in range(40):
        lit = relight(image, np.random.default_rng(seed))
        assert lit.shape == image.shape
        assert lit.dtype == np.float32
        assert 0 <= lit.min() <= lit.max() <= 255


def test_drawn_pairs_are_labelled_and_differ_by_seed():
    first, second = draw(0), draw(1)
    assert first.before.dtype == np.uint8
    assert (first.truth > 0).any()
    assert first.before.shape != second.before.shape or not np.array_equal(first.before, second.before)
