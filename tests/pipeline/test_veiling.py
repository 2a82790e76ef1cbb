"""Clouds that only the pair tells hide the ground, on the date that has them, in blocks as in the whole."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from benchmarks.scenes import write_drawn
from sitewatch.catalogue.usable import CLOUD, SHADOW
from sitewatch.io.rasters import load
from sitewatch.pipeline.seeing import Sight, fit_sight, unseen_reasons
from sitewatch.records import MaskLayer, Pair
from sitewatch.simulate.pair import draw_pair
from sitewatch.simulate.recipe import AFTER, BEFORE, RGB, SIX, Recipe

CLOUDY = replace(AFTER, clouds=0.35)


def drawn(folder: Path, recipe: Recipe, seed: int) -> tuple[Pair, np.ndarray]:
    both = draw_pair(recipe, seed)
    files = [write_drawn(folder, *date) for date in (("before", both.before), ("after", both.after))]
    return Pair(*files), ~(both.before.clear & both.after.clear)


def reasons(pair: Pair, sight: Sight, rows: slice = slice(None), cols: slice = slice(None)) -> np.ndarray:
    grid = pair.before.grid[rows, cols]
    bands = pair.before.band_names
    return unseen_reasons(pair, grid, (load(pair.before, grid, bands), load(pair.after, grid, bands)), sight)


@pytest.mark.parametrize("date", ["before", "after"])
def test_clouds_over_a_village_hide_it_in_a_picture(tmp_path: Path, date: str):
    cloudy = {date: replace(BEFORE if date == "before" else AFTER, clouds=0.35)}
    pair, hidden = drawn(tmp_path, Recipe(0.6, RGB, size=(320, 320), events=(), **cloudy), 41)
    sight = fit_sight(pair, provider=True, grow_m=60.0)
    found = reasons(pair, sight)
    assert [one is not None for one in sight.veilings] == [date == "before", date == "after"]
    assert (found[hidden] > 0).mean() > 0.85
    # Followed and widened by some metres, no more: most clouds of this frame are no wider than twenty.
    far = cv2.dilate(hidden.astype(np.uint8), np.ones((51, 51), np.uint8)) == 0
    assert far.any()
    assert not found[far].any()
    alone = reasons(pair, replace(sight, veilings=(None, None)))
    assert (alone[hidden] > 0).mean() < 0.2


def test_what_was_built_burned_and_torn_down_is_hidden_by_nothing(tmp_path: Path):
    pair, _ = drawn(tmp_path, Recipe(0.6, RGB, size=(320, 320)), 42)
    sight = fit_sight(pair, provider=True, grow_m=60.0)
    assert not np.isin(reasons(pair, sight), (CLOUD, SHADOW)).any()


def test_blocks_change_nothing(tmp_path: Path):
    pair, _ = drawn(tmp_path, Recipe(30.0, SIX, size=(300, 300), events=(), after=CLOUDY), 43)
    sight = fit_sight(pair, provider=True, grow_m=60.0)
    whole = reasons(pair, sight)
    assert {CLOUD, SHADOW} <= set(np.unique(whole).tolist())
    reach = sight.reach_px(pair.before.grid)
    assert 100 + reach < 300
    part = reasons(pair, sight, slice(0, 100 + reach), slice(0, 100 + reach))
    np.testing.assert_array_equal(part[:100, :100], whole[:100, :100])


def test_a_mask_of_the_provider_is_believed_instead(tmp_path: Path):
    pair, _ = drawn(tmp_path, Recipe(0.6, RGB, size=(320, 320), events=(), after=CLOUDY), 41)
    masked = replace(pair.after, masks=(MaskLayer("scl", "mask.tif"),))
    given = Pair(pair.before, masked)
    assert fit_sight(given, provider=True, grow_m=60.0).veilings == (None, None)
    assert fit_sight(given, provider=False, grow_m=60.0).veilings[1] is not None
