"""Dates that are known to the second, the day, the month or the year."""

import calendar
import datetime as dt
from dataclasses import dataclass

from sitewatch.records import DatePrecision, Scene

_DAY = dt.timedelta(days=1)
_INSTANT = dt.timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Span:
    """The time within which something happened, ends included; UTC."""

    first: dt.datetime
    last: dt.datetime

    @property
    def middle(self) -> dt.datetime:
        """The time that errs least."""
        return self.first + (self.last - self.first) / 2


def span(moment: dt.datetime, precision: DatePrecision = "second") -> Span:
    """Return the time that a date means; one without a zone is UTC."""
    moment = moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)
    if precision == "second":
        return Span(moment, moment)
    first = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if precision == "day":
        return Span(first, first + _DAY - _INSTANT)
    if precision == "month":
        first = first.replace(day=1)
        days = calendar.monthrange(first.year, first.month)[1]
    else:
        first = first.replace(month=1, day=1)
        days = 366 if calendar.isleap(first.year) else 365
    return Span(first, first + days * _DAY - _INSTANT)


def span_of_day(day: dt.date) -> Span:
    """Return the time of a whole day, UTC."""
    return span(dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC), "day")


def scene_span(scene: Scene) -> Span | None:
    """Return when a scene was taken, None if nobody knows."""
    return None if scene.datetime is None else span(scene.datetime, scene.date_precision)


def season_day(scene: Scene) -> float | None:
    """Return the day of the year (1 to 366), None if the scene is not dated at least to the month."""
    taken = scene_span(scene)
    if taken is None or scene.date_precision == "year":
        return None
    return float(taken.middle.timetuple().tm_yday)


def season_gap(first: float, second: float) -> float:
    """Return how far two days of the year are apart, 0 to 183 days, across the turn of the year."""
    gap = abs(first - second) % 365.25
    return min(gap, 365.25 - gap)


def say(scene: Scene) -> str:
    """Return a scene's date in as much detail as is meant."""
    return "no date" if scene.datetime is None else say_moment(scene.datetime, scene.date_precision)


def say_moment(moment: dt.datetime, precision: DatePrecision) -> str:
    """Return a date in as much detail as is meant."""
    formats = {"second": "%Y-%m-%d %H:%M UTC", "day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}
    return moment.strftime(formats[precision])
