"""The options of a comparison, typed: what the command line and the Python face both offer."""

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias, TypedDict

from sitewatch.catalogue.products import Hints
from sitewatch.errors import SettingsError
from sitewatch.records import DatePrecision
from sitewatch.settings import Settings

# A date alone is meant to the day; a datetime to the second; a text or a pair says how much of it is meant.
When: TypeAlias = str | dt.date | dt.datetime | tuple[dt.datetime, DatePrecision]
_FORMATS: tuple[tuple[str, DatePrecision], ...] = (("%Y", "year"), ("%Y-%m", "month"), ("%Y-%m-%d", "day"))
Step: TypeAlias = Callable[[str], None]


class CompareOptions(TypedDict, total=False):
    """Keywords of `sitewatch.compare`; each may be left out.

    Attributes
    ----------
    aoi : path
        Sites in any vector format: each gets a verdict.
    buildings : path
        Footprints in any vector format: each gets a damage reading.
    sites_only : bool
        Read and judge only the sites' windows, not the whole overlap.
    before_date, after_date : str, date, datetime or (datetime, precision)
        Where the files do not carry them.
    bands : sequence of str
        Names in file order, where the files do not carry them.
    sensor, credit, licence : str
        For both scenes, where the files do not carry them.
    scale, offset : float
        ``reflectance = stored * scale + offset``, where the files do not carry it.
    gsd : float
        Metres a pixel, for images without georeference.
    center : (float, float)
        Longitude and latitude of their middle.
    overwrite : bool
        Replace a run that stands in `out`.
    jobs : int
        Threads; as many as processors if left out. The result does not depend on it.
    settings : Settings
        Defaults if left out.
    progress : callable
        Called with a word after each step.
    """

    aoi: str | Path
    buildings: str | Path | None
    sites_only: bool
    before_date: When | None
    after_date: When | None
    bands: Sequence[str] | None
    sensor: str | None
    credit: str | None
    licence: str | None
    scale: float | None
    offset: float | None
    gsd: float | None
    center: tuple[float, float] | None
    overwrite: bool
    jobs: int | None
    settings: Settings
    progress: Step


def hints(options: CompareOptions, when: When | None) -> Hints:
    """Return what the options say of one of the two scenes."""
    date, precision = moment(when)
    bands = options.get("bands")
    return Hints(
        date=date,
        date_precision=precision,
        sensor=options.get("sensor"),
        bands=tuple(bands) if bands is not None else None,
        credit=options.get("credit"),
        licence=options.get("licence"),
        gsd_m=options.get("gsd"),
        center=options.get("center"),
        scale=options.get("scale"),
        offset=options.get("offset"),
    )


def moment(when: When | None) -> tuple[dt.datetime | None, DatePrecision]:
    """Return a date in UTC and how much of it is meant."""
    if when is None:
        return None, "second"
    if isinstance(when, str):
        return parse_moment(when)
    if isinstance(when, tuple):
        return when
    if isinstance(when, dt.datetime):
        return (when.astimezone(dt.UTC) if when.tzinfo else when.replace(tzinfo=dt.UTC)), "second"
    return dt.datetime(when.year, when.month, when.day, tzinfo=dt.UTC), "day"


def parse_moment(text: str) -> tuple[dt.datetime, DatePrecision]:
    """Read a date as far as it is known: 2017, 2017-09, 2017-09-25, or an ISO 8601 time (UTC if no zone).

    Raises
    ------
    SettingsError
        If the text is no date.
    """
    for text_format, precision in _FORMATS:
        # strptime takes "2017-9" for "%Y-%m" too; a date that people type is taken as they mean it.
        try:
            return dt.datetime.strptime(text, text_format).replace(tzinfo=dt.UTC), precision
        except ValueError:
            continue
    try:
        found = dt.datetime.fromisoformat(text)
        return (found.astimezone(dt.UTC) if found.tzinfo else found.replace(tzinfo=dt.UTC)), "second"
    except ValueError as error:
        raise SettingsError(
            f"{text!r} is not a date", "YYYY, YYYY-MM, YYYY-MM-DD or ISO 8601 is needed", "correct it"
        ) from error


def silent(label: str) -> None:
    """Show no progress."""
    del label
