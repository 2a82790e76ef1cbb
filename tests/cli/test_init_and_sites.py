"""``init`` and ``sites`` as they are typed."""

import json
from pathlib import Path

import pytest

from sitewatch.cli import run

GOOD = "name,lon,lat,since\nKatherine,132.1533,-14.376,2015\nStromlo,149.01,-35.3155,2015\n"
MIXED = GOOD + "Swapped,-14.376,132.1533,2015\nWhen,1,2,9/3/17\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    assert run(["init", str(tmp_path / "home")]) == 0
    assert "next: sitewatch sites add" in capsys.readouterr().out
    monkeypatch.chdir(tmp_path / "home")
    return tmp_path


def test_init_twice_and_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        assert run(["init", str(tmp_path / "w"), "--json"]) == 0
        assert json.loads(capsys.readouterr().out) == {"workspace": str(tmp_path / "w")}


def test_init_over_a_file_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "w").write_text("x")
    assert run(["init", str(tmp_path / "w")]) == 1
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert error.count("\n") == 1


def test_add_and_list(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "stations.csv").write_text(GOOD)
    added = ["sites", "add", str(home / "stations.csv"), "--radius", "300", "--category", "ground_station"]
    assert run(added) == 0
    out = capsys.readouterr().out
    assert "katherine  ground_station  2015-01-01 to ..." in out
    assert "0.28 km2  -14.3760, 132.1533  Katherine" in out
    assert "note on 2 sites: a point became a circle of 300 m radius" in out
    assert out.endswith("2 sites added\n")
    assert run(["sites", "list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [site["id"] for site in listed["sites"]] == ["katherine", "stromlo"]
    assert listed["sites"][0]["since"] == "2015-01-01"
    assert listed["refused"] == []


def test_some_refused_is_three_and_lists_them(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "stations.csv").write_text(MIXED)
    assert run(["sites", "add", str(home / "stations.csv"), str(home / "missing.kml")]) == 3
    told = capsys.readouterr()
    assert told.out.endswith("2 sites added, 3 refused\n")
    assert [line.split(":")[0] for line in told.err.splitlines()] == [
        "refused Swapped", "refused When", "refused missing.kml",
    ]  # fmt: skip
    assert "longitude comes first" in told.err


def test_all_refused_is_one(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "bad.csv").write_text("name,lon,lat\na,21,92\nb,22,93\n")
    assert run(["sites", "add", str(home / "bad.csv")]) == 1
    assert capsys.readouterr().err.startswith("error: none of 2 sites can be used; the first, a: latitude 92")
    assert run(["sites", "add", str(home / "bad.csv"), str(home / "missing.kml")]) == 1
    assert capsys.readouterr().out == "0 sites added, 2 refused\n"
    assert not list((home / "home" / "aois").glob("*.geojson"))


def test_a_name_that_is_taken_wants_replace(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "stations.csv").write_text(GOOD)
    assert run(["sites", "add", str(home / "stations.csv")]) == 0
    assert run(["sites", "add", str(home / "stations.csv")]) == 1
    assert "--replace" in capsys.readouterr().err
    assert run(["sites", "add", str(home / "stations.csv"), "--replace"]) == 0


def test_an_empty_workspace_and_none(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sites", "list"]) == 0
    assert capsys.readouterr().out == "0 sites listed\n"
    assert run(["sites", "list", "--workspace", str(home)]) == 1
    assert "sitewatch init" in capsys.readouterr().err


@pytest.mark.parametrize(
    "wrong", [["sites", "add"], ["sites", "add", "x.kml", "--category", "mosque"], ["init"]]
)
def test_wrong_usage_is_two(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(wrong) == 2
    assert "Usage:" in capsys.readouterr().err
