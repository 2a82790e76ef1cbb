"""A date means a span of time, as long as it is imprecise."""

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitewatch.catalogue.pairs.when import say_moment, season_gap, span, span_of_day
from sitewatch.records import DatePrecision

MOMENTS = st.datetimes(dt.datetime(1985, 1, 1), dt.datetime(2035, 1, 1), timezones=st.just(dt.UTC))  # noqa: DTZ001 - hypothesis wants bounds without a zone
PRECISIONS: list[DatePrecision] = ["second", "day", "month", "year"]


@given(MOMENTS)
def test_a_coarser_date_holds_the_finer_one(moment: dt.datetime) -> None:
    spans = [span(moment, precision) for precision in PRECISIONS]
    for fine, coarse in pairwise(spans):
        assert coarse.first <= fine.first <= fine.middle <= fine.last <= coarse.last
    assert all(one.first <= moment <= one.last for one in spans)


@given(MOMENTS)
def test_spans_follow_on_one_another_without_a_gap(moment: dt.datetime) -> None:
    for precision in PRECISIONS[1:]:
        one = span(moment, precision)
        following = span(one.last + dt.timedelta(microseconds=1), precision)
        assert following.first - one.last == dt.timedelta(microseconds=1)
        assert say_moment(following.first, precision) != say_moment(one.first, precision)


def test_zones_are_brought_to_utc_and_bare_times_are_utc() -> None:
    rangoon = dt.datetime(2017, 8, 26, 2, 0, tzinfo=dt.timezone(dt.timedelta(hours=6.5)))
    assert span(rangoon, "day") == span_of_day(dt.date(2017, 8, 25))
    assert span(dt.datetime(2017, 8, 25)) == span(dt.datetime(2017, 8, 25, tzinfo=dt.UTC))  # noqa: DTZ001 - that is the case


@given(st.floats(1, 366), st.floats(1, 366))
def test_seasons_are_round(first: float, second: float) -> None:
    gap = season_gap(first, second)
    assert 0 <= gap <= 183
    assert gap == season_gap(second, first)
    assert season_gap(first, first) == 0


def test_the_turn_of_the_year_is_no_distance() -> None:
    assert season_gap(1, 365) == pytest.approx(1.25)
