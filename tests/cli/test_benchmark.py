"""``sitewatch benchmark``, as typed, on pairs that cannot be read: each fails by itself."""

import json
from pathlib import Path

import pytest

from sitewatch.cli import run


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    path = tmp_path / "MANIFEST.csv"
    path.write_text("set,pair,before,after,truth\na,1,no.tif,none.tif,\nb,1,no.tif,none.tif,\n")
    return path


def test_failed_pairs_are_named_and_the_code_is_three(
    manifest: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["benchmark", "--manifest", str(manifest), "--out", str(tmp_path / "out")]) == 3
    printed = capsys.readouterr().out
    assert "failed: a/1: " in printed
    assert "failed: b/1: " in printed
    assert (tmp_path / "out" / "benchmark.md").read_text() == printed


def test_json_and_sets(manifest: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["benchmark", "--manifest", str(manifest), "--set", "b", "--jobs", "2", "--json"]) == 3
    (pair,) = json.loads(capsys.readouterr().out)["pairs"]
    assert (pair["set"], pair["variant"]) == ("b", "forward")


def test_an_unknown_set_is_one_line(manifest: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["benchmark", "--manifest", str(manifest), "--set", "c"]) == 1
    assert capsys.readouterr().err == "error: the manifest has no set c; it has a, b; correct --set\n"


def test_without_a_manifest_it_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["benchmark"]) == 2
    assert "--manifest" in capsys.readouterr().err
