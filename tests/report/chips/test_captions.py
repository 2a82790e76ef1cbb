"""What a chip says, and that it says what is not known."""

from collections.abc import Callable
from typing import Any

import pytest
from odc.geo.geobox import GeoBox

from sitewatch.records import Pair, Rival, Site, View
from sitewatch.report.chips import ChipStyle, chip_grid
from sitewatch.report.chips.captions import (
    APPROXIMATE,
    NOT_VALIDATED,
    Captions,
    Shown,
    captions,
    scene_words,
)

Make = Callable[..., Any]


@pytest.fixture
def say(pair: Pair, change: Make) -> Make:
    def make(on: Pair = pair, **more: object) -> Captions:
        made = change(**more)
        shown = Shown("As it is", "cd" * 32, (on.before, on.after))
        return captions(made, on, chip_grid(made, on), ChipStyle(), shown=shown)

    return make


def _passage(texts: Captions, heading: str) -> str:
    return next(" ".join(p.paragraphs) for p in (*texts.findings, *texts.reading) if p.heading == heading)


def test_everything_that_is_known_of_a_scene_is_said(pair: Pair):
    sensor, product, credit, licence, source = scene_words(pair.before)
    assert sensor.startswith("WorldView-2; ground sample distance 0.5\u00a0m; off-nadir 21.4°; ")
    assert sensor.endswith("sun elevation 48.1°, azimuth 152.3°")
    assert product == "Product: 1030010070A5C300"
    assert credit == "Credit: © 2017 Maker of images"
    assert licence == "Licence: printed with permission"
    assert source == "SHA-256 of the source: abababababababab"


def test_everything_that_is_not_known_is_said_to_be_not_known(pair: Pair):
    words = "; ".join(scene_words(pair.after))
    gaps = ("Sensor", "off-nadir and sun angles", "Product id", "credit", "licence")
    assert all(f"{gap} not stated" in words for gap in gaps)


@pytest.mark.parametrize(
    ("view", "words"),
    [
        (View(off_nadir=3.0), "off-nadir 3.0°; sun angles not stated"),
        (View(sun_elevation=40.0), "off-nadir angle not stated; sun elevation 40.0°, azimuth not stated"),
    ],
)
def test_angles_that_are_known_in_part(scene: Make, view: View, words: str):
    assert words in scene_words(scene("x", view=view))[0]


def test_the_title_names_kind_size_and_confidence(say: Make):
    texts = say()
    assert texts.title == "Demolition, 100 m²"
    assert texts.confidence == "confidence: likely (72 %)"
    assert texts.subtitle == "Imam Asim (hotan-1)   ·   change hotan-1-d-0badcafe"
    assert texts.dates == ("2017-08-25 04:31:07 UTC", "2017-09-16, time not stated")


def test_the_confidence_word_comes_with_its_definition_and_the_caveat(say: Make):
    words = _passage(say(), "How sure")
    assert "Likely (0.72): the program's estimate of the probability that an analyst would confirm" in words
    assert "likely = 55 to 80 % on the scale of US ICD 203" in words
    assert words.endswith(NOT_VALIDATED)


def test_no_probability_is_no_confidence(say: Make):
    texts = say(confidence=float("nan"))
    assert texts.confidence == "confidence not worked out"
    assert "No probability was worked out" in _passage(texts, "How sure")


def test_the_place_has_coordinates_grid_reference_north_and_whose_georeference(say: Make):
    words = _passage(say(), "Where").replace("\u00a0", " ")
    assert "° N, 82." in words
    assert "(WGS84), MGRS 44R PU 20095 39900" in words
    assert "EPSG:32644" in words
    assert "true north, 0.6° to the left of up" in words
    assert "Placed by the before scene's georeference; the after scene was registered to it." in words
    assert APPROXIMATE not in words
    assert "Placed by the after scene's" in _passage(say(kind="construction"), "Where")


def test_an_approximate_position_is_called_that(say: Make, pair: Pair, scene: Make):
    assert APPROXIMATE in _passage(say(Pair(pair.before, scene("x", georeference="approximate"))), "Where")


def test_frame_display_and_hash_are_stated(say: Make):
    words = _passage(say(), "How it is shown").replace("\u00a0", " ")
    assert "same ground, 60 m wide: 120 \N{MULTIPLICATION SIGN} 120 pixels of 0.5 m" in words
    assert "bicubic interpolation" in words
    assert words.endswith("As it is.")
    assert "cdcdcdcdcdcdcdcd" in _passage(say(), "Check")


def test_reasons_rivals_and_other_kinds_are_told(say: Make):
    texts = say()
    assert _passage(texts, "Why it was reported") == "Edges per area fell from 0.31 to 0.04."
    assert _passage(texts, "Other explanations that were tried") == (
        "Shift (speaks against it): The dates agree to 0.3 px here. Could not be checked: season."
    )
    assert _passage(texts, "Which kind") == "Probabilities: demolition 0.72, other 0.28."


def test_a_long_list_is_cut_and_says_so(say: Make):
    texts = say(
        reasons=tuple(f"Reason {k}." for k in range(9)),
        rivals=tuple(Rival("haze", "undecided", f"Sentence {k}.") for k in range(9)),
        kinds={"demolition": 1.0},
    )
    assert _passage(texts, "Why it was reported").endswith("Reason 3. 5 more in changes.geojson.")
    assert _passage(texts, "Other explanations that were tried").endswith("6 more in changes.geojson.")
    assert all(passage.heading != "Which kind" for passage in texts.findings)


def test_a_change_without_reasons_or_site(say: Make, pair: Pair):
    texts = say(Pair(pair.before, pair.after), reasons=(), rivals=())
    assert _passage(texts, "Why it was reported") == "No reasons were recorded."
    assert texts.subtitle.startswith("No site")


def test_a_name_that_cannot_be_set_gives_way_to_the_sites_id(say: Make, pair: Pair):
    site = Site("persepolis", "\N{OLD PERSIAN SIGN PA}", "other", pair.site.geometry)
    assert say(Pair(pair.before, pair.after, site)).subtitle.startswith("persepolis (its name is in a script")


def test_a_grid_without_a_code_is_named(pair: Pair, change: Make, grid: GeoBox):
    odd = GeoBox((60, 60), grid.affine, "+proj=utm +zone=44 +ellps=bessel +units=m")
    texts = captions(
        change(), pair, odd, ChipStyle(resampling="nearest"), shown=Shown("", "", (pair.before, pair.after))
    )
    assert "(unknown)" in _passage(texts, "Where")
    assert "by the nearest pixel" in _passage(texts, "How it is shown")
