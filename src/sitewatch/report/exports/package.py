"""A folder with a GeoPackage, its codebook and the list of what its vocabulary could not hold."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sitewatch.io.vectors import Layer, Table, write_geopackage
from sitewatch.report.exports.columns import CODEBOOK_HEADER, Column, codebook
from sitewatch.report.exports.damage import LOSSES, Loss
from sitewatch.report.exports.findings import Findings
from sitewatch.report.exports.provenance import FACTS, facts
from sitewatch.report.exports.tables import write_csv
from sitewatch.report.exports.text import shown


def write_package(
    path: Path,
    findings: Findings,
    layers: Sequence[Layer],
    *,
    books: Mapping[str, Sequence[Column[Any]]],
    lost: Iterable[Loss],
) -> None:
    """Write a GeoPackage with tables `codebook`, `losses` and `about`; the first two also as CSV.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    book = codebook(books)
    left = [
        {key: None if value is None else shown(value) for key, value in each.row().items()} for each in lost
    ]
    tables = [
        Table("codebook", book, CODEBOOK_HEADER, "What each column means, and how classes were decided."),
        Table("losses", left, LOSSES, "What the vocabulary could not hold, a row a thing."),
        Table("about", facts(findings), FACTS, "How this file was made."),
    ]
    write_geopackage(path, layers, tables)
    write_csv(path.parent / "codebook.csv", CODEBOOK_HEADER, book)
    write_csv(path.parent / "losses.csv", LOSSES, left)
