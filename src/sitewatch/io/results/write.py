"""The files of a run folder that are text: changes.geojson, sites.geojson, sites.csv, run.json."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sitewatch.io.results.folder import RUN_JSON
from sitewatch.io.results.properties import (
    ChangeRow,
    building_properties,
    change_properties,
    plain,
    site_properties,
)
from sitewatch.io.results.table import sites_table
from sitewatch.io.vectors import geojson_text
from sitewatch.records import Building, Pair, Verdict

CHANGES = "changes.geojson"
SITES = "sites.geojson"
BUILDINGS = "buildings.geojson"
SITES_TABLE = "sites.csv"


def change_feature(row: ChangeRow, run_id: str) -> dict[str, Any]:
    """Return a change as a Feature: ``id``, ``geometry`` (shapely, WGS84) and plain ``properties``."""
    return {
        "id": row.change.id,
        "geometry": row.change.geometry,
        "properties": plain(change_properties(row, run_id)),
    }


def site_feature(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as a Feature: ``id``, ``geometry`` (shapely, WGS84) and plain ``properties``."""
    return {
        "id": verdict.site.id,
        "geometry": verdict.site.geometry,
        "properties": plain(site_properties(verdict)),
    }


def building_feature(building: Building, pair: Pair, site_id: str | None, run_id: str) -> dict[str, Any]:
    """Return a building as a Feature: ``id``, ``geometry`` (shapely, WGS84) and plain ``properties``."""
    return {
        "id": building.footprint.id,
        "geometry": building.footprint.geometry,
        "properties": plain(building_properties(building, pair, site_id, run_id)),
    }


def write_buildings(folder: Path, buildings: Sequence[Mapping[str, Any]]) -> Path:
    """Write ``buildings.geojson`` from Features, in the order given."""
    return _write(folder / BUILDINGS, geojson_text(buildings))


def write_tables(
    folder: Path, changes: Sequence[Mapping[str, Any]], sites: Sequence[Mapping[str, Any]]
) -> None:
    """Write ``changes.geojson``, ``sites.geojson`` and ``sites.csv`` from Features, in the order given."""
    _write(folder / CHANGES, geojson_text(changes))
    _write(folder / SITES, geojson_text(sites))
    _write(folder / SITES_TABLE, sites_table([site["properties"] for site in sites]))


def write_run_json(folder: Path, info: Mapping[str, Any]) -> Path:
    """Write ``run.json``; NaN becomes null, dates become ISO 8601, paths become text.

    Parameters
    ----------
    info : mapping
        Has ``run_id`` and ``sitewatch`` (the version), by which a folder is known as a run of ours.
    """
    text = json.dumps(plain(info), indent=2, ensure_ascii=False, allow_nan=False)
    return _write(folder / RUN_JSON, text + "\n")


def _write(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8", newline="\n")
    return path
