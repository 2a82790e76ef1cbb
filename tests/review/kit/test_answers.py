"""Answers: what is wrong with a file is said, and nothing of it is merged; time decides what is newer."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from sitewatch.errors import RunError
from sitewatch.evidence import MANIFEST, Log, digest
from sitewatch.io.results import Run
from sitewatch.review.items import handle
from sitewatch.review.kit import import_answers

SCREEN = {"look": "", "sha256": "0" * 64, "mode": "side", "outline": True, "zoom": 2, "seconds": 1.5}
NAMES = ("ashby-c-00000001", "ashby-b-00000002")


@pytest.fixture
def run(tmp_path: Path) -> Run:
    (tmp_path / "run.json").write_text(json.dumps({"run_id": "r", "sitewatch": "0"}))
    features = [{"properties": {"id": name}} for name in NAMES]
    (tmp_path / "changes.geojson").write_text(json.dumps({"features": features}))
    (tmp_path / MANIFEST).write_text("")
    return Run.open(tmp_path)


def answer(run: Run, place: int = 0, **more: object) -> dict[str, Any]:
    return {
        "item": handle(run, NAMES[place]), "status": "confirmed", "kind": None, "note": "",
        "at": "2026-03-01T12:00:00.000Z", "screen": SCREEN, **more,
    }  # fmt: skip


def written(run: Run, *answers: dict[str, Any], **more: object) -> Path:
    said = {
        "format": "sitewatch-answers", "version": 1, "run_id": "r", "reviewer": "ada",
        "manifest_sha256": digest(run.path / MANIFEST), "answers": list(answers), **more,
    }  # fmt: skip
    path = run.path.parent / "answers.json"
    path.write_text(json.dumps(said))
    return path


def statuses(run: Run) -> list[str]:
    return [vote.decision.status for vote in Log.of(run.path).votes()]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"run_id": "other"}, "about run 'other'"),
        ({"manifest_sha256": "1" * 64}, "other contents"),
        ({"reviewer": ""}, "reviewer"),
        ({"reviewer": "x" * 201}, "reviewer"),
        ({"format": "else"}, "format"),
        ({"extra": 1}, "extra"),
    ],
)
def test_a_file_that_does_not_fit_is_refused(run: Run, more: dict[str, object], said: str):
    with pytest.raises(RunError, match=said):
        import_answers(run, written(run, answer(run), **more))
    assert statuses(run) == []


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"item": "0" * 16}, "name no item"),
        ({"item": "../../etc/passwd"}, "item"),
        ({"status": "maybe"}, "status"),
        ({"kind": "flood"}, "kind"),
        ({"note": "x" * 10_001}, "note"),
        ({"at": "2026-03-01T12:00:00"}, "at"),
        ({"at": "2999-01-01T00:00:00Z"}, "future"),
        ({"screen": {**SCREEN, "mode": "x"}}, "screen.mode"),
        ({"screen": {**SCREEN, "more": []}}, "screen.more"),
        ({"role": "adjudication"}, "role"),
    ],
)
def test_one_answer_that_does_not_fit_refuses_all(run: Run, more: dict[str, object], said: str):
    with pytest.raises(RunError, match=said):
        import_answers(run, written(run, answer(run, 1), answer(run, 0, **more)))
    assert statuses(run) == []


def test_two_answers_about_one_item_are_refused(run: Run):
    with pytest.raises(RunError, match="two answers"):
        import_answers(run, written(run, answer(run), answer(run, status="rejected")))


def test_what_is_no_json_or_too_large_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch):
    path = run.path.parent / "answers.json"
    path.write_bytes(b"\xff{")
    with pytest.raises(RunError, match="answers in"):
        import_answers(run, path)
    monkeypatch.setattr("sitewatch.review.kit.answers.MOST_BYTES", 100)
    with pytest.raises(RunError, match="larger"):
        import_answers(run, written(run, answer(run)))


def test_newer_answers_replace_and_older_ones_do_not(run: Run):
    old = written(run, answer(run)).read_text()
    later = "2026-03-01T12:00:01.000Z"
    new = written(run, answer(run, status="rejected", at=later), answer(run, 1)).read_text()
    path = run.path.parent / "answers.json"
    for text, expected in ((old, (1, 0, 0)), (new, (2, 0, 0)), (old, (0, 0, 1)), (new, (0, 2, 0))):
        path.write_text(text)
        done = import_answers(run, path)
        assert (done.added, done.known, done.older) == expected
    assert statuses(run) == ["confirmed", "confirmed", "rejected"]


def test_what_was_on_the_screen_is_kept(run: Run):
    import_answers(run, written(run, answer(run)))
    decision = Log.of(run.path).votes()[0].decision
    assert decision.screen == {"kit": True, **SCREEN}
    assert (decision.change_id, decision.reviewer, decision.role) == (NAMES[0], "ada", "review")
    assert decision.at == dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
