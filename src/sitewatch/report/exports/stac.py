"""A static STAC catalogue of a run: an Item a site, derived from the Items of the two scenes.

STAC 1.1 with the extensions label, processing and file, written by their names (as `catalogue.stac` does).
All links are relative: the folder may be moved or served as it is. Paths of this machine stay out of it.
"""

import datetime as dt
import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pystac
import shapely
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from sitewatch import __version__
from sitewatch.io.digests import digest
from sitewatch.io.results import OVERLAP
from sitewatch.io.vectors import geojson_text, split
from sitewatch.records import KINDS
from sitewatch.report.exports.columns import CHANGES, CODEBOOK_HEADER, FIELD_VALIDATION, codebook
from sitewatch.report.exports.findings import Finding, Findings, inside, scene_facts
from sitewatch.report.exports.geojson import feature
from sitewatch.report.exports.provenance import CAUTION, credits_of
from sitewatch.report.exports.tables import write_csv
from sitewatch.report.exports.text import file_stem, shown, stated, writable

LABEL = "https://stac-extensions.github.io/label/v1.0.1/schema.json"
PROCESSING = "https://stac-extensions.github.io/processing/v1.2.0/schema.json"
FILE = "https://stac-extensions.github.io/file/v2.1.0/schema.json"
# Multihash: SHA-256, 32 bytes.
_SHA256 = "1220"
_TIFF, _PNG, _GEOJSON = "image/tiff; application=geotiff", "image/png", "application/geo+json"


def write(findings: Findings, folder: Path) -> None:
    """Write ``catalog.json``, ``scenes/`` and an Item with its files for each site into a folder."""
    root = pystac.Catalog(
        file_stem(findings.run_id),
        f"Changes that sitewatch {__version__} found in run {shown(findings.run_id)}. {CAUTION}",
    )
    scenes = pystac.Catalog(
        "scenes", "Scenes that were compared. Their files are not part of this catalogue."
    )
    root.add_child(scenes)
    items = {name: _scene(name, item) for name, item in findings.scenes.items()}
    scenes.add_items(items.values())
    for key, geometry, said in _places(findings):
        item = _item(findings, key, geometry, said)
        # Where pystac will put the Item; its files lie beside it.
        home = folder / item.id
        home.mkdir()
        for name, asset in _assets(findings, key, said, home):
            item.add_asset(name, asset)
        for side in ("before", "after"):
            source = items.get(str((said.get(side) or {}).get("scene_id")))
            if source is not None:
                item.add_link(pystac.Link(pystac.RelType.DERIVED_FROM, source, pystac.MediaType.GEOJSON))
                item.add_link(pystac.Link("source", source, pystac.MediaType.GEOJSON))
        root.add_item(item)
    # Given a folder, pystac takes one with a dot in its name for a file, and writes beside it.
    root.normalize_and_save(str(folder / "catalog.json"), pystac.CatalogType.SELF_CONTAINED)
    write_csv(folder / "codebook.csv", CODEBOOK_HEADER, codebook({"labels": CHANGES}))


def _places(findings: Findings) -> Iterator[tuple[str, Any, Mapping[str, Any]]]:
    """Yield key, GeoJSON geometry and properties of each site, or of the overlap of two images."""
    for site in findings.sites:
        if site["properties"].get("before") is not None:
            yield site["properties"]["site_id"], site["geometry"], site["properties"]
    loose = findings.at(None)
    if OVERLAP in findings.run.sites_with_rasters or loose:
        pair = next(pair for pair in findings.run.info["pairs"] if pair["site"] == OVERLAP)
        blocks = {side: _block(findings, pair[side]) for side in ("before", "after")}
        yield (
            OVERLAP,
            findings.scenes[pair["before"]]["geometry"],
            {"name": "Overlap of two images", **blocks},
        )


def _block(findings: Findings, scene_id: str) -> dict[str, Any]:
    item = findings.scenes[scene_id]
    return {**scene_facts(item), "scene_id": scene_id, "datetime": item["properties"].get("datetime")}


def _scene(name: str, document: Mapping[str, Any]) -> pystac.Item:
    """Return a scene's Item without what only this machine has: files that are not on the net."""
    own = writable(dict(document))
    own["id"] = file_stem(name)
    own["links"] = []
    own["assets"] = {key: one for key, one in own["assets"].items() if "://" in one["href"]}
    own["properties"]["providers"] = [_provider(own["properties"].get("sitewatch:credit"))]
    own["properties"]["license"] = "other"
    own["properties"]["sitewatch:licence"] = stated(own["properties"].get("sitewatch:licence"), "licence")
    own["properties"]["sitewatch:scene_id"] = shown(name)
    return pystac.Item.from_dict(own)


def _provider(credit: Any) -> dict[str, Any]:
    return {"name": stated(credit, "credit"), "roles": ["producer", "licensor"]}


