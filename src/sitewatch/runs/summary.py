"""What a finished run found, in a few numbers: for the screen and for other programs."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from sitewatch.io.results import Run
from sitewatch.records import KINDS
from sitewatch.runs.buildings import building_line


def summarise(run: Run) -> dict[str, Any]:
    """Count what a run found.

    Returns
    -------
    dict
        ``run_id``, ``path``, ``page``, ``changes`` (number a kind), ``changed_m2`` (a kind), ``sites``
        (verdict a site, with its reason), ``cautions``, ``buildings``
        (what ``run.json`` says of them, or None) and ``refused`` (site and why).
    """
    changes, sites = run.changes, run.sites
    number = Counter(changes["kind"])
    area = changes.groupby("kind")["area_m2"].sum() if len(changes) else {}
    return {
        "run_id": run.info["run_id"],
        "path": str(run.path),
        "page": str(run.path / "index.html"),
        "changes": {kind: int(number.get(kind, 0)) for kind in KINDS},
        "changed_m2": {kind: round(float(area[kind]), 1) if kind in area else 0.0 for kind in KINDS},
        "sites": [
            {"site": row["site_id"], "verdict": row["verdict"], "reason": row["reason"]}
            for row in sites.to_dict("records")
        ],
        "cautions": [caution for pair in run.info["pairs"] for caution in pair["cautions"]],
        "buildings": run.info.get("buildings"),
        "refused": [
            *run.info["refusals"],
            *({"site": item["name"], "error": item["error"]} for item in run.info.get("unread", [])),
        ],
    }


def summary_lines(summary: Mapping[str, Any]) -> Iterator[str]:
    """Say a summary in lines."""
    found = [f"{number} {kind}" for kind, number in summary["changes"].items() if number]
    yield f"{summary['run_id']}: {', '.join(found) if found else 'no change found'}"
    refused = {refusal["site"] for refusal in summary["refused"]}
    for site in (site for site in summary["sites"] if site["site"] not in refused):
        yield f"  {site['site']}: {site['verdict'].replace('_', ' ')} - {site['reason']}"
    if summary["buildings"]:
        yield building_line(summary["buildings"])
    for caution in dict.fromkeys(summary["cautions"]):
        yield f"  mind: {caution}"
    for refusal in summary["refused"]:
        yield f"  failed: {refusal['site']}: {refusal['error']}"
    yield f"look at {summary['page']}"
