"""Altered pairs are labelled right, and the same seed alters alike."""

from dataclasses import replace

import numpy as np
import pytest
from training.examiner.alter import alter
from training.examiner.labels import PASSING
from training.examiner.pairs import Labelled
from training.examiner.ruins import BURNED, WRECKED, Ruin, cut_out, fitted


def change(pair: Labelled, where: np.ndarray) -> float:
    grey = [date.mean(axis=0) for date in (pair.before, pair.after)]
    return float(np.median(grey[1][where]) - np.median(grey[0][where]))


def test_an_erased_building_is_gone_from_the_date_that_its_label_says(quiet: Labelled):
    pair = alter(quiet, 0)
    built, removed = pair.truth == 1, pair.truth == WRECKED
    assert built.any()
    assert removed.any()
    assert change(pair, built) > 50
    assert change(pair, removed) < -50
    assert set(np.unique(pair.truth[quiet.buildings == 1])) <= {0, 1, BURNED, WRECKED}
    assert np.array_equal(quiet.before, quiet.after)


def test_ground_copied_over_ground_is_a_change_that_is_none_of_the_three(quiet: Labelled):
    textured = replace(quiet, before=quiet.before.copy(), after=quiet.after.copy())
    textured.before[:, :, 150:] = textured.after[:, :, 150:] = 140
    pair = alter(textured, 0)
    passing = pair.truth == PASSING
    assert passing.any()
    assert not (passing & (quiet.buildings == 1)).any()


def test_the_same_seed_alters_alike(quiet: Labelled):
    assert np.array_equal(alter(quiet, 5).after, alter(quiet, 5).after)
    assert not np.array_equal(alter(quiet, 5).truth, alter(quiet, 6).truth)


@pytest.fixture(scope="module")
def burned(quiet: Labelled) -> Labelled:
    pair = replace(quiet, set="wildfire", after=quiet.after.copy(), truth=quiet.truth.copy())
    pair.truth[80:90, 80:92] = BURNED
    pair.after[:, 80:90, 80:92] = 30
    pair.truth[4:14, 4:16] = BURNED
    return pair


def test_a_ruin_is_what_the_after_image_shows_of_a_house(burned: Labelled):
    first, second = cut_out([burned])
    assert first.kind == second.kind == BURNED
    assert second.pixels.shape == (3, 18, 20)
    assert second.pixels[:, 6:10, 6:10].max() == 30
    np.testing.assert_allclose(second.around.ravel(), 90, atol=3)


def test_ruins_come_only_from_the_sets_that_hold_events(burned: Labelled):
    assert list(cut_out([replace(burned, set="xbd")])) == []


def test_a_ruin_takes_the_size_of_the_place_it_is_laid_on(burned: Labelled):
    _, ruin = cut_out([burned])
    ground = np.full((3, 31, 17), 90, np.float32)
    laid = fitted(ruin, ground, np.random.default_rng(0))
    assert laid.shape == ground.shape
    assert laid.min() < 50


def test_a_building_on_which_a_ruin_lies_is_labelled_as_the_ruin_is(quiet: Labelled):
    black = Ruin(BURNED, np.full((3, 20, 20), 5, np.float32), np.full((3, 1, 1), 90, np.float32))
    pairs = [alter(quiet, seed, [black]) for seed in range(4)]
    dark = [pair.after.mean(axis=0)[pair.truth == BURNED] for pair in pairs if (pair.truth == BURNED).any()]
    assert min(values.min() for values in dark) < 10
