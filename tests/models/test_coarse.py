"""The coarse model: change by rule, scars by rule, kinds by a network that is symmetric in time."""

import numpy as np
import pytest
from numpy.typing import NDArray

from sitewatch.kernels.radiometry import apply_normalisation, fit_normalisation
from sitewatch.models import coarse
from sitewatch.models.coarse.evidence import measure
from sitewatch.models.coarse.fit import CoarseFit
from sitewatch.models.coarse.groups import find_groups
from sitewatch.models.coarse.network import Network, reverse
from sitewatch.simulate.pair import DrawnPair, draw_pair
from sitewatch.simulate.recipe import RGB, RGB_NIR, SIX, Recipe

Image = NDArray[np.float32]
Ready = tuple[Image, Image, NDArray[np.bool_], CoarseFit]
BAND_SETS = (SIX, ("blue", "green", "red", "nir", "swir22"), RGB_NIR, RGB)


def ready(pair: DrawnPair, bands: tuple[str, ...] = SIX) -> Ready:
    places = [pair.before.bands.index(name) for name in bands]
    before, after = (scene.pixels[places].astype(np.float32) for scene in (pair.before, pair.after))
    usable = pair.before.valid & pair.after.valid
    normal = fit_normalisation(before, after, usable)
    after = apply_normalisation(after, normal)
    fit = coarse.fit_coarse([(before, after, usable)], bands=bands, noise=normal.noise)
    return before, after, usable, fit


@pytest.fixture(scope="module")
def village() -> DrawnPair:
    return draw_pair(Recipe(resolution_m=10, bands=SIX, size=(150, 150), ground="forest"), seed=8)


@pytest.mark.parametrize("bands", BAND_SETS)
def test_change_stands_out_with_any_bands(village: DrawnPair, bands: tuple[str, ...]):
    found = coarse.coarse_scores(*ready(village, bands), bands=bands)
    quiet = (village.truth == 0) & ~village.doubtful
    assert found.any_kind[village.truth > 0].mean() > 5 * found.any_kind[quiet].mean()
    stacked = found.stacked()
    assert (stacked >= 0).all()
    assert (stacked.sum(axis=0) <= 1 + 1e-5).all()


def test_a_burned_village_is_burned(village: DrawnPair):
    found = coarse.coarse_scores(*ready(village), bands=SIX).stacked()
    assert found[:, village.truth == 2].mean(axis=1).argmax() == 1


@pytest.mark.parametrize("kind", ["spectral", "structural", "contextual", "learned"])
def test_every_kind_of_evidence_can_be_left_out_and_weighs_something(village: DrawnPair, kind: str):
    whole = coarse.coarse_scores(*ready(village), bands=SIX).stacked()
    less = coarse.coarse_scores(*ready(village), bands=SIX, without=(kind,)).stacked()
    assert np.nanmax(np.abs(less - whole)) > 0.1
    assert (np.isfinite(less) == np.isfinite(whole)).all()
    assert np.nanmax(less.sum(axis=0)) <= 1 + 1e-5


def test_a_quiet_scene_stays_quiet():
    pair = draw_pair(Recipe(resolution_m=10, bands=SIX, size=(150, 150), events=()), seed=5)
    found = coarse.coarse_scores(*ready(pair), bands=SIX)
    assert (found.any_kind > 0.6).mean() < 0.002


def test_reversed_in_time_the_measurements_and_the_kinds_are_reversed(village: DrawnPair):
    before, after, usable, fit = ready(village)
    groups = find_groups(SIX)
    there = measure(before, after, usable, fit, groups=groups)
    back = measure(after, before, usable, fit, groups=groups)
    np.testing.assert_allclose(reverse(there.values, there.parities), back.values, atol=1e-4)
    random = np.random.default_rng(0)
    size = len(there.names)
    network = Network(
        there.names,
        np.zeros(size, np.float32),
        np.ones(size, np.float32),
        random.normal(0, 0.3, (size, 8)).astype(np.float32),
        np.zeros(8, np.float32),
        random.normal(0, 1, (8, 4)).astype(np.float32),
        np.zeros(4, np.float32),
    )
    odds, turned = (
        network.log_odds(found.values.reshape(size, -1), found.parities) for found in (there, back)
    )
    np.testing.assert_allclose(odds[0], turned[2], atol=1e-2)
    np.testing.assert_allclose(odds[3], turned[3], atol=1e-2)


def test_a_block_with_its_reach_gives_what_the_whole_gives(village: DrawnPair):
    before, after, usable, fit = ready(village)
    whole = coarse.coarse_scores(before, after, usable, fit, bands=SIX)
    part = (slice(60, 150), slice(30, 150))
    block = coarse.coarse_scores(before[:, *part], after[:, *part], usable[part], fit, bands=SIX)
    inner = coarse.REACH_PX
    np.testing.assert_allclose(
        block.any_kind[inner:, inner:], whole.any_kind[part][inner:, inner:], atol=1e-4
    )


def test_nothing_is_said_where_nothing_was_seen(village: DrawnPair):
    before, after, usable, fit = ready(village)
    usable = usable.copy()
    usable[20:40] = False
    found = coarse.coarse_scores(before, after, usable, fit, bands=SIX)
    for layer in (found.construction, found.burning, found.demolition, found.other):
        assert np.isnan(layer[20:40]).all()
        assert np.isfinite(layer[usable]).all()


def test_the_fit_survives_json(village: DrawnPair):
    fit = ready(village)[3]
    assert CoarseFit.from_dict(fit.to_dict()) == fit


def test_where_fields_change_all_around_what_looks_built_is_doubted():
    friends = ("harvest", "season", "flood")
    pair = draw_pair(Recipe(resolution_m=10, bands=SIX, size=(200, 200), events=(), friends=friends), seed=3)
    before, after, usable, fit = ready(pair)
    doubting = coarse.with_prevalence(fit, [(before, after, usable)], bands=SIX)
    assert min(doubting.prevalence[:3]) < 0.5
    assert doubting.prevalence[3] == 1
    plain = coarse.coarse_scores(before, after, usable, fit, bands=SIX)
    doubted = coarse.coarse_scores(before, after, usable, doubting, bands=SIX)
    assert doubted.any_kind.mean() < plain.any_kind.mean()
    assert CoarseFit.from_dict(doubting.to_dict()) == doubting


def test_a_large_pair_is_asked_on_parts_of_it_alike(village: DrawnPair):
    before, after, usable, fit = ready(village)
    tiled = [np.tile(image, (1, 4, 4)) for image in (before, after)]
    whole = coarse.with_prevalence(fit, [(before, after, usable)], bands=SIX)
    parts = coarse.with_prevalence(fit, [(tiled[0], tiled[1], np.tile(usable, (4, 4)))], bands=SIX)
    np.testing.assert_allclose(parts.prevalence, whole.prevalence, atol=0.25)
