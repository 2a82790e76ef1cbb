"""Other dates of a place come from the workspace around the run, if there is one."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.review.desk.conftest import GRID, SCREEN, Made, Page, change, ground, write_scene

from sitewatch.catalogue.stac import scene_to_item
from sitewatch.catalogue.static import write_item
from sitewatch.catalogue.workspace import Workspace
from sitewatch.evidence import Log
from sitewatch.io.results import Run
from sitewatch.records import Scene

Sit = Callable[..., Page]


@pytest.fixture
def run(make_run: Made, scenes: tuple[Scene, Scene], tmp_path: Path) -> Run:
    """Return a run in a workspace with its own two scenes, two others of the place, and one of elsewhere."""
    root = tmp_path / "work"
    workspace = Workspace.create(root)
    rows, cols = GRID.shape
    pixels = ground(7)[:, :rows, :cols]
    later, earlier = (
        replace(
            write_scene(tmp_path, name, pixels),
            datetime=dt.datetime(year, 5, 6, tzinfo=dt.UTC),
            sha256="0" * 64,
        )
        for name, year in (("later", 2025), ("earlier", 2021))
    )
    far = replace(later, id="elsewhere", grid=GRID.translate_pix(5000, 0))
    for scene in (*scenes, later, earlier, far):
        write_item(workspace.scenes, scene_to_item(replace(scene, sha256="0" * 64)), movable=root)
    return make_run(2, folder=root / "outputs" / "run")


def test_scenes_that_show_the_place_are_listed_oldest_first_without_its_own(run: Run, sit_down: Sit):
    page = sit_down(run)
    assert [scene["id"] for scene in page.get("/api/items/0")["others"]] == ["earlier", "later"]
    small, tile = (
        page.client.get(path) for path in ("/thumbnails/0/1/natural.png", "/tiles/0/0/infrared/0/0/0.png")
    )
    assert small.headers["content-type"] == tile.headers["content-type"] == "image/png"
    assert page.client.get("/thumbnails/0/2/natural.png").status_code == 400


def test_the_record_names_the_date_that_was_on_the_screen(run: Run, sit_down: Sit):
    sit_down(run).decide(0, "confirmed", screen={**SCREEN, "other": "1"})
    screen = Log.of(run.path).votes()[0].decision.screen
    assert [scene["id"] for scene in screen["scenes"]] == ["before", "later"]
    assert screen["stretch"]["before"] != screen["stretch"]["after"]


def test_without_a_workspace_there_are_none(make_run: Made, sit_down: Sit):
    assert sit_down(make_run([change(0)])).get("/api/items/0")["others"] == []
