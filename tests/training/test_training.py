"""What makes the weights: its descent learns, altered pairs are labelled right, scores count right."""

import numpy as np
import pytest
from training.clear import clear
from training.descent import Recipe, fit_changes, fit_roofs
from training.erase import erase
from training.pairs import Labelled, measure_shift
from training.scoring import Count, count, objects

from sitewatch.models.fine.stages import both_ways, softmax


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


def test_cleared_ground_takes_its_houses_with_it(quiet: Labelled):
    grass = np.full((3, 400, 400), 60, np.float32)
    pair = clear(quiet, [grass], 4)
    changed = (pair.truth == 1) | (pair.truth == 3)
    assert changed.any()
    assert (quiet.buildings[changed] == 1).all()
    assert np.abs(pair.before - pair.after).mean(axis=0)[changed].min() > 50


def test_the_same_seed_alters_alike(quiet: Labelled):
    assert np.array_equal(erase(quiet, 5).after, erase(quiet, 5).after)
    assert not np.array_equal(erase(quiet, 5).truth, erase(quiet, 6).truth)


def test_the_measured_shift_brings_the_second_image_onto_the_first():
    first = np.random.default_rng(2).random((128, 128)).astype(np.float32)
    assert measure_shift(first, np.roll(first, (3, -2), (0, 1))) == pytest.approx((-3, 2), abs=0.1)
    assert measure_shift(first, first) == (0.0, 0.0)


QUICK = Recipe(hidden=(24,), epochs=40, rate=2e-2, decay=0.0, dropout=0.0, noise=0.0)


def test_the_descent_learns_roofs():
    x = np.random.default_rng(3).standard_normal((20_000, 4)).astype(np.float32)
    y = (x[:, 0] * x[:, 1] > 0).astype(np.int64)
    network = fit_roofs(x, y, np.ones(len(x), np.float32), recipe=QUICK)
    right = (network.logits(x.T[:, :, None])[0, :, 0] > 0) == (y == 1)
    assert right.mean() > 0.9


def test_the_descent_learns_both_directions_from_one():
    x = np.random.default_rng(4).standard_normal((20_000, 2)).astype(np.float32)
    built, removed = x[:, 1] - x[:, 0] > 1, x[:, 0] - x[:, 1] > 1
    swap = np.array([1, 0])
    taught = ~removed
    labels = built.astype(np.int64)
    network = fit_changes(
        x[taught], swap, labels[taught], np.ones(int(taught.sum()), np.float32), recipe=QUICK
    )
    shares = softmax(both_ways(network, x.T[:, :, None], swap))[:, :, 0]
    assert (shares[1] > 0.5)[built].mean() > 0.85
    assert (shares[3] > 0.5)[removed].mean() > 0.85
    assert (shares[0] > 0.5)[~built & ~removed].mean() > 0.85


def test_objects_are_counted_by_the_protocol():
    truth = np.zeros((60, 60), np.uint8)
    truth[5:15, 5:15], truth[30:40, 30:40], truth[50:58, 5:13] = 1, 1, 255
    score = np.zeros((60, 60), np.float32)
    score[5:15, 5:15] = 0.6  # found
    score[20:26, 45:51] = 0.6  # false
    score[50:58, 5:13] = 0.9  # on unlabelled ground: neither
    score[30:33, 30:40] = 0.2  # too weak to start
    found = objects(score, 0.5, 0.1)
    assert count(found, truth, (1,)) == Count(100, 36, 100, 2, 1, 2, 1)
    assert "F1 0.50" in str(count(found, truth, (1,)))
    assert count(found, truth, (1,)) + Count() == count(found, truth, (1,))
