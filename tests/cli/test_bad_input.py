"""Every bad input gets one line that says what was found, needed and to be done, and leaves all as it was."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from affine import Affine
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox

from sitewatch.cli import run
from sitewatch.io.rasters import Labels, write_geotiff
from sitewatch.simulate.pair import draw_pair
from sitewatch.simulate.recipe import Recipe

Write = Callable[..., Path]
Refused = Callable[..., str]
Drawn = tuple[NDArray[np.uint8], NDArray[np.uint8]]
RGB = ("red", "green", "blue")


def grid(east: float = 500_000.0, size: int = 96, pixel: float = 1.0) -> GeoBox:
    return GeoBox((size, size), Affine(pixel, 0, east, 0, -pixel, 4_000_000.0), "EPSG:32631")


@pytest.fixture(scope="module")
def drawn() -> Drawn:
    pair = draw_pair(Recipe(resolution_m=1.0, size=(96, 96), events=()), seed=3)
    return pair.before.pixels.astype(np.uint8), pair.after.pixels.astype(np.uint8)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def to_file(
        name: str, pixels: NDArray[np.generic], place: GeoBox | None = None, **labels: object
    ) -> Path:
        path = tmp_path / name
        said = {"nodata": None, "descriptions": RGB[: len(pixels)], **labels}
        write_geotiff(path, pixels, place or grid(size=pixels.shape[-1]), Labels(**said))  # type: ignore[arg-type] - any
        return path

    return to_file


@pytest.fixture
def refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Run ``compare`` on something bad, check that nothing is left behind, and return the line it says."""

    def attempt(before: Path, after: Path, *options: str, code: int = 1) -> str:
        there = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*"))
        assert run(["compare", str(before), str(after), "--out", str(tmp_path / "out"), *options]) == code
        assert sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*")) == there
        said = capsys.readouterr()
        assert said.out == ""
        assert said.err.count("\n") == 1
        assert said.err.startswith("error: ")
        assert said.err.count("; ") >= 2
        return said.err

    return attempt


def test_scenes_that_do_not_overlap(drawn: Drawn, write: Write, refused: Refused):
    before, after = write("a.tif", drawn[0]), write("b.tif", drawn[1], grid(east=600_000.0))
    assert "do not overlap" in refused(before, after)


