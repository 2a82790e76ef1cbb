"""NAIP quarter quads: red, green, blue and near infrared, and the day of flight in the name.

Source: USDA Farm Service Agency, NAIP naming convention:
``m_<quad>_<quarter>_<zone>_<resolution>_<day of flight>[_<day of release>].tif``.
"""

import re
from dataclasses import replace
from pathlib import Path

from sitewatch.catalogue.products import generic
from sitewatch.catalogue.products.hints import Hints
from sitewatch.catalogue.products.tags import parse_date
from sitewatch.records import Scene

SENSOR = "naip"
_NAME = re.compile(
    r"^m_\d{7}_(?:ne|nw|se|sw)_\d{1,2}_(?:\d{1,3}|h)_(?P<day>\d{8})(?:_\d{8})?$", re.IGNORECASE
)


def claims(path: Path) -> bool:
    """Whether a path is an image with a name of the NAIP convention."""
    return _NAME.match(path.stem) is not None and path.is_file()


def read(path: Path, hints: Hints) -> Scene:
    """Return the scene of a quarter quad; errors are those of `generic.read`."""
    scene = generic.read(path, replace(hints, sensor=hints.sensor or SENSOR))
    match = _NAME.match(path.stem)
    day = parse_date(match["day"]) if match else None
    notes = tuple(
        note for note in scene.notes if "file's name" not in note and "TIFFTAG_DATETIME" not in note
    )
    return replace(
        scene,
        sensor=SENSOR,
        datetime=day[0] if day else scene.datetime,
        date_precision="day" if day else scene.date_precision,
        notes=notes,
    )
