"""A drawn pair is what its recipe says, and its truth is what was drawn."""

import time
from dataclasses import replace

import numpy as np
import pytest
from pyproj import Geod, Transformer
from skimage.registration import phase_cross_correlation

from sitewatch.records import KIND_CODES
from sitewatch.simulate import RGB_NIR, SIX, DrawnPair, Recipe, Shift, draw_pair
from sitewatch.simulate.recipe import BEFORE, EVENTS, GROUNDS, THEMES, Event, Ground, Theme

CODES = {str(kind): code for kind, code in KIND_CODES.items()}
VHR = Recipe(size=(320, 320))
TEN = Recipe(resolution_m=10.0, bands=SIX, size=(128, 128))


@pytest.fixture(scope="module", params=[VHR, TEN], ids=["0.5 m RGB", "10 m six bands"])
def pair(request: pytest.FixtureRequest) -> DrawnPair:
    return draw_pair(request.param, seed=5)


def test_holds_the_three_kinds(pair: DrawnPair) -> None:
    assert {change.kind for change in pair.objects} == set(EVENTS)
    assert set(np.unique(pair.truth)) == {0, 1, 2, 3}


@pytest.mark.parametrize("kind", EVENTS)
def test_area_of_objects_is_that_of_pixels(pair: DrawnPair, kind: Event) -> None:
    outlines = sum(change.outline.area for change in pair.objects if change.kind == kind)
    pixels = np.count_nonzero(pair.truth == CODES[kind])
    rim = sum(change.outline.length for change in pair.objects if change.kind == kind)
    assert abs(outlines - pixels) <= 0.05 * rim + 1


def test_area_on_the_ellipsoid_is_area_m2(pair: DrawnPair) -> None:
    for change in pair.objects:
        on_ellipsoid = abs(Geod(ellps="WGS84").geometry_area_perimeter(change.geometry)[0])
        # UTM stretches areas by up to 0.2 % at the edge of a zone.
        assert on_ellipsoid == pytest.approx(change.area_m2, rel=4e-3)


def test_geometry_lies_where_the_outline_does(pair: DrawnPair) -> None:
    grid = pair.before.grid
    assert grid.crs is not None
    to_utm = Transformer.from_crs("EPSG:4326", grid.crs.to_epsg(), always_xy=True)
    change = pair.objects[0]
    east, north = to_utm.transform(change.geometry.centroid.x, change.geometry.centroid.y)
    affine = grid.affine
    col, row = (east - affine.c) / affine.a, (north - affine.f) / affine.e
    assert (col, row) == pytest.approx((change.outline.centroid.x, change.outline.centroid.y), abs=0.05)


def test_doubtful_ground_is_beside_the_truth_not_in_it(pair: DrawnPair) -> None:
    assert pair.doubtful.any()
    assert not (pair.doubtful & (pair.truth > 0)).any()


def test_same_seed_same_bytes() -> None:
    first, second = (draw_pair(TEN, seed=9) for _ in range(2))
    assert first.before.pixels.tobytes() == second.before.pixels.tobytes()
    assert first.after.pixels.tobytes() == second.after.pixels.tobytes()
    assert first.truth.tobytes() == second.truth.tobytes()
    assert first.objects == second.objects


def test_another_seed_another_place() -> None:
    first, second = (draw_pair(TEN, seed=seed) for seed in (1, 2))
    assert np.mean(first.before.pixels == second.before.pixels) < 0.2


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", GROUNDS)
def test_every_theme_on_every_ground_has_its_changes(theme: Theme, ground: Ground) -> None:
    pair = draw_pair(Recipe(theme=theme, ground=ground, size=(256, 256)), seed=3)
    assert {change.kind for change in pair.objects} == set(EVENTS)
    assert np.std(pair.before.pixels) > 10


def test_nothing_happens_nothing_changes() -> None:
    quiet = replace(VHR, events=(), after=BEFORE)
    pair = draw_pair(quiet, seed=5)
    assert not pair.truth.any()
    assert not pair.doubtful.any()
    assert pair.objects == ()
    off = np.abs(pair.before.pixels.astype(int) - pair.after.pixels)
    # Noise, and a few cars.
    assert np.median(off) <= 2
    assert np.mean(off > 20) < 0.005


def test_something_happens_where_the_truth_says() -> None:
    pair = draw_pair(replace(VHR, after=BEFORE), seed=5)
    off = np.abs(pair.before.pixels.astype(int) - pair.after.pixels).max(axis=0)
    untouched = (pair.truth == 0) & ~pair.doubtful
    # Shadows reach beyond what throws them; all else stands still.
    assert np.mean(off[untouched] > 25) < 0.03
    for kind in EVENTS:
        assert np.mean(off[pair.truth == CODES[kind]] > 12) > 0.6, kind


def test_reversed_in_time_construction_is_demolition() -> None:
    forth = draw_pair(replace(VHR, after=BEFORE), seed=5)
    back = draw_pair(replace(VHR, after=BEFORE, reverse=True), seed=5)

    def area(pair: DrawnPair, kind: Event) -> float:
        return sum(change.area_m2 for change in pair.objects if change.kind == kind)

    assert area(back, "demolition") == pytest.approx(area(forth, "construction"))
    assert area(back, "burning") == 0
    # What burned comes back as its buildings, without the charred yards.
    rebuilt = area(back, "construction") - area(forth, "demolition")
    assert 0 < rebuilt < area(forth, "burning")