def test_a_missing_an_empty_a_corrupt_and_a_truncated_raster(
    drawn: Drawn, write: Write, refused: Refused, tmp_path: Path
):
    good = write("good.tif", drawn[0])
    assert "does not exist" in refused(tmp_path / "none.tif", good)
    empty = tmp_path / "empty.tif"
    empty.touch()
    assert "is empty" in refused(good, empty)
    corrupt = tmp_path / "corrupt.tif"
    corrupt.write_bytes(b"II*\x00" + bytes(200))
    assert "cannot be read" in refused(good, corrupt)
    truncated = tmp_path / "truncated.tif"
    whole = write("whole.tif", drawn[1]).read_bytes()
    truncated.write_bytes(whole[: len(whole) // 2])
    assert "truncated.tif" in refused(good, truncated)


def test_a_constant_image_and_one_of_nothing(drawn: Drawn, write: Write, refused: Refused):
    good = write("good.tif", drawn[0])
    flat = write("flat.tif", np.full_like(drawn[0], 90))
    assert "same number" in refused(good, flat)
    nothing = write("nothing.tif", np.zeros_like(drawn[0]), nodata=0)
    assert "nodata" in refused(nothing, good)


def test_fewer_bands_than_were_named(drawn: Drawn, write: Write, refused: Refused):
    one = write("one.tif", drawn[0][:1], descriptions=())
    assert "band" in refused(one, write("b.tif", drawn[1]), "--bands", "red,green,blue,nir")


def test_scenes_swapped_in_time(drawn: Drawn, write: Write, refused: Refused):
    before, after = write("a.tif", drawn[0]), write("b.tif", drawn[1])
    line = refused(before, after, "--before-date", "2020-05-01", "--after-date", "2018-05-01")
    assert "after the after scene" in line


def test_the_same_scene_twice(drawn: Drawn, write: Write, refused: Refused):
    scene = write("a.tif", drawn[0])
    assert "same" in refused(scene, scene)


def test_an_unknown_sensor(drawn: Drawn, write: Write, refused: Refused):
    line = refused(write("a.tif", drawn[0]), write("b.tif", drawn[1]), "--sensor", "sputnik 9")
    assert "sputnik 9" in line


def test_bands_of_mixed_types(drawn: Drawn, write: Write, refused: Refused, tmp_path: Path):
    mixed = tmp_path / "mixed.vrt"
    byte = write("byte.tif", drawn[0][:1], descriptions=())
    word = write("word.tif", drawn[0][1:2].astype(np.uint16), descriptions=())
    bands = "".join(
        f'<VRTRasterBand dataType="{kind}" band="{i}"><SimpleSource><SourceFilename relativeToVRT="1">'
        f"{path.name}</SourceFilename><SourceBand>1</SourceBand></SimpleSource></VRTRasterBand>"
        for i, (kind, path) in enumerate((("Byte", byte), ("UInt16", word)), 1)
    )
    transform = "500000, 1, 0, 4000000, 0, -1"
    mixed.write_text(
        f'<VRTDataset rasterXSize="96" rasterYSize="96"><SRS>EPSG:32631</SRS>'
        f"<GeoTransform>{transform}</GeoTransform>{bands}</VRTDataset>"
    )
    assert "mixes data types" in refused(write("a.tif", drawn[0]), mixed)


def test_an_image_without_georeference(drawn: Drawn, refused: Refused, write: Write, tmp_path: Path):
    from PIL import Image

    plain = tmp_path / "plain.png"
    Image.fromarray(np.moveaxis(drawn[1], 0, -1)).save(plain)
    line = refused(write("a.tif", drawn[0]), plain)
    assert "--gsd" in line
    assert "--center" in line


def test_scenes_of_different_places(write: Write, refused: Refused):
    random = np.random.default_rng(5)
    one, other = (random.integers(1, 255, (3, 96, 96)).astype(np.uint8) for _ in range(2))
    assert "no structure in common" in refused(write("a.tif", one), write("b.tif", other))


def test_an_output_that_exists_and_one_that_is_not_ours(
    drawn: Drawn, write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    before, after = write("a.tif", drawn[0]), write("b.tif", drawn[1])
    mine = tmp_path / "out"
    mine.mkdir()
    (mine / "thesis.txt").write_text("years of work")
    for options in ([], ["--overwrite"]):
        assert run(["compare", str(before), str(after), "--out", str(mine), *options]) == 1
        assert "error: " in capsys.readouterr().err
    assert (mine / "thesis.txt").read_text() == "years of work"


@pytest.mark.parametrize(
    ("ring", "what"),
    [
        ([[40, 40], [40.01, 40], [40.01, 40.01], [40, 40]], "outside"),
        ([[3.0001, 36.144], [3.0001001, 36.144], [3.0001001, 36.1440001], [3.0001, 36.144]], "pixels"),
    ],
)
def test_a_site_elsewhere_or_far_too_small(
    drawn: Drawn, write: Write, refused: Refused, tmp_path: Path, ring: list[list[float]], what: str
):
    before, after = write("a.tif", drawn[0]), write("b.tif", drawn[1])
    sites = tmp_path / "sites.geojson"
    feature = {
        "type": "Feature",
        "properties": {"id": "s"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    sites.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    assert what in refused(before, after, "--aoi", str(sites), "--sites-only")


def test_sites_only_without_sites(drawn: Drawn, write: Write, refused: Refused):
    assert "--aoi" in refused(write("a.tif", drawn[0]), write("b.tif", drawn[1]), "--sites-only")


def test_a_setting_out_of_range_and_a_file_that_is_no_toml(
    drawn: Drawn, write: Write, refused: Refused, tmp_path: Path
):
    before, after = write("a.tif", drawn[0]), write("b.tif", drawn[1])
    config = tmp_path / "sitewatch.toml"
    config.write_text("[registration]\nmax_shift_m = -3\n")
    assert "registration.max_shift_m" in refused(before, after, "--config", str(config))
    config.write_text("[registration\n")
    assert "not TOML" in refused(before, after, "--config", str(config))
