"""A workspace judged from the command line: one run for all sites, gone on with after a stop, drawn again."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from sitewatch.catalogue.scenes import add_scenes
from sitewatch.catalogue.sites import add_sites
from sitewatch.catalogue.workspace import Workspace
from sitewatch.cli import run as command
from sitewatch.errors import OutputError, RunError
from sitewatch.evidence import check_inputs, check_manifest
from sitewatch.io.results import Run
from sitewatch.records import Pair, Site
from sitewatch.runs import detect as room
from sitewatch.runs.again import repeat
from sitewatch.runs.detect import detect
from sitewatch.runs.judged import Judged
from sitewatch.runs.options import silent
from sitewatch.settings import Settings
from sitewatch.simulate.workspace import DrawnWorkspace, draw_workspace

# What says when, or how long, the work was done.
TIMED = {"run.json", "MANIFEST.sha256", "index.html", "custody.jsonl"}
SITES = ["amberfold", "cloudrest", "stonewether"]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> DrawnWorkspace:
    return draw_workspace(tmp_path_factory.mktemp("drawn"))


@pytest.fixture(scope="module")
def workspace(drawn: DrawnWorkspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    home = Workspace.create(tmp_path_factory.mktemp("workspace"))
    add_sites(home, drawn.sites_file)
    add_scenes(home, [path for path in drawn.scenes if path.name.split("_")[0] in SITES])
    return home


@pytest.fixture(scope="module")
def run(workspace: Workspace) -> Run:
    return detect(workspace, sites=SITES, jobs=2)


def test_each_site_has_a_verdict_and_what_could_not_be_seen_is_said(run: Run, drawn: DrawnWorkspace):
    verdicts = dict(zip(run.sites["site_id"], run.sites["verdict"], strict=True))
    assert sorted(verdicts) == SITES
    assert verdicts["cloudrest"] == "not_assessable"
    assert verdicts["amberfold"] == drawn.verdicts["amberfold"] == "change"
    assert [refusal["site"] for refusal in run.info["refusals"]] == ["cloudrest"]
    assert check_manifest(run.path) == []
    assert not (run.path / "state").exists()


def test_a_run_of_a_workspace_is_repeated_from_its_sources(run: Run):
    assert [one.state for one in check_inputs(run.path) or ()].count("unchanged") >= 5
    assert repeat(run, check_inputs(run.path) or [], step=silent, jobs=2) == []


def test_the_clear_scene_was_chosen_over_the_cloudy_one(run: Run):
    pair = next(pair for pair in run.info["pairs"] if pair["site"] == "amberfold")
    assert (pair["before"], pair["after"]) == ("amberfold_20230118", "amberfold_20230304")
    assert pair["reasons"]


def test_the_same_run_is_refused_and_made_again_when_asked(run: Run, workspace: Workspace):
    with pytest.raises(OutputError, match="there already"):
        detect(workspace, sites=SITES)
    before = (run.path / "changes.geojson").read_bytes()
    again = detect(workspace, sites=SITES, jobs=1, overwrite=True)
    assert again.path == run.path
    assert (again.path / "changes.geojson").read_bytes() == before


def test_a_stopped_run_goes_on_and_judges_no_finished_site_again(
    run: Run, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
):
    whole = {
        path.relative_to(run.path): path.read_bytes()
        for path in run.path.rglob("*")
        if path.is_file() and path.name not in TIMED
    }
    name = run.path.name
    judged: list[str] = []
    honest = room.judge_site

    def killed(site: Site, pair: Pair, settings: Settings, **more: Any) -> Judged:
        if site.id == "stonewether":
            raise KeyboardInterrupt
        return honest(site, pair, settings, **more)

    monkeypatch.setattr(room, "judge_site", killed)
    monkeypatch.setattr("sitewatch.io.results.folder.shutil.rmtree", lambda *_, **__: None)
    shutil.move(run.path, run.path.with_name("kept"))
    with pytest.raises(KeyboardInterrupt):
        detect(workspace, sites=SITES, jobs=1)
    monkeypatch.undo()
    assert list(workspace.outputs.glob(f".{name}.partial-*"))

    def counted(site: Site, pair: Pair, settings: Settings, **more: Any) -> Judged:
        judged.append(site.id)
        return honest(site, pair, settings, **more)

    monkeypatch.setattr(room, "judge_site", counted)
    resumed = detect(workspace, sites=SITES, resume=name, jobs=1)
    assert judged == ["stonewether"]
    assert {
        path.relative_to(resumed.path): path.read_bytes()
        for path in resumed.path.rglob("*")
        if path.is_file() and path.name not in TIMED
    } == whole
    assert not list(workspace.outputs.glob(f".{name}.partial-*"))
    shutil.rmtree(run.path.with_name("kept"))


def test_another_run_cannot_be_resumed(workspace: Workspace):
    with pytest.raises(RunError, match="other sites, scenes or settings"):
        detect(workspace, sites=["amberfold"], resume="detect-000000000000")


def test_chips_are_drawn_again_larger_and_elsewhere(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    out = tmp_path / "large"
    assert command(["chips", str(run.path), "--site", "amberfold", "--dpi", "300", "--out", str(out)]) == 0
    small = next(iter((run.path / "chips").glob("amberfold-*_before.png"))).name.removesuffix("_before.png")
    assert (out / f"{small}.png").stat().st_size > (run.path / "chips" / f"{small}.png").stat().st_size
    assert check_manifest(run.path) == []
    assert command(["chips", str(run.path), "--kind", "burning", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.split("\n", 1)[1])["chips"]
    assert check_manifest(run.path) == []


def test_the_command_line_tells_what_was_done_in_part(
    workspace: Workspace, run: Run, capsys: pytest.CaptureFixture[str]
):
    del run
    options = ["detect", "--workspace", str(workspace.root), "--overwrite"]
    assert command([*options, "--site", "amberfold", "--site", "cloudrest"]) == 3
    said = capsys.readouterr().out
    assert "failed: cloudrest" in said
    assert "amberfold: change" in said
    assert command([*options, "--site", "cloudrest"]) == 1
    assert capsys.readouterr().err.startswith("error: ")
