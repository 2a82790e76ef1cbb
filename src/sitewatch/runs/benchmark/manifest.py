"""A list of pairs with known truth: ``MANIFEST.csv`` and what its words mean."""

import csv
import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sitewatch.errors import CatalogueError

COLUMNS = ("set", "pair", "before", "after")
# Buildings with their damage, beside a pair that has them.
FOOTPRINTS = "buildings.tif"

_DATES = ("%Y", "%Y-%m", "%Y-%m-%d")
_SCALED = re.compile(r"reflectance\s*x\s*(\d+)")


@dataclass(frozen=True, slots=True)
class Entry:
    """One pair of a manifest.

    Attributes
    ----------
    set, pair : str
        Its set, and its name there.
    before, after : Path
    truth : Path or None
        Labels; None where there are none.
    bands : tuple of str or None
    sensor, credit, licence : str or None
        As the manifest words them.
    scale : float or None
        ``reflectance = stored * scale``, where the sensor's column says so (``reflectance x 10000``).
    date_before, date_after : str or None
        ISO 8601 as far as known; None where the manifest has a span, a bound, or nothing.
    kind : str
        What happened, in the manifest's words.
    """

    set: str
    pair: str
    before: Path
    after: Path
    truth: Path | None = None
    bands: tuple[str, ...] | None = None
    sensor: str | None = None
    scale: float | None = None
    date_before: str | None = None
    date_after: str | None = None
    credit: str | None = None
    licence: str | None = None
    kind: str = ""

    @property
    def name(self) -> str:
        """``set/pair``."""
        return f"{self.set}/{self.pair}"

    @property
    def is_null(self) -> bool:
        """Nothing to find: every detection is a false alarm."""
        return self.kind.startswith("null")

    @property
    def kind_told(self) -> bool:
        """Labels tell kinds apart; otherwise only "any change" can be scored."""
        return "any change" not in self.kind

    @property
    def can_turn(self) -> bool:
        """In the other order of time the labels hold as well: what was built is gone."""
        return self.truth is not None and self.kind.startswith("construction")

    @property
    def footprints(self) -> Path | None:
        """Buildings that can be planted, where nothing else happened."""
        path = self.before.parent / FOOTPRINTS
        return path if self.is_null and path.is_file() else None


def read_manifest(path: Path) -> list[Entry]:
    """Read a manifest; paths in it are relative to its folder.

    Raises
    ------
    CatalogueError
        If it cannot be read, lacks a column, or lists nothing.
    """
    try:
        with path.open(newline="", encoding="utf-8") as stream:
            rows = list(csv.DictReader(stream))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CatalogueError(
            f"{path} cannot be read ({error})", "a manifest in CSV is needed", "check the path"
        ) from error
    missing = [name for name in COLUMNS if not rows or name not in rows[0]]
    if missing:
        raise CatalogueError(
            f"{path} has no rows with the columns {', '.join(missing)}",
            f"a manifest has at least {', '.join(COLUMNS)}",
            "`sitewatch benchmark --help` names the columns",
        )
    return [_entry(row, path.parent) for row in rows]


def choose(entries: Sequence[Entry], sets: Sequence[str] = (), limit: int | None = None) -> list[Entry]:
    """Keep some sets (all if none is named), and the first `limit` pairs of each.

    Raises
    ------
    CatalogueError
        If a set is named that the manifest does not have.
    """
    names = list(dict.fromkeys(entry.set for entry in entries))
    unknown = [name for name in sets if name not in names]
    if unknown:
        raise CatalogueError(
            f"the manifest has no set {', '.join(unknown)}",
            f"it has {', '.join(names)}",
            "correct --set",
        )
    wanted = [name for name in names if not sets or name in sets]
    return [entry for name in wanted for entry in [each for each in entries if each.set == name][:limit]]


def date_of(text: str) -> str | None:
    """Return a date as ISO 8601 as far as it is known, or None.

    ``2017``, ``2017-09``, ``2017-09-25``, ``20170925`` and full times are dates; ``2002..2018``,
    ``before 2011-05-22`` and ``<=60 d before 2020-08-24`` bound one and are not.
    """
    text = text.strip()
    for shape in _DATES:
        try:
            return dt.datetime.strptime(text, shape).replace(tzinfo=dt.UTC).strftime(shape)
        except ValueError:
            continue
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    whole_day = len(text) == 8
    return moment.date().isoformat() if whole_day else moment.isoformat()


def _entry(row: Mapping[str, str | None], root: Path) -> Entry:
    def said(name: str) -> str:
        return (row.get(name) or "").strip()

    scaled = _SCALED.search(said("sensor"))
    return Entry(
        set=said("set"),
        pair=said("pair"),
        before=root / said("before"),
        after=root / said("after"),
        truth=root / said("truth") if said("truth") else None,
        bands=tuple(said("bands").split()) or None,
        sensor=said("sensor") or None,
        scale=1 / int(scaled[1]) if scaled else None,
        date_before=date_of(said("date_before")),
        date_after=date_of(said("date_after")),
        credit=said("source") or None,
        licence=said("licence") or None,
        kind=said("kind"),
    )
