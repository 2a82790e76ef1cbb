"""A kit: one file that fetches nothing, shows words as words, and whose answers come back whole."""

import base64
import hashlib
import io
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page
from tests.drawn_run import HOSTILE

from sitewatch.cli import run as sitewatch
from sitewatch.errors import RunError
from sitewatch.evidence import Log, check_manifest
from sitewatch.io.results import Run, read_features
from sitewatch.report.chips import pixels_digest
from sitewatch.review.items import detections, handle
from sitewatch.review.kit import import_answers, write_kit
from sitewatch.review.queue import queue_for


def data(kit: Path) -> dict[str, Any]:
    found = re.search(r'id="kit">(.*?)</script>', kit.read_text("utf-8"), re.DOTALL)
    assert found
    result: dict[str, Any] = json.loads(found[1])
    return result


def opened(browser: Browser, kit: Path) -> tuple[Page, list[str]]:
    """Open a kit without a network; returns what it complained of or asked for."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 720}, accept_downloads=True, offline=True
    )
    page, trouble = context.new_page(), []
    page.on("console", lambda message: trouble.append(message.text))
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on(
        "request", lambda request: trouble.append(request.url) if request.url.startswith("http") else None
    )
    page.on("dialog", lambda dialog: trouble.append(dialog.message))
    page.goto(kit.as_uri())
    return page, trouble


def test_a_kit_holds_every_item_in_the_order_of_the_queue(made: Path, kit: Path):
    run = Run.open(made)
    found = data(kit)
    assert [one["item"] for one in found["items"]] == [handle(run, item.id) for item in queue_for(run, "")]
    assert len(found["items"]) == len(detections(run)) + 2


def test_a_kit_gives_nothing_away(made: Path, kit: Path):
    run, text = Run.open(made), kit.read_text("utf-8")
    page = text[: text.index('id="kit"')] + json.dumps(
        [{**one, "looks": [], "site": ""} for one in data(kit)["items"]]
    )
    for item in queue_for(run, ""):
        assert item.id not in text
    for word in ("unchanged", "control", "confidence", "rank", "likely", "ashby-"):
        assert word not in page


def test_a_lead_may_let_reviewers_see_what_the_program_thinks(run: Run, tmp_path: Path):
    write_kit(run, tmp_path / "kit.html", show_confidence=True)
    said = data(tmp_path / "kit.html")["items"]
    assert all("confidence" in one["opinion"][0] for one in said)


def test_images_are_those_of_the_run_pixel_for_pixel(kit: Path):
    for one in data(kit)["items"]:
        for look in one["looks"]:
            pictures = [
                np.asarray(Image.open(io.BytesIO(base64.b64decode(look[side].partition(",")[2]))))
                for side in ("before", "after")
            ]
            assert {picture.shape for picture in pictures} == {(one["height"], one["width"], 3)}
            assert pixels_digest(*pictures) == look["sha256"]


def test_a_kit_is_allowed_to_fetch_nothing_and_to_run_nothing_but_its_own(kit: Path):
    text = kit.read_text("utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy
    assert "default-src &#39;none&#39;" in policy[1]
    assert "unsafe" not in policy[1]
    script = re.search(r"<script>(.*?)</script>", text, re.DOTALL)
    assert script
    assert base64.b64encode(hashlib.sha256(script[1].encode()).digest()).decode() in policy[1]
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", re.sub(r"<script type.*?</script>", "", text))


def test_credits_are_in_it(kit: Path):
    assert all(HOSTILE in one[side]["credit"] for one in data(kit)["items"] for side in ("before", "after"))


def test_three_decisions_come_back(browser: Browser, kit: Path, run: Run, tmp_path: Path):
    page, trouble = opened(browser, kit)
    assert page.locator("dd").first.text_content() == HOSTILE
    # Without a name there is nothing to merge.
    page.click("#save")
    assert "name" in (page.text_content("#kept") or "")
    page.fill("#reviewer", "<i>Ada</i>")
    page.keyboard.press("Escape")
    page.keyboard.press("3")
    page.keyboard.press("c")
    page.keyboard.press("r")
    page.keyboard.press("n")
    page.keyboard.type("=cmd|' /C calc'!A0 <img src=x onerror=alert(1)>")
    page.keyboard.press("Escape")
    page.keyboard.press("w")
    page.keyboard.press("u")
    assert page.text_content("#progress") == f"3 of {len(data(kit)['items'])} decided"
    # A decision too many, taken back; and the page closed and opened again.
    page.keyboard.press("c")
    page.keyboard.press("z")
    page.reload()
    assert page.text_content("#progress") == f"3 of {len(data(kit)['items'])} decided"
    page.fill("#reviewer", "<i>Ada</i>")
    with page.expect_download() as waiting:
        page.click("#save")
    waiting.value.save_as(tmp_path / "answers.json")
    assert trouble == []
    assert page.title() == f"Review kit, {run.info['run_id']}"
    done = import_answers(run, tmp_path / "answers.json")
    assert (done.reviewer, done.added, done.known, done.older) == ("<i>Ada</i>", 4, 0, 0)
    order = [item.id for item in queue_for(run, "")]
    said = {vote.decision.change_id: vote.decision for vote in Log.of(run.path).votes()}
    assert [said[name].status for name in order[:4]] == ["confirmed", "rejected", "uncertain", "unreviewed"]
    assert said[order[0]].kind == "demolition"
    assert said[order[2]].note.startswith("=cmd|")
    assert said[order[2]].screen["mode"] == "swipe"
    # The same file twice adds nothing, and the run is as it was sealed.
    again = import_answers(run, tmp_path / "answers.json")
    assert (again.added, again.known) == (0, 4)
    assert len(Log.of(run.path).votes()) == 4
    assert check_manifest(run.path) == []


def test_every_way_of_looking_can_be_reached_by_keys(browser: Browser, kit: Path):
    page, trouble = opened(browser, kit)
    for key, mode in (("w", "swipe"), ("f", "flicker"), ("s", "side")):
        page.keyboard.press(key)
        assert page.get_attribute("#panels", "data-mode") == mode
    page.keyboard.press("o")
    assert page.get_attribute("#outline", "aria-pressed") == "false"
    page.keyboard.press("ArrowRight")
    assert (page.text_content("#title") or "").startswith("2 of")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    unnamed = page.evaluate(
        "[...document.querySelectorAll('button, input, textarea, .pane img')].filter((node) =>"
        " !(node.textContent.trim() || node.labels?.length || node.ariaLabel || node.alt)).length"
    )
    assert unnamed == 0
    assert trouble == []


def test_both_panels_show_the_same_ground_at_whole_pixels(browser: Browser, kit: Path):
    page, _ = opened(browser, kit)
    boxes = page.evaluate(
        "[...document.querySelectorAll('.sheet')].map((s) => [s.offsetWidth, s.offsetHeight])"
    )
    first = data(kit)["items"][0]
    assert boxes[0] == boxes[1]
    assert boxes[0][0] % first["width"] == 0


def test_who_has_decided_all_gets_no_kit(run: Run, tmp_path: Path):
    write_kit(run, tmp_path / "kit.html", reviewer="ada", most=1)
    assert len(data(tmp_path / "kit.html")["items"]) == 1
    empty = {**json.loads((run.path / "changes.geojson").read_text()), "features": []}
    (run.path / "changes.geojson").write_text(json.dumps(empty))
    (run.path / "review/controls.json").unlink()
    assert read_features(run, "changes") == []
    with pytest.raises(RunError, match="at least one"):
        write_kit(run, tmp_path / "kit.html", reviewer="ada")


def test_the_command_line_does_the_same(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (run.path / "review/controls.json").unlink()
    assert sitewatch(["review", str(run.path), "--controls", "1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"controls": {"unchanged": 1, "changed": 0}}
    assert sitewatch(["review", str(run.path), "--controls", "1"]) == 1
    assert "made once" in capsys.readouterr().err
    kit = tmp_path / "k.html"
    assert sitewatch(["review", str(run.path), "--kit", str(kit), "--reviewer", "Bo", "--most", "2"]) == 0
    assert "2 items written" in capsys.readouterr().out
    found = data(kit)
    screen = {"look": "", "sha256": "0" * 64, "mode": "side", "outline": True, "zoom": 1, "seconds": 0}
    said = {
        "format": "sitewatch-answers", "version": 1, "reviewer": "Bo",
        **{name: found[name] for name in ("run_id", "manifest_sha256")},
        "answers": [
            {"item": one["item"], "status": "rejected", "at": "2026-03-01T00:00:00Z", "screen": screen}
            for one in found["items"]
        ],
    }  # fmt: skip
    (tmp_path / "a.json").write_text(json.dumps(said))
    assert sitewatch(["review", str(run.path), "--import", str(tmp_path / "a.json"), "--summary"]) == 0
    out = capsys.readouterr().out
    assert "2 decisions of Bo added" in out
    assert "no control answered" in out or "0 of 1" in out
    # Answers about one run are none about another, though it has the same name.
    (run.path / "MANIFEST.sha256").write_text("")
    assert sitewatch(["review", str(run.path), "--import", str(tmp_path / "a.json")]) == 1
    assert "other contents" in capsys.readouterr().err
