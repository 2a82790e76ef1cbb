"""The page: whole, harmless, and without a network."""

import dataclasses
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from affine import Affine
from odc.geo.geobox import GeoBox
from shapely.geometry import Polygon, mapping, shape

from sitewatch.errors import OutputError
from sitewatch.records import Band, Change, Pair, Scene
from sitewatch.report.chips import ChipView, write_chips
from sitewatch.report.chips.ground import lonlat
from sitewatch.report.page import Quicklook, write_page, write_quicklook
from sitewatch.report.page.frames import frame_of, outline_path

Make = Callable[..., Any]
Drawn = tuple[Path, dict[str, Any]]
EVIL = """</script><script>alert(1)</script><img src=x onerror=alert(2)>"'&{{ 7 * 7 }}"""


class Page(HTMLParser):
    """What a browser makes of a page: its elements with their attributes, and the text of each script."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "script":
            self.scripts.append("")

    def handle_data(self, data: str) -> None:
        if self.cdata_elem == "script":
            self.scripts[-1] += data
        else:
            self.text += data

    def all(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        return [
            attrs
            for name, attrs in self.elements
            if name == tag and all(value in (attrs.get(key) or "").split() for key, value in wanted.items())
        ]


def _read(folder: Path) -> Page:
    return Page((folder / "index.html").read_text("utf-8"))


def _look(key: str = "a") -> Quicklook:
    pixels = np.full((8, 8, 4), 200, np.uint8)
    return Quicklook(key, pixels, pixels, (92.29, 20.99, 92.32, 21.02))


@pytest.fixture
def chip_run(tmp_path: Path) -> Drawn:
    """Write the chips of one change and return the run folder and the change as a Feature."""
    grid = GeoBox((200, 200), Affine(0.5, 0, 620_000, 0, -0.5, 3_340_000), "EPSG:32644")
    scene = Scene("s", tuple(Band(name, "x") for name in ("red", "green", "blue")), grid, 0.5)
    corners = ((90, 90), (90, 110), (110, 110), (110, 90))
    outline = Polygon([lonlat(grid, *corner) for corner in corners])
    change = Change("c1", "a", "demolition", 0.7, {"demolition": 0.7}, 100.0, outline)

    def view(on: GeoBox, _: Change) -> ChipView:
        pixels = np.random.default_rng(0).normal(100, 20, (3, *on.shape)).astype(np.float32)
        return ChipView(pixels, pixels, ("red", "green", "blue"), on)

    write_chips(tmp_path / "chips", Pair(scene, scene), [change], view)
    return tmp_path, {"geometry": mapping(outline)}


def test_a_page_shows_its_sites_and_changes(chip_run: Drawn, site: Make, found: Make):
    folder, drawn = chip_run
    write_quicklook(folder / "page", _look())
    write_page(
        folder,
        sites=[site("a"), site("b", "no_visible_change")],
        changes=[found("c1") | drawn],
        info={"run_id": "r-1", "command": "detect"},
    )
    page = _read(folder)
    assert [attrs["data-verdict"] for attrs in page.all("article", **{"class": "site"})] == [
        "change",
        "no_visible_change",
    ]
    assert len(page.all("article", **{"class": "finding"})) == 1
    assert [attrs["src"] for attrs in page.all("img")] == [
        "chips/c1_before.png",
        "chips/c1_after.png",
        "chips/c1.png",
    ]
    for said in (
        "Edges per area fell",
        "speaks against it",
        "d_nbr",
        "likely (72 %)",
        "not field validated",
        "r-1",
    ):
        assert said in page.text


def test_every_picture_is_lazy_and_has_a_text_and_every_field_a_label(
    chip_run: Drawn, site: Make, found: Make
):
    folder, drawn = chip_run
    write_page(folder, sites=[site("a")], changes=[found("c1") | drawn], info={})
    page = _read(folder)
    assert all(attrs["loading"] == "lazy" and attrs["alt"] for attrs in page.all("img"))
    text = (folder / "index.html").read_text("utf-8")
    for field in re.finditer(r"<(input|select)\b[^>]*>", text):
        before = text[: field.start()]
        assert before.rfind("<label") > before.rfind("</label>")
    assert len(page.all("html", lang="en")) == 1


def test_texts_of_users_do_nothing_but_be_read(tmp_path: Path, site: Make, found: Make):
    sites = [site("a", name=EVIL, reason=EVIL, category=EVIL, site_id=EVIL)]
    changes = [found("c1", EVIL, id=EVIL, reasons=[EVIL], evidence={EVIL: {"value": 1.0, "unit": EVIL}})]
    info = {"run_id": EVIL, "command": EVIL, "refusals": [{"site": EVIL, "error": EVIL}]}
    write_quicklook(tmp_path / "page", _look(EVIL))
    write_page(tmp_path, sites=sites, changes=changes, info=info)
    page = _read(tmp_path)
    assert len(page.scripts) == 3
    assert not page.all("img")
    assert not [attrs for _, attrs in page.elements if any(name.startswith("on") for name in attrs)]
    assert page.text.count("{{ 7 * 7 }}") > 8
    assert json.loads(page.scripts[0])["sites"][0]["name"] == EVIL


def test_nothing_is_fetched_from_anywhere(tmp_path: Path, site: Make, found: Make):
    write_quicklook(tmp_path / "page", _look())
    write_page(tmp_path, sites=[site("a")], changes=[found("c1")], info={})
    page = _read(tmp_path)
    links = [attrs.get(name) or "" for tag, attrs in page.elements for name in ("src", "href") if tag != "a"]
    assert all(not link or (tmp_path / link).is_file() for link in links)
    sheets = [path.read_text("utf-8") for path in (tmp_path / "page").rglob("*.css")]
    assert not [url for sheet in sheets for url in re.findall(r"url\(([^)]*)\)", sheet) if "//" in url]
    assert "connect-src 'none'" in (tmp_path / "index.html").read_text("utf-8")
    script = (tmp_path / "page" / "page.js").read_text("utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|fetch\(|XMLHttp", script)


def test_what_could_not_be_seen_looks_unlike_what_did_not_change(tmp_path: Path, site: Make):
    sites = [site("a", "no_visible_change"), site("b", "not_assessable")]
    write_page(tmp_path, sites=sites, changes=[], info={})
    page = _read(tmp_path)
    badges = {attrs["class"] for attrs in page.all("span", **{"class": "badge"})}
    assert badges == {"badge change", "badge no_visible_change", "badge not_assessable"}
    assert "neither change nor the lack of it" in page.text
    sheet = (tmp_path / "page" / "page.css").read_text("utf-8")
    assert re.search(r"\.badge\.not_assessable \{[^}]*hatch[^}]*dashed", sheet)


def test_an_empty_run_has_a_page(tmp_path: Path):
    write_page(tmp_path, sites=[], changes=[], info={})
    page = _read(tmp_path)
    assert "No change was reported. That is no proof that nothing happened." in page.text
    assert json.loads(page.scripts[0])["changes"] == []


def test_refusals_are_listed(tmp_path: Path, site: Make):
    write_page(
        tmp_path, sites=[site("a")], changes=[], info={"refusals": [{"site": "q", "error": "no overlap"}, {}]}
    )
    assert "no overlap" in _read(tmp_path).text


def test_a_page_is_made_again_from_the_folder_with_the_same_bytes(tmp_path: Path, site: Make, found: Make):
    write_quicklook(tmp_path / "page", _look())
    write_page(tmp_path, sites=[site("a")], changes=[found("c1")], info={})
    first = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    write_page(tmp_path, sites=[site("a")], changes=[found("c1")], info={})
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == first
    assert len(json.loads(_read(tmp_path).scripts[0])["quicklooks"]) == 1


def test_a_folder_that_cannot_be_written_is_an_error_of_one_line(tmp_path: Path):
    (tmp_path / "page").write_text("in the way")
    with pytest.raises(OutputError, match="the page could not be written"):
        write_page(tmp_path, sites=[], changes=[], info={})


def test_a_long_list_starts_folded(tmp_path: Path, site: Make, found: Make):
    for count, is_open in ((3, True), (40, False)):
        write_page(tmp_path, sites=[site("a")], changes=[found(f"c{k}") for k in range(count)], info={})
        (details,) = _read(tmp_path).all("details", **{"class": "changes"})
        assert ("open" in details) is is_open


def test_the_outline_lies_on_the_chips_pixels(chip_run: Drawn):
    folder, drawn = chip_run
    frame = frame_of(folder / "chips" / "c1_before.png")
    assert frame.shape == (120, 120)
    path = outline_path(drawn["geometry"], frame)
    numbers = np.asarray(re.findall(r"([\d.]+),([\d.]+)", path), float)
    assert path.endswith("Z")
    assert numbers.min(axis=0) == pytest.approx((50, 50), abs=0.11)
    assert numbers.max(axis=0) == pytest.approx((70, 70), abs=0.11)


def test_a_chip_without_its_place_has_no_outline(chip_run: Drawn):
    folder, drawn = chip_run
    picture = folder / "chips" / "c1_before.png"
    picture.with_name(picture.name + ".aux.xml").write_text("<PAMDataset/>")
    assert frame_of(picture) is None
    picture.with_suffix(".pgw").write_text("no numbers")
    assert frame_of(picture) is None
    assert outline_path(drawn["geometry"], None) == outline_path(None, None) == ""


@pytest.mark.skipif(shutil.which("chromium") is None, reason="no Chromium on this machine")
def test_a_browser_runs_the_page_from_the_disk(chip_run: Drawn, site: Make, found: Make):
    folder, drawn = chip_run
    bounds = tuple(float(value) for value in shape(drawn["geometry"]).buffer(1e-4).bounds)
    look = dataclasses.replace(_look(), bounds=bounds)
    sites = [site("a", name=EVIL) | drawn, site("b", "not_assessable") | drawn]
    write_quicklook(folder / "page", look)
    write_page(folder, sites=sites, changes=[found("c1") | drawn], info={})
    flags = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--no-first-run",
        f"--user-data-dir={folder / 'profile'}",
        "--virtual-time-budget=3000",
        "--dump-dom",
    ]
    shown = subprocess.run(  # noqa: S603 - the program is the one found on the path, its arguments are ours
        [str(shutil.which("chromium")), *flags, (folder / "index.html").as_uri()],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
        env=os.environ | {"HOME": str(folder)},
    ).stdout
    assert "2 of 2 places, 1 of 1 changes shown" in shown
    assert 'class="js"' in shown
    assert "leaflet-image-layer" in shown
    assert shown.count("<script") == 3
