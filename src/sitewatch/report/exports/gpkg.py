"""GeoPackage: sites, changes and scenes as layers that open styled in QGIS, with their codebook inside."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from shapely import Polygon
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from sitewatch.io.vectors import Layer, Table, write_geopackage
from sitewatch.report.exports import columns, styles
from sitewatch.report.exports.columns import (
    CHANGES,
    CODEBOOK_HEADER,
    SCENES,
    SITES,
    Column,
    codebook,
    numbers,
)
from sitewatch.report.exports.findings import Findings
from sitewatch.report.exports.provenance import FACTS, facts

T = TypeVar("T")
_OUTLINES = tuple(column for column in CHANGES if column.name in ("id", "detected_kind", "detected_area_m2"))


def write(findings: Findings, path: Path) -> None:
    """Write the file.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    redrawn = [change for change in findings.changes if change.redrawn]
    # QGIS draws the layers in this order from below when all of them are added at once.
    layers = [
        _layer("scenes", SCENES, list(findings.scenes.values()), _outlines_of(findings.scenes.values())),
        _layer("sites", SITES, findings.sites, _outlines_of(findings.sites)),
        _layer("detected_outlines", _OUTLINES, redrawn, [change.detected for change in redrawn]),
        _layer("changes", CHANGES, findings.changes, [change.geometry for change in findings.changes]),
    ]
    book = codebook({"scenes": SCENES, "sites": SITES, "detected_outlines": _OUTLINES, "changes": CHANGES})
    tables = [
        Table("codebook", book, CODEBOOK_HEADER, "What each column means."),
        Table("about", facts(findings), FACTS, "How this file was made."),
    ]
    write_geopackage(path, layers, tables)


def _outlines_of(features: Iterable[Mapping[str, Any]]) -> list[BaseGeometry]:
    return [shape(each["geometry"]) if each["geometry"] else Polygon() for each in features]


def _layer(
    name: str, listed: Sequence[Column[T]], things: Sequence[T], shapes: Sequence[BaseGeometry]
) -> Layer:
    description, style = _LOOKS[name]
    return Layer(
        name=name,
        rows=columns.rows(listed, things),
        columns=[column.name for column in listed],
        numbers=numbers(listed),
        shapes=shapes,
        type="MultiPolygon",
        description=description,
        style=style(),
    )


_LOOKS: Mapping[str, tuple[str, Callable[[], str]]] = {
    "scenes": ("Scenes that were compared.", styles.scenes_style),
    "sites": ("Sites and what was found of them.", styles.sites_style),
    "detected_outlines": ("Outlines as detected, where reviewers redrew them.", styles.outlines_style),
    "changes": ("Changes as confirmed by reviewers, else as detected.", styles.changes_style),
}
