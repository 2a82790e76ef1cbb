"""A control looks like any other item, and nothing that is sent tells it apart."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.review.desk.conftest import Made, Page

from sitewatch.evidence import Log
from sitewatch.records import Scene
from sitewatch.review.desk import Desk
from sitewatch.review.items import Item, detections
from sitewatch.review.session import Session

Open = Callable[..., Page]


@pytest.fixture
def page(make_run: Made, scenes: tuple[Scene, Scene]) -> Callable[[bool], Page]:
    """Return what opens a page with a detection, and a control that has files of its own."""

    def opened(show_confidence: bool = False) -> Page:
        run = make_run(2)
        first, second = detections(run)
        files = Path(scenes[0].bands[0].href), Path(scenes[1].bands[0].href)
        control = Item(second.id, second.feature, "changed", files)
        return Page(Desk(Session(run, "ada", [first, control], shows_confidence=show_confidence)))

    return opened


def test_cards_hold_the_same_facts_and_none_of_what_the_program_thinks(page: Callable[..., Page]):
    ours = page()
    detection, control = (ours.get(f"/api/items/{number}") for number in (0, 1))
    assert detection.keys() == control.keys()
    opinions = ("reasons", "rivals", "evidence", "kind", "others")
    for name in (*opinions, "scenes", "neighbours", "registration", "title", "look"):
        assert detection[name] == control[name]
    assert [detection[name] for name in opinions] == [[], [], [], "", []]
    told = json.dumps([detection, control, ours.get("/api/queue?count=9"), ours.get("/api/session")])
    for word in ("changed", "control", 'burning", "5', 'c0"', "0.876", "darker"):
        assert word not in told
    for card in (detection, control):
        left, top, right, bottom = card["frame"]["bounds"]
        assert max(right - left, bottom - top) <= 512


def test_the_lead_may_show_what_the_program_thinks(page: Callable[..., Page]):
    assert page(True).get("/api/items/0")["reasons"] == ["It became darker."]


def test_a_control_is_decided_about_like_all_else_and_a_kind_is_only_what_was_said(page: Callable[..., Page]):
    ours = page()
    assert ours.decide(1, "confirmed").json()["saved"] is True
    assert ours.decide(0, "confirmed", kind="demolition").json()["saved"] is True
    said = [vote.decision for vote in Log.of(ours.desk.run.path).votes()]
    assert [(one.change_id, one.kind) for one in said] == [("c1", None), ("c0", "demolition")]


def test_its_tiles_show_its_own_files(page: Callable[..., Page]):
    ours = page()
    client = ours.client
    # The control's files are registered; the run's after scene is moved, and ends before the frame does.
    tiles = [client.get(f"/tiles/{number}/after/natural/0/1/1.png").content for number in (0, 1)]
    alpha = [np.asarray(Image.open(io.BytesIO(tile)))[..., 3] for tile in tiles]
    assert alpha[1].all()
    assert not alpha[0].all()
