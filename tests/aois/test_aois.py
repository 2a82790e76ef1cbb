"""The sites that come with the project load without a refusal and lie where they should."""

import datetime as dt
import json
from importlib import resources
from pathlib import Path
from typing import Any

import pyogrio
import pytest
import shapely
from pyproj import Geod
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from sitewatch.catalogue.sites import ground_area_m2, read_sites
from sitewatch.records import Site

AOIS = Path(__file__).parents[2] / "aois"
GEOD = Geod(ellps="WGS84")

COUNTRIES = {
    "beidou-yarragadee": "Australia",
    "beidou-mount-stromlo": "Australia",
    "beidou-katherine": "Australia",
    "marawi-main-battle-area": "Philippines",
    "hotan-city": "China",
    "aral-facility-3": "China",
    "bugur-camp": "China",
}


@pytest.fixture(scope="module")
def countries() -> dict[str, BaseGeometry]:
    """Borders at 1:110 million (Natural Earth, public domain), which pyogrio carries for its own tests."""
    file = resources.files("pyogrio") / "tests/fixtures/naturalearth_lowres/naturalearth_lowres.shp"
    frame = pyogrio.read_dataframe(str(file))
    return dict(zip(frame["name"], frame.geometry, strict=True))


@pytest.fixture(scope="module")
def register() -> dict[str, Site]:
    return {site.id: site for site in read_sites(AOIS / "register.geojson").sites}


@pytest.fixture(scope="module")
def fires() -> tuple[Site, ...]:
    return read_sites(AOIS / "rakhine-fires-2017.geojson").sites


@pytest.mark.parametrize("file", sorted(AOIS.glob("*.geojson")), ids=lambda path: path.stem)
def test_files_load_without_refusal_or_repair_and_are_rfc_7946(file: Path) -> None:
    reading = read_sites(file)
    assert reading.refused == ()
    assert all(site.notes == () for site in reading.sites)
    assert all(site.sources and site.precision_m and site.events for site in reading.sites)
    document: dict[str, Any] = json.loads(file.read_text("utf-8"))
    assert "crs" not in document
    for feature in document["features"]:
        polygon = shape(feature["geometry"])
        assert polygon.exterior.is_ccw
        assert all(round(x, 7) == x and round(y, 7) == y for x, y in polygon.exterior.coords)


def test_ids_are_unique_over_the_folder() -> None:
    ids = [site.id for file in AOIS.glob("*.geojson") for site in read_sites(file).sites]
    assert len(ids) == len(set(ids)) == 30


def test_the_register_lies_in_its_countries(
    register: dict[str, Site], countries: dict[str, BaseGeometry]
) -> None:
    assert set(register) == set(COUNTRIES)
    for site_id, country in COUNTRIES.items():
        assert countries[country].contains(register[site_id].geometry), site_id


@pytest.mark.parametrize("site_id", COUNTRIES)
def test_circles_have_the_center_and_radius_that_they_state(register: dict[str, Site], site_id: str) -> None:
    site = register[site_id]
    lon, lat = site.properties["center"]
    for x, y in site.geometry.exterior.coords:
        # Seven decimals are a centimetre.
        assert GEOD.inv(lon, lat, x, y)[2] == pytest.approx(site.properties["radius_m"], abs=0.02)


def test_what_was_built_was_built_between_its_dates(register: dict[str, Site]) -> None:
    stations = [site for site in register.values() if site.category == "ground_station"]
    assert len(stations) == 3
    for site in stations:
        assert site.since is not None
        assert site.until is not None
        assert site.since < dt.date(2016, 1, 1) < dt.date(2016, 12, 31) < site.until
        assert "2016" in site.events


def test_fires_lie_in_rakhine(fires: tuple[Site, ...], countries: dict[str, BaseGeometry]) -> None:
    # Borders at this scale are out by some kilometres, and the Naf is the border.
    myanmar = countries["Myanmar"].buffer(0.3)
    maungdaw_and_its_neighbours = shapely.box(92.15, 20.2, 92.85, 21.5)
    for site in fires:
        assert myanmar.contains(site.geometry)
        assert maungdaw_and_its_neighbours.contains(site.geometry)


def test_every_detection_is_in_one_area(fires: tuple[Site, ...]) -> None:
    ids = sorted(number for site in fires for number in site.properties["detection_ids"])
    assert ids == list(range(1, 81))
    for site in fires:
        facts = site.properties
        assert facts["detections"] == len(facts["detection_ids"])
        assert facts["detections"] == facts["detections_375_m"] + facts["detections_1_km"]
        assert site.events.startswith(f"{facts['detections']} active fire")


def test_areas_are_as_wide_as_the_sensors_are_unsure(fires: tuple[Site, ...]) -> None:
    for site in fires:
        radius = 750 if site.properties["detections_1_km"] else 400
        assert site.precision_m == radius
        area = ground_area_m2(site.geometry)
        assert 3.14 * radius**2 * 0.998 <= area <= 3.15 * radius**2 * site.properties["detections"]
        assert "not the outline of a village" in site.properties["geometry_is"]


def test_dates_enclose_the_detections(fires: tuple[Site, ...]) -> None:
    day = dt.timedelta(days=1)
    for site in fires:
        assert site.since == dt.date.fromisoformat(site.properties["first_detected"]) - day
        assert site.until == dt.date.fromisoformat(site.properties["last_detected"]) + day
    firsts = [site.since for site in fires if site.since is not None]
    lasts = [site.until for site in fires if site.until is not None]
    assert min(firsts) == dt.date(2017, 8, 24)
    assert max(lasts) == dt.date(2017, 9, 12)


def test_areas_are_as_far_apart_as_the_linkage_says(fires: tuple[Site, ...]) -> None:
    # Circles of groups more than 1,200 m apart may touch, but their outlines never hold one another's middle.
    for one in fires:
        for other in fires:
            assert one is other or not one.geometry.contains(other.geometry.representative_point())
