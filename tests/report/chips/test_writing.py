"""Chips as files."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from odc.geo.geobox import GeoBox
from PIL import Image

from sitewatch.errors import OutputError
from sitewatch.records import Change, Pair
from sitewatch.report.chips import ChipStyle, ChipView, chip_grid, pixels_digest, rank, write_chips

Make = Callable[..., Any]


@pytest.fixture
def view(drawn_view: Make) -> Make:
    def make(on: GeoBox, change: Change) -> ChipView:
        assert change.id
        return drawn_view(on)

    return make


def _open(path: Path) -> Image.Image:
    with Image.open(path) as picture:
        picture.load()
    return picture


def test_a_change_becomes_a_figure_and_a_pair_with_its_place(
    tmp_path: Path, pair: Pair, change: Make, view: Make
):
    names = write_chips(tmp_path / "chips", pair, [change()], view)
    assert names == {"hotan-1-d-0badcafe": "hotan-1-d-0badcafe.png"}
    stem = "hotan-1-d-0badcafe"
    assert sorted(path.name for path in (tmp_path / "chips").iterdir()) == sorted(
        [f"{stem}.png"]
        + [f"{stem}_{d}{end}" for d in ("before", "after") for end in (".pgw", ".png", ".png.aux.xml")]
    )


@pytest.mark.parametrize("date", ["before", "after"])
def test_the_pair_lies_on_the_ground_as_gdal_reads_it(
    tmp_path: Path, pair: Pair, change: Make, view: Make, date: str
):
    write_chips(tmp_path, pair, [change()], view)
    frame = chip_grid(change(), pair)
    with rasterio.open(tmp_path / f"hotan-1-d-0badcafe_{date}.png") as src:
        assert np.asarray(src.transform)[:6] == pytest.approx(np.asarray(frame.affine)[:6])
        assert src.crs.to_epsg() == 32644
        assert src.shape == frame.shape


def test_whoever_holds_the_pair_can_check_the_figures_hash(
    tmp_path: Path, pair: Pair, change: Make, view: Make
):
    write_chips(tmp_path, pair, [change()], view)
    opened = {end: _open(tmp_path / f"hotan-1-d-0badcafe{end}.png") for end in ("", "_before", "_after")}
    digest = pixels_digest(np.asarray(opened["_before"]), np.asarray(opened["_after"]))
    assert {picture.text["sitewatch:sha256"] for picture in opened.values()} == {digest}
    assert opened["_before"].text["sitewatch:panel"] == "before"
    assert "© 2017 Maker of images" in opened[""].text["Copyright"]


def test_dots_an_inch_are_written(tmp_path: Path, pair: Pair, change: Make, view: Make):
    write_chips(tmp_path, pair, [change()], view, style=ChipStyle(dpi=150))
    assert _open(tmp_path / "hotan-1-d-0badcafe.png").info["dpi"] == pytest.approx((150, 150), abs=0.1)


def test_the_same_chip_is_the_same_bytes(tmp_path: Path, pair: Pair, change: Make, view: Make):
    for folder in ("one", "two"):
        write_chips(tmp_path / folder, pair, [change()], view)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_the_three_kinds_come_first_then_the_largest_and_surest(
    pair: Pair, change: Make, view: Make, tmp_path: Path
):
    made = [
        change("other", id="o", area_m2=1e6),
        change("demolition", id="small", area_m2=100.0),
        change("burning", id="unsure", area_m2=1000.0, confidence=0.05),
        change("construction", id="large", area_m2=1000.0),
        change("demolition", id="none", confidence=float("nan"), kinds={"demolition": 0.3, "other": 0.7}),
        change("demolition", id="none, large", area_m2=900.0, confidence=float("nan")),
    ]
    assert [c.id for c in rank(made)] == [
        "large",
        "none, large",
        "small",
        "unsure",
        "none",
        "o",
    ]
    assert set(write_chips(tmp_path, pair, made, view, most=2)) == {"large", "none, large"}
    assert write_chips(tmp_path / "none", pair, made, view, most=0) == {}
    assert not (tmp_path / "none").exists()


def test_a_folder_that_cannot_be_written_is_an_error_of_one_line(
    tmp_path: Path, pair: Pair, change: Make, view: Make
):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match=r"chip hotan-1-d-0badcafe.png could not be written"):
        write_chips(tmp_path / "file" / "chips", pair, [change()], view)


def test_the_size_that_is_asked_for_reaches_the_view(
    tmp_path: Path, pair: Pair, change: Make, drawn_view: Make
):
    seen: list[GeoBox] = []

    def watch(on: GeoBox, made: Change) -> ChipView:
        seen.append(on)
        return dataclasses.replace(drawn_view(on), neighbours=()) if made else None

    write_chips(tmp_path, pair, [change()], watch, style=ChipStyle(size_m=100))
    assert seen[0].shape == (200, 200)
