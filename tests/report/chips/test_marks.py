"""Every chip, in every style and format, at every latitude: complete, and true to the ground."""

import datetime as dt
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from affine import Affine
from odc.geo.geobox import GeoBox
from PIL import Image
from pyproj import Geod, Transformer
from tests.report.chips.reading import missing, text_of

from sitewatch.errors import OutputError
from sitewatch.records import Change, Pair
from sitewatch.report.chips import (
    ChipStyle,
    ChipView,
    Context,
    Filing,
    Look,
    chip_grid,
    draw_chip,
    draw_figures,
    file_chips,
)
from sitewatch.report.chips.ground import lonlat
from sitewatch.report.chips.vector import svg
from sitewatch.report.printing import html_pdf

Make = Callable[..., Any]
GEOD = Geod(ellps="WGS84")
SVG = "{http://www.w3.org/2000/svg}"
KNOWN = {
    "sensor": "planetscope",
    "credit": "© 2021 Maker & Sons <images>",
    "licence": "CC-BY-4.0",
    "sha256": "ab" * 32,
    "gsd_m": 3.0,
}


@pytest.fixture(scope="session")
def printer() -> None:
    """Skip what needs WeasyPrint where it, or the system's Pango, is not installed."""
    try:
        html_pdf("<p>x</p>")
    except OutputError as error:
        pytest.skip(str(error))


def utm(lat: float, pixel: float = 3.0) -> GeoBox:
    """Return a scene's grid at the edge of a UTM zone, where true north is farthest from up."""
    crs = "EPSG:32633" if lat >= 0 else "EPSG:32733"
    east, north = Transformer.from_crs(4326, crs, always_xy=True).transform(17.9, lat)
    return GeoBox((300, 300), Affine(pixel, 0, east - 450, 0, -pixel, north + 450), crs)


def degrees(lat: float) -> GeoBox:
    """Return a scene's grid in degrees: its pixels are far from square on the ground at high latitude."""
    return GeoBox((300, 300), Affine(3e-5, 0, 17.9, 0, -3e-5, lat + 0.0045), "EPSG:4326")


def mercator(lat: float) -> GeoBox:
    """Return a scene's grid in Web Mercator, whose metres are not metres on the ground."""
    east, north = Transformer.from_crs(4326, 3857, always_xy=True).transform(17.9, lat)
    return GeoBox((300, 300), Affine(3, 0, east - 450, 0, -3, north + 450), "EPSG:3857")


GRIDS = [
    *(pytest.param(utm(lat), id=f"utm {lat}") for lat in (0.5, 45, 60, 75, -75)),
    *(pytest.param(degrees(lat), id=f"degrees {lat}") for lat in (30, 75)),
    *(pytest.param(mercator(lat), id=f"mercator {lat}") for lat in (-60, 75)),
]


@pytest.fixture
def known(scene: Make, square: Make, change: Make) -> Make:
    """Make a pair of which everything is known, a change in its middle, and a view of both."""

    def make(on: GeoBox) -> tuple[ChipView, Change, Pair]:
        first, extra, last = (
            scene(f"scene{i}", on, datetime=dt.datetime(2021, i, 5, 10, 1, 2, tzinfo=dt.UTC), **KNOWN)
            for i in (1, 3, 6)
        )
        pair = Pair(first, last)
        found = change(geometry=square(on, 140, 140, 20))
        frame = chip_grid(found, pair)
        random = np.random.default_rng(1)
        pixels = random.normal(100, 20, (3, *frame.shape)).astype(np.float32)
        view = ChipView(
            pixels,
            pixels.copy(),
            ("red", "green", "blue"),
            frame,
            further=(Look(extra, pixels.copy()),),
            context=Context(pixels.copy(), frame),
        )
        return view, found, pair

    return make


def bar_and_panel(document: str) -> tuple[float, str, ElementTree.Element, ElementTree.Element]:
    """Return a bar's length in units of the figure and its words, the first panel, and the arrow."""
    root = ElementTree.fromstring(document)  # noqa: S314 - our own file
    bar = next(one for one in root.iter(f"{SVG}rect") if one.get("id") == "bar")
    long = float(bar.get("width", 0)) + float(bar.get("stroke-width", 0))
    words = next(
        "".join(one.itertext())
        for one in root.iter(f"{SVG}text")
        if re.fullmatch(r"[\d.]+ k?m", "".join(one.itertext()))
    )
    panel = next(one for one in root.iter(f"{SVG}svg") if one.get("class") == "panel")
    north = next(one for one in root.iter(f"{SVG}g") if one.get("id") == "north")
    return long, words, panel, north


@pytest.mark.parametrize("on", GRIDS)
@pytest.mark.parametrize(
    "style",
    [
        ChipStyle(),
        ChipStyle(third="changed"),
        ChipStyle(figure="single"),
        ChipStyle(figure="strip", width_mm=150),
    ],
    ids=["panel", "third", "single", "strip"],
)
def test_the_bar_is_true_within_a_hundredth_and_north_within_half_a_degree(
    known: Make, on: GeoBox, style: ChipStyle
):
    view, change, pair = known(on)
    chip = draw_chip(view, change, pair, style)
    long, words, panel, north = bar_and_panel(svg(chip.sheets[0], chip.facts))
    metres = float(words.split()[0]) * (1000 if "km" in words else 1)
    rows, cols = view.grid.shape
    share = long / float(panel.get("width", 0))
    # As long as the bar is, across the middle of the frame, by PROJ and by Karney's geodesic.
    ends = [lonlat(view.grid, cols * (0.5 + side * share / 2), rows / 2) for side in (-1, 1)]
    assert GEOD.inv(*ends[0], *ends[1])[2] == pytest.approx(metres, rel=0.01)
    # The arrow against the azimuth of straight up.
    lower, upper = (lonlat(view.grid, cols / 2, rows / 2 + step) for step in (0.5, -0.5))
    up = GEOD.inv(*lower, *upper)[0]
    tip = np.array(north.find(f"{SVG}polygon").get("points").split()[0].split(","), float)
    drawn = math.degrees(math.atan2(tip[0], -tip[1]))
    assert (drawn + up + 180) % 360 - 180 == pytest.approx(0, abs=0.5)


