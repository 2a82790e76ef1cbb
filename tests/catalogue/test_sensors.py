"""What is known of sensors: spellings, band numbers against the providers' tables, credit lines."""

import pytest

from sitewatch.catalogue.sensors import OTHER, SENSORS, Sensor, find_sensor, require_sensor, title
from sitewatch.errors import SceneError
from sitewatch.records import BAND_NAMES


@pytest.mark.parametrize("sensor", SENSORS, ids=lambda sensor: sensor.name)
def test_every_sensor_is_found_by_its_name_and_its_title(sensor: Sensor):
    assert find_sensor(sensor.name) is sensor
    assert require_sensor(sensor.name.upper()) == sensor.name
    if sensor.title.isascii() and sensor.name not in {"aerial", "drone"}:
        assert find_sensor(sensor.title) is sensor


@pytest.mark.parametrize("sensor", SENSORS, ids=lambda sensor: sensor.name)
def test_band_names_are_of_the_vocabulary_and_unique(sensor: Sensor):
    for names in (*sensor.layouts, tuple(name for _, name in sensor.numbers)):
        assert set(names) <= set(BAND_NAMES)
        assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Sentinel-2", "sentinel-2-msi"),
        ("Sentinel-2B", "sentinel-2-msi"),
        ("Sentinel-2 L2A composite, reflectance x 10000", "sentinel-2-msi"),
        ("Landsat-7 ETM+ digital numbers", "landsat-7-etm"),
        ("LANDSAT_8", "landsat-8-oli"),
        ("Landsat, 8-bit composite", "landsat"),
        ("Google Earth RGB", "google-earth"),
        ("xBD (Maxar RGB)", "maxar"),
        ("WorldView-3", "worldview-3"),
        ("NAIP resampled", "naip"),
        ("PlanetScope", "planetscope"),
        ("Pléiades Neo", "pleiades-neo"),
    ],
)
def test_words_that_people_write(text: str, name: str):
    found = find_sensor(text)
    assert found is not None
    assert found.name == name


def test_an_unknown_sensor_is_refused_with_the_known_ones_and_other_is_allowed():
    with pytest.raises(SceneError, match=r"'hubble' is not known.*sentinel-2-msi.*--sensor other"):
        require_sensor("hubble")
    assert require_sensor("Other") == OTHER
    assert find_sensor(None) is None


@pytest.mark.parametrize(
    ("sensor", "number", "name"),
    [
        ("sentinel-2-msi", "B04", "red"),
        ("sentinel-2-msi", "B8A", "nir08"),
        ("sentinel-2-msi", "B11", "swir16"),
        ("landsat-7-etm", "4", "nir"),
        ("landsat-7-etm", "SR_B7", "swir22"),
        ("landsat-8-oli", "SR_B4", "red"),
        ("landsat-8-oli", "B5", "nir"),
        ("landsat-5-tm", "B6", None),
    ],
)
def test_band_numbers_mean_what_the_provider_says(sensor: str, number: str, name: str | None):
    known = find_sensor(sensor)
    assert known is not None
    assert known.band_of_number(number) == name


def test_credit_lines_are_the_providers_own_words():
    def line(name: str, year: int | None) -> str | None:
        sensor = find_sensor(name)
        return sensor.credit_line(year) if sensor else None

    assert line("sentinel-2", 2019) == "Contains modified Copernicus Sentinel data 2019"
    assert line("landsat 8", None) == "Landsat-8 image courtesy of the U.S. Geological Survey"
    assert line("planetscope", 2017) == "Image © 2017 Planet Labs PBC"
    assert line("sentinel-2", None) is None
    assert line("google-earth", 2019) is None


def test_a_caption_shows_the_proper_name():
    assert title("sentinel-2-msi") == "Sentinel-2 MSI"
    assert title("balloon") == "balloon"
