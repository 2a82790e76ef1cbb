"""The summary: counts that add up, errors from controls alone, agreement from detections alone."""

import datetime as dt
import json
import math
from pathlib import Path
from typing import Any

import pytest
from sklearn.metrics import cohen_kappa_score

from sitewatch.cli import run as sitewatch
from sitewatch.evidence import REVIEW, Decision, Log
from sitewatch.io.results import Run
from sitewatch.review.controls.key import Key, Known, write_key
from sitewatch.review.summary import Rate, summarise, summary_lines

KINDS = ("construction", "burning", "demolition", "other")


def feature(name: str, kind: str = "burning") -> dict[str, Any]:
    said = {
        "id": name, "site_id": "s", "kind": kind, "area_m2": 50.0,
        "review": {"status": "unreviewed", "votes": []},
    }  # fmt: skip
    return {"type": "Feature", "id": name, "geometry": None, "properties": said}


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Write a run of eight detections and ten controls."""
    (tmp_path / "run.json").write_text(json.dumps({"run_id": "r", "sitewatch": "0"}))
    found = [feature(f"d{number}", KINDS[number % 4]) for number in range(8)]
    site = {"properties": {"site_id": "s", "name": "S", "verdict": "change"}}
    for name, features in (("changes", found), ("sites", [site])):
        (tmp_path / f"{name}.geojson").write_text(json.dumps({"features": features}))
    (tmp_path / REVIEW).mkdir()
    known = [
        Known(
            id=f"k{number}",
            truth="changed" if number < 4 else "unchanged",
            feature=feature(f"k{number}"),
            files=("a", "b"),
            sha256=("", ""),
        )
        for number in range(10)
    ]
    opened = Run.open(tmp_path)
    write_key(opened, Key(run_id="r", seed=0, controls=tuple(known)))
    return opened


def decide(run: Run, reviewer: str, answers: str, first: str = "d") -> None:
    """Write one letter an item: c confirmed, r rejected, u uncertain, a dot for nothing."""
    words = {"c": "confirmed", "r": "rejected", "u": "uncertain"}
    for number, letter in enumerate(answers):
        if letter in words:
            said = {
                "change_id": f"{first}{number}", "reviewer": reviewer, "status": words[letter],
                "at": dt.datetime(2026, 3, 1, tzinfo=dt.UTC),
            }  # fmt: skip
            Log.of(run.path).write(Decision.model_validate(said))


def test_counts_add_up(run: Run):
    decide(run, "ada", "ccrru...")
    decide(run, "bo", "crr.u.c.")
    found = summarise(run)
    assert found.reviewed == 6 / 8
    assert found.counts == {"unreviewed": 2, "confirmed": 2, "rejected": 2, "uncertain": 2}
    assert [dict(one.counts) for one in found.reviewers] == [
        {"confirmed": 2, "rejected": 2, "uncertain": 1},
        {"confirmed": 2, "rejected": 2, "uncertain": 1},
    ]
    assert [(one.change_id, dict(one.answers)) for one in found.disputes] == [
        ("d1", {"ada": "confirmed", "bo": "rejected"})
    ]
    # d0, a construction, and d6, a demolition.
    assert {kind: area for kind, area in found.confirmed_m2.items() if area} == {
        "construction": 50.0, "demolition": 50.0,
    }  # fmt: skip
    assert found.sites[0]["review"]["verdict"] == "change"


def test_errors_are_those_on_controls_and_agreement_is_that_on_detections(run: Run):
    decide(run, "ada", "ccrrccrr")
    decide(run, "bo", "ccrrccrc")
    # Changed: two seen, one missed, one unsure; unchanged: one false alarm of five.
    decide(run, "ada", "ccrucrrrr.", first="k")
    # Were controls in it, the two would hardly agree.
    decide(run, "bo", "rrrrcccccc", first="k")
    found = summarise(run)
    ada = found.reviewers[0]
    assert (ada.misses.errors, ada.misses.trials, ada.undecided) == (1, 3, 1)
    assert (ada.false_alarms.errors, ada.false_alarms.trials) == (1, 5)
    assert (found.agreement[0].shared, found.agreement[0].agreed) == (8, 7)
    theirs = cohen_kappa_score(list("ccrrccrr"), list("ccrrccrc"))
    assert found.agreement[0].coefficients[0].value == pytest.approx(theirs, abs=1e-9)


def test_intervals_of_rates_are_wilsons():
    """Newcombe (1998), table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29, score method without correction."""
    published = {
        (81, 263): (0.2553, 0.3662),
        (15, 148): (0.0624, 0.1605),
        (0, 20): (0, 0.1611),
        (1, 29): (0.0061, 0.1718),
    }
    for (errors, trials), ends in published.items():
        rate = Rate.of(errors, trials)
        assert (rate.low, rate.high) == pytest.approx(ends, abs=5e-5)
    assert math.isnan(Rate.of(0, 0).low)


def test_it_is_said_in_lines_and_in_json(run: Run, capsys: pytest.CaptureFixture[str]):
    decide(run, "ada", "ccrr")
    decide(run, "bo\x1b[2J\nowned", "ccrc")
    assert any("Gwet's AC1" in line for line in summary_lines(summarise(run)))
    assert sitewatch(["review", str(run.path), "--summary"]) == 0
    out = capsys.readouterr().out
    assert "95 % interval" in out
    # A name is no command to the terminal, and no line of its own.
    assert "\x1b" not in out
    assert "\nowned" not in out
    assert sitewatch(["review", str(run.path), "--summary", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["counts"]["confirmed"] == 2
    assert [one["name"] for one in said["agreement"][0]["coefficients"]] == [
        "Cohen's kappa", "Krippendorff's alpha", "Gwet's AC1",
    ]  # fmt: skip


def test_nothing_decided_is_said_as_that(run: Run, capsys: pytest.CaptureFixture[str]):
    assert sitewatch(["review", str(run.path), "--summary"]) == 0
    out = capsys.readouterr().out
    assert "8 detections, 0% reviewed" in out
    assert "confirmed: nothing" in out


def test_one_who_always_says_the_same_has_no_kappa_and_is_told_why(run: Run):
    decide(run, "ada", "cccccccc")
    decide(run, "bo", "cccccccc")
    assert any("not defined: every answer is the same" in line for line in summary_lines(summarise(run)))
