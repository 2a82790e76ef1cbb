"""What a file says about a site, in whatever words its author used."""

import datetime as dt
import json
import math
import re
from collections.abc import Mapping
from typing import Any

from sitewatch.errors import SiteError
from sitewatch.records import CATEGORIES, Category

# Shapefiles cut names to ten characters.
PRECISION = ("precision_m", "precision_")

_WORDS: Mapping[str, Category] = {
    "village": "settlement", "town": "settlement", "city": "settlement", "hamlet": "settlement",
    "camp": "facility", "base": "facility", "prison": "facility",
    "ground station": "ground_station", "antenna": "ground_station",
}  # fmt: skip
_DATE = re.compile(r"(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2})(?:[T ].*)?)?)?")


def find(properties: Mapping[str, Any], *names: str) -> str | None:
    """Return the key of the first property of these names that has a value, whatever its case."""
    known = {key.lower(): key for key, value in properties.items() if not _missing(value)}
    return next((known[name] for name in names if name in known), None)


def get(properties: Mapping[str, Any], *names: str) -> Any:
    """Return the first property of these names that has a value, whatever its case; None if none has."""
    key = find(properties, *names)
    return None if key is None else properties[key]


def category_of(properties: Mapping[str, Any]) -> tuple[Category, tuple[str, ...]]:
    """Return the category that the file gives, ``other`` where it gives none, and a note on unknown words."""
    raw = get(properties, "category")
    word = " ".join(re.split(r"[\s_-]+", str(raw or "other").strip().lower()))
    for category in CATEGORIES:
        if word == category.replace("_", " "):
            return category, ()
    if word in _WORDS:
        return _WORDS[word], ()
    return "other", (f"the category {raw!r} is not one of {', '.join(CATEGORIES)}; taken as other",)


def metres(properties: Mapping[str, Any], *names: str, least: float = 0.0) -> float | None:
    """Return a property as a length of at least `least` metres, None if it is missing.

    Raises
    ------
    SiteError
        If it is anything else.
    """
    raw = get(properties, *names)
    if raw is None:
        return None
    try:
        number = float(str(raw).replace(",", "."))
    except ValueError:
        number = math.nan
    if not least <= number < math.inf:
        raise SiteError(
            f"{names[0]} is {raw!r}", f"a number of metres from {least:g} is needed", "correct it"
        )
    return number


def dates(properties: Mapping[str, Any]) -> tuple[dt.date | None, dt.date | None]:
    """Return the days ``since`` and ``until``; a bare year or month begins or ends that day.

    Raises
    ------
    SiteError
        If one cannot be read, or they are in the wrong order.
    """
    since = _day(get(properties, "since"), "since", last=False)
    until = _day(get(properties, "until"), "until", last=True)
    if since is not None and until is not None and since > until:
        raise SiteError(
            f"since {since} is later than until {until}", "since must come first", "correct the dates"
        )
    return since, until


def texts(value: Any) -> tuple[str, ...]:
    """Return one text or a list of texts (also one written as JSON in a table's cell) as a tuple."""
    if isinstance(value, str) and value.lstrip().startswith("["):
        try:
            value = json.loads(value)
        except json.JSONDecodeError:
            return (value,)
    if isinstance(value, list | tuple):
        return tuple(str(item) for item in value if not _missing(item))
    return () if _missing(value) else (str(value),)


def _missing(value: Any) -> bool:
    return value is None or value == "" or (isinstance(value, float) and math.isnan(value))


def _day(raw: Any, name: str, *, last: bool) -> dt.date | None:
    if raw is None:
        return None
    if isinstance(raw, dt.datetime):
        return raw.date()
    if isinstance(raw, dt.date):
        return raw
    text = f"{raw:g}" if isinstance(raw, float) else str(raw).strip()
    parts = _DATE.fullmatch(text)
    try:
        return _date(parts, last=last) if parts else dt.date.fromisoformat(text)
    except ValueError:
        raise SiteError(
            f"{name} is {text!r}", "a date as in 2017, 2017-08 or 2017-08-25 is needed", "correct it"
        ) from None


def _date(parts: re.Match[str], *, last: bool) -> dt.date:
    year, month, day = (int(part) if part else None for part in parts.groups())
    if year is None or not last or day is not None:
        return dt.date(year or 0, month or 1, day or 1)
    # The last day of a month is the day before the first of the next one.
    following = dt.date(year + 1, 1, 1) if month in (None, 12) else dt.date(year, (month or 0) + 1, 1)
    return following - dt.timedelta(days=1)
