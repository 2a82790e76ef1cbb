"""GeoPackage: sites, changes and scenes as layers that open styled in QGIS, with their codebook inside."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from shapely.geometry import shape

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
from sitewatch.report.exports.findings import Finding, Findings
from sitewatch.report.exports.provenance import FACTS, facts

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
        _features(
            "scenes", SCENES, list(findings.scenes.values()), styles.scenes_style(), "Scenes compared."
        ),
        _features("sites", SITES, findings.sites, styles.sites_style(), "Sites and what was found of them."),
        _changes(
            "detected_outlines", _OUTLINES, redrawn, "Outlines as detected, where reviewers redrew them."
        ),
        _changes(
            "changes", CHANGES, findings.changes, "Changes as confirmed by reviewers, else as detected."
        ),
    ]
    book = codebook({"scenes": SCENES, "sites": SITES, "detected_outlines": _OUTLINES, "changes": CHANGES})
    tables = [
        Table("codebook", book, CODEBOOK_HEADER, "What each column means."),
        Table("about", facts(findings), FACTS, "How this file was made."),
    ]
    write_geopackage(path, layers, tables)


def _features(
    name: str,
    listed: Sequence[Column[Mapping[str, Any]]],
    features: Sequence[Mapping[str, Any]],
    style: str,
    description: str,
) -> Layer:
    return Layer(
        name=name,
        rows=columns.rows(listed, features),
        columns=[column.name for column in listed],
        numbers=numbers(listed),
        shapes=[shape(feature["geometry"]) for feature in features],
        type="MultiPolygon",
        description=description,
        style=style,
    )


def _changes(
    name: str, listed: Sequence[Column[Finding]], found: Sequence[Finding], description: str
) -> Layer:
    detected = name == "detected_outlines"
    return Layer(
        name=name,
        rows=columns.rows(listed, found),
        columns=[column.name for column in listed],
        numbers=numbers(listed),
        shapes=[change.detected if detected else change.geometry for change in found],
        type="MultiPolygon",
        description=description,
        style=styles.outlines_style() if detected else styles.changes_style(),
    )
