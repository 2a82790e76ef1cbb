"""Drawn boxes under two suns: their turned shadows are explained, and what was built or burned is not."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.ndimage import label

from sitewatch.kernels.turning import Sun, find_turned, travel_m
from sitewatch.simulate import Recipe, draw_pair
from sitewatch.simulate.recipe import AFTER

SIDE, HEIGHT, PIXEL_M = 120, 8.0, 0.5
BOX = (slice(54, 68), slice(52, 72))
MORNING = Sun(140.0, 50.0)
SUNS = [Sun(225.0, 35.0), Sun(150.0, 32.0), Sun(140.0, 28.0)]


def lit(sun: Sun, boxes: tuple[tuple[slice, slice], ...] = (BOX,)) -> np.ndarray:
    """Draw boxes on even ground: a ray towards the sun from every pixel tells whether one is in its way."""
    image = np.full((SIDE, SIDE), 100.0, np.float32)
    solid = np.zeros((SIDE, SIDE), bool)
    for box in boxes:
        solid[box] = True
    turn = math.radians(sun.azimuth)
    rows, cols = np.mgrid[:SIDE, :SIDE]
    for far in np.arange(0.25, HEIGHT / math.tan(math.radians(sun.elevation)) / PIXEL_M, 0.25):
        row = np.clip(np.rint(rows - far * math.cos(turn)).astype(int), 0, SIDE - 1)
        col = np.clip(np.rint(cols + far * math.sin(turn)).astype(int), 0, SIDE - 1)
        image[solid[row, col]] = 35.0
    image[solid] = 150.0
    return image


def share(before: np.ndarray, after: np.ndarray, inside: np.ndarray, sun: Sun) -> tuple[float, float]:
    found = find_turned((before, after), inside, (MORNING, sun), pixel_m=PIXEL_M)
    return found.share, found.elsewhere


@pytest.mark.parametrize("sun", SUNS)
def test_the_shadow_of_a_standing_box_is_explained_and_its_height_is_found(sun: Sun):
    before, after = lit(MORNING), lit(sun)
    lost = (after < 50) & (before > 50)
    found = find_turned((before, after), lost, (MORNING, sun), pixel_m=PIXEL_M)
    assert found.dark == 1
    assert found.share > 0.6
    assert found.share > found.elsewhere + 0.25
    assert found.height_m == pytest.approx(HEIGHT, rel=0.25)
    # Light that was gained where the shadow was is explained alike.
    gained = (before < 50) & (after > 50)
    if gained.any():
        assert share(before, after, gained, sun)[0] > 0.5


@pytest.mark.parametrize("sun", SUNS)
def test_a_box_that_was_built_or_torn_down_is_not_explained(sun: Sun):
    bare, built = lit(MORNING, ()), lit(sun)
    roof, shade = built > 120, built < 50
    assert share(bare, built, roof, sun)[0] == 0
    assert share(bare, built, shade, sun)[0] == 0
    assert share(lit(MORNING), lit(sun, ()), lit(MORNING) < 50, sun)[0] == 0


def test_shadows_that_fall_against_the_sun_are_not_explained():
    wrong = Sun(20.0, 35.0)
    before, after = lit(MORNING), lit(SUNS[0])
    assert share(before, after, (after < 50) & (before > 50), wrong)[0] < 0.2


def test_ground_that_burned_is_not_explained():
    before, after = lit(MORNING), lit(SUNS[0])
    burned = np.zeros((SIDE, SIDE), bool)
    burned[8:30, 8:30] = True
    after[burned] = 30.0
    assert share(before, after, burned, SUNS[0])[0] == 0


def test_unknown_ground_is_left_out():
    nothing = np.full((SIDE, SIDE), np.nan, np.float32)
    inside = np.ones((SIDE, SIDE), bool)
    assert math.isnan(find_turned((nothing, nothing), inside, (MORNING, MORNING), pixel_m=1.0).share)


def test_the_tip_of_a_shadow_moves_by_height_over_the_tangent():
    assert travel_m((Sun(180, 45), Sun(180, 45)), 10) == pytest.approx(0)
    assert travel_m((Sun(90, 45), Sun(270, 45)), 10) == pytest.approx(20)
    assert Sun(180, 45).away(10) == pytest.approx((-10, 0))


def test_of_a_drawn_village_only_the_shadows_are_explained():
    seen = replace(AFTER, sun_azimuth=150.0, sun_elevation=30.0)
    recipe = Recipe(resolution_m=0.7, size=(200, 200), after=seen)
    pair = draw_pair(recipe, 1)
    before, after = (date.pixels.mean(axis=0, dtype=np.float32) for date in (pair.before, pair.after))
    suns = (Sun(145.0, 52.0), Sun(150.0, 30.0))
    dark = (after < 0.65 * np.median(after)) & (before > 0.75 * np.median(before))
    happened = (pair.truth > 0) | pair.doubtful
    shadows = find_turned((before, after), dark & ~happened, suns, pixel_m=0.7)
    changes = [find_turned((before, after), one, suns, pixel_m=0.7) for one in _objects(pair.truth > 0)]
    assert len(changes) >= 4
    assert shadows.share > max(0.4, shadows.elsewhere + 0.15)
    assert max(one.share for one in changes) < 0.4


def _objects(mask: np.ndarray) -> list[np.ndarray]:
    """Return the parts of a mask of 40 pixels and more."""
    labels, count = label(mask)
    parts = [labels == one for one in range(1, count + 1)]
    return [part for part in parts if part.sum() >= 40]
