"""A run's findings with what people decided about them, as they leave a run.

The detections stay as they were written and sealed. What was decided stands beside them, under ``review``.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, TypeAlias

from pyproj import Geod
from shapely.errors import GEOSException
from shapely.geometry import shape

from sitewatch.evidence.decisions import STATUSES, Log, Outcome, Vote, outcomes
from sitewatch.io.results import Run, read_features
from sitewatch.records import KINDS

Feature: TypeAlias = dict[str, Any]
Standing: TypeAlias = Literal["change", "no_visible_change", "not_assessable"]

_GEOD = Geod(ellps="WGS84")
_TYPED = ("construction", "burning", "demolition")


def reviewed_features(run: Run) -> list[Feature]:
    """Return the changes of a run with the decisions of its record.

    Returns
    -------
    list of dict
        The Features of ``changes.geojson`` in their order. Where somebody decided, ``review`` holds:
        `status`; `votes`, one a reviewer (`reviewer`, `status`, `kind`, `at`, `note`, `geometry`);
        `adjudication`, the same or null; `disputed`; and what counts in the end, `kind`, `geometry` and
        `area_m2` (those of the detection where nobody changed them, null unless confirmed). Everything else
        is as it was written.

    Raises
    ------
    RunError
        If the record was changed.
    """
    decided = outcomes(Log.of(run.path).votes())
    return [
        _reviewed(feature, decided.get(feature["properties"]["id"]))
        for feature in read_features(run, "changes")
    ]


def reviewed_sites(run: Run, changes: Sequence[Mapping[str, Any]] | None = None) -> list[Feature]:
    """Return the sites of a run with what follows for them from the decisions.

    Parameters
    ----------
    changes : sequence of mapping, optional
        What `reviewed_features` returned, if it is at hand.

    Returns
    -------
    list of dict
        The Features of ``sites.geojson``. `review` holds the number of `detections`, how many of them have
        which status (`confirmed`, `rejected`, `uncertain`, `unreviewed`), `confirmed_m2` a kind, and the
        `verdict` that follows: ``change`` if construction, burning or demolition was confirmed;
        ``not_assessable`` where too little was seen; ``no_visible_change`` if every detection was decided
        about and nothing of these kinds confirmed; null while something is open. What a person saw and the
        program did not find is not in it.
    """
    found = reviewed_features(run) if changes is None else changes
    return [
        {**site, "properties": {**site["properties"], "review": _of_site(site["properties"], found)}}
        for site in read_features(run, "sites")
    ]


def confirmed_m2(changes: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """Return the confirmed area a kind, square metres; kinds of which nothing was confirmed are 0."""
    total = dict.fromkeys(KINDS, 0.0)
    for change in changes:
        review = change["properties"]["review"]
        if review["status"] == "confirmed":
            total[review.get("kind") or change["properties"]["kind"]] += _area(change["properties"])
    return {str(kind): round(area, 1) for kind, area in total.items()}


def _area(said: Mapping[str, Any]) -> float:
    area = said["review"].get("area_m2")
    return float(said["area_m2"] if area is None else area)


def _of_site(said: Mapping[str, Any], found: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    own = [change for change in found if change["properties"]["site_id"] == said["site_id"]]
    count = Counter(change["properties"]["review"]["status"] for change in own)
    areas = confirmed_m2(own)
    verdict: Standing | None = None
    if any(areas[kind] > 0 for kind in _TYPED):
        verdict = "change"
    elif said["verdict"] == "not_assessable":
        verdict = "not_assessable"
    elif not count["unreviewed"] and not count["uncertain"]:
        verdict = "no_visible_change"
    return {
        "detections": len(own),
        **{status: count[status] for status in STATUSES},
        "confirmed_m2": areas,
        "verdict": verdict,
    }


def _reviewed(feature: Feature, outcome: Outcome | None) -> Feature:
    if outcome is None:
        return feature
    said = feature["properties"]
    review = {
        "status": outcome.status,
        "votes": [_vote(vote) for vote in outcome.votes],
        "adjudication": _vote(outcome.adjudication) if outcome.adjudication is not None else None,
        "disputed": outcome.disputed,
        **_final(feature, outcome),
    }
    return {**feature, "properties": {**said, "review": review}}


def _final(feature: Feature, outcome: Outcome) -> dict[str, Any]:
    last = outcome.final
    if last is None or last.status != "confirmed":
        return {"kind": None, "geometry": None, "area_m2": None}
    said = feature["properties"]
    # Reviewers who agree may have redrawn differently: the outline is that of the first by name who did.
    own = (last,) if outcome.adjudication is not None else [vote.decision for vote in outcome.votes]
    redrawn = next((decision.geometry for decision in own if decision.geometry is not None), None)
    kind = next((decision.kind for decision in own if decision.kind is not None), said["kind"])
    area = _geodesic_m2(redrawn) if redrawn is not None else said["area_m2"]
    return {
        "kind": kind,
        "geometry": redrawn or feature["geometry"],
        "area_m2": None if area is None or math.isnan(area) else float(f"{area:.6g}"),
    }


def _vote(vote: Vote) -> dict[str, Any]:
    said = vote.decision
    return {
        "reviewer": said.reviewer,
        "status": said.status,
        "kind": said.kind,
        "at": said.at.isoformat(),
        "note": said.note,
        "geometry": said.geometry,
        "line": vote.number,
        "sha256": vote.sha256,
    }


def _geodesic_m2(geometry: Mapping[str, Any]) -> float:
    """Return the area of a GeoJSON geometry on the ellipsoid, m2; NaN if it is none that has one."""
    try:
        area, _ = _GEOD.geometry_area_perimeter(shape(dict(geometry)))
    except (ValueError, KeyError, TypeError, AttributeError, GEOSException):
        return math.nan
    return abs(float(area))
