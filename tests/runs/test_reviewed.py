"""Decisions read: from runs, from CSV and JSON, and what is wrong with them told."""

import datetime as dt
import json
from pathlib import Path

import pytest
from tests.models.last_stage.conftest import reviewed
from tests.runs.conftest import Write

from sitewatch.errors import RunError
from sitewatch.evidence import Decision, Log
from sitewatch.io.results import Run
from sitewatch.runs.reviewed import detections, read_decisions, with_decisions


def test_a_detection_of_a_run_is_what_was_detected(write_run: Write):
    seen = reviewed(12, 1)
    found = list(detections(Run.open(write_run("a", seen, model="coarse"))))
    assert [one.model for one in found] == ["coarse"] * 12
    for one, was in zip(found, seen, strict=True):
        again = one.reviewed()
        assert (again.kind, again.evidence, again.confirmed) == (was.kind, was.evidence, was.confirmed)
        assert again.place == f"a/{was.place}"
        assert again.longitude == pytest.approx(was.longitude)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("d.csv", "id,status,who\nr-1,confirmed,ann\nr-2,rejected,ann\n"),
        ("d.csv", "\ufeffstatus,id\nconfirmed, r-1\nrejected,r-2\n"),
        ("d.json", json.dumps([{"id": "r-1", "status": "confirmed"}, {"id": "r-2", "status": "rejected"}])),
        ("d.json", json.dumps({"r-1": "confirmed", "r-2": "rejected"})),
    ],
)
def test_decisions_come_in_every_form(tmp_path: Path, name: str, text: str):
    (tmp_path / name).write_text(text, "utf-8")
    assert read_decisions(tmp_path / name) == {"r-1": "confirmed", "r-2": "rejected"}


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("d.csv", "id,status\nr-1,maybe\n", "'maybe'"),
        ("d.csv", "id,status\nr-1,confirmed\nr-1,rejected\n", "both confirmed and rejected"),
        ("d.csv", "name,verdict\nr-1,confirmed\n", "no id and status"),
        ("d.csv", "id,status\nr-1\n", "no id and status"),
        ("d.json", "[1, 2]", "no id and status"),
        ("d.json", "{", "no id and status"),
    ],
)
def test_decisions_that_cannot_be_used_are_refused(tmp_path: Path, name: str, text: str, said: str):
    (tmp_path / name).write_text(text)
    with pytest.raises(RunError, match=said):
        read_decisions(tmp_path / name)


def test_decisions_stand_above_the_run_and_must_be_about_it(write_run: Write):
    found = list(detections(Run.open(write_run("a", reviewed(12, 1)))))
    changed = with_decisions(found, {"a-3": "uncertain"})
    assert changed[3].status == "uncertain"
    assert changed[4] == found[4]
    with pytest.raises(RunError, match="'b-7'"):
        with_decisions(found, {"b-7": "confirmed"})


def test_the_record_of_a_run_stands_above_its_file(write_run: Write):
    run = Run.open(write_run("a", reviewed(4, 1), reviewed=False))
    said = {"change_id": "a-2", "reviewer": "ada", "at": dt.datetime(2026, 3, 1, tzinfo=dt.UTC)}
    assert [one.status for one in detections(run)] == ["unreviewed"] * 4
    Log.of(run.path).write(Decision.model_validate(said | {"status": "confirmed"}))
    assert [one.status for one in detections(run)] == ["unreviewed"] * 2 + ["confirmed", "unreviewed"]
    Log.of(run.path).write(Decision.model_validate(said | {"status": "rejected", "reviewer": "bo"}))
    assert [one.status for one in detections(run)][2] == "uncertain"
