"""Sites drawn over a pair: settlements hold houses, and the same pair has the same sites."""

import numpy as np
import pytest
from affine import Affine
from odc.geo.geobox import GeoBox
from training.places import places

from sitewatch.io.rasters import burn

GRID = GeoBox((400, 400), Affine(1, 0, 500_000, 0, -1, 4_000_000), "EPSG:32631")


@pytest.fixture
def houses() -> np.ndarray:
    standing = np.zeros(GRID.shape, bool)
    for row in range(60, 180, 20):
        for col in range(60, 180, 20):
            standing[row : row + 9, col : col + 11] = True
    return standing


def test_settlements_lie_around_houses_and_other_sites_anywhere(houses: np.ndarray):
    found = list(places(houses, GRID, seed=1))
    names = [name for name, _, _ in found]
    assert len(set(names)) == len(names)
    held = {"settlement": [], "other": []}
    for _, category, shape in found:
        inside = burn([(shape, 1)], GRID) > 0
        assert 0 < inside.sum() <= 0.16 * inside.size
        held[category].append(houses[inside].mean())
    assert len(held["settlement"]) >= 6
    assert min(held["settlement"]) > 0.05
    assert len(held["other"]) == 8


def test_the_same_seed_gives_the_same_sites(houses: np.ndarray):
    first, again, other = (
        [shape.wkb for _, _, shape in places(houses, GRID, seed=seed)] for seed in (1, 1, 2)
    )
    assert first == again != other


def test_where_nothing_stands_there_are_no_settlements():
    found = list(places(np.zeros(GRID.shape, bool), GRID, seed=0))
    assert {category for _, category, _ in found} == {"other"}
