"""A pair's suns, veil and response are measured on its sample, and shadows at its objects."""

from dataclasses import replace

import numpy as np
import pytest
from odc.geo.geobox import GeoBox

from sitewatch.catalogue.usable import Seeing
from sitewatch.kernels.radiometry import Normalisation
from sitewatch.pipeline.backdrop import backdrop
from sitewatch.pipeline.casting import casting_in, suns_of
from sitewatch.pipeline.fitting import Sample
from sitewatch.pipeline.prepare import Preparation, Prepared, Shelf
from sitewatch.pipeline.registration import Registration
from sitewatch.pipeline.seeing import Sight
from sitewatch.records import Pair, Scene, View

BANDS = ("blue", "green", "red")
SIDE = 120
GRID = GeoBox.from_bbox((0, 0, SIDE, SIDE), "EPSG:32631", resolution=1)
FIT = Normalisation((0.5,) * 3, (10.0,) * 3, (1.0,) * 3, 1.0, 1000)


def scene(name: str, azimuth: float, elevation: float) -> Scene:
    return Scene(name, (), GRID, 1.0, None, view=View(azimuth, elevation))


PAIR = Pair(scene("b", 180.0, 45.0), scene("a", 270.0, 45.0))


@pytest.fixture(scope="module")
def tower() -> Prepared:
    """Draw a tower of 20 m under a sun in the south, and under one in the west."""
    draw = np.random.default_rng(0)
    before = draw.normal(100, 2, (3, SIDE, SIDE)).astype(np.float32)
    after = draw.normal(100, 2, (3, SIDE, SIDE)).astype(np.float32)
    before[:, 40:60, 60:66] = 30
    after[:, 60:66, 66:86] = 30
    for image in (before, after):
        image[:, 60:66, 60:66] = 150
    return Prepared(before, after, np.zeros((SIDE, SIDE), np.uint8))


@pytest.fixture
def shelf(tower: Prepared) -> Shelf:
    shelf = Shelf(lambda _: tower, GRID, 0)
    shelf.lay_whole(tower)
    return shelf


def test_the_shadow_that_turned_is_explained_and_a_dark_roof_is_not(shelf: Shelf):
    labels = np.zeros((SIDE, SIDE), np.int32)
    labels[60:66, 66:86], labels[10:20, 10:20] = 1, 2
    measure = casting_in((shelf, None), BANDS, PAIR, pixel_m=1.0)
    assert measure is not None
    turned, quiet, empty = measure(labels, 3)
    assert turned.turned is not None
    assert turned.turned.share > 0.6
    assert turned.turned.height_m == pytest.approx(20, abs=1)
    assert turned.travel_m == pytest.approx(5 * 2**0.5)
    assert quiet.turned is not None
    assert quiet.turned.share == 0
    assert empty.turned is None


def test_shadows_are_followed_only_where_both_suns_are_stated_and_up(shelf: Shelf):
    assert casting_in((shelf, None), BANDS, PAIR, pixel_m=10.0) is None
    for view in (View(), View(sun_azimuth=150), View(150, -3.0), View(150, 90.0)):
        pair = Pair(PAIR.before, replace(PAIR.after, view=view))
        assert suns_of(pair) is None
        assert casting_in((shelf, None), BANDS, pair, pixel_m=1.0) is None


def test_the_veil_is_that_of_the_after_scene_before_it_was_brought_to_the_other(
    tower: Prepared, shelf: Shelf, sight: Sight
):
    preparation = Preparation(PAIR, BANDS, Registration(GRID), sight, FIT)
    found = backdrop((Sample((tower,)), shelf, None), preparation, pixel_m=1.0)
    assert found.casting is not None
    seen = found.conditions
    assert seen.veil is not None
    # Its own numbers are (value - 10) / 0.5; the factor cancels.
    dark = [
        np.percentile(image, 1) / np.percentile(image, 98) for image in (tower.before[0], tower.after[0] - 10)
    ]
    assert seen.veil.blue == pytest.approx(dark[1] - dark[0], abs=1e-4)
    assert seen.sharpness == pytest.approx(1, abs=0.1)
    assert seen.response is not None
    assert seen.trend is not None


@pytest.fixture
def sight() -> Sight:
    return Sight(Seeing(None), Seeing(None), provider=False, grow_m=0.0)
