"""Where an export comes from: run, version, digests, and what it does not say."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sitewatch import __version__
from sitewatch.io.digests import digest
from sitewatch.report.exports.findings import Findings, scene_facts
from sitewatch.report.exports.text import shown, stated

FACTS = ("name", "value")
EXPORT_JSON = "export.json"
CAUTION = (
    "Found by a program in satellite images and, where review_status says so, looked at by people. Not "
    "validated in the field. What is seen does not tell who did it, nor why."
)


def facts(findings: Findings) -> list[dict[str, str]]:
    """Return what a reader of the file alone must know, a row a fact."""
    return [dict(zip(FACTS, (name, shown(value)), strict=True)) for name, value in _facts(findings)]


def _facts(findings: Findings) -> Iterator[tuple[str, Any]]:
    yield "run_id", findings.run_id
    yield "sitewatch", __version__
    yield "run_made_with_sitewatch", findings.run.info["sitewatch"]
    yield "changes_sha256", digest(findings.run.path / "changes.geojson")
    yield "decisions_sha256", findings.decisions_sha256 or "no decisions"
    yield "changes", "confirmed only" if findings.confirmed_only else "all"
    yield "caution", CAUTION
    yield "crs", "WGS84 longitude/latitude (EPSG:4326)"
    for name, text in credits_of(findings).items():
        yield f"credit of {name}", text


def credits_of(findings: Findings) -> dict[str, str]:
    """Return credit and licence of each scene, by its id."""
    found = {}
    for name, item in findings.scenes.items():
        said = scene_facts(item)
        found[name] = f"{stated(said.get('credit'), 'credit')} ({stated(said.get('licence'), 'licence')})"
    return found


def write_export_json(folder: Path, findings: Findings, format_name: str) -> None:
    """Write ``export.json``, by which a folder is known as an export of ours."""
    said = {"format": format_name, **{row["name"]: row["value"] for row in facts(findings)}}
    text = json.dumps(said, indent=2, ensure_ascii=False)
    (folder / EXPORT_JSON).write_text(text + "\n", "utf-8", newline="\n")


def is_export(folder: Path) -> bool:
    """Tell whether a folder was written by `write_export_json`."""
    try:
        said = json.loads((folder / EXPORT_JSON).read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(said, dict) and {"format", "run_id", "sitewatch"} <= set(said)
