"""What the examiner learns from: altered pairs are labelled right, and the same seed alters alike."""

import numpy as np
import pytest
from training.erase import erase
from training.examiner.pairs import Labelled


@pytest.fixture(scope="module")
def quiet() -> Labelled:
    draw = np.random.default_rng(1)
    image = draw.normal(90, 3, (3, 300, 300)).astype(np.float32)
    buildings = np.zeros((300, 300), np.uint8)
    for row in range(40, 260, 40):
        for col in range(40, 260, 40):
            buildings[row : row + 10, col : col + 12] = 1
    image[:, buildings == 1] = 200
    usable, truth = np.ones((300, 300), bool), np.zeros((300, 300), np.uint8)
    return Labelled("xbd", "drawn", 1.0, image, image.copy(), usable, truth, buildings)


def test_an_erased_building_is_gone_from_the_date_that_its_label_says(quiet: Labelled):
    pair = erase(quiet, 0)
    built, removed = pair.truth == 1, pair.truth == 3
    assert built.any()
    assert removed.any()
    assert np.median(pair.after.mean(axis=0)[built]) - np.median(pair.before.mean(axis=0)[built]) > 50
    assert np.median(pair.before.mean(axis=0)[removed]) - np.median(pair.after.mean(axis=0)[removed]) > 50
    assert set(np.unique(pair.truth[quiet.buildings == 1])) <= {0, 1, 2, 3}
    assert np.array_equal(quiet.before, quiet.after)


def test_the_same_seed_alters_alike(quiet: Labelled):
    assert np.array_equal(erase(quiet, 5).after, erase(quiet, 5).after)
    assert not np.array_equal(erase(quiet, 5).truth, erase(quiet, 6).truth)
