"""The words for numbers."""

import datetime as dt
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitewatch.records import KINDS
from sitewatch.report.words import (
    CONFIDENCE_WORDS,
    KIND_COLOURS,
    KIND_TITLES,
    VERDICT_MEANINGS,
    VERDICT_TITLES,
    area_words,
    confidence_word,
    length_words,
    moment_words,
)


@pytest.mark.parametrize(
    ("probability", "word"),
    [
        (0.0, "almost no chance"),
        (0.0499, "almost no chance"),
        (0.05, "very unlikely"),
        (0.2, "unlikely"),
        (0.45, "roughly even chance"),
        (0.5499, "roughly even chance"),
        (0.55, "likely"),
        (0.8, "very likely"),
        (0.95, "almost certain"),
        (1.0, "almost certain"),
    ],
)
def test_the_words_are_those_of_icd_203_and_a_limit_belongs_to_the_band_above(probability: float, word: str):
    assert confidence_word(probability).word == word


@given(st.floats(0.01, 0.99))
def test_a_probability_lies_in_the_range_that_its_word_is_defined_by(probability: float):
    word = confidence_word(probability)
    assert word.low <= round(probability * 100, 6) <= word.high
    assert word.definition == f"{word.word} = {word.low} to {word.high} % on the scale of US ICD 203"


def test_the_ranges_follow_one_another_without_a_gap():
    assert [w.high for w in CONFIDENCE_WORDS[:-1]] == [w.low for w in CONFIDENCE_WORDS[1:]]


def test_no_probability_has_no_word():
    assert confidence_word(math.nan) is None


MOMENT = dt.datetime(2017, 9, 25, 4, 31, 7, tzinfo=dt.timezone(dt.timedelta(hours=6, minutes=30)))


@pytest.mark.parametrize(
    ("precision", "words"),
    [
        ("second", "2017-09-24 22:01:07 UTC"),
        ("day", "2017-09-24, time not stated"),
        ("month", "2017-09, day not stated"),
        ("year", "2017, month not stated"),
    ],
)
def test_a_date_is_told_in_utc_as_far_as_it_is_known(precision: str, words: str):
    assert moment_words(MOMENT, precision) == words


def test_a_missing_date_is_said_to_be_missing():
    assert moment_words(None, "second") == "date not stated"


@pytest.mark.parametrize(
    ("area", "words"),
    [
        (0, "0 m²"),
        (3.14159, "3.14 m²"),
        (35, "35 m²"),
        (99.96, "100 m²"),
        (1244, "1,240 m²"),
        (99_949, "99,900 m²"),
        (273_100, "27.3 ha"),
        (4_384_000, "4.38 km²"),
        (math.nan, "area unknown"),
    ],
)
def test_an_area_has_three_figures_and_the_unit_of_its_size(area: float, words: str):
    assert area_words(area) == words


def test_a_scale_bar_is_labelled_in_kilometres_from_a_thousand_metres_on():
    assert [length_words(x) for x in (0.5, 500, 1000, 20_000)] == ["0.5 m", "500 m", "1 km", "20 km"]


def test_every_kind_and_verdict_has_its_words_and_no_two_kinds_share_a_colour():
    assert set(KIND_TITLES) == set(KIND_COLOURS) == set(KINDS)
    assert len(set(KIND_COLOURS.values())) == len(KINDS)
    assert set(VERDICT_TITLES) == set(VERDICT_MEANINGS)
