"""How much of a site a grid can show."""

import dataclasses
import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from odc.geo.geobox import GeoBox
from pyproj import Transformer
from shapely import MultiPolygon, Point, box

from sitewatch.catalogue.pairs import check_site
from sitewatch.catalogue.pairs.cover import cover
from sitewatch.catalogue.sites import circle
from sitewatch.catalogue.sites.shape import area_of
from sitewatch.errors import CoverageError
from sitewatch.records import Band, Scene, Site

MakeScene = Callable[..., Scene]
TO_UTM = Transformer.from_crs("EPSG:4326", "EPSG:32646", always_xy=True)


def _site(center: Point, radius: float = 500) -> Site:
    return Site("s", "s", "other", area_of(center, radius)[0])


def _scene(grid: GeoBox) -> Scene:
    return Scene("grid", (Band("red", "/grid.tif"),), grid, 10)


@given(shift=st.floats(-600, 600))
def test_a_site_across_an_edge_is_covered_as_far_as_its_segment(shift: float) -> None:
    east, north = TO_UTM.transform(91.9, 21.03)
    edge = east + shift
    scene = _scene(
        GeoBox.from_bbox((edge - 5000, north - 5000, edge, north + 5000), "EPSG:32646", resolution=10)
    )
    radius = 500.0
    # Area of a circle's part to one side of a chord, by its distance from the centre.
    inside = min(max(shift, -radius), radius)
    part = (
        0.5 + (inside * math.sqrt(radius**2 - inside**2) / radius**2 + math.asin(inside / radius)) / math.pi
    )
    # A pixel of the grid's snapping, and the scale of UTM.
    assert cover(scene, _site(Point(91.9, 21.03))).share == pytest.approx(part, abs=0.015)


def test_pixels_are_the_area_over_the_pixel_area(make_scene: MakeScene, site: Site) -> None:
    found = cover(make_scene("a"), site)
    assert found.share == 1
    assert found.pixels == pytest.approx(math.pi * 500**2 / 100, rel=1e-3)


@pytest.mark.parametrize(
    "grid",
    [
        GeoBox.from_bbox((179.9, -17.1, 180.3, -16.9), "EPSG:4326", resolution=0.0001),
        GeoBox.from_bbox((-180.1, -17.1, -179.7, -16.9), "EPSG:4326", resolution=0.0001),
        GeoBox.from_bbox((810_000, 8_100_000, 850_000, 8_140_000), "EPSG:32760", resolution=10),
    ],
)
@pytest.mark.parametrize("lon", [179.95, 180.0, -179.95])
def test_a_site_beside_or_across_the_antimeridian_is_found(grid: GeoBox, lon: float) -> None:
    site = _site(Point(lon, -17), 800)
    assert isinstance(site.geometry, MultiPolygon) is (lon == 180)
    assert cover(_scene(grid), site).share == pytest.approx(1)


@given(lon=st.floats(-180, 180), lat=st.floats(-80, 80))
def test_the_other_side_of_the_globe_is_not_covered(lon: float, lat: float) -> None:
    grid = GeoBox.from_bbox((376_000, 2_316_000, 396_000, 2_336_000), "EPSG:32646", resolution=10)
    far = abs((lon - 91.9 + 180) % 360 - 180) > 1 or abs(lat - 21) > 1
    assert not far or cover(_scene(grid), _site(Point(lon, lat))).share == 0


def test_outside_says_where_and_thinks_of_swapped_coordinates(make_scene: MakeScene, site: Site) -> None:
    with pytest.raises(CoverageError, match=r"site s \(5.000\d, 5.000\d\) lies outside all 2 scenes"):
        check_site(_site(Point(5, 5)), make_scene("a"), make_scene("b"))
    # Hotan lies at 37 N, 80 E: swapped, it is a place that exists.
    grid = GeoBox.from_bbox((79.8, 37.0, 80.0, 37.2), "EPSG:4326", resolution=0.0001)
    with pytest.raises(CoverageError, match="swap longitude and latitude: grid shows the place"):
        check_site(_site(Point(37.1143, 79.9225)), _scene(grid))
    with pytest.raises(CoverageError, match="lies outside grid"):
        check_site(site, _scene(grid))


def test_far_too_small_and_far_too_large(make_scene: MakeScene) -> None:
    tiny = dataclasses.replace(_site(Point(91.9, 21.03)), geometry=circle(Point(91.9, 21.03), 9))
    with pytest.raises(CoverageError) as caught:
        check_site(tiny, make_scene("a"), make_scene("b", gsd=30.0))
    assert caught.value.found == "site s (254 m2) is 2.5 pixels of a (10 m)"
    huge = dataclasses.replace(tiny, geometry=box(91, 20, 93, 22))
    with pytest.raises(CoverageError, match=r"reaches far beyond its scenes: a covers most, 0.87 %"):
        check_site(huge, make_scene("a"))


def test_a_scene_without_a_crs_is_refused() -> None:
    with pytest.raises(CoverageError, match="without a CRS"):
        cover(
            _scene(GeoBox((10, 10), GeoBox.from_bbox((0, 0, 1, 1), resolution=0.1).affine, None)),
            _site(Point(0, 0)),
        )
