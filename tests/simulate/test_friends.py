"""False friends change the picture and never the truth."""

from dataclasses import replace

import numpy as np
import pytest
from shapely import Polygon, box

from sitewatch.simulate import SIX, Recipe, draw_pair
from sitewatch.simulate.recipe import BEFORE, FRIENDS, Friend

GLOBAL = {"shadow", "season", "lean", "haze", "sensor"}
PLAIN = Recipe(size=(256, 256), after=BEFORE)


@pytest.mark.parametrize("friend", FRIENDS)
def test_changes_the_picture_and_not_the_truth(friend: Friend) -> None:
    quiet = draw_pair(replace(PLAIN, events=()), seed=6)
    pair = draw_pair(replace(PLAIN, events=(), friends=(friend,)), seed=6)
    assert not pair.truth.any()
    assert pair.objects == ()
    assert {one.name for one in pair.friends} == {friend}
    plain, other = (np.abs(p.before.pixels.astype(int) - p.after.pixels).mean() for p in (quiet, pair))
    assert other > plain + 0.1


@pytest.mark.parametrize("friend", sorted(set(FRIENDS) - GLOBAL))
def test_local_friends_lie_in_the_frame_and_away_from_the_truth(friend: Friend) -> None:
    pair = draw_pair(replace(PLAIN, size=(400, 400), friends=(friend,)), seed=6)
    truth = draw_pair(replace(PLAIN, size=(400, 400)), seed=6).truth
    if friend != "tide":  # a coast is part of the place: another place, another truth
        assert np.array_equal(pair.truth, truth)
    assert pair.friends
    for one in pair.friends:
        assert one.outline is not None
        assert one.geometry is not None
        assert box(-0.01, -0.01, 400.01, 400.01).covers(one.outline)
        assert not any(one.outline.intersects(change.outline) for change in pair.objects)


@pytest.mark.parametrize("friend", sorted(GLOBAL))
def test_ways_of_seeing_cover_the_whole_frame(friend: Friend) -> None:
    pair = draw_pair(replace(PLAIN, friends=(friend,)), seed=6)
    assert [(one.name, one.outline) for one in pair.friends] == [(friend, None)]


def test_flood_is_dark_in_the_infrared() -> None:
    pair = draw_pair(Recipe(resolution_m=10, bands=SIX, size=(96, 96), events=(), friends=("flood",)), seed=6)
    inside = _pixels_in(pair.friends[0].outline, (96, 96))
    nir = SIX.index("nir")
    assert np.median(pair.after.pixels[nir][inside]) < 0.4 * np.median(pair.before.pixels[nir][inside])


def test_season_lowers_ndvi_of_open_ground() -> None:
    pair = draw_pair(
        Recipe(resolution_m=10, bands=SIX, size=(96, 96), events=(), friends=("season",), ground="forest"),
        seed=6,
    )
    red, nir = (SIX.index(band) for band in ("red", "nir"))

    def ndvi(pixels: np.ndarray) -> float:
        values = pixels.astype(float)
        return float(np.median((values[nir] - values[red]) / (values[nir] + values[red])))

    assert ndvi(pair.before.pixels) - ndvi(pair.after.pixels) > 0.1


def test_lean_moves_a_new_roof_along_the_view() -> None:
    upright = draw_pair(replace(PLAIN, theme="walled_compound", events=("construction",)), seed=6)
    leaning = draw_pair(
        replace(PLAIN, theme="walled_compound", events=("construction",), friends=("lean",)), seed=6
    )
    # Heights of 6.5 to 12 m at 28 degrees off nadir: 3 to 7 m, which is 7 to 13 pixels.
    far = [
        first.outline.centroid.distance(second.outline.centroid)
        for first, second in zip(upright.objects, leaning.objects, strict=True)
    ]
    assert 6 < max(far) < 14


def _pixels_in(outline: object, size: tuple[int, int]) -> np.ndarray:
    assert isinstance(outline, Polygon)
    core = outline.buffer(-2)
    rows, cols = np.indices(size)
    from shapely import contains_xy

    return contains_xy(core, cols + 0.5, rows + 0.5)