def _item(findings: Findings, key: str, geometry: Any, said: Mapping[str, Any]) -> pystac.Item:
    outline = split(shape(geometry))
    blocks = [said.get(side) or {} for side in ("before", "after")]
    start, end = (_moment(findings, block) for block in blocks)
    item = pystac.Item(
        id=file_stem(f"{findings.run_id}_{key}"),
        geometry=json.loads(json.dumps(mapping(outline))),
        bbox=_bbox(outline),
        datetime=end if start is None or end is None else None,
        start_datetime=start if end is not None else None,
        end_datetime=end if start is not None else None,
        properties=dict(_properties(findings, key, said, blocks)),
        stac_extensions=[LABEL, PROCESSING, FILE],
    )
    if item.datetime is None and item.common_metadata.start_datetime is None:
        # The standard wants one; nothing is known, so all of time.
        item.common_metadata.start_datetime = dt.datetime.min.replace(tzinfo=dt.UTC)
        item.common_metadata.end_datetime = dt.datetime.max.replace(tzinfo=dt.UTC, microsecond=0)
    return item


def _bbox(outline: BaseGeometry) -> list[float]:
    """Return west, south, east, north; west > east across the antimeridian (RFC 7946, section 5.2)."""
    west, south, east, north = outline.bounds
    parts = shapely.get_parts(outline)
    if (west, east) == (-180, 180) and len(parts) > 1:
        west = min(part.bounds[0] for part in parts if part.centroid.x > 0)
        east = max(part.bounds[2] for part in parts if part.centroid.x < 0)
    return [west, south, east, north]


def _moment(findings: Findings, block: Mapping[str, Any]) -> dt.datetime | None:
    text = findings.scenes.get(str(block.get("scene_id")), {}).get("properties", {}).get("datetime")
    return dt.datetime.fromisoformat(text) if text else None


def _properties(
    findings: Findings, key: str, said: Mapping[str, Any], blocks: list[Mapping[str, Any]]
) -> Iterator[tuple[str, Any]]:
    yield "title", shown(said.get("name") or key)
    yield "description", shown(said.get("reason") or CAUTION)
    credited = dict.fromkeys(stated(block.get("credit"), "credit") for block in blocks)
    yield (
        "providers",
        [_provider(credit) for credit in credited] + [{"name": "sitewatch", "roles": ["processor"]}],
    )
    yield "license", "other"
    yield (
        "sitewatch:credits",
        {name: text for name, text in credits_of(findings).items() if name in _ids(blocks)},
    )
    yield "sitewatch:site_id", None if key == OVERLAP else shown(key)
    yield "sitewatch:run_id", shown(findings.run_id)
    yield "sitewatch:verdict", said.get("verdict")
    yield "sitewatch:review", said.get("review")
    yield "sitewatch:field_validation", FIELD_VALIDATION
    yield "processing:software", {"sitewatch": str(findings.run.info["sitewatch"])}
    yield "processing:lineage", "Before and after registered, compared pixel by pixel and grown into objects."
    yield "processing:level", "L3"
    yield "label:type", "vector"
    yield "label:properties", ["kind"]
    yield "label:classes", [{"name": "kind", "classes": list(KINDS)}]
    yield "label:description", "Outlines of changes between the two scenes, with kind and confidence."
    yield "label:tasks", ["segmentation"]
    yield "label:methods", ["automated", *(["manual"] if findings.decisions_sha256 else [])]
    yield "label:overviews", [_overview(_at(findings, key))]


def _ids(blocks: list[Mapping[str, Any]]) -> set[str]:
    return {str(block.get("scene_id")) for block in blocks}


def _overview(found: list[Finding]) -> dict[str, Any]:
    counts = [{"name": kind, "count": sum(change.kind == kind for change in found)} for kind in KINDS]
    return {"property_key": "kind", "counts": counts}


def _at(findings: Findings, key: str) -> list[Finding]:
    return findings.at(None if key == OVERLAP else key)


def _assets(
    findings: Findings, key: str, said: Mapping[str, Any], home: Path
) -> Iterator[tuple[str, pystac.Asset]]:
    found = _at(findings, key)
    labels = home / "changes.geojson"
    labels.write_text(geojson_text([feature(change) for change in found]), "utf-8", newline="\n")
    yield "labels", _asset(labels, "Changes", _GEOJSON, "labels")
    for name, title in (("change", "Kind of change a pixel"), ("score", "Score a pixel, 0 to 1")):
        path = inside(findings.run, f"rasters/{key}/{name}.tif")
        if path is not None:
            yield name, _asset(_copied(path, home / f"{name}.tif"), title, _TIFF, "data")
    for change in found:
        path = inside(findings.run, change.said.get("chip"))
        if path is not None:
            stem = file_stem(change.id)
            title = f"Figure of {shown(change.id)}: {_credit_line(said)}"
            yield f"chip-{stem}", _asset(_copied(path, home / f"{stem}.png"), title, _PNG, "overview")


def _credit_line(said: Mapping[str, Any]) -> str:
    blocks = [said.get(side) or {} for side in ("before", "after")]
    return "; ".join(dict.fromkeys(stated(block.get("credit"), "credit") for block in blocks))


def _copied(source: Path, target: Path) -> Path:
    shutil.copyfile(source, target)
    return target


def _asset(path: Path, title: str, media_type: str, role: str) -> pystac.Asset:
    said = {"file:checksum": _SHA256 + digest(path), "file:size": path.stat().st_size}
    return pystac.Asset(f"./{path.name}", title=title, media_type=media_type, roles=[role], extra_fields=said)
