"""Implants change what they reach as the sun, the sensor and their place say, and nothing else."""

import math
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from sitewatch.simulate.implants import Implant, draw_overlay, fit_tone, lay, make_implant
from sitewatch.simulate.recipe import AFTER, BEFORE, RGB, SIX, Conditions, Event
from sitewatch.simulate.world import World

SIDE = 120
EVENTS: tuple[Event, ...] = ("construction", "burning", "demolition")
Image = NDArray[np.float32]


def meadow(bands: tuple[str, ...] = RGB) -> Image:
    rng = np.random.default_rng(1)
    level = {"red": 0.12, "green": 0.11, "blue": 0.07, "nir": 0.30, "swir16": 0.28, "swir22": 0.18}
    image = np.array([level[band] for band in bands], np.float32)[:, None, None]
    return np.asarray(image + rng.normal(0, 0.003, (len(bands), SIDE, SIDE)), np.float32)


def built(kind: Event, area: float = 200.0, *, resolution_m: float = 1.0, seed: int = 3) -> Implant:
    rng = np.random.default_rng(seed)
    return make_implant(kind, area, rng, resolution_m=resolution_m, sun=(BEFORE, AFTER))


def put(
    image: Image,
    implant: Implant,
    world: World,
    *,
    at: tuple[float, float] = (60.0, 60.0),
    bands: tuple[str, ...] = RGB,
    pixel_m: float = 1.0,
    sun: Conditions = BEFORE,
) -> Image:
    """Return the image with a thing in it, its middle at (column, row)."""
    out = image.copy()
    overlay = draw_overlay(implant, world, sun, np.random.default_rng(9), bands=bands, pixel_m=pixel_m)
    place = np.array([[1 / pixel_m, 0, at[0]], [0, 1 / pixel_m, at[1]]])
    tone = fit_tone(image, bands, reflectance=True)
    # Roofs may be brighter than anything in a meadow, and shadows darker.
    wide = replace(tone, least=tone.least * 0, most=tone.most * 0 + 1)
    lay(out, overlay, place, wide, rng=np.random.default_rng(4))
    return out


@pytest.mark.parametrize("kind", EVENTS)
def test_pixels_out_of_reach_keep_their_very_numbers(kind: Event):
    image, implant = meadow(), built(kind)
    world = implant.after if kind == "construction" else implant.before
    assert world is not None
    out = put(image, implant, world)
    row, col = np.mgrid[:SIDE, :SIDE] + 0.5
    far = np.maximum(abs(row - 60), abs(col - 60)) > implant.reach_m + 4
    assert np.array_equal(out[:, far], image[:, far])
    assert (out != image).any(axis=0).sum() > 0.8 * implant.area_m2


def test_which_dates_an_implant_shows_on():
    shown = {kind: (built(kind).before is not None, built(kind).after is not None) for kind in EVENTS}
    assert shown == {"construction": (False, True), "burning": (True, True), "demolition": (True, False)}


@pytest.mark.parametrize("area", [40.0, 200.0, 600.0])
def test_the_footprint_has_the_wished_area_and_proportions(area: float):
    for seed in range(8):
        outline = built("construction", area, seed=seed).outline
        sides = np.hypot(*np.diff(outline, axis=0).T)[:2]
        assert sides[0] * sides[1] == pytest.approx(area)
        assert 1 <= max(sides) / min(sides) <= 2


def test_a_roof_covers_its_area_and_lies_at_its_place_to_a_part_of_a_pixel():
    image, implant = meadow(), built("construction", 300.0)
    bright = dict.fromkeys(RGB, 0.9)
    implant = Implant("construction", 300.0, implant.outline, None, implant.after, implant.reach_m, bright)
    assert implant.after is not None
    for at in ((60.0, 60.0), (57.3, 63.8)):
        added = np.clip(put(image, implant, implant.after, at=at)[0] - image[0], 0, None)
        row, col = np.mgrid[:SIDE, :SIDE] + 0.5
        roof = added > 0.1
        assert (added.sum() / added[roof].max()) == pytest.approx(300, rel=0.35)
        assert (added * col).sum() / added.sum() == pytest.approx(at[0], abs=0.6)
        assert (added * row).sum() / added.sum() == pytest.approx(at[1], abs=0.6)


def test_a_moved_place_moves_the_thing_by_as_much():
    image, implant = meadow(), built("demolition")
    assert implant.before is not None
    first, second = (
        np.abs(put(image, implant, implant.before, at=at) - image).sum(axis=0) for at in ((50, 60), (55, 57))
    )
    assert np.corrcoef(first[20:90, 20:90].ravel(), second[17:87, 25:95].ravel())[0, 1] > 0.99


def test_shadow_falls_away_from_the_sun():
    image, implant = meadow(), built("construction", 150.0)
    assert implant.after is not None
    row, col = np.mgrid[:SIDE, :SIDE] + 0.5
    for azimuth in (90.0, 180.0, 300.0):
        sun = Conditions(BEFORE.datetime, sun_azimuth=azimuth, sun_elevation=35.0)
        darker = np.clip(image - put(image, implant, implant.after, sun=sun), 0.04, None).sum(axis=0) - 0.12
        away = math.radians(azimuth + 180)
        centre = np.array([(darker * col).sum(), (darker * row).sum()]) / darker.sum() - 60
        assert centre @ np.array([math.sin(away), -math.cos(away)]) > 2


def test_a_burned_house_in_coarse_imagery_loses_infrared_and_gains_swir_against_it():
    image = meadow(SIX)
    implant = built("burning", 4000.0, resolution_m=10.0)
    assert implant.before is not None
    assert implant.after is not None
    before, after = (
        put(image, implant, world, bands=SIX, pixel_m=10.0) for world in (implant.before, implant.after)
    )
    nir, swir22 = SIX.index("nir"), SIX.index("swir22")
    middle = (slice(None), slice(58, 62), slice(58, 62))
    first, second = before[middle].mean(axis=(1, 2)), after[middle].mean(axis=(1, 2))
    assert second[nir] < 0.7 * first[nir]
    meadow_nbr, burned_nbr = (
        (one[nir] - one[swir22]) / (one[nir] + one[swir22])
        for one in (image[middle].mean(axis=(1, 2)), second)
    )
    assert burned_nbr < meadow_nbr - 0.2


def test_nan_stays_nan_and_a_thing_may_hang_over_the_edge():
    image, implant = meadow(), built("construction", 400.0)
    assert implant.after is not None
    image[:, :, :30] = np.nan
    out = put(image, implant, implant.after, at=(31.0, 2.0))
    assert np.array_equal(np.isnan(out), np.isnan(image))
    assert np.array_equal(put(image, implant, implant.after, at=(900.0, 2.0)), image, equal_nan=True)


def test_the_same_seed_draws_the_same_bytes():
    image, one, two = meadow(), built("burning", seed=5), built("burning", seed=5)
    assert one.after is not None
    assert two.after is not None
    assert put(image, one, one.after).tobytes() == put(image, two, two.after).tobytes()
    other = built("burning", seed=6)
    assert other.after is not None
    assert put(image, other, other.after).tobytes() != put(image, one, one.after).tobytes()
