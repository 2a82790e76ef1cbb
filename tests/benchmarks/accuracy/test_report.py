"""The accuracy table is printed where there is imagery, and says so where there is none."""

import json
from pathlib import Path

import pytest

from benchmarks import accuracy
from benchmarks.__main__ import main
from benchmarks.accuracy.methods import methods_for, omissions
from sitewatch.runs.benchmark.manifest import Entry


def test_without_imagery_it_says_where_to_put_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SITEWATCH_DATA", str(tmp_path))
    assert main(["accuracy"]) == 0
    assert "SITEWATCH_DATA" in capsys.readouterr().out
    assert main(["accuracy", "--set", "drawn", "--set", "levir"]) == 0
    assert "SITEWATCH_DATA" in capsys.readouterr().out


def test_pairs_that_fail_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "MANIFEST.csv").write_text(
        "set,pair,before,after\na,1,no.tif,none.tif\na,2,no.tif,none.tif\n"
    )
    monkeypatch.setenv("SITEWATCH_DATA", str(tmp_path))
    assert accuracy.find_manifest() == tmp_path / "MANIFEST.csv"
    assert main(["accuracy", "--set", "a", "--limit", "1"]) == 1
    printed = capsys.readouterr().out
    assert "failed: a/1" in printed
    assert "a/2" not in printed
    assert main(["accuracy", "--set", "b"]) == 1
    assert "no set b" in capsys.readouterr().err


def test_one_pair_goes_through_every_method_into_table_numbers_and_sheets(
    entry: Entry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "MANIFEST.csv").write_text(
        "set,pair,before,after,truth,bands,kind\n"
        "levir,one,before.tif,after.tif,truth.tif,red green blue,construction\n"
    )
    assert entry.before.parent == tmp_path
    monkeypatch.setenv("SITEWATCH_DATA", str(tmp_path))
    out = tmp_path / "out"
    words = ["accuracy", "--set", "levir", "--set", "moved", "--limit", "1", "--out", str(out)]
    assert main([*words, "--json"]) == 0
    numbers = json.loads(capsys.readouterr().out)
    assert numbers == json.loads((out / "accuracy.json").read_text())
    rows = {(row["title"], row["method"]): row for row in numbers["rows"]}
    titles = ["levir", "levir, reversed in time", "levir, moved"]
    assert list(dict.fromkeys(title for title, _ in rows)) == titles
    for title in titles:
        methods = [method for name, method in rows if name == title]
        assert methods[:2] == ["ours", "ours without learned"]
        assert "change vector + Otsu" in methods
    found = rows["levir", "change vector + Otsu"]["scores"]["objects"]["any"]
    assert found["truth"] == 2
    assert {mark["set"] for mark in numbers["marks"]} == set(titles)
    text = (out / "accuracy.md").read_text()
    assert "| levir " in text
    assert "loss of pixel F1" in text
    assert (out / "sheets" / "levir-misses.png").is_file()
    # A folder that is there is never written over.
    assert main(words) == 1


def test_each_kind_of_evidence_is_left_out_where_it_acts(entry: Entry) -> None:
    coarse = dict(omissions(20.0, ("red", "green", "blue", "nir")))
    assert set(coarse.values()) == {("spectral",), ("structural",), ("contextual",), ("learned",)}
    assert all("learned" in kinds for _, kinds in omissions(0.5, ("red", "green", "blue")))
    names = [method.name for method in methods_for(entry, ["baselines"])]
    assert "ours" not in names
    assert "local correlation + Otsu" in names
    assert [method.name for method in methods_for(entry, ["ours"])] == ["ours"]
