"""What follows from decisions: the last word of each counts, disagreement is uncertain until settled."""

import datetime as dt
from pathlib import Path

import pytest
from pydantic import ValidationError

from sitewatch.errors import RunError
from sitewatch.evidence import REVIEW, Decision, Log, check_manifest, outcomes, write_manifest

AT = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


def said(reviewer: str, status: str, **more: object) -> Decision:
    return Decision.model_validate(
        {"change_id": "c", "reviewer": reviewer, "status": status, "at": AT, **more}
    )


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log.of(tmp_path)


def outcome(log: Log, *decisions: Decision):
    for decision in decisions:
        log.write(decision)
    return outcomes(log.votes()).get("c")


def test_decisions_come_back_as_they_were_made(log: Log):
    outline = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}
    made = said("ada", "confirmed", kind="burning", geometry=outline, note="<b>ü</b>", screen={"zoom": 17})
    log.write(made)
    assert [vote.decision for vote in log.votes()] == [made]


def test_the_last_word_of_a_reviewer_counts(log: Log):
    found = outcome(log, said("ada", "rejected"), said("ada", "confirmed", kind="burning"))
    assert found.status == "confirmed"
    assert [vote.number for vote in found.votes] == [2]
    assert found.final.kind == "burning"


def test_a_decision_taken_back_is_none(log: Log):
    assert outcome(log, said("ada", "rejected"), said("ada", "unreviewed")) is None


def test_two_who_agree(log: Log):
    found = outcome(log, said("ada", "rejected"), said("bo", "rejected"))
    assert (found.status, found.disputed) == ("rejected", False)


@pytest.mark.parametrize(
    ("second", "status"),
    [(said("bo", "rejected"), "uncertain"), (said("bo", "confirmed", kind="burning"), "confirmed")],
)
def test_two_who_disagree_about_the_change_or_its_kind(log: Log, second: Decision, status: str):
    found = outcome(log, said("ada", "confirmed", kind="demolition"), second)
    assert (found.status, found.disputed, found.final) == (status, True, None)


def test_an_adjudication_settles_a_dispute(log: Log):
    found = outcome(
        log,
        said("ada", "confirmed", kind="demolition"),
        said("bo", "rejected"),
        said("lead", "rejected", role="adjudication"),
    )
    assert (found.status, found.disputed, found.final.reviewer) == ("rejected", False, "lead")
    assert [vote.decision.reviewer for vote in found.votes] == ["ada", "bo"]


def test_decisions_do_not_touch_what_the_manifest_seals(log: Log, tmp_path: Path):
    (tmp_path / "run.json").write_text("{}")
    sealed = write_manifest(tmp_path).read_bytes()
    log.write(said("ada", "confirmed"))
    assert check_manifest(tmp_path) == []
    assert write_manifest(tmp_path).read_bytes() == sealed


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "maybe"},
        {"reviewer": ""},
        {"note": "x" * 10_001},
        {"at": "2026-03-01T12:00:00"},
        {"surprise": 1},
        {"kind": "flood"},
    ],
)
def test_what_is_no_decision_is_refused(wrong: dict):
    with pytest.raises(ValidationError):
        Decision.model_validate({"change_id": "c", "reviewer": "a", "status": "confirmed", "at": AT} | wrong)


def test_a_record_that_was_changed_is_an_error(log: Log, tmp_path: Path):
    log.write(said("ada", "confirmed"))
    file = next((tmp_path / REVIEW).iterdir())
    file.write_text(file.read_text().replace("confirmed", "rejected_"))
    with pytest.raises(RunError, match="line 1"):
        log.votes()
