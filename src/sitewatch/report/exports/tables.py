"""Tables for spreadsheets: changes, sites, scenes, and the codebook that explains their columns."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sitewatch.io.results import safe_cell
from sitewatch.report.exports.columns import CHANGES, CODEBOOK_HEADER, SCENES, SITES, Column, codebook, rows
from sitewatch.report.exports.findings import Finding, Findings
from sitewatch.report.exports.text import shown

# Without it Excel takes UTF-8 for the machine's old encoding.
_BYTE_ORDER_MARK = "\ufeff"
_WHERE: tuple[Column[Finding], ...] = (
    Column(
        "lon",
        "Longitude of a point inside the outline, degrees, WGS84.",
        lambda change: _point(change)[0],
        True,
    ),
    Column("lat", "Latitude of that point, degrees, WGS84.", lambda change: _point(change)[1], True),
    Column("wkt", "The outline, well-known text, WGS84.", lambda change: change.geometry.wkt),
)


def write(findings: Findings, folder: Path) -> None:
    """Write ``changes.csv``, ``sites.csv``, ``scenes.csv`` and ``codebook.csv`` into a folder."""
    changes = (*CHANGES, *_WHERE)
    tables: dict[str, tuple[Sequence[Column[Any]], Iterable[Any]]] = {
        "changes": (changes, findings.changes),
        "sites": (SITES, findings.sites),
        "scenes": (SCENES, findings.scenes.values()),
    }
    for name, (listed, things) in tables.items():
        write_csv(folder / f"{name}.csv", [column.name for column in listed], rows(listed, things))
    book = codebook({name: listed for name, (listed, _) in tables.items()})
    write_csv(folder / "codebook.csv", CODEBOOK_HEADER, book)


def write_csv(path: Path, header: Sequence[str], lines: Iterable[Mapping[str, Any]]) -> None:
    """Write a table that a spreadsheet opens as what it is: UTF-8, texts as text and never as formulas."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    for line in lines:
        writer.writerow([_cell(line.get(name)) for name in header])
    path.write_text(_BYTE_ORDER_MARK + text.getvalue(), "utf-8", newline="")


def _cell(value: Any) -> Any:
    if isinstance(value, float):
        return f"{value:.10g}"
    return safe_cell(shown(value)) if value is not None else ""


def _point(change: Finding) -> tuple[float | None, float | None]:
    if change.geometry.is_empty:
        return None, None
    point = change.geometry.representative_point()
    return round(point.x, 7), round(point.y, 7)
