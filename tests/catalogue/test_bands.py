"""Band names: every spelling means one band, and an unknown one is refused with the list."""

import pytest

from sitewatch.catalogue.bands import band_name, plain, require_names
from sitewatch.errors import SceneError
from sitewatch.records import BAND_NAMES


@pytest.mark.parametrize("name", BAND_NAMES)
def test_our_names_mean_themselves_in_any_case(name: str):
    assert band_name(name) == band_name(name.upper()) == name


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("Near-Infrared", "nir"),
        ("Band NIR", "nir"),
        ("SWIR1", "swir16"),
        ("SWIR_2", "swir22"),
        ("coastal_blue", "coastal"),
        ("green_i", "green05"),
        ("R", "red"),
        ("Red Edge 1", "rededge071"),
    ],
)
def test_what_people_and_files_write(spelling: str, name: str):
    assert band_name(spelling) == name


@pytest.mark.parametrize("text", ["", "B4", "Band 4", "change", "damage", "gray"])
def test_what_names_no_band_is_not_guessed(text: str):
    assert band_name(text) is None


def test_an_unknown_name_is_refused_with_the_known_ones():
    with pytest.raises(SceneError, match=r"--bands names infra.*one of coastal, blue.*swir22"):
        require_names(("red", "infra"))


def test_two_spellings_of_one_band_are_refused():
    with pytest.raises(SceneError, match="twice"):
        require_names(("nir", "near infrared"))


def test_bands_that_nobody_knows_may_be_numbered():
    assert require_names(("b1", "Red", "b12")) == ("b1", "red", "b12")


def test_accents_and_punctuation_do_not_matter():
    assert plain("Pléiades-Neo (1)") == "pleiades neo 1"
