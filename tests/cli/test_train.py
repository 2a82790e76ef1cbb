"""``sitewatch train``: from the command line to a file that ``compare`` takes."""

import json
from pathlib import Path

import pytest
from tests.models.last_stage.conftest import reviewed
from tests.runs.conftest import Write
from tests.runs.conftest import write_run as write_run

from sitewatch.cli import run
from sitewatch.models.last_stage import LastStage


def test_several_runs_after_one_from_make_one_file(
    write_run: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    folders = [str(write_run(name, reviewed(25, seed))) for seed, name in enumerate("abc")]
    out = tmp_path / "mine.json"
    assert run(["train", "--from", *folders, "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    assert "75 reviewed detections" in printed
    assert "Brier score" in printed
    assert "confirmed kept" in printed
    assert f"--last-stage {out}" in printed
    assert len(LastStage.open(out).provenance["runs"]) == 3


def test_json_holds_the_figures(write_run: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    folder, out = str(write_run("a", reviewed(40, 1))), tmp_path / "mine.json"
    assert run(["train", "--from", folder, "--out", str(out), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    (lesson,) = said["models"]
    assert lesson["reviewed"] == 40
    assert sum(row["detections"] for row in lesson["table"]) == 40
    assert said["file"] == str(out)


def test_errors_are_one_line_and_leave_nothing(
    write_run: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    out = tmp_path / "mine.json"
    few = str(write_run("a", reviewed(4, 1)))
    assert run(["train", "--from", few, "--out", str(out)]) == 1
    assert capsys.readouterr().err.startswith("error: the runs have of fine: 4 reviewed detections")
    assert run(["train", "--from", str(tmp_path), "--out", str(out)]) == 1
    assert "not a run folder" in capsys.readouterr().err
    assert run(["train", "--out", str(out)]) == 2
    assert not out.exists()
