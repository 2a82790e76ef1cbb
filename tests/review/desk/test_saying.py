"""What is called saved is on the disk, and what is on the disk is what the reviewer did and saw."""

import errno
import json
import os
from collections.abc import Callable
from dataclasses import replace

import pytest
from shapely.geometry import shape
from tests.review.desk.conftest import GRID, SCREEN, SHIFT, Made, Page, change, outline_of

from sitewatch.errors import SettingsError
from sitewatch.evidence import Log, outcomes
from sitewatch.records import Measurement
from sitewatch.review.session import open_session

Sit = Callable[..., Page]


def test_a_decision_is_on_the_disk_when_it_is_called_saved(make_run: Made, sit_down: Sit):
    run = make_run()
    answer = sit_down(run).decide(1, "confirmed", kind="demolition", note="roof gone")
    assert answer.json()["saved"] is True
    (vote,) = Log.of(run.path).votes()
    assert answer.json()["sha256"] == vote.sha256
    said = vote.decision
    assert (said.change_id, said.reviewer, said.status, said.kind, said.note) == (
        "c1",
        "ada",
        "confirmed",
        "demolition",
        "roof gone",
    )
    assert said.geometry is None


def test_the_record_says_what_was_on_the_screen(make_run: Made, sit_down: Sit):
    run = make_run()
    sit_down(run, show_confidence=True).decide(0, "rejected")
    screen = Log.of(run.path).votes()[0].decision.screen
    assert [scene["id"] for scene in screen["scenes"]] == ["before", "after"]
    assert screen["mode"] == "side"
    assert screen["bands"] == ["red", "green", "blue"]
    assert screen["stretch"]["before"] == screen["stretch"]["after"]
    assert screen["zoom"] == 2
    assert screen["seconds"] == 3.2
    assert screen["confidence_shown"] is True
    lon, lat = GRID.crs.transformer_to_crs("EPSG:4326", always_xy=True)(*(GRID.affine * (46, 46)))
    assert screen["centre"] == pytest.approx([lon, lat], abs=1e-5)


def test_after_a_restart_everything_is_there(make_run: Made, sit_down: Sit):
    run = make_run()
    page = sit_down(run)
    page.decide(0, "confirmed", note="one")
    page.decide(2, "uncertain")
    again = sit_down(run)
    assert again.get("/api/session")["progress"] == {"all": 4, "decided": 2, "confirmed": 1, "uncertain": 1}
    assert again.get("/api/items/0")["mine"]["note"] == "one"
    assert [row[3] for row in again.get("/api/queue?count=10")["rows"]] == ["confirmed", "", "uncertain", ""]
    assert again.get("/api/queue?from=1")["undecided"] == 1
    assert again.get("/api/queue?from=2")["undecided"] == 3


def test_undo_takes_back_one_after_another_and_says_so_in_the_record(make_run: Made, sit_down: Sit):
    run = make_run()
    page = sit_down(run)
    page.decide(0, "confirmed")
    page.decide(1, "rejected")
    assert page.post("/api/undo", {"screen": SCREEN}).json()["number"] == 1
    assert sit_down(run).post("/api/undo", {"screen": SCREEN}).json()["number"] == 0
    assert page.post("/api/undo", {"screen": SCREEN}).json()["saved"] is False
    assert [vote.decision.status for vote in Log.of(run.path).votes()] == [
        "confirmed", "rejected", "unreviewed", "unreviewed",
    ]  # fmt: skip
    assert outcomes(Log.of(run.path).votes()) == {}


