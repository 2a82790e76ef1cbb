"""A run with something to look at, a kit of it, and a browser to look with."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from tests.drawn_run import drawn_run

from sitewatch.io.results import Run
from sitewatch.review.controls import make_controls
from sitewatch.review.kit import write_kit

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a run with two controls, which no test changes."""
    run = drawn_run(tmp_path_factory.mktemp("kit"))
    make_controls(run, 2)
    return run.path


@pytest.fixture
def run(made: Path, tmp_path: Path) -> Run:
    """Return a run of one's own."""
    return Run.open(shutil.copytree(made, tmp_path / "run"))


@pytest.fixture(scope="module")
def kit(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a kit of it, for whoever gives a name."""
    path = tmp_path_factory.mktemp("out") / "kit.html"
    write_kit(Run.open(made), path)
    return path


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return Debian's browser without a window."""
    if CHROMIUM is None:
        pytest.skip("chromium is needed: apt-get install chromium")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()
