"""The page in a browser: keys, mouse, hostile texts, and a server that is killed while two people work."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from shapely.geometry import shape
from tests.review.desk.conftest import Made, change

from sitewatch.cli import run as sitewatch
from sitewatch.evidence import Log, note, write_manifest
from sitewatch.io.results import Run
from sitewatch.review.app import make_app
from sitewatch.review.desk import Desk
from sitewatch.review.guard import Secrets
from sitewatch.review.session import open_session

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium: apt-get install chromium")

HOSTILE = '"><img src=x onerror="document.title=1"><script>document.title=2</script>'


class Server:
    """``sitewatch review`` as a process of its own."""

    def __init__(self, run: Run, reviewer: str) -> None:
        words = ["sitewatch", "review", str(run.path), "--no-browser", "--reviewer", reviewer]
        self.process = subprocess.Popen(  # noqa: S603 - our own command and our own words
            [sys.executable, "-m", *words],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        assert self.process.stdout is not None
        said = re.search(r"http://127\.0\.0\.1:\d+/\?token=\S+", self.process.stdout.readline())
        assert said is not None
        self.address = said.group()

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


class Here:
    """The same app in a thread: a process costs seconds to start, and only who kills it needs one."""

    def __init__(self, run: Run, reviewer: str) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        port, known = self._listener.getsockname()[1], Secrets()
        self._desk = Desk(open_session(run, reviewer))
        config = uvicorn.Config(make_app(self._desk, port=port, known=known), log_level="warning", ws="none")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._listener]})
        self._thread.start()
        self.address = f"http://127.0.0.1:{port}/?token={known.token}"

    def stop(self) -> None:
        """Let it end."""
        self._server.force_exit = self._server.should_exit = True
        self._thread.join()
        self._desk.close()
        self._listener.close()


Serve = Callable[[Run, str], Here]
Start = Callable[[Run, str], Server]


@pytest.fixture
def serve() -> Iterator[Serve]:
    servers: list[Here] = []

    def served(run: Run, reviewer: str) -> Here:
        servers.append(Here(run, reviewer))
        return servers[-1]

    yield served
    for server in servers:
        server.stop()


@pytest.fixture
def start() -> Iterator[Start]:
    """Return what starts ``sitewatch review``."""
    servers: list[Server] = []

    def started(run: Run, reviewer: str) -> Server:
        servers.append(Server(run, reviewer))
        return servers[-1]

    yield started
    for server in servers:
        if server.process.returncode is None:
            server.kill()


@pytest.fixture(scope="module")
def browser() -> Iterator["sync_api.Browser"]:
    with sync_api.sync_playwright() as play:
        started = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def visit(browser: "sync_api.Browser") -> Iterator[Callable[[str], "sync_api.Page"]]:
    """Return what opens an address; at the end, no page may have complained or asked anybody else."""
    complaints: list[str] = []
    contexts = []

    def visited(address: str) -> "sync_api.Page":
        home = address.split("?")[0]
        contexts.append(browser.new_context(viewport={"width": 1280, "height": 800}))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda said: complaints.append(said.text) if "ERR_CONNECTION" not in said.text else None,
        )
        page.on(
            "request",
            lambda asked: None if asked.url.startswith((home, "data:")) else complaints.append(asked.url),
        )
        page.goto(address)
        page.wait_for_selector("body[data-shown]")
        return page

    yield visited
    for context in contexts:
        context.close()
    assert complaints == []


def decided(page: "sync_api.Page", key: str) -> int:
    """Press a key, wait until the page says that it is saved, and return the line of the record."""
    page.wait_for_selector("body:not([data-busy])")
    before = page.get_attribute("body", "data-saved")
    page.keyboard.press(key)
    page.wait_for_function("before => document.body.dataset.saved !== (before ?? undefined)", arg=before)
    return int(page.get_attribute("body", "data-saved") or 0)


def told(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    """Give a command, and return what it says as JSON."""
    assert sitewatch([*words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_two_people_decide_the_server_is_killed_and_nothing_is_lost(
    make_run: Made,
    start: Start,
    visit: Callable[[str], "sync_api.Page"],
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
):
    run = make_run(20)
    write_manifest(run.path)
    note(run.path, "made")
    keys = {"ada": "ccrcuccrcc", "ben": "crcucrcccu"}
    status = {"c": "confirmed", "r": "rejected", "u": "uncertain"}
    acknowledged: dict[int, tuple[str, str]] = {}
    servers = {name: start(run, name) for name in keys}
    pages = {name: visit(server.address) for name, server in servers.items()}
    for turn in range(10):
        for name, page in pages.items():
            line = decided(page, keys[name][turn])
            acknowledged[line] = (name, status[keys[name][turn]])
    # One more is under way when the power goes.
    for name, page in pages.items():
        page.keyboard.press("u")
        servers[name].kill()
    saved = {vote.number: (vote.decision.reviewer, vote.decision.status) for vote in Log.of(run.path).votes()}
    assert len(acknowledged) == 20
    assert acknowledged.items() <= saved.items()
    for name in keys:
        page = visit(start(run, name).address)
        while " 20 of 20" not in f" {page.inner_text('#count')}":
            decided(page, "c")
    final = Log.of(run.path).votes()
    assert (
        acknowledged.items()
        <= {vote.number: (vote.decision.reviewer, vote.decision.status) for vote in final}.items()
    )
    # Everybody decided about everything once: after the restart nothing was asked for a second time.
    assert len({(vote.decision.reviewer, vote.decision.change_id) for vote in final}) == len(final) == 40
    assert all(vote.decision.screen["bands"] for vote in final)
    # What was acknowledged arrives: in the summary, in the export, and in a record that is whole.
    summary = told(capsys, "review", str(run.path), "--summary")
    for one in summary["reviewers"]:
        own = Counter(vote.decision.status for vote in final if vote.decision.reviewer == one["name"])
        assert {word: number for word, number in one["counts"].items() if number} == own
        assert own.total() == 20
    assert summary["counts"]["unreviewed"] == 0
    told(capsys, "export", str(run.path), "--format", "geojson", "--out", str(tmp_path / "out"))
    features = json.loads((tmp_path / "out" / "changes.geojson").read_text("utf-8"))["features"]
    votes = {
        vote["line"]: (vote["reviewer"], vote["status"])
        for feature in features
        for vote in feature["properties"]["review"]["votes"]
    }
    assert acknowledged.items() <= votes.items()
    assert len(votes) == 40
    assert Counter(each["properties"]["review"]["status"] for each in features) == {
        word: number for word, number in summary["counts"].items() if number
    }
    checked = told(capsys, "verify", str(run.path))
    assert checked["whole"]
    assert any(remark.startswith("review/decisions.jsonl: 40 lines") for remark in checked["remarks"])


def test_ways_of_looking_have_keys(make_run: Made, serve: Serve, visit: Callable[[str], "sync_api.Page"]):
    run = make_run(3)
    page = visit(serve(run, "ada").address)
    press = page.keyboard.press
    press("s")
    assert page.eval_on_selector("#map-after", "map => map.style.clipPath") == "inset(0px 0px 0px 50%)"
    # What the eye meets left and right of the handle.
    meets = "([x, y]) => document.elementFromPoint(x, y).closest('.map').id"
    assert [page.evaluate(meets, [x, 400]) for x in (200, 470, 510, 900)] == ["map-before"] * 2 + [
        "map-after"
    ] * 2
    press(".")
    assert page.get_attribute("#handle", "aria-valuenow") == "54"
    press("Space")
    assert not page.is_visible("#map-after")
    press("Space")
    assert page.is_visible("#map-after")
    press("d")
    lines = page.locator("#map-before path").count()
    press("o")
    assert page.locator("#map-before path").count() == 0
    press("o")
    assert page.locator("#map-before path").count() == lines
    press("b")
    page.wait_for_selector("body[data-shown^='0 infrared']")
    press("?")
    assert page.is_visible("#help")
    press("Escape")
    assert not page.is_visible("#help")


def test_note_kind_and_outline_are_in_the_decision_by_keys(
    make_run: Made, serve: Serve, visit: Callable[[str], "sync_api.Page"]
):
    run = make_run(3)
    page = visit(serve(run, "ada").address)
    press = page.keyboard.press
    press("t")
    page.keyboard.type("roof gone; see n, c and r")
    press("Enter")
    press("3")
    press("e")
    for key in ("Tab", "ArrowRight", "Delete", "e"):
        press(key)
    decided(page, "c")
    (vote,) = Log.of(run.path).votes()
    said = vote.decision
    assert (said.status, said.kind, said.note) == ("confirmed", "demolition", "roof gone; see n, c and r")
    assert said.screen["bands"] == ["red", "green", "blue"]
    assert len(shape(said.geometry).exterior.coords) == 4
    page.wait_for_selector("body[data-item='1']")
    press("z")
    page.wait_for_selector("body[data-item='0']")
    assert Log.of(run.path).votes()[-1].decision.status == "unreviewed"
    press("n")
    page.wait_for_selector("body[data-item='1']")
    press("p")
    page.wait_for_selector("body[data-item='0']")
    # Drawn anew with the cross in the middle, and split.
    press("e")
    press("Shift+Delete")
    press("w")
    for step in ("ArrowRight", "ArrowDown", "ArrowLeft"):
        press("Enter")
        for _ in range(4):
            press(step)
    for key in ("Enter", "e"):
        press(key)
    decided(page, "c")
    drawn = Log.of(run.path).votes()[-1].decision.geometry
    assert shape(drawn).is_valid
    assert len(shape(drawn).exterior.coords) in {4, 5}


def test_the_mouse_reaches_what_keys_reach(
    make_run: Made, serve: Serve, visit: Callable[[str], "sync_api.Page"]
):
    run = make_run(3)
    page = visit(serve(run, "ada").address)
    page.click("text=Swipe")
    box = page.locator("#handle").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 11, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 211, box["y"] + 100)
    page.mouse.up()
    assert int(page.get_attribute("#handle", "aria-valuenow") or 0) > 60
    page.click("text=Side by side")
    page.hover("#map-before", position={"x": 200, "y": 200})
    one, other = page.eval_on_selector_all(".cross", "all => all.map((one) => one.style.transform)")
    assert one == other != ""
    assert re.fullmatch(r"36\.\d{5}, 3\.\d{5}", page.inner_text("#position"))
    page.click("#edit-button")
    corner = page.locator("#map-before .vertex").first.bounding_box()
    assert corner is not None
    page.mouse.move(corner["x"] + 5, corner["y"] + 5)
    page.mouse.down()
    page.mouse.move(corner["x"] - 25, corner["y"] - 25, steps=3)
    page.mouse.up()
    page.click("[data-tool=done]")
    page.click("text=Construction")
    page.click("[data-status=confirmed]")
    page.wait_for_selector("body[data-saved='1']")
    said = Log.of(run.path).votes()[0].decision
    assert said.kind == "construction"
    assert shape(said.geometry).area > shape(change(0).geometry.__geo_interface__).area
    page.click("#undo")
    page.wait_for_selector("body[data-saved='2']")


def test_hostile_texts_are_texts(make_run: Made, serve: Serve, visit: Callable[[str], "sync_api.Page"]):
    odd = replace(change(0), id=HOSTILE, reasons=(HOSTILE, "z" * 10_000_000))
    page = visit(serve(make_run([odd, change(1)]), HOSTILE).address)
    assert HOSTILE in page.inner_text("#facts")
    assert page.inner_text("#who").startswith('">')
    page.keyboard.press("t")
    page.keyboard.type(HOSTILE)
    page.keyboard.press("Enter")
    decided(page, "c")
    page.keyboard.press("p")
    page.wait_for_selector("body[data-item='0']")
    assert page.input_value("#note") == HOSTILE
    assert page.title() == "Review of made"
    assert page.locator("img[src=x]").count() == 0


def test_thousands_are_paged_and_only_what_is_seen_exists(
    make_run: Made, serve: Serve, visit: Callable[[str], "sync_api.Page"], tmp_path: Path
):
    run = make_run([change(number) for number in range(5000)], folder=tmp_path / "many" / "run")
    page = visit(serve(run, "ada").address)
    page.keyboard.press("l")
    page.wait_for_selector(".row .area:not(:empty)")
    assert page.locator(".row").count() < 60
    page.eval_on_selector("#rows", "rows => { rows.scrollTop = rows.scrollHeight; }")
    last = page.locator(".row[data-number='4999']")
    last.wait_for()
    assert page.locator(".row").count() < 60
    last.click()
    page.wait_for_selector("body[data-shown^='4999 ']")
    decided(page, "c")
    page.wait_for_selector("body[data-item='0']")
