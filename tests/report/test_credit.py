"""Whose images are shown, and by which leave."""

from collections.abc import Callable
from typing import Any

import pytest
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st
from odc.geo.geobox import GeoBox

from sitewatch.catalogue.sensors import SENSORS
from sitewatch.errors import SceneError
from sitewatch.records import Pair, Scene
from sitewatch.report.credit import Statements, credited, credited_pair, forbids, require_known

Make = Callable[..., Any]
GRID = GeoBox((4, 4), Affine(1, 0, 500_000, 0, -1, 0), "EPSG:32631")


def scene(**known: object) -> Scene:
    """Make a scene that may be shown, but for what is given."""
    facts: dict[str, Any] = {"id": "a", "bands": (), "grid": GRID, "gsd_m": 1.0}
    return Scene(**(facts | {"credit": "© Maker", "licence": "CC-BY-4.0"} | known))


@pytest.mark.parametrize(
    "licence",
    [
        "No redistribution",
        "not for publication",
        "Internal use only",
        "for INTERNAL USE",
        "may not be published",
        "Redistribution is strictly prohibited.",
        "copying of this image is not permitted",
        "You must not share this image",
        "Don't distribute",
        "evaluation licence",
        "research use only",
        "for academic and educational purposes only",
        "Confidential",
        "All rights reserved",
        "CC-BY-ND-4.0",
        "CC BY-NC-ND 4.0",
        "Attribution-NoDerivs",
        "proprietary",
        "other",
        "unlicensed",
        "Not for public release",
    ],
)
def test_words_that_forbid_are_found(licence: str):
    assert forbids(licence) is not None


@pytest.mark.parametrize(
    "licence",
    [
        "CC0-1.0",
        "CC-BY-4.0",
        "CC-BY-SA-4.0",
        "CC-BY-NC-4.0",
        "Copernicus Sentinel data terms (free, full and open access)",
        "public domain, unrestricted use",
        "printed with permission",
        "Redistribution permitted with attribution",
        "ODbL",
        "Open data, any other use welcome",
    ],
)
def test_words_that_allow_are_let_through(licence: str):
    assert forbids(licence) is None


def test_every_sensor_whose_provider_opens_its_data_may_be_shown():
    for sensor in SENSORS:
        assert sensor.licence is None or forbids(sensor.licence) is None


def test_what_has_credit_and_licence_is_left_as_it_is():
    made = scene()
    assert credited(made, Statements()) == made


@pytest.mark.parametrize("credit", [None, "", "  \n"])
def test_no_credit_is_refused_even_with_leave(credit: str | None):
    with pytest.raises(SceneError, match=r"scene a has no credit; .*--credit 'a=TEXT'"):
        credited(scene(credit=credit), Statements(allow=True))


@pytest.mark.parametrize("licence", [None, "", "internal use"])
def test_no_licence_or_one_that_forbids_is_refused(licence: str | None):
    with pytest.raises(SceneError, match="the licence of scene a does not allow"):
        credited(scene(licence=licence), Statements())


def test_what_the_user_states_is_said_to_be_stated_by_the_user():
    shown = credited(scene(credit=None, licence=None), Statements({"a": "© Me"}, {"all": "CC0-1.0"}))
    assert shown.credit == "© Me (credit stated by the user)"
    assert shown.licence == "CC0-1.0 (licence stated by the user)"


def test_a_leave_is_recorded_beside_the_licence_that_forbids():
    shown = credited(scene(licence="internal use"), Statements(allow=True))
    assert shown.licence == "internal use (leave to publish stated by the user)"
    assert "licence not stated (leave" in str(credited(scene(licence=None), Statements(allow=True)).licence)


def test_a_stated_licence_that_forbids_is_refused_too():
    with pytest.raises(SceneError, match="internal use"):
        credited(scene(licence=None), Statements({}, {"a": "internal use"}))


def test_all_speaks_only_for_scenes_that_have_none():
    assert credited(scene(), Statements({"all": "x"}, {"all": "y"})) == scene()


@given(own=st.text(min_size=1).filter(str.strip), stated=st.text(min_size=1).filter(str.strip))
def test_a_credit_is_never_replaced(own: str, stated: str):
    assert str(credited(scene(credit=own), Statements({"a": stated})).credit).startswith(own)


def test_both_scenes_of_a_pair_are_asked_for():
    with pytest.raises(SceneError, match="scene b"):
        credited_pair(Pair(scene(), scene(id="b", credit=None)), Statements())


def test_a_misspelt_scene_does_not_pass_for_a_credit():
    require_known(Statements({"a": "x", "all": "y"}), ["a", "b"])
    with pytest.raises(SceneError, match="no scene 'c' is shown"):
        require_known(Statements({}, {"c": "x"}), ["a", "b"])
