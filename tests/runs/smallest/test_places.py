"""Implants stand apart, on smooth ground that can be seen, in the site where it has room."""

import numpy as np
import pytest

from sitewatch.runs.smallest.places import Place, Room, roughness

SIDE = 200


def room(*, site: slice = slice(50, 150)) -> Room:
    inside = np.zeros((SIDE, SIDE), bool)
    inside[site, site] = True
    return Room(np.ones((SIDE, SIDE), bool), inside, np.zeros((SIDE, SIDE), np.float32), 1.0)


def taken(ground: Room, number: int, area: float = 100.0, reach: float = 8.0) -> list[Place]:
    rng = np.random.default_rng(2)
    places = [ground.take(area, reach, rng) for _ in range(number)]
    return [place for place in places if place is not None]


def test_places_lie_in_the_site_and_well_apart():
    places = taken(room(), 8)
    assert len(places) == 8
    assert all(place.inside for place in places)
    assert all(50 + 7 <= edge <= 150 - 7 for place in places for edge in place[:2])
    apart = [np.hypot(a.row - b.row, a.col - b.col) for i, a in enumerate(places) for b in places[:i]]
    assert min(apart) >= 2 * 8 + 5


def test_a_small_site_lends_ground_around_it_and_says_so():
    places = taken(room(site=slice(95, 105)), 4)
    assert len(places) == 4
    assert not any(place.inside for place in places)


def test_nothing_stands_on_ground_that_is_not_free_or_rough():
    ground = room()
    ground.free[:, :100] = False
    ground.rough[:100] = 5.0
    places = taken(ground, 3)
    assert places
    assert all(place.col > 107 for place in places)
    # The smoother half of the free ground of the site is its lower half.
    assert all(place.row > 93 for place in places)


def test_no_more_is_built_over_than_the_fits_can_bear():
    ground = room(site=slice(0, SIDE))
    built = sum(900.0 for _ in taken(ground, 40, 900.0, 22.0))
    assert 0 < built <= 0.12 * SIDE**2


def test_where_there_is_no_room_there_is_no_place():
    ground = room()
    ground.free[:] = False
    assert taken(ground, 1) == []
    assert ground.largest_m2() <= 1


def test_the_largest_square_that_fits_fits():
    ground = room(site=slice(60, 101))
    assert ground.largest_m2() == pytest.approx(41**2 / 2, rel=0.05)  # its circle about fits the square


def test_roughness_is_high_at_edges_of_either_date_and_knows_no_contrast():
    rng = np.random.default_rng(3)
    before, after = rng.normal(100, 1, (2, 3, 80, 80)).astype(np.float32)
    before[:, :, 40:] += 60
    rough = roughness(before, after)
    assert rough[:, 39:41].mean() > 3 * rough[:, 5:30].mean()
    assert np.allclose(roughness(before * 7 + 3, after * 0.2), rough, rtol=1e-3)
    before[:, :10] = np.nan
    assert np.isfinite(roughness(before, after)).all()