def test_two_reviewers_at_once_do_not_see_each_other(make_run: Made, sit_down: Sit):
    run = make_run()
    ada, ben = sit_down(run, "ada"), sit_down(run, "ben")
    ada.decide(0, "confirmed", note="ada's own words")
    ben.decide(0, "rejected")
    ada.decide(1, "uncertain")
    assert ben.get("/api/items/0")["mine"]["status"] == "rejected"
    assert ben.get("/api/items/1")["mine"] == {}
    assert "ada's own words" not in json.dumps(
        [ben.get("/api/items/0"), ben.get("/api/session"), ben.get("/api/queue?count=9")]
    )
    assert ben.get("/api/session")["progress"]["decided"] == 1
    assert [vote.decision.reviewer for vote in Log.of(run.path).votes()] == ["ada", "ben", "ada"]


def test_whoever_settles_sees_what_others_said(make_run: Made, sit_down: Sit):
    run = make_run()
    sit_down(run, "ada").decide(0, "confirmed")
    sit_down(run, "ben").decide(0, "rejected")
    lead = sit_down(run, "lea", lead=True)
    assert [(vote["reviewer"], vote["status"]) for vote in lead.get("/api/items/0")["votes"]] == [
        ("ada", "confirmed"), ("ben", "rejected"),
    ]  # fmt: skip
    lead.decide(0, "rejected")
    assert outcomes(Log.of(run.path).votes())["c0"].status == "rejected"


def test_how_sure_the_program_is_stays_hidden_unless_the_lead_shows_it(make_run: Made, sit_down: Sit):
    run = make_run()
    hidden = json.dumps(sit_down(run).get("/api/items/0"))
    assert "0.876" not in hidden
    assert "88 %" not in hidden
    assert "model probability" not in hidden
    shown = sit_down(run, show_confidence=True).get("/api/items/0")
    assert "88 %" in shown["confidence"]


@pytest.mark.parametrize("kind", ["burning", "construction"])
def test_a_redrawn_outline_lies_where_it_was_drawn(make_run: Made, sit_down: Sit, kind: str):
    run = make_run()
    drawn = outline_of(100, 60, 130, 80)
    answer = sit_down(run).decide(0, "confirmed", kind=kind, outline=drawn).json()
    (vote,) = Log.of(run.path).votes()
    place = shape(vote.decision.geometry)
    # Construction is understood by the after scene's georeference, where it lies further on.
    right, down = SHIFT if kind == "construction" else (0, 0)
    there = GRID.crs.transformer_to_crs("EPSG:4326", always_xy=True)
    lon, lat = there(*(GRID.affine * (115 + right, 70 + down)))
    assert (place.centroid.x, place.centroid.y) == pytest.approx((lon, lat), abs=2e-7)
    assert place.exterior.is_ccw
    back = answer["mine"]["outline"]
    assert shape({"type": "Polygon", "coordinates": [[*back[0][0], back[0][0][0]]]}).symmetric_difference(
        shape({"type": "Polygon", "coordinates": [[*drawn[0][0], drawn[0][0][0]]]})
    ).area == pytest.approx(0, abs=2)
    assert sit_down(run).get("/api/items/0")["mine"]["outline"] == back


