"""``pairs`` as it is typed."""

import datetime as dt
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest
from odc.geo.geobox import GeoBox

from sitewatch.cli import run
from sitewatch.errors import RasterError, SitewatchError
from sitewatch.records import Band, Scene, Site

GRID = GeoBox.from_bbox((376_000, 2_316_000, 396_000, 2_336_000), "EPSG:32646", resolution=10)
TAKEN = ("2017-07-01", "2017-08-01", "2017-11-02")


@dataclass(frozen=True)
class FakeReading:
    scenes: tuple[Scene, ...]
    refused: tuple[tuple[str, SitewatchError], ...] = ()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """Make a workspace with a site in reach of three scenes that exist only as records."""
    _stand_in(monkeypatch, "sitewatch.catalogue.scenes", load_scenes=lambda _: FakeReading(_scenes()))
    _stand_in(monkeypatch, "sitewatch.catalogue.usable", usable_share=_share)
    assert run(["init", str(tmp_path)]) == 0
    monkeypatch.chdir(tmp_path)
    (tmp_path / "aois" / "a.csv").write_text(
        "id,name,lon,lat,since,until\nm,Maungdaw,91.9,21.03,2017-08-25,2017-10\n"
    )
    capsys.readouterr()
    return tmp_path


def _stand_in(monkeypatch: pytest.MonkeyPatch, name: str, **members: object) -> None:
    module = ModuleType(name)
    for key, value in members.items():
        setattr(module, key, value)
    monkeypatch.setitem(sys.modules, name, module)


def _scenes() -> tuple[Scene, ...]:
    return tuple(
        Scene(
            day, (Band("red", f"/{day}.tif"),), GRID, 10, dt.datetime.fromisoformat(f"{day}T04:00:00+00:00")
        )
        for day in TAKEN
    )


def _share(scene: Scene, _: Site) -> float:
    return 0.5 if scene.id == "2017-07-01" else 0.96


def test_the_choice_the_runners_up_and_the_reasons(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert home.exists()
    assert run(["pairs"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "m  Maungdaw"
    assert lines[1].startswith("  2017-08-01 -> 2017-11-02  score 0.")
    assert "    96 % of the site can be seen before, 96 % after" in lines
    assert any(line.startswith("    caution: ") for line in lines)
    assert lines[-2].startswith("  or 2017-07-01 -> 2017-11-02  score 0.")
    assert lines[-1] == "1 of 1 site can be compared"


def test_as_json(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "aois" / "b.csv").write_text("id,lon,lat\nfar,5,5\n")
    assert run(["pairs", "--json"]) == 3
    told = json.loads(capsys.readouterr().out)
    near, far = told["sites"]
    assert (near["site"], near["before"], near["after"]) == ("m", "2017-08-01", "2017-11-02")
    assert near["runners_up"][0]["before"] == "2017-07-01"
    assert near["reasons"]
    assert "lies outside all 3 scenes" in far["error"]
    assert told["refused"] == []


def test_one_site_of_many(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "aois" / "b.csv").write_text("id,lon,lat\nfar,5,5\nbad,5,500\n")
    assert run(["pairs", "--site", "m"]) == 0
    capsys.readouterr()
    assert run(["pairs", "--site", "far"]) == 1
    assert capsys.readouterr().err.startswith("no pair for far: site far (5.00")
    assert run(["pairs", "--site", "nobody"]) == 1
    assert "there is no site 'nobody'" in capsys.readouterr().err


def test_refused_sites_and_scenes_are_listed(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "aois" / "b.csv").write_text("id,lon,lat\nfar,5,5\nbad,5,500\n")
    reading = FakeReading(_scenes(), (("x.tif", RasterError("x.tif is empty", "a raster", "fetch it")),))
    _stand_in(monkeypatch, "sitewatch.catalogue.scenes", load_scenes=lambda _: reading)
    assert run(["pairs"]) == 3
    told = capsys.readouterr()
    assert [line.split(":")[0] for line in told.err.splitlines()] == [
        "no pair for far", "refused x.tif", "refused bad",
    ]  # fmt: skip
    assert told.out.endswith("1 of 2 sites can be compared\n")


def test_no_sites(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "aois" / "a.csv").unlink()
    assert run(["pairs"]) == 1
    assert capsys.readouterr().err == (
        "error: there is no site; at least one is needed; add one with `sitewatch sites add`\n"
    )
