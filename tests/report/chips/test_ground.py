"""Scale bar, true north, coordinates; against pyproj and published values."""

import math

import pytest
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st
from odc.geo.geobox import GeoBox
from pyproj import Geod, Proj

from sitewatch.report.chips.framing import utm_zone
from sitewatch.report.chips.ground import centre, lonlat, lonlat_words, mgrs_words, north_deg, scale_bar

GEOD = Geod(ellps="WGS84")


def _frame(lon: float, lat: float, pixel: float = 10.0, side: int = 100, crs: str | None = None) -> GeoBox:
    crs = crs or utm_zone(lon, lat)
    x, y = Proj(crs)(lon, lat)
    half = pixel * side / 2
    return GeoBox((side, side), Affine(pixel, 0, x - half, 0, -pixel, y + half), crs)


PLACES = {"lon": st.floats(-179, 179), "lat": st.floats(-79, 83)}


@given(**PLACES, pixel=st.floats(0.3, 60))
def test_the_bar_is_round_and_as_long_as_it_says_on_the_ground(lon: float, lat: float, pixel: float):
    frame = _frame(lon, lat, pixel)
    bar = scale_bar(frame)
    mantissa = bar.length_m / 10 ** math.floor(math.log10(bar.length_m) + 1e-9)
    assert round(mantissa, 6) in {1, 2, 5}
    assert 0.1 < bar.share <= 0.3
    left, right = (lonlat(frame, 50 + end * bar.share * 100 / 2, 50) for end in (-1, 1))
    assert GEOD.inv(*left, *right)[2] == pytest.approx(bar.length_m, rel=1e-4)


def test_the_bar_is_true_where_the_projection_is_not():
    # Web Mercator at 60 degrees shows everything about twice as long as it is.
    frame = _frame(25.0, 60.0, 10.0, 100, "EPSG:3857")
    bar = scale_bar(frame)
    assert bar.share * 1000 == pytest.approx(bar.length_m / math.cos(math.radians(60)), rel=0.005)


@given(**PLACES)
def test_north_is_the_grids_convergence(lon: float, lat: float):
    crs = utm_zone(lon, lat)
    convergence = Proj(crs).get_factors(lon, lat).meridian_convergence
    # Convergence is the turn from true to grid north, clockwise; the arrow turns the other way.
    assert north_deg(_frame(lon, lat)) == pytest.approx(-convergence, abs=0.01)


def test_north_follows_a_turned_grid():
    turned = GeoBox(
        (100, 100), Affine.translation(500_000, 0) * Affine.rotation(30) * Affine.scale(10, -10), "EPSG:32631"
    )
    # A grid turned 30 degrees to the left shows north 30 degrees to the right. On the central meridian.
    assert north_deg(turned) == pytest.approx(30, abs=0.01)


def test_north_where_up_is_nothing_like_north():
    # UPS north: the meridian of 90 E runs to the right of the pole, so that north is to the left.
    assert north_deg(_frame(90.0, 86.0)) == pytest.approx(-90, abs=0.01)


@given(**PLACES)
def test_the_centre_is_in_the_middle(lon: float, lat: float):
    assert centre(_frame(lon, lat)) == pytest.approx((lon, lat), abs=1e-6)


def test_grid_references_are_those_of_the_standard():
    # Inside a square of 100 km, a reference is the zone's easting and northing: pyproj knows them.
    east, north = Proj("EPSG:32618")(-77.03524, 38.88948)
    digits = f"{int(east) % 100_000:05d} {int(north) % 100_000:05d}"
    assert mgrs_words(-77.03524, 38.88948, 0.5) == f"18S UJ {digits}"
    assert mgrs_words(-77.03524, 38.88948, 30) == f"18S UJ {digits[:4]} {digits[6:10]}"
    # NGA's worked example, 4QFJ12345678 in Honolulu.
    assert mgrs_words(-157.91682, 21.30948, 10) == "4Q FJ 1234 5678"
    assert mgrs_words(0.0, 86.0, 30).startswith("Z")


def test_coordinates_have_hemispheres():
    assert lonlat_words(-77.0352449, 38.889481) == "38.88948° N, 77.03524° W"
    assert lonlat_words(115.35, -29.04) == "29.04000° S, 115.35000° E"
