"""What reviewers decided, as a figure says it."""

import datetime as dt
from typing import Any

import pytest
from pyproj import Geod
from shapely.geometry import MultiPolygon, Polygon, box, mapping

from sitewatch.errors import RunError
from sitewatch.evidence import Decision, Outcome, Vote, outcomes
from sitewatch.records import Change
from sitewatch.report.standing import UNREVIEWED, as_decided

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
SQUARE = box(10.0, 60.0, 10.01, 60.01)
CHANGE = Change("c", "s", "demolition", 0.7, {"demolition": 1.0}, 5.0, box(10, 60, 10.001, 60.001))


def decided(*said: dict[str, Any]) -> Outcome | None:
    """Return the outcome of decisions: reviewer and status, and more."""
    votes = [
        Vote(Decision(**({"change_id": "c", "reviewer": f"r{i}", "at": NOW} | one)), i, "")
        for i, one in enumerate(said)
    ]
    return outcomes(votes).get("c")


def test_what_nobody_looked_at_was_found_by_a_program():
    change, standing = as_decided(CHANGE, None)
    assert change is CHANGE
    assert standing.words == UNREVIEWED == "Found by a program. Not field validated."


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ([{"status": "confirmed"}], "confirmed by 1 reviewer. Not field"),
        ([{"status": "confirmed"}] * 2, "confirmed by 2 reviewers. Not field"),
        ([{"status": "confirmed"}, {"status": "rejected"}], "uncertain: 2 reviewers do not agree."),
        (
            [{"status": "confirmed"}, {"status": "rejected"}, {"status": "rejected", "role": "adjudication"}],
            "rejected in adjudication after 2 reviewers.",
        ),
        ([{"status": "rejected"}], "rejected by 1 reviewer."),
    ],
)
def test_reviewers_are_counted_and_not_named(said: list[dict[str, Any]], words: str):
    standing = as_decided(CHANGE, decided(*said))[1]
    assert words in standing.words
    assert "r0" not in standing.words
    assert "Not field validated." in standing.words


def test_kind_and_outline_are_the_decided_ones_and_the_area_is_on_the_ellipsoid():
    outline = Polygon(SQUARE.exterior.coords, [box(10.004, 60.004, 10.006, 60.006).exterior.coords])
    change, standing = as_decided(
        CHANGE, decided({"status": "confirmed", "kind": "burning", "geometry": mapping(outline)})
    )
    assert (change.kind, standing.found_as) == ("burning", "demolition")
    oracle = Geod(ellps="WGS84").geometry_area_perimeter
    hole = Polygon(outline.interiors[0])
    expected = abs(oracle(SQUARE)[0]) - abs(oracle(hole)[0])
    assert change.area_m2 == pytest.approx(expected, rel=1e-9)
    assert "from demolition to burning" in standing.words
    assert "redrawn" in standing.words


def test_a_split_outline_is_kept_in_parts():
    parts = MultiPolygon([box(10, 60, 10.001, 60.001), box(10.002, 60, 10.003, 60.001)])
    change, _ = as_decided(CHANGE, decided({"status": "confirmed", "geometry": mapping(parts)}))
    assert change.geometry.geom_type == "MultiPolygon"


def test_what_was_not_confirmed_is_shown_as_the_program_found_it():
    change, _ = as_decided(
        CHANGE, decided({"status": "uncertain", "kind": "burning", "geometry": mapping(SQUARE)})
    )
    assert change is CHANGE


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Point", "coordinates": [0, 0]},
        {"type": "Polygon"},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]},
        {"type": "Nothing"},
    ],
)
def test_an_outline_that_is_none_is_an_error(geometry: dict[str, Any]):
    with pytest.raises(RunError, match="the outline that was decided for c"):
        as_decided(CHANGE, decided({"status": "confirmed", "geometry": geometry}))
