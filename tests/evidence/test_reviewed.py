"""What was decided goes with the findings, and the findings stay as they were sealed."""

import copy
import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from pyproj import Geod
from shapely.geometry import shape

from sitewatch.evidence import Decision, Log, confirmed_m2, reviewed_features, reviewed_sites
from sitewatch.io.results import Run

SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [0.001, 0], [0.001, 0.001], [0, 0.001], [0, 0]]]}
HALF = {"type": "Polygon", "coordinates": [[[0, 0], [0.0005, 0], [0.0005, 0.001], [0, 0.001], [0, 0]]]}
FOUND = (
    ("a", "ashby", "construction"),
    ("b", "ashby", "burning"),
    ("c", "crow", "other"),
    ("d", "crow", "burning"),
)


def feature(name: str, site: str, kind: str) -> dict[str, Any]:
    review = {"status": "unreviewed", "votes": []}
    said = {"id": name, "site_id": site, "kind": kind, "area_m2": 100.0, "review": review}
    return {"type": "Feature", "geometry": SQUARE, "properties": said}


@pytest.fixture
def run(tmp_path: Path) -> Run:
    (tmp_path / "run.json").write_text(json.dumps({"run_id": "r", "sitewatch": "0"}))
    changes = [feature(*one) for one in FOUND]
    sites = [
        {"type": "Feature", "geometry": SQUARE, "properties": {"site_id": name, "verdict": verdict}}
        for name, verdict in (("ashby", "change"), ("crow", "change"), ("dim", "not_assessable"))
    ]
    for name, features in (("changes", changes), ("sites", sites)):
        (tmp_path / f"{name}.geojson").write_text(json.dumps({"features": features}))
    return Run.open(tmp_path)


def decide(run: Run, change: str, reviewer: str, status: str, **more: object) -> None:
    at = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    said = {"change_id": change, "reviewer": reviewer, "status": status, "at": at, **more}
    Log.of(run.path).write(Decision.model_validate(said))


def reviews(run: Run) -> dict[str, dict[str, Any]]:
    return {one["properties"]["id"]: one["properties"]["review"] for one in reviewed_features(run)}


def test_without_decisions_nothing_is_different(run: Run):
    assert reviewed_features(run) == [feature(*one) for one in FOUND]


def test_a_decision_stands_beside_what_was_detected(run: Run):
    sealed = (run.path / "changes.geojson").read_bytes()
    decide(run, "a", "ada", "confirmed", kind="demolition", geometry=HALF, note="<b>")
    found = reviewed_features(run)
    assert (run.path / "changes.geojson").read_bytes() == sealed
    review = found[0]["properties"]["review"]
    assert (review["status"], review["kind"], review["geometry"]) == ("confirmed", "demolition", HALF)
    area, _ = Geod(ellps="WGS84").geometry_area_perimeter(shape(HALF))
    assert review["area_m2"] == pytest.approx(abs(area), rel=1e-5)
    assert [(vote["reviewer"], vote["note"], vote["line"]) for vote in review["votes"]] == [("ada", "<b>", 1)]
    # All but `review` is what was written.
    rest = copy.deepcopy(found)
    rest[0]["properties"]["review"] = feature(*FOUND[0])["properties"]["review"]
    assert rest == [feature(*one) for one in FOUND]


def test_what_was_confirmed_as_it_is_keeps_kind_outline_and_area(run: Run):
    decide(run, "b", "ada", "confirmed")
    review = reviews(run)["b"]
    assert (review["kind"], review["geometry"], review["area_m2"]) == ("burning", SQUARE, 100.0)


def test_who_names_no_kind_agrees_with_who_does(run: Run):
    decide(run, "b", "ada", "confirmed")
    decide(run, "b", "bo", "confirmed", kind="demolition")
    assert (reviews(run)["b"]["disputed"], reviews(run)["b"]["kind"]) == (False, "demolition")


def test_a_dispute_ends_in_nothing_until_it_is_settled(run: Run):
    decide(run, "a", "ada", "confirmed")
    decide(run, "a", "bo", "rejected")
    review = reviews(run)["a"]
    assert (review["status"], review["disputed"], review["geometry"]) == ("uncertain", True, None)
    decide(run, "a", "lea", "confirmed", role="adjudication")
    review = reviews(run)["a"]
    assert (review["status"], review["disputed"], review["kind"]) == ("confirmed", False, "construction")
    assert review["adjudication"]["reviewer"] == "lea"
    assert [vote["status"] for vote in review["votes"]] == ["confirmed", "rejected"]


def test_totals_count_what_was_confirmed_as_what_it_was_confirmed(run: Run):
    decide(run, "a", "ada", "confirmed")
    decide(run, "b", "ada", "confirmed", kind="demolition")
    decide(run, "c", "ada", "rejected")
    assert confirmed_m2(reviewed_features(run)) == {
        "construction": 100.0, "burning": 0.0, "demolition": 100.0, "other": 0.0,
    }  # fmt: skip


def test_verdicts_follow(run: Run):
    def verdicts() -> list[str | None]:
        return [site["properties"]["review"]["verdict"] for site in reviewed_sites(run)]

    assert verdicts() == [None, None, "not_assessable"]
    decide(run, "a", "ada", "confirmed")
    decide(run, "c", "ada", "confirmed")
    decide(run, "d", "ada", "uncertain")
    assert verdicts() == ["change", None, "not_assessable"]
    decide(run, "d", "ada", "rejected")
    # Another change than the three kinds was confirmed: that makes no site changed.
    assert verdicts() == ["change", "no_visible_change", "not_assessable"]
    assert reviewed_sites(run)[1]["properties"]["review"]["rejected"] == 1


def test_a_drawn_outline_that_is_none_has_no_area(run: Run):
    decide(run, "a", "ada", "confirmed", geometry={"type": "Polygon"})
    assert reviews(run)["a"]["area_m2"] is None