def test_reversed_pair_shows_the_same_two_states() -> None:
    quiet = replace(BEFORE, noise=0.0)
    recipe = replace(TEN, before=quiet, after=quiet)
    forth, back = draw_pair(recipe, seed=5), draw_pair(replace(recipe, reverse=True), seed=5)
    assert np.array_equal(forth.before.pixels, back.after.pixels)
    assert np.array_equal(forth.after.pixels, back.before.pixels)


def test_burning_lowers_nbr_and_demolition_lowers_it_less() -> None:
    for ground, least in (("farmland", 0.1), ("forest", 0.2)):
        pair = draw_pair(replace(TEN, ground=ground), seed=5)
        fall = _nbr(pair.before.pixels) - _nbr(pair.after.pixels)
        burned, razed = (np.mean(fall[pair.truth == CODES[kind]]) for kind in ("burning", "demolition"))
        assert burned > least
        assert razed < 0.7 * burned


@pytest.mark.parametrize("move", [(3.0, -2.0), (1.4, 2.6), (-0.5, 0.25)])
def test_after_scene_is_shifted_as_the_recipe_says(move: tuple[float, float]) -> None:
    recipe = replace(VHR, events=(), after=BEFORE, shift=Shift(*move))
    pair = draw_pair(recipe, seed=8)
    window = np.outer(*[np.hanning(n) for n in recipe.size])
    before, after = ((s.pixels.mean(axis=0) - s.pixels.mean()) * window for s in (pair.before, pair.after))
    found = phase_cross_correlation(before, after, upsample_factor=50, normalization=None)[0]
    assert -found[::-1] == pytest.approx(np.array(move), abs=0.06)


def test_new_things_lie_where_the_after_scene_shows_them() -> None:
    still = draw_pair(replace(VHR, events=("construction",)), seed=5)
    moved = draw_pair(replace(VHR, events=("construction",), shift=Shift(6.0, -4.0, 0.5, 1.002)), seed=5)
    where = np.array([[c.outline.centroid.x, c.outline.centroid.y] for c in still.objects]) - 160
    turn, scale = np.radians(0.5), 1.002
    matrix = scale * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    expected = where @ matrix.T + (6.0, -4.0) + 160
    found = np.array([[c.outline.centroid.x, c.outline.centroid.y] for c in moved.objects])
    assert found == pytest.approx(expected, abs=0.3)


def test_what_is_gone_lies_where_the_before_scene_showed_it() -> None:
    still = draw_pair(replace(VHR, events=("demolition",)), seed=5)
    moved = draw_pair(replace(VHR, events=("demolition",), shift=Shift(6.0, -4.0)), seed=5)
    assert np.array_equal(still.truth, moved.truth)


def test_number_formats() -> None:
    rgb, nir = draw_pair(VHR, seed=1), draw_pair(replace(VHR, resolution_m=3.0, bands=RGB_NIR), seed=1)
    assert rgb.before.pixels.dtype == np.uint8
    assert rgb.before.pixels.shape == (3, 320, 320)
    assert nir.before.pixels.dtype == np.uint16
    assert nir.before.pixels.shape == (4, 320, 320)
    assert rgb.before.pixels.min() > 0  # 0 is kept for "nothing here"


def test_clouds_hide_and_are_listed_as_not_clear() -> None:
    pair = draw_pair(replace(TEN, after=replace(BEFORE, clouds=0.4)), seed=5)
    assert pair.before.clear.all()
    share = 1 - pair.after.clear.mean()
    assert 0.3 < share < 0.9
    blue = pair.after.pixels[0].astype(float)
    assert np.quantile(blue[~pair.after.clear], 0.7) > 2 * np.median(blue[pair.after.clear])


@pytest.mark.parametrize("theme", ["walled_compound", "ground_station"])
def test_a_facility_that_is_not_built_stands_and_is_what_goes(theme: Theme) -> None:
    recipe = Recipe(theme=theme, events=("burning", "demolition"), size=(320, 320))
    pair = draw_pair(recipe, seed=3)
    assert {change.kind for change in pair.objects} == {"burning", "demolition"}
    place = pair.places[0]
    assert all(place.intersects(change.geometry) for change in pair.objects)


def test_gain_and_offset_of_a_sensor() -> None:
    quiet = replace(BEFORE, noise=0.0)
    recipe = replace(TEN, events=(), before=quiet, after=replace(quiet, gain=1.2, offset=0.01))
    pair = draw_pair(recipe, seed=5)
    expected = pair.before.pixels * 1.2 + 100
    assert np.abs(pair.after.pixels - expected).max() <= 1.2


def test_haze_veils_the_blue_most() -> None:
    pair = draw_pair(replace(TEN, events=(), after=replace(BEFORE, haze=0.3)), seed=5)
    more = (pair.after.pixels.astype(float) - pair.before.pixels).mean(axis=(1, 2))
    assert more[SIX.index("blue")] > more[SIX.index("red")] > 0
    assert abs(more[SIX.index("swir22")]) < 0.2 * more[SIX.index("blue")]


def test_a_large_pair_is_drawn_within_its_budget() -> None:
    start = time.process_time()
    draw_pair(Recipe(size=(1024, 1024)), seed=2)
    # The mark is 4 s of CPU on a quiet machine; twice that leaves room for a busy one.
    assert time.process_time() - start < 8


def _nbr(pixels: np.ndarray) -> np.ndarray:
    nir, swir22 = pixels[SIX.index("nir")].astype(float), pixels[SIX.index("swir22")].astype(float)
    return (nir - swir22) / (nir + swir22)
