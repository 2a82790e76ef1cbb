"""A site is found if more changed there than at quiet places like it, and as seldom otherwise as is said."""

from dataclasses import replace

import numpy as np
import pytest
from tests.verdicts.conftest import GRID, quiet, site

from sitewatch.verdicts import COLUMNS, Pool, footprints, make_pool, try_elsewhere

VILLAGE, FIELD = (105, 105, 195, 195), (20, 20, 80, 80)


@pytest.fixture(scope="module")
def pool() -> Pool:
    found = [(f"quiet-{seed}", footprints(quiet(seed), seed=seed)) for seed in range(40)]
    return make_pool("drawn", found, {})


def test_unchanged_villages_are_rejected_as_seldom_as_is_said(pool: Pool):
    """Ranked among every place of its own scene a village would nearly always be rejected."""
    told, own = [], []
    for seed in range(1000, 1080):
        for place in (VILLAGE, FIELD):
            placebo = try_elsewhere(site(*place), quiet(seed), pool)
            assert placebo is not None
            assert placebo.reference in {"pooled", "weak"}
            told.append(placebo.p_value)
            if place == VILLAGE:
                own.append(placebo.scene)
    assert np.mean(np.array(told) <= 0.05) < 0.1
    assert np.mean(np.array(told) <= 0.5) == pytest.approx(0.5, abs=0.12)
    assert np.mean(np.array(own) <= 0.2) > 0.8


def test_change_is_found(pool: Pool):
    still = quiet(2000)
    score = still.score.copy()
    score[140:170, 140:170] = 0.95
    placebo = try_elsewhere(site(*VILLAGE), replace(still, score=score), pool)
    assert placebo is not None
    assert placebo.p_value is not None
    assert placebo.p_value < 0.02


def test_what_lies_outside_the_site_says_nothing_of_it(pool: Pool):
    still = quiet(2001)
    score = still.score.copy()
    score[205:, :] = 0.9
    before = try_elsewhere(site(*VILLAGE), still, pool)
    after = try_elsewhere(site(*VILLAGE), replace(still, score=score), pool)
    assert before is not None
    assert after is not None
    assert after.p_value >= before.p_value * 0.5
    assert before.measured["score"] == after.measured["score"]


def test_a_scene_that_changed_widely_stands_out_of_the_pool(pool: Pool):
    usual = try_elsewhere(site(*FIELD), quiet(2002), pool)
    restless = try_elsewhere(site(*FIELD), quiet(2002, level=6.0), pool)
    assert usual is not None
    assert restless is not None
    assert restless.level_rank < 0.1 < usual.level_rank


def test_without_a_pool_the_scene_itself_is_the_reference_and_its_size_the_limit():
    wide = try_elsewhere(site(20, 20, 50, 50), quiet(3), None)
    assert wide is not None
    assert (wide.reference, wide.pooled) == ("scene", None)
    assert wide.p_value >= 1 / (1 + wide.effective)
    narrow = try_elsewhere(site(20, 20, 130, 130), quiet(3), None)
    assert narrow is not None
    assert narrow.reference == "weak"
    full = try_elsewhere(site(5, 5, 295, 295), quiet(3), None)
    assert full is not None
    assert (full.reference, full.p_value) == ("none", None)


def test_a_site_that_fills_its_scene_is_ranked_all_the_same(pool: Pool):
    told = try_elsewhere(site(60, 60, 250, 250), quiet(7), pool)
    assert told is not None
    assert told.shrunk > 1
    assert told.scene is None
    assert told.pooled == told.p_value is not None


def test_a_site_that_could_not_be_seen_is_not_tested(pool: Pool):
    hidden = np.ones(GRID.shape, np.uint8)
    assert try_elsewhere(site(*FIELD), replace(quiet(4), unseen=hidden), pool) is None
    assert try_elsewhere(site(*FIELD), replace(quiet(4), cover=None), pool) is None


def test_the_same_site_gives_the_same_numbers(pool: Pool):
    first, second = (try_elsewhere(site(*FIELD), quiet(5), pool) for _ in range(2))
    assert first == second


def test_footprints_are_of_many_sizes_and_all_columns_are_known():
    rows = footprints(quiet(6), seed=1)
    assert rows.shape[1] == len(COLUMNS)
    assert np.isfinite(rows).all()
    areas = np.exp(rows[:, 0])
    assert areas.min() == pytest.approx(600, rel=0.4)
    assert areas.max() / areas.min() > 10
    assert np.array_equal(rows, footprints(quiet(6), seed=1))
    assert len(footprints(replace(quiet(6), unseen=np.ones(GRID.shape, np.uint8)), seed=1)) == 0
