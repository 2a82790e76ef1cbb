"""The files of a run folder that are text: changes.geojson, sites.geojson, sites.csv, run.json."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sitewatch.io.results.folder import RUN_JSON
from sitewatch.io.results.properties import ChangeRow, change_properties, plain, site_properties
from sitewatch.io.results.table import sites_table
from sitewatch.io.vectors import geojson_text
from sitewatch.records import Verdict

CHANGES = "changes.geojson"
SITES = "sites.geojson"
SITES_TABLE = "sites.csv"


def write_changes(folder: Path, rows: Sequence[ChangeRow], *, run_id: str) -> Path:
    """Write ``changes.geojson``, a Feature a change, in the order given."""
    features = [
        {
            "id": row.change.id,
            "geometry": row.change.geometry,
            "properties": plain(change_properties(row, run_id)),
        }
        for row in rows
    ]
    return _write(folder / CHANGES, geojson_text(features))


def write_sites(folder: Path, verdicts: Sequence[Verdict]) -> Path:
    """Write ``sites.geojson`` and ``sites.csv``, a Feature and a row a site, in the order given."""
    properties = [plain(site_properties(verdict)) for verdict in verdicts]
    features = [
        {"id": verdict.site.id, "geometry": verdict.site.geometry, "properties": values}
        for verdict, values in zip(verdicts, properties, strict=True)
    ]
    _write(folder / SITES_TABLE, sites_table(properties))
    return _write(folder / SITES, geojson_text(features))


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
