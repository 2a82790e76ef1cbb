"""Shapes across the 180th meridian keep their place and their area."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon
from shapely.affinity import translate
from shapely.geometry.base import BaseGeometry

from sitewatch.errors import GeometryError
from sitewatch.io.vectors import split, unwrapped


def _jumping(shape: Polygon) -> Polygon:
    """Write longitudes beyond 180 as negative ones, as most programs do."""
    return shapely.transform(
        shape, lambda pairs: np.column_stack([(pairs[:, 0] + 180) % 360 - 180, pairs[:, 1]])
    )


@given(
    lon=st.floats(179.0, 181.0),
    lat=st.floats(-80, 80),
    width=st.floats(0.01, 2),
    turns=st.integers(-1, 0),
)
def test_split_keeps_the_ground_whatever_the_writing(
    lon: float, lat: float, width: float, turns: int
) -> None:
    plain = shapely.box(lon - width, lat, lon + width, lat + 0.5)
    beyond = translate(plain, 360.0 * turns)
    cut = split(beyond)
    west, _, east, _ = cut.bounds
    assert -180 <= west <= east <= 180
    assert cut.is_valid
    assert cut.area == pytest.approx(plain.area, rel=1e-9)
    whole = (
        plain
        if plain.bounds[2] <= 180
        else MultiPolygon([translate(plain & shapely.box(180, -90, 540, 90), -360)])
    )
    assert cut.intersection(whole).area == pytest.approx(whole.area, rel=1e-6)


@given(lat=st.floats(-80, 80), left=st.floats(0.1, 3), right=st.floats(0.1, 3))
def test_a_jump_in_longitude_is_read_as_a_crossing(lat: float, left: float, right: float) -> None:
    plain = shapely.box(180 - left, lat, 180 + right, lat + 1)
    cut = split(_jumping(plain))
    assert isinstance(cut, MultiPolygon)
    assert len(cut.geoms) == 2
    assert cut.symmetric_difference(split(plain)).area < 1e-9
    assert cut.area == pytest.approx(plain.area)


def test_a_hole_beyond_the_meridian_stays_a_hole() -> None:
    shell = [(179, 0), (-179, 0), (-179, 2), (179, 2)]
    hole = [(-179.8, 0.5), (-179.4, 0.5), (-179.4, 1), (-179.8, 1)]
    whole = unwrapped(Polygon(shell, [hole]))
    assert whole.is_valid
    assert whole.area == pytest.approx(4 - 0.4 * 0.5)
    assert split(whole).area == pytest.approx(whole.area)


def test_what_lies_on_one_side_is_the_same_object() -> None:
    square = shapely.box(179, 0, 180, 1)
    assert split(square) is square
    assert unwrapped(square) is square


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        (Point(190, 5), Point(-170, 5)),
        (MultiPoint([(190, 5), (170, 5)]), MultiPoint([(-170, 5), (170, 5)])),
        (
            LineString([(179.5, 0), (-179.5, 1)]),
            MultiLineString([[(179.5, 0), (180, 0.5)], [(-180, 0.5), (-179.5, 1)]]),
        ),
        (shapely.box(242, 30, 243, 31), shapely.box(-118, 30, -117, 31)),
        (shapely.box(180, 0, 181, 1), shapely.box(-180, 0, -179, 1)),
    ],
)
def test_every_type_is_brought_home(shape: BaseGeometry, expected: BaseGeometry) -> None:
    assert split(shape).equals(expected)


def test_a_mixed_collection_stays_a_collection() -> None:
    mixed = split(GeometryCollection([Point(190, 5), shapely.box(181, 0, 182, 1)]))
    assert isinstance(mixed, GeometryCollection)
    assert [part.geom_type for part in mixed.geoms] == ["Point", "Polygon"]


def test_a_ring_round_the_pole_is_refused() -> None:
    with pytest.raises(GeometryError, match="goes round a pole"):
        unwrapped(Polygon([(0, 85), (100, 85), (-160, 85), (-60, 85)]))