def test_an_outline_is_split_and_its_parts_are_saved(make_run: Made, sit_down: Sit):
    run = make_run()
    page = sit_down(run)
    whole = outline_of(100, 60, 130, 80)
    parts = page.post("/api/items/0/split", {"outline": whole, "line": [[110, 50], [110, 90]]}).json()[
        "outline"
    ]
    areas = sorted(shape({"type": "Polygon", "coordinates": [[*part[0], part[0][0]]]}).area for part in parts)
    assert areas == pytest.approx([200, 400], abs=2)
    page.decide(0, "confirmed", outline=parts)
    geometry = Log.of(run.path).votes()[0].decision.geometry
    assert geometry is not None
    assert geometry["type"] == "MultiPolygon"
    assert len(geometry["coordinates"]) == 2
    beside = page.post("/api/items/0/split", {"outline": whole, "line": [[10, 50], [10, 90]]})
    assert "does not cross" in beside.json()["error"]


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"outline": [[[[0, 0], [10, 10], [10, 0], [0, 10]]]]}, "crosses itself"),
        ({"outline": [[[[0, 0], [1, 1]]]]}, "three corners"),
        ({"outline": [[]]}, "three corners"),
        ({"outline": [[[[0, 0], [5, 5], [9, 9]]]]}, "crosses itself"),
        ({"outline": [[[[9e6, 0], [9e6, 5], [8e6, 9]]]]}, "beyond the image"),
        ({"outline": [[[[x / 1000, x % 2] for x in range(30_000)]]]}, "too many corners"),
        ({"outline": [[[["a", 0], [1, 1], [2, 0]]]]}, "outline"),
        ({"note": "x" * 10_001}, "note"),
        ({"kind": "<script>"}, "kind"),
        ({"reviewer": "somebody else"}, "reviewer"),
        ({"change_id": "../../x"}, "change_id"),
        ({"role": "adjudication"}, "role"),
        ({"screen": {**SCREEN, "seconds": -1}}, "seconds"),
        ({"screen": {**SCREEN, "look": "../x"}}, "look"),
        ({"screen": {**SCREEN, "other": "7"}}, "date"),
    ],
)  # fmt: skip
def test_what_no_page_of_ours_sends_is_refused_and_not_saved(
    make_run: Made, sit_down: Sit, more: dict[str, object], why: str
):
    run = make_run()
    answer = sit_down(run).decide(0, "confirmed", **more)
    assert answer.status_code == 400
    assert why in answer.json()["error"]
    assert Log.of(run.path).votes() == []


def test_a_flood_is_stopped_before_it_is_parsed(make_run: Made, sit_down: Sit):
    run = make_run()
    answer = sit_down(run).decide(0, "confirmed", note="x" * 10_000_000)
    assert (answer.status_code, "bytes" in answer.json()["error"]) == (400, True)
    assert Log.of(run.path).votes() == []


def test_a_full_disk_is_said_and_nothing_is_called_saved(
    make_run: Made, sit_down: Sit, monkeypatch: pytest.MonkeyPatch
):
    page = sit_down(make_run())

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    answer = page.decide(0, "confirmed")
    assert answer.status_code == 400
    assert "No space left" in answer.json()["error"]
    assert "saved" not in answer.json()


def test_an_id_that_the_record_cannot_hold_is_said(make_run: Made, sit_down: Sit):
    run = make_run([replace(change(0), id="i" * 10_000)])
    assert "cannot be decided" in sit_down(run).decide(0, "confirmed").json()["error"]


@pytest.mark.parametrize("name", ["", "  ", "n" * 201])
def test_a_reviewer_has_a_name(make_run: Made, name: str):
    with pytest.raises(SettingsError, match="name"):
        open_session(make_run(), name)


def test_a_run_that_does_not_say_what_it_compared_is_said(make_run: Made, sit_down: Sit):
    run = make_run([replace(change(0), site_id="elsewhere")])
    answer = sit_down(run).client.get("/api/items/0")
    assert (answer.status_code, "elsewhere" in answer.json()["error"]) == (400, True)


HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


def test_hostile_names_and_endless_texts_are_told_as_texts_of_a_page(make_run: Made, sit_down: Sit):
    odd = replace(
        change(0),
        id=f"../../etc/{HOSTILE}",
        reasons=(HOSTILE, "y" * 10_000_000),
        evidence={HOSTILE: Measurement(1.0)},
    )
    run = make_run([odd, change(1)])
    page = sit_down(run, HOSTILE)
    html = page.client.get("/").text
    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html
    answer = page.client.get("/api/items/0")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["reasons"][0] == HOSTILE
    assert len(answer.content) < 50_000
    assert page.decide(0, "confirmed", note=HOSTILE).json()["saved"] is True
    assert Log.of(run.path).votes()[0].decision.change_id == odd.id
    assert sorted(path.name for path in (run.path / "review").iterdir()) == ["decisions.jsonl"]
