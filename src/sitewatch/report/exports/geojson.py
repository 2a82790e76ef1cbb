"""GeoJSON (RFC 7946): changes and sites with the decisions of reviewers, as other programs read them.

The Features are those of the run folder; what differs is said beside it, under ``detected``.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import shape

from sitewatch.io.vectors import geojson_text
from sitewatch.report.exports.columns import CHANGES, CODEBOOK_HEADER, FIELD_VALIDATION, SITES, codebook
from sitewatch.report.exports.findings import Finding, Findings
from sitewatch.report.exports.provenance import facts
from sitewatch.report.exports.tables import write_csv
from sitewatch.report.exports.text import stated, writable


def write(findings: Findings, folder: Path) -> None:
    """Write ``changes.geojson``, ``sites.geojson`` and ``codebook.csv`` into a folder."""
    about = {"sitewatch": {fact["name"]: fact["value"] for fact in facts(findings)}}
    _write(folder / "changes.geojson", geojson_text([feature(each) for each in findings.changes], about))
    _write(folder / "sites.geojson", geojson_text([_site(each) for each in findings.sites], about))
    write_csv(folder / "codebook.csv", CODEBOOK_HEADER, codebook({"changes": CHANGES, "sites": SITES}))


def feature(change: Finding) -> dict[str, Any]:
    """Return a change as a Feature for `geojson_text`: kind, area and outline as finally decided.

    ``detected`` holds the program's own kind and area; its outline where a reviewer redrew it, as well-known
    text. The outlines that single reviewers drew stay in the run's record of decisions.
    """
    said = dict(change.said)
    review = {
        key: value for key, value in said["review"].items() if key not in ("geometry", "kind", "area_m2")
    }
    for votes in ("votes", "adjudication"):
        if votes in review:
            review[votes] = _without_outline(review[votes])
    detected = {
        "kind": said["kind"],
        "area_m2": said["area_m2"],
        "wkt": change.detected.wkt if change.redrawn else None,
    }
    decided = {"kind": change.kind, "area_m2": change.area_m2, "detected": detected, "review": review}
    scenes = {side: _credited(said.get(side)) for side in ("before", "after")}
    properties = {**said, **decided, **scenes, "field_validation": FIELD_VALIDATION}
    return {"id": writable(change.id), "geometry": change.geometry, "properties": writable(properties)}


def _without_outline(votes: Any) -> Any:
    if isinstance(votes, list):
        return [_without_outline(vote) for vote in votes]
    return {key: value for key, value in votes.items() if key != "geometry"} if votes else votes


def _credited(block: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    if block is None:
        return None
    return {**block, **{name: stated(block.get(name), name) for name in ("credit", "licence")}}


def _site(site: Mapping[str, Any]) -> dict[str, Any]:
    said = site["properties"]
    scenes = {side: _credited(said.get(side)) for side in ("before", "after")}
    geometry = shape(site["geometry"]) if site["geometry"] else shapely.GeometryCollection()
    return {
        "id": writable(said["site_id"]),
        "geometry": geometry,
        "properties": writable({**said, **scenes, "field_validation": FIELD_VALIDATION}),
    }


def _write(path: Path, text: str) -> None:
    path.write_text(text, "utf-8", newline="\n")
