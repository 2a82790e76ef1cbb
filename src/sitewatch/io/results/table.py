"""Verdicts as a table that a spreadsheet opens: a row a site, nested properties spread over columns."""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from sitewatch.io.results.properties import SITE_PROPERTIES, unseen_key
from sitewatch.records import KINDS, UNSEEN

_SCENE = ("scene_id", "datetime", "sensor", "gsd_m", "credit", "licence", "sha256")
_SPREAD = {
    "changed_m2": KINDS,
    "changed_fraction": KINDS,
    **{f"changed_{what}_{end}": KINDS for what in ("m2", "fraction") for end in ("low", "high")},
    "min_detectable_m2": KINDS,
    "before": _SCENE,
    "after": _SCENE,
    "unseen": tuple(map(unseen_key, UNSEEN)),
}
COLUMNS = tuple(
    column
    for name in SITE_PROPERTIES
    for column in ([f"{name}_{part}" for part in _SPREAD[name]] if name in _SPREAD else [name])
)

# A cell that begins so is run as a formula by spreadsheets; names of sites come from files of others.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def sites_table(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return properties of sites as CSV, a line a site; several kinds in one cell are joined by ``;``."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        flat = _flat(row)
        cells = ((name, flat.get(name)) for name in COLUMNS)
        writer.writerow([value if name == "site_id" else safe_cell(value) for name, value in cells])
    return text.getvalue()


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, Mapping):
            flat.update({f"{name}_{key}": item for key, item in value.items()})
        else:
            flat[name] = ";".join(value) if isinstance(value, list) else value
    return flat


def safe_cell(value: Any) -> Any:
    """Return what may stand in a cell: a text that a spreadsheet would run begins with an apostrophe."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value
