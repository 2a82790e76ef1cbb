"""The accuracy table is printed where there is imagery, and says so where there is none."""

from pathlib import Path

import pytest

from benchmarks import accuracy
from benchmarks.__main__ import main


def test_without_imagery_it_says_where_to_put_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SITEWATCH_DATA", str(tmp_path))
    assert main(["accuracy"]) == 0
    assert "SITEWATCH_DATA" in capsys.readouterr().out


def test_pairs_that_fail_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "MANIFEST.csv").write_text(
        "set,pair,before,after\na,1,no.tif,none.tif\na,2,no.tif,none.tif\n"
    )
    monkeypatch.setenv("SITEWATCH_DATA", str(tmp_path))
    assert accuracy.find_manifest() == tmp_path / "MANIFEST.csv"
    assert main(["accuracy", "--limit", "1"]) == 1
    printed = capsys.readouterr().out
    assert "failed: a/1" in printed
    assert "a/2" not in printed
