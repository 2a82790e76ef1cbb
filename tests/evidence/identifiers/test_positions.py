"""Positions are found in every notation, near the places that are kept secret, and nowhere else."""

import mgrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from sitewatch.evidence.identifiers import Positions
from sitewatch.evidence.identifiers.positions import _geohash

LON, LAT = 92.3127, 21.0486
PLACES = Positions([(LON, LAT)])


def utm(lon: float, lat: float) -> tuple[float, float]:
    zone = int((lon + 180) // 6) + 1
    code = (32600 if lat >= 0 else 32700) + zone
    east, north = Transformer.from_crs(4326, code, always_xy=True).transform(lon, lat)
    return east, north


def found(text: str, positions: Positions = PLACES) -> bool:
    return any(positions.found_in(text))


@pytest.mark.parametrize(
    "text",
    [
        "21.0486, 92.3127",
        "[92.3127, 21.0486]",
        '{"lat": 21.0486, "lon": 92.3127}',
        "lat=21.0486&lon=92.3127",
        "https://maps.example/@21.0486,92.3127,15z",
        "geo:21.0486,92.3127",
        "POINT (92.3127 21.0486)",
        "92.3127 E, 21.0486 N",
        "N21.0486 E92.3127",
        "21.0486\N{DEGREE SIGN} N",
        "21\N{DEGREE SIGN}02'55\"N 92\N{DEGREE SIGN}18'46\"E",
        "21\N{DEGREE SIGN} 02.916\N{PRIME} N",
        "21d02m55s N",
        "21 02 55 N, 92 18 46 E",
        "21-02-55N",
        "46Q CJ 20820 28320",
        "46QCJ2082028320",
        "T46QCJ",
        "7MJ23X84+CG",
        "the latitude is 21.04861",
        "21.0, 92.3",
        "1\n92.3127\n21.0486\n",
    ],
)
def test_a_position_is_found(text: str):
    assert found(text)


@pytest.mark.parametrize(
    "text",
    [
        "on 2017-09-25, 12:30 UTC",
        "0.33 to 0.25 (around it: -0.00)",
        "48.8584, 2.2945",
        "area 29,400 m2, 18.6 px wide",
        "sun azimuth 138.0\N{DEGREE SIGN}, 32 degrees apart",
        "version 1.2.3, 4.5.6",
        "Site A, change-0001",
        "21 sites, 92 changes",
        "S2 and L8",
    ],
)
def test_what_is_no_position_of_a_place_is_left_alone(text: str):
    assert not found(text)


@settings(deadline=None, max_examples=60)
@given(lon=st.floats(-179.9, 179.9), lat=st.floats(-80, 80), digits=st.integers(2, 7))
def test_any_place_is_found_in_degrees_metres_and_cells(lon: float, lat: float, digits: int):
    places = Positions([(lon, lat)])
    assert found(f"{lat:.{digits}f}, {lon:.{digits}f}", places)
    assert found(f"[{lon:.{digits}f}, {lat:.{digits}f}]", places)
    assert found(mgrs.MGRS().toMGRS(lat, lon), places)
    east, north = utm(lon, lat)
    if north >= 1000:
        assert found(f"{east:.0f} {north:.0f}", places)
        assert found(f"x: {east:.2f}, y: {north:.2f}", places)
        assert found(f"{east:.0f}mE {north:.0f}mN", places)


def test_rounded_positions_may_appear_and_others_may_not():
    rounded = Positions([(LON, LAT)], step=0.1)
    assert not found("[92.3, 21.0]", rounded)
    assert not found("92.3 E, 21.0 N", rounded)
    assert found("[92.31, 21.05]", rounded)
    assert found("[92.3, 21.05]", rounded)


def test_geohashes_are_those_of_the_reference():
    # The example of the encoding's author (geohash.org, 2008).
    assert _geohash(10.40744, 57.64911, 11) == "u4pruydqqvj"
    assert found("near u4pruydqqvj", Positions([(10.40744, 57.64911)]))


def test_without_places_numbers_are_numbers():
    assert not found("21.0486, 92.3127", Positions([]))
