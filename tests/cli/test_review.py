"""``sitewatch review`` says in one line what is missing."""

from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from sitewatch.cli import run
from sitewatch.review import serve


def test_a_folder_that_is_no_run_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert run(["review", str(tmp_path), "--no-browser"]) == 1
    assert "is not a run folder" in capsys.readouterr().err


@pytest.fixture
def empty_run(tmp_path: Path) -> Path:
    (tmp_path / "run.json").write_text('{"run_id": "x", "sitewatch": "0"}')
    for table in ("changes", "sites"):
        (tmp_path / f"{table}.geojson").write_text('{"type": "FeatureCollection", "features": []}')
    return tmp_path


def test_what_is_not_installed_is_named_with_the_extra(
    empty_run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    there = ModuleSpec("any", None)
    monkeypatch.setattr(serve, "find_spec", lambda name: None if name == "rio_tiler" else there)
    assert run(["review", str(empty_run), "--no-browser"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("error: rio-tiler not installed;")
    assert "pip install 'sitewatch[review]'" in said


def test_a_port_that_is_taken_is_said(empty_run: Path, capsys: pytest.CaptureFixture[str]):
    with serve._listening(0) as taken:
        port = taken.getsockname()[1]
        assert run(["review", str(empty_run), "--no-browser", "--port", str(port)]) == 1
    assert f"port {port} is taken" in capsys.readouterr().err
