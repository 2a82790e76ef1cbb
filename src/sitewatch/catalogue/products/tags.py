"""What the metadata items and the name of a file say of a scene: date, sensor, credit, licence, angles.

Keys are compared without case and punctuation. Sources: TIFF 6.0 baseline tags as GDAL names them
(``TIFFTAG_*``), EXIF (``EXIF_*``), STAC field names, and what providers write in practice.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sitewatch.catalogue.bands import plain
from sitewatch.catalogue.sensors import UNKNOWN, find_sensor
from sitewatch.records import DatePrecision, View

_DATES = (
    "datetime", "acquired", "acquisition datetime", "acquisitiondatetime", "acquisition date",
    "acquisitiondate", "sensing time", "date acquired", "date", "exif datetimeoriginal",
)  # fmt: skip
_SENSORS = ("sensor", "satellite", "platform", "instrument", "constellation", "satelliteid", "spacecraft id")
_CREDITS = ("credit", "attribution", "tifftag copyright", "copyright", "exif copyright")
_LICENCES = ("licence", "license")
_FORMATS: tuple[tuple[str, DatePrecision], ...] = (
    ("%Y:%m:%d %H:%M:%S", "second"), ("%Y%m%dT%H%M%S", "second"), ("%Y-%m-%d", "day"), ("%Y%m%d", "day"),
    ("%Y-%m", "month"), ("%Y", "year"),
)  # fmt: skip
_IN_NAME = re.compile(r"(?<!\d)((?:19|20)\d\d)([-_]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?!\d)")


@dataclass(frozen=True, slots=True)
class Facts:
    """What was found; `notes` say where it stands on weak ground."""

    date: dt.datetime | None = None
    date_precision: DatePrecision = "second"
    sensor: str = UNKNOWN
    credit: str | None = None
    licence: str | None = None
    product_id: str | None = None
    cloud_cover: float | None = None
    view: View = field(default_factory=View)
    notes: tuple[str, ...] = ()


def read_tags(tags: Mapping[str, str], name: str) -> Facts:
    """Collect what the tags of a file say, and its name where they say no date.

    Parameters
    ----------
    tags : mapping of str to str
        The file's metadata items.
    name : str
        File name without folder and ending.
    """
    items = {plain(key): value.strip() for key, value in tags.items() if value.strip()}
    date, precision, note = _date(items, name)
    named = _first(items, _SENSORS)
    sensor = find_sensor(named)
    return Facts(
        date=date,
        date_precision=precision,
        sensor=sensor.name if sensor else UNKNOWN,
        credit=_first(items, _CREDITS),
        licence=_first(items, _LICENCES),
        product_id=_first(items, ("product id", "scene id")),
        cloud_cover=_number(items, ("eo cloud cover", "cloud cover", "cloudcover")),
        view=View(
            sun_azimuth=_number(items, ("view sun azimuth", "sun azimuth", "sunazimuth")),
            sun_elevation=_number(items, ("view sun elevation", "sun elevation", "sunelevation")),
            off_nadir=_number(items, ("view off nadir", "off nadir", "offnadir", "off nadir angle")),
            azimuth=_number(items, ("view azimuth", "view azimuth angle", "satellite azimuth")),
        ),
        notes=tuple(
            said
            for said in (
                note,
                f"the file names the sensor {named!r}, which is not known" if named and not sensor else "",
            )
            if said
        ),
    )


def parse_date(text: str) -> tuple[dt.datetime, DatePrecision] | None:
    """Read a date as far as it is given, UTC where no zone is named; None if the text is no date."""
    for shape, precision in _FORMATS:
        try:
            return dt.datetime.strptime(text, shape).replace(tzinfo=dt.UTC), precision
        except ValueError:
            continue
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment.astimezone(dt.UTC) if moment.tzinfo else moment.replace(tzinfo=dt.UTC)), "second"


def date_in_name(name: str) -> dt.datetime | None:
    """Return the one calendar day that a file name holds (2017-09-26, 20170926), None if none or several."""
    days = {"".join(match.group(1, 3, 4)) for match in _IN_NAME.finditer(name)}
    found = parse_date(days.pop()) if len(days) == 1 else None
    return found[0] if found and found[0] <= dt.datetime.now(dt.UTC) else None


def _date(items: Mapping[str, str], name: str) -> tuple[dt.datetime | None, DatePrecision, str]:
    for key in _DATES:
        found = parse_date(items[key]) if key in items else None
        if found:
            return *found, ""
    in_name = date_in_name(name)
    if in_name:
        return in_name, "day", f"the date {in_name:%Y-%m-%d} was read from the file's name"
    made = parse_date(items.get("tifftag datetime", ""))
    if made:
        return (
            *made,
            f"the date {made[0]:%Y-%m-%d} is TIFFTAG_DATETIME, which may be the day the file was made",
        )
    return None, "second", ""


def _first(items: Mapping[str, str], keys: Iterable[str]) -> str | None:
    return next((items[key] for key in keys if key in items), None)


def _number(items: Mapping[str, str], keys: Iterable[str]) -> float | None:
    text = _first(items, keys)
    try:
        return float(text) if text is not None else None
    except ValueError:
        return None