@pytest.mark.parametrize("lat", [0.5, 75, -75])
def test_the_painted_bar_is_as_long_as_the_written_one(known: Make, lat: float):
    view, change, pair = known(utm(lat))
    chip = draw_chip(view, change, pair, ChipStyle(dpi=300))
    sheet, image = chip.sheets[0], np.asarray(chip.annotated)
    long = bar_and_panel(svg(sheet, chip.facts))[0]
    bar = sheet.bar
    middle = image[bar.y + sheet.size.mm(0.65), : sheet.size.panel // 2].min(axis=1)
    inked = np.nonzero(middle < 100)[0]
    assert inked[-1] - inked[0] + 1 == pytest.approx(long, abs=1)
    assert inked[0] == bar.x


def test_equal_dates_give_equal_panels_so_both_have_one_extent(known: Make):
    view, change, pair = known(utm(60))
    for style in (ChipStyle(), ChipStyle(figure="strip"), ChipStyle(dpi=300, resampling="nearest")):
        panels = draw_chip(view, change, pair, style).sheets[0].panels
        assert len({placed.panel.pixels.tobytes() for placed in panels}) == 1
        assert len({placed.y for placed in panels}) == 1


@pytest.mark.parametrize(
    ("style", "fmt", "dates"),
    [
        *((ChipStyle(dpi=100), fmt, 2) for fmt in ("png", "jpg", "svg", "pdf", "tif")),
        *((ChipStyle(dpi=100, third=third), "svg", 2) for third in ("changed", "context")),
        *((ChipStyle(dpi=100, figure="strip"), fmt, 3) for fmt in ("png", "svg", "pdf", "tif")),
        *((ChipStyle(dpi=100, figure="single"), fmt, 1) for fmt in ("png", "jpg", "svg", "pdf", "tif")),
        (ChipStyle(dpi=100, figure="gif"), "png", 2),
    ],
)
def test_a_file_says_all_that_a_chip_must_say(
    tmp_path: Path, request: pytest.FixtureRequest, known: Make, style: ChipStyle, fmt: Any, dates: int
):
    if fmt == "pdf":
        request.getfixturevalue("printer")
    figures = draw_figures(*known(utm(60)), style)
    names = file_chips(tmp_path, figures, "c", Filing(fmt, number=4))
    assert names
    for name in names:
        text = text_of(tmp_path / name)
        wanted = {"credit": KNOWN["credit"], "licence": KNOWN["licence"], "sensor": "PlanetScope"}
        assert missing(text, dates=dates, **wanted) == []
    captions = sorted(tmp_path.glob("*.txt"))
    assert len(captions) == len(figures)
    for number, path in enumerate(sorted(captions, key=lambda p: "after" in p.name), 4):
        text = path.read_text("utf-8")
        assert text.startswith(f"Figure {number}. Demolition, ")
        assert missing(" ".join(text.split()), dates=dates, **wanted) == []


def test_the_reader_of_the_marks_can_fail(tmp_path: Path, known: Make):
    names = file_chips(tmp_path, draw_figures(*known(utm(60))), "c")
    text = text_of(tmp_path / names[0])
    wanted = {"credit": KNOWN["credit"], "licence": KNOWN["licence"], "sensor": "PlanetScope"}
    assert missing(text, dates=3, **wanted) == ["dates, UTC"]
    assert len(missing("", dates=1, **wanted)) == 9


def test_dates_as_geotiff_lie_where_the_frame_lies(tmp_path: Path, known: Make):
    import rasterio

    view, change, pair = known(utm(75))
    names = file_chips(tmp_path, draw_figures(view, change, pair), "c", Filing("tif"))
    assert names == ("c_before.tif", "c_after.tif")
    for name in names:
        with rasterio.open(tmp_path / name) as src:
            assert np.asarray(src.transform)[:6] == pytest.approx(np.asarray(view.grid.affine)[:6])
            assert (src.crs.to_epsg(), src.shape, src.count) == (32633, view.grid.shape, 3)
            assert src.tags()["TIFFTAG_COPYRIGHT"].startswith(KNOWN["credit"])


def test_an_animation_shows_each_date_for_a_second_for_ever(tmp_path: Path, known: Make):
    (name,) = file_chips(tmp_path, draw_figures(*known(utm(60)), ChipStyle(dpi=72, figure="gif")), "c")
    with Image.open(tmp_path / name) as image:
        assert (image.n_frames, image.info["duration"], image.info["loop"]) == (2, 1000, 0)


@pytest.mark.parametrize("wide", [100, 180, 300])
@pytest.mark.parametrize("figure", ["panel", "strip", "single"])
def test_a_figure_is_as_wide_in_print_as_asked_and_nothing_leaves_it(known: Make, wide: float, figure: Any):
    view, change, pair = known(utm(60))
    chip = draw_chip(view, change, pair, ChipStyle(dpi=200, figure=figure, width_mm=wide, third=None))
    sheet = chip.sheets[0]
    assert sheet.size.width / 200 * 25.4 == pytest.approx(wide, abs=0.6)
    picture = np.asarray(chip.annotated)
    assert picture[:, -1].min() == picture[-1].min() == 255
    assert max(line.y for line in sheet.lines) < sheet.height
