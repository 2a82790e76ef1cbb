"""The queue: what is worth a look first, controls where nobody expects them, and nothing that gives away."""

import datetime as dt
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sitewatch.evidence import REVIEW, Decision, Log
from sitewatch.io.results import Run
from sitewatch.review.controls.key import Key, Known, write_key
from sitewatch.review.items import handle
from sitewatch.review.queue import OPINION, blinded, queue_for, worth

Write = Callable[..., Run]

SECRETS = ("confirmed", "rejected", "unchanged", "control", "votes", "secret")


def feature(
    name: str, *, site: str = "s", kind: str = "burning", confidence: float | None = 0.5, area: float = 100
):
    said: dict[str, Any] = {
        "id": name, "site_id": site, "kind": kind, "confidence": confidence, "kinds": {kind: 0.9},
        "area_m2": area, "before": {}, "after": {}, "evidence": {"x": {"value": 1}}, "reasons": ["because"],
        "rivals": [], "georeference": "true", "review": {"status": "confirmed", "votes": ["secret"]},
        "chip": "chips/secret.png", "run_id": "r", "verdict": "secret",
    }  # fmt: skip
    return {
        "type": "Feature",
        "id": name,
        "geometry": {"type": "Point", "coordinates": [0, 0]},
        "properties": said,
    }


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(*features: dict[str, Any], verdicts: dict[str, str] | None = None, controls: int = 0) -> Run:
        (tmp_path / "run.json").write_text(json.dumps({"run_id": "r", "sitewatch": "0"}))
        sites = [
            {"properties": {"site_id": name, "verdict": verdict}}
            for name, verdict in (verdicts or {"s": "change"}).items()
        ]
        for name, found in (("changes", features), ("sites", sites)):
            (tmp_path / f"{name}.geojson").write_text(json.dumps({"features": list(found)}))
        run = Run.open(tmp_path)
        if controls:
            (tmp_path / REVIEW).mkdir()
            known = [
                Known(
                    id=f"k{number}",
                    truth="changed" if number % 2 else "unchanged",
                    feature=feature(f"k{number}"),
                    files=("a.tif", "b.tif"),
                    sha256=("", ""),
                )
                for number in range(controls)
            ]
            write_key(run, Key(run_id="r", seed=0, controls=tuple(known)))
        return run

    return written


def decide(run: Run, change: str, reviewer: str, status: str, **more: object) -> None:
    at = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    said = {"change_id": change, "reviewer": reviewer, "status": status, "at": at, **more}
    Log.of(run.path).write(Decision.model_validate(said))


def names(run: Run, reviewer: str = "ada", *, lead: bool = False) -> list[str]:
    return [item.id for item in queue_for(run, reviewer, lead=lead)]


def test_the_unsure_come_before_the_sure(write: Write):
    run = write(
        *(feature(name, confidence=p) for name, p in (("a", 0.99), ("b", 0.52), ("c", 0.1), ("d", 0.3)))
    )
    assert names(run) == ["b", "d", "c", "a"]


def test_what_a_verdict_rests_on_comes_before_one_of_many(write: Write):
    many = [feature(f"m{i}", site="t") for i in range(5)]
    run = write(*many, feature("alone"), verdicts={"s": "change", "t": "change"})
    assert names(run)[0] == "alone"
    run = write(*many, feature("alone"), verdicts={"s": "not_assessable", "t": "change"})
    assert names(run)[-1] == "alone"


def test_the_large_come_before_the_small(write: Write):
    run = write(*(feature(name, site=name, area=area) for name, area in (("a", 10), ("b", 1000), ("c", 100))))
    assert names(run) == ["b", "c", "a"]


def test_worth_is_between_nothing_and_all():
    assert worth(0.5, 1, 1) == pytest.approx(1)
    assert worth(math.nan, 1, 1) == pytest.approx(1)
    assert worth(0.0, 0, 0) == worth(1.0, 0, 0) == 0


def test_own_decisions_go_to_the_end_and_those_of_others_move_nothing(write: Write):
    run = write(*(feature(f"d{i}", confidence=0.5 + 0.04 * i) for i in range(6)), controls=4)
    first = names(run)
    decide(run, first[1], "bo", "confirmed")
    assert names(run) == first
    decide(run, first[1], "ada", "rejected")
    assert names(run) == [name for name in first if name != first[1]] + [first[1]]
    decide(run, first[1], "ada", "unreviewed")
    assert names(run) == first


def test_controls_lie_elsewhere_for_everybody_and_leave_the_rest_in_order(write: Write):
    run = write(*(feature(f"d{i:02d}", confidence=0.5 + 0.01 * i) for i in range(40)), controls=10)
    orders = {who: names(run, who) for who in ("ada", "bo", "cy")}
    assert orders["ada"] == names(run, "ada")
    places = {who: tuple(order.index(f"k{i}") for i in range(10)) for who, order in orders.items()}
    assert len(set(places.values())) == 3
    for order in orders.values():
        assert [name for name in order if name[0] == "d"] == [f"d{i:02d}" for i in range(40)]


def test_controls_are_anywhere(write: Write):
    """Over many reviewers, every place of the queue is a control's as often as chance has it."""
    run = write(*(feature(f"d{i:02d}") for i in range(12)), controls=4)
    taken = np.mean([[name[0] == "k" for name in names(run, f"r{i}")] for i in range(300)], axis=0)
    # A quarter, give or take four standard deviations of 300 draws.
    assert np.abs(taken - 0.25).max() < 4 * math.sqrt(0.25 * 0.75 / 300)


def test_the_lead_sees_what_is_disputed_then_what_is_uncertain_with_both_answers(write: Write):
    run = write(*(feature(name) for name in "abcde"), controls=2)
    for name, one, other in (
        ("a", "confirmed", "confirmed"),
        ("b", "uncertain", "uncertain"),
        ("c", "confirmed", "rejected"),
    ):
        decide(run, name, "ada", one)
        decide(run, name, "bo", other)
    decide(run, "d", "ada", "confirmed")
    decide(run, "k0", "ada", "confirmed")
    decide(run, "k0", "bo", "rejected")
    found = queue_for(run, "lea", lead=True)
    assert [item.id for item in found] == ["c", "b"]
    assert [vote.decision.status for vote in found[0].votes] == ["confirmed", "rejected"]
    decide(run, "c", "lea", "rejected", role="adjudication")
    assert names(run, "lea", lead=True) == ["b"]


def test_nobody_else_is_given_votes(write: Write):
    run = write(feature("a"))
    decide(run, "a", "bo", "confirmed")
    assert [item.votes for item in queue_for(run, "ada")] == [()]


@pytest.mark.parametrize("show", [False, True])
def test_what_is_sent_gives_nothing_away(write: Write, show: bool):
    run = write(feature("a"), controls=2)
    for item in queue_for(run, "ada"):
        sent = blinded(item, show)
        text = json.dumps(sent)
        assert not [word for word in SECRETS if word in text]
        assert ("because" in text) == show
        assert {name for name in OPINION if name in sent["properties"]} == (set(OPINION) if show else set())


def test_a_handle_tells_nothing_and_is_one_of_its_own(write: Write):
    run = write(feature("a"))
    assert handle(run, "ashby-b-00000000") != handle(run, "ashby-b-00000001")
    assert "ashby" not in handle(run, "ashby-b-00000000")
