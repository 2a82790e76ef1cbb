"""``sitewatch scenes add|list`` as a user meets it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest
from affine import Affine
from odc.geo.geobox import GeoBox
from PIL import Image

from sitewatch.catalogue.workspace import Workspace
from sitewatch.cli import run
from sitewatch.io.rasters import write_geotiff

GRID = GeoBox((64, 64), Affine(0.5, 0, 300_000, 0, -0.5, 2_300_000), "EPSG:32646")
Command: TypeAlias = Callable[..., tuple[int, str, str]]


@pytest.fixture
def image(tmp_path: Path) -> Path:
    path = tmp_path / "camp.tif"
    write_geotiff(path, np.random.default_rng(0).integers(1, 255, (3, 64, 64)).astype(np.uint8), GRID)
    return path


@pytest.fixture
def scenes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run a ``scenes`` command in a workspace; returns exit code, output and errors."""
    home = Workspace.create(tmp_path / "ws")

    def command(name: str, *args: object) -> tuple[int, str, str]:
        code = run(["scenes", name, *map(str, args), "--workspace", str(home.root)])
        return code, *capsys.readouterr()

    return command


def test_add_and_list(scenes: Command, image: Path):
    code, out, _ = scenes(
        "add", image, "--date", "2017-09-26", "--sensor", "Maxar", "--credit", "© M", "--licence", "L"
    )
    assert code == 0
    assert "camp  2017-09-26" in out
    assert out.endswith("1 scene added\n")
    code, out, _ = scenes("list", "--json")
    assert code == 0
    (row,) = json.loads(out)["scenes"]
    assert (row["id"], row["datetime"], row["sensor"], row["gsd_m"]) == ("camp", "2017-09-26", "maxar", 0.5)
    assert (row["bands"], row["credit"], row["licence"]) == (["red", "green", "blue"], "© M", "L")
    assert row["lon"] == pytest.approx(91.07, abs=0.01)
    code, out, _ = scenes("list")
    assert "maxar" in out
    assert out.endswith("1 scene listed\n")


def test_what_is_missing_is_one_line_that_names_the_option(scenes: Command, image: Path):
    code, out, err = scenes("add", image)
    assert (code, out) == (1, "")
    assert err.startswith("error: camp.tif does not say the date nor the sensor; ")
    assert "--date" in err
    assert "--sensor" in err
    assert err.count("\n") == 1


def test_adding_twice_is_said(scenes: Command, image: Path):
    options = ("--date", "2017", "--sensor", "other")
    scenes("add", image, *options)
    code, out, _ = scenes("add", image, *options)
    assert code == 0
    assert "camp is in the catalogue already" in out
    assert "0 scenes added" in out


def test_some_refused_is_done_in_part(scenes: Command, image: Path, tmp_path: Path):
    (tmp_path / "broken.tif").write_bytes(b"")
    code, out, err = scenes("add", image, tmp_path / "broken.tif", "--date", "2017-09", "--sensor", "other")
    assert code == 3
    assert "1 scene added, 1 refused" in out
    assert err.startswith("refused broken.tif: ")


def test_a_plain_image_is_placed_by_options(scenes: Command, tmp_path: Path):
    path = tmp_path / "photo.png"
    Image.fromarray(np.random.default_rng(0).integers(1, 255, (40, 50, 3), np.uint8)).save(path)
    options = ("--date", "2017-09-26T04:00:00Z", "--sensor", "google-earth")
    code, _, err = scenes("add", path, *options)
    assert code == 1
    assert "--gsd METRES and --center LON,LAT" in err
    code, out, _ = scenes("add", path, *options, "--gsd", 0.5, "--center", "-92.3,21.05")
    assert code == 0
    assert "(approximate)" in out
    assert "note: the position is approximate" in out
    (row,) = json.loads(scenes("list", "--json")[1])["scenes"]
    assert (row["georeference"], row["lon"], row["lat"]) == ("approximate", -92.3, 21.05)


def test_a_folder_that_is_no_workspace(image: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert run(["scenes", "add", str(image), "--workspace", str(tmp_path / "none")]) == 1
    assert "sitewatch init" in capsys.readouterr().err
