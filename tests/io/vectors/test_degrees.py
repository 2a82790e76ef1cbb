"""Coordinates that are not longitude/latitude are found out."""

import math

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS, Proj
from shapely import Point

from sitewatch.errors import GeometryError, VectorError
from sitewatch.io.vectors.degrees import parse_crs, to_degrees

UTM46 = CRS.from_epsg(32646)


@given(lon=st.floats(91, 95), lat=st.floats(10, 25))
def test_projected_coordinates_come_back_where_they_were(lon: float, lat: float) -> None:
    # Proj is the plain projection, without the transformation machinery that is under test.
    east, north = Proj("+proj=utm +zone=46 +ellps=WGS84")(lon, lat)
    back = to_degrees(Point(east, north), UTM46)
    assert back.distance(Point(lon, lat)) < 1e-8


@given(lon=st.floats(-360, 360), lat=st.floats(-90, 90))
def test_degrees_stay_as_they_are(lon: float, lat: float) -> None:
    for crs in (None, CRS.from_epsg(4326), CRS.from_user_input("OGC:CRS84")):
        assert to_degrees(Point(lon, lat), crs) == Point(lon, lat)


@pytest.mark.parametrize(
    ("shape", "crs", "expected"),
    [
        (Point(21.03, 92.28), None, "seem to be swapped"),
        (Point(386_000, 2_330_000), None, "file names no CRS"),
        (Point(10_272_000, 2_392_000), CRS.from_epsg(4326), "file names no CRS"),
        (Point(92.28, 21.03), UTM46, "look like degrees"),
        (Point(math.inf, 1), None, "not a finite number"),
        (Point(1e12, 1e12), UTM46, "lie outside WGS 84 / UTM zone 46N"),
    ],
)
def test_wrong_coordinates_are_refused(shape: shapely.Geometry, crs: CRS | None, expected: str) -> None:
    with pytest.raises(GeometryError) as caught:
        to_degrees(shape, crs)
    assert expected in caught.value.found


def test_a_local_projection_round_its_own_origin_is_no_mistake() -> None:
    around = CRS.from_user_input("+proj=aeqd +lon_0=92.28 +lat_0=21.03 +ellps=WGS84")
    assert to_degrees(Point(0, 0), around).distance(Point(92.28, 21.03)) < 1e-9


def test_unknown_crs_is_refused() -> None:
    with pytest.raises(VectorError, match="names the CRS 'nonsense'"):
        parse_crs("nonsense", "a.geojson")
