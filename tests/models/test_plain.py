"""The rules that stand in for what was learned: they find what came and went, and type it in both orders."""

import numpy as np
import pytest

from sitewatch.models.plain import REACH_PX, plain_scores, structural_kinds
from sitewatch.models.scores import KindScores
from sitewatch.simulate.pair import DrawnPair, draw_pair
from sitewatch.simulate.recipe import RGB, Recipe

NOISE = (0.01, 0.01, 0.01)


@pytest.fixture(scope="module")
def village() -> DrawnPair:
    events = ("construction", "burning", "demolition")
    return draw_pair(Recipe(resolution_m=1, bands=RGB, size=(300, 300), events=events), seed=3)


def scored(pair: DrawnPair, without: tuple[str, ...] = (), *, swapped: bool = False) -> KindScores:
    images = [scene.pixels.astype(np.float32) / 255 for scene in (pair.before, pair.after)]
    if swapped:
        images.reverse()
    usable = pair.before.valid & pair.after.valid
    return plain_scores(*images, usable, NOISE, without=without)


@pytest.mark.parametrize("without", [(), ("spectral",), ("structural",)])
def test_change_stands_out_by_each_evidence_alone(village: DrawnPair, without: tuple[str, ...]):
    found = scored(village, without).any_kind
    quiet = (village.truth == 0) & ~village.doubtful
    assert found[village.truth > 0].mean() > 2 * found[quiet].mean()


def test_each_evidence_weighs_something(village: DrawnPair):
    whole = scored(village).any_kind
    for kind in ("spectral", "structural"):
        assert np.abs(scored(village, (kind,)).any_kind - whole).max() > 0.2


def test_reversed_in_time_construction_is_demolition(village: DrawnPair):
    there, back = scored(village), scored(village, swapped=True)
    place = village.truth == 1
    assert there.construction[place].mean() > there.demolition[place].mean()
    assert back.demolition[place].mean() > back.construction[place].mean()


def test_what_kept_its_pattern_is_other():
    random = np.random.default_rng(0)
    before = random.uniform(0.2, 0.6, (40, 40)).astype(np.float32)
    usable = np.ones(before.shape, bool)
    assert structural_kinds(before, 1.2 * before, usable, 0.01)[3].min() > 0.9
    flat = np.full_like(before, 0.4)
    gone = structural_kinds(before, flat, usable, 0.01)
    assert gone.argmax(axis=0)[10:30, 10:30].min() == 2
    np.testing.assert_allclose(gone.sum(axis=0), 1, atol=1e-5)


def test_nothing_is_said_where_nothing_was_seen_and_blocks_match(village: DrawnPair):
    images = [scene.pixels.astype(np.float32) / 255 for scene in (village.before, village.after)]
    usable = np.ones(village.truth.shape, bool)
    usable[50:60, 70:90] = False
    whole = plain_scores(*images, usable, NOISE).stacked()
    assert np.array_equal(np.isnan(whole).any(axis=0), ~usable)
    part = plain_scores(*[image[:, 100:, 40:] for image in images], usable[100:, 40:], NOISE).stacked()
    np.testing.assert_allclose(
        part[:, REACH_PX:, REACH_PX:], whole[:, 100 + REACH_PX :, 40 + REACH_PX :], atol=1e-3
    )
