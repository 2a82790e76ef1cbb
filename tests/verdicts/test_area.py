"""Intervals of changed area hold what they say, and count only what lies inside the site."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm
from shapely.geometry import box
from tests.verdicts.conftest import GRID, quiet, site

from sitewatch.grid import from_shapely
from sitewatch.records import Change
from sitewatch.verdicts.area import Part, area_interval, changed_intervals, parts_inside

parts = st.lists(
    st.builds(Part, st.floats(20, 500), st.floats(15, 100), st.floats(0.05, 0.95)), min_size=1, max_size=12
)


def test_a_sure_detection_has_the_interval_of_its_outline():
    low, high = area_interval([Part(400, 80, 1.0)], common_m=0.3, own_m=0.4, seed=0)
    spread = 80 * 0.5 * norm.ppf(0.975)
    assert (low, high) == (pytest.approx(400 - spread, rel=0.05), pytest.approx(400 + spread, rel=0.05))


def test_outlines_that_err_together_err_more():
    many = [Part(400, 80, 1.0)] * 25
    apart = area_interval(many, common_m=0.0, own_m=0.5, seed=0)
    together = area_interval(many, common_m=0.5, own_m=0.0, seed=0)
    assert together[1] - together[0] > 3 * (apart[1] - apart[0])


@given(parts)
def test_intervals_are_ordered_and_hold_the_expected_area(found: list[Part]):
    low, high = area_interval(found, common_m=0.3, own_m=0.5, seed=1)
    assert 0 <= low <= high
    assert high <= sum(part.area_m2 + part.outline_m * 6 for part in found)
    assert (low, high) == area_interval(found, common_m=0.3, own_m=0.5, seed=1)


def test_intervals_cover_as_often_as_they_say():
    draw = np.random.default_rng(0)
    held = []
    for seed in range(300):
        found = [
            Part(float(a), float(4 * a**0.5), float(p))
            for a, p in zip(draw.uniform(50, 300, 15), draw.uniform(0.2, 0.9, 15), strict=True)
        ]
        common = draw.normal(0, 0.3)
        true = sum(
            max(part.area_m2 + part.outline_m * (common + draw.normal(0, 0.5)), 0)
            for part in found
            if draw.random() < part.probability
        )
        low, high = area_interval(found, common_m=0.3, own_m=0.5, seed=seed)
        held.append(low <= true <= high)
    assert np.mean(held) == pytest.approx(0.95, abs=0.035)


def test_nothing_found_is_nothing():
    assert area_interval([], common_m=1, own_m=1, seed=0) == (0, 0)
    assert changed_intervals(site(20, 20, 80, 80), quiet(0)) == {}


def test_only_what_lies_inside_counts():
    x0, y0 = GRID.affine * (70, 70)
    shape = from_shapely(box(x0, y0 - 20, x0 + 20, y0), "EPSG:32631").to_crs("EPSG:4326").geom
    change = Change("c", None, "demolition", 0.9, {"demolition": 1.0}, 400.0, shape)
    still = quiet(0)
    found = parts_inside(site(20, 20, 80, 80), replace(still, changes=(change,)))
    (part,) = found["demolition"]
    assert part.area_m2 == pytest.approx(100, rel=0.01)
    assert part.outline_m == pytest.approx(20, rel=0.01)
    assert part.probability == 0.9
    assert not found["construction"]
