"""Points become true circles; polygons are repaired where that is safe, and only there."""

import math

import numpy as np
import pytest
import shapely
import shapely.affinity
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod
from shapely import GeometryCollection, LineString, MultiPoint, MultiPolygon, Point, Polygon, box

from sitewatch.catalogue.sites import center_of, circle, ground_area_m2
from sitewatch.catalogue.sites.shape import area_of
from sitewatch.errors import GeometryError

GEOD = Geod(ellps="WGS84")
SQUARE = box(92.28, 21.02, 92.30, 21.04)


@given(lon=st.floats(-180, 180), lat=st.floats(-85, 85), radius=st.floats(1, 20_000))
def test_every_corner_of_a_circle_lies_at_its_radius(lon: float, lat: float, radius: float) -> None:
    corners = shapely.get_coordinates(circle(Point(lon, lat), radius))
    there = np.full(len(corners), lon), np.full(len(corners), lat)
    _, _, distances = GEOD.inv(*there, corners[:, 0], corners[:, 1])
    assert distances == pytest.approx(radius, rel=1e-6, abs=1e-6)


@given(lon=st.floats(-180, 180), lat=st.floats(-85, 85), radius=st.floats(1, 20_000))
def test_the_area_of_a_point_is_that_of_a_circle(lon: float, lat: float, radius: float) -> None:
    area, notes = area_of(Point(lon, lat), radius)
    assert area.is_valid
    assert ground_area_m2(area) == pytest.approx(math.pi * radius**2, rel=2e-3)
    west, _, east, _ = area.bounds
    assert -180 <= west <= east <= 180
    assert notes[0].startswith("a point became a circle of")
    parts = area.geoms if isinstance(area, MultiPolygon) else [area]
    assert all(part.exterior.is_ccw for part in parts if isinstance(part, Polygon))


@given(lon=st.floats(-179, 179), lat=st.floats(-80, 80), radius=st.floats(10, 5000))
def test_a_circle_is_known_again_and_nothing_else_is(lon: float, lat: float, radius: float) -> None:
    written = shapely.transform(circle(Point(lon, lat), radius), lambda pairs: np.round(pairs, 7))
    assert center_of(written) == pytest.approx((lon, lat, radius), abs=0.05)
    assert center_of(shapely.affinity.scale(written, 1.1, 1.0)) is None
    assert center_of(SQUARE) is None


def test_a_circle_across_the_antimeridian_is_cut_and_says_so() -> None:
    area, notes = area_of(Point(179.9999, -17), 500)
    assert isinstance(area, MultiPolygon)
    assert "the area crosses the antimeridian and was cut there" in notes


def test_a_circle_round_the_pole_is_refused() -> None:
    with pytest.raises(GeometryError, match="goes round a pole"):
        area_of(Point(0, 89.999), 500)


def test_a_good_polygon_stays_where_it_is() -> None:
    area, notes = area_of(SQUARE.reverse(), 250)
    assert area.equals(SQUARE)
    assert isinstance(area, Polygon)
    assert area.exterior.is_ccw
    assert notes == ()


def test_a_small_loop_is_repaired_and_said() -> None:
    # A square whose last corner was overshot: the outline crosses itself within a hundredth of its side.
    looped = Polygon([(0, 0), (1, 0), (1, 1), (-0.01, 1), (0.0, 0.99), (0, 1.005)])
    assert not looped.is_valid
    area, notes = area_of(looped, 250)
    assert area.is_valid
    assert area.area == pytest.approx(1, rel=0.01)
    assert notes[0].startswith("the polygon crossed itself and was repaired")


def test_ground_that_is_gone_round_twice_is_kept() -> None:
    twice = Polygon([(0, 0), (10, 0), (10, 10), (0, 10), (0, 0), (0.5, 0), (0.5, 0.5), (0, 0.5)])
    area, _ = area_of(twice, 250)
    assert area.area == pytest.approx(100, rel=0.01)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        (
            Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]),
            "crosses itself, and repair would change its area by 100 %",
        ),
        (Polygon([(0, 0), (1, 1), (2, 2)]), "has no area"),
        (Polygon(), "is empty"),
        (GeometryCollection(), "is empty"),
        (LineString([(0, 0), (1, 1)]), "an open line"),
        (LineString([(0, 0), (1, 1), (0, 0)]), "an open line"),
    ],
)
def test_what_is_no_area_is_refused(shape: shapely.Geometry, expected: str) -> None:
    with pytest.raises(GeometryError) as caught:
        area_of(shape, 250)
    assert expected in caught.value.found


def test_an_area_with_its_label_and_a_closed_line() -> None:
    area, notes = area_of(GeometryCollection([Point(92.29, 21.03), SQUARE]), 250)
    assert area.equals(SQUARE)
    assert notes == ("1 points or lines beside the area were left out",)
    outline, notes = area_of(SQUARE.exterior, 250)
    assert outline.equals(SQUARE)
    assert notes == ("a closed line was taken as the outline of an area",)


def test_many_points_and_many_parts_are_one_site() -> None:
    dots, _ = area_of(MultiPoint([(92.28, 21.02), (92.29, 21.02)]), 100)
    assert isinstance(dots, MultiPolygon)
    overlapping, _ = area_of(MultiPolygon([box(0, 0, 2, 1), box(1, 0, 3, 1)]), 250)
    assert overlapping.equals(box(0, 0, 3, 1))


def test_an_area_that_was_cut_at_the_antimeridian_stays_as_it_is() -> None:
    cut = MultiPolygon([box(179.9, -17, 180, -16.9), box(-180, -17, -179.9, -16.9)])
    area, _ = area_of(cut, 250)
    assert area.equals(cut)


def test_longitudes_beyond_180_are_brought_home_and_said() -> None:
    area, notes = area_of(box(242, 30, 243, 31), 250)
    assert area.equals(box(-118, 30, -117, 31))
    assert notes == ("longitudes beyond 180 degrees were written within -180 to 180",)
