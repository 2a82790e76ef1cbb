"""``sitewatch evaluate``, as typed."""

import json
from pathlib import Path

import numpy as np
import pytest
from affine import Affine
from odc.geo.geobox import GeoBox

from sitewatch.cli import run
from sitewatch.io.rasters import write_geotiff
from sitewatch.io.results import write_run_json

GRID = GeoBox((30, 30), Affine(1, 0, 600000, 0, -1, 3300000), "EPSG:32614")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    codes = np.zeros(GRID.shape, np.uint8)
    codes[5:15, 5:15] = 3
    (tmp_path / "run" / "rasters" / "overlap").mkdir(parents=True)
    write_geotiff(tmp_path / "truth.tif", codes, GRID)
    write_geotiff(tmp_path / "run/rasters/overlap/change.tif", codes, GRID)
    write_geotiff(tmp_path / "run/rasters/overlap/score.tif", codes.astype(np.float32) / 4, GRID)
    write_run_json(tmp_path / "run", {"run_id": "r", "sitewatch": "0"})
    return tmp_path


def test_the_table_is_printed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", str(folder / "truth.tif"), str(folder / "run")]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[2].startswith("| demolition |")
    assert printed[-1] == "0.001 km2 labelled, 0.0% of it not assessable in the run"


def test_json_is_printed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", str(folder / "truth.tif"), str(folder / "run"), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["objects"]["demolition"]["recall"] == 1
    assert printed["pixels"]["burning"]["f1"] is None


def test_a_folder_that_is_no_run_is_one_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", str(folder / "truth.tif"), str(folder)]) == 1
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert error.count("\n") == 1


def test_a_site_without_rasters_is_one_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", str(folder / "truth.tif"), str(folder / "run"), "--site", "x"]) == 1
    assert "it has rasters of: overlap" in capsys.readouterr().err


def test_a_missing_truth_is_wrong_usage(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", str(folder / "none.tif"), str(folder / "run")]) == 2
    assert "does not exist" in capsys.readouterr().err
