"""``python -m benchmarks.review``: how long a reviewer waits for the tiles of a large scene.

Tiles are drawn by the code that the page asks, from files that were not read before, at places of their own;
processor time and the clock are both told, because a busy machine spoils the clock.
"""

import argparse
import math
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from affine import Affine
from odc.geo.geobox import GeoBox
from rasterio.enums import Resampling
from rasterio.windows import Window

from sitewatch.kernels.align import Alignment
from sitewatch.pipeline.registration import Registration
from sitewatch.records import Band, Pair, Scene
from sitewatch.review.imagery import Imagery, Sight, levels
from sitewatch.review.looks import looks
from sitewatch.review.places import TILE, Place

# Of a Sentinel-2 tile, a side.
SIZE = 10_980
_BANDS = ("blue", "green", "red", "nir")
_TRIES = 12


@dataclass(frozen=True, slots=True)
class Wait:
    """Seconds of a processor and of the clock, one a try."""

    what: str
    cpu_s: tuple[float, ...]
    wall_s: tuple[float, ...]


def measure(size: int = SIZE) -> Iterator[Wait]:
    """Draw a scene of `size` pixels a side, and time its tiles as either date, without and with overviews."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scene.tif"
        grid = GeoBox((size, size), Affine(10.0, 0, 300_000.0, 0, -10.0, 4_000_000.0), "EPSG:32631")
        _write(path, grid)
        yield from _waits(_pair(path, grid), "without overviews")
        with rasterio.open(path, "r+") as file:
            file.build_overviews([2, 4, 8, 16, 32], Resampling.average)
        yield from _waits(_pair(path, grid), "with overviews")


def measure_page(run: Path, keys: int = 20) -> Wait:
    """Press the key of the next item in a headless browser, and time until both dates are there.

    Each time the page has had the time to fetch ahead, as it has while a reviewer looks.
    """
    from playwright.sync_api import sync_playwright

    words = [sys.executable, "-u", "-m", "sitewatch", "review", str(run), "--no-browser"]
    with (
        subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as server,  # noqa: S603 - our own words
        sync_playwright() as play,
    ):
        try:
            waits = list(_pressed(play, server, keys))
        finally:
            server.kill()
    return Wait("the next item after its key", (math.nan,), tuple(waits))


def _pressed(play: Any, server: subprocess.Popen[str], keys: int) -> Iterator[float]:
    assert server.stdout is not None  # noqa: S101 - a pipe was asked for
    browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(server.stdout.readline().split()[-1])
    page.wait_for_selector("body[data-shown]")
    for item in range(1, keys + 1):
        page.wait_for_selector(f"body[data-ahead='{item}']")
        yield float(page.evaluate(_PRESSED, item)) / 1000
    browser.close()


# From the key until the page says that the item is shown, milliseconds of the browser's clock.
_PRESSED = """item => new Promise(done => {
  const start = performance.now();
  new MutationObserver((_, watcher) => {
    if (!document.body.dataset.shown.startsWith(item + " ")) return;
    watcher.disconnect();
    requestAnimationFrame(() => done(performance.now() - start));
  }).observe(document.body, { attributes: true });
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "n", bubbles: true }));
})"""


def table(waits: Sequence[Wait]) -> str:
    """Return the times as a table."""
    lines = [f"{'tiles of 256 px':52} {'median':>8} {'worst':>8} {'by the clock':>13} {'worst':>8}"]
    lines += [
        f"{wait.what:52} {statistics.median(wait.cpu_s) * 1000:6.0f}ms {max(wait.cpu_s) * 1000:6.0f}ms "
        f"{statistics.median(wait.wall_s) * 1000:11.0f}ms {max(wait.wall_s) * 1000:6.0f}ms"
        for wait in waits
    ]
    return "\n".join(lines)


def _waits(pair: Pair, words: str) -> Iterator[Wait]:
    moved = Alignment(matrix=(1.0, 1e-5, 0.37, -1e-5, 1.0, -0.61))
    place = Place(pair, Registration(pair.before.grid, moved))
    look = looks(place.bands)[0]
    side = pair.before.grid.shape[0]
    middle = (side // 2, side // 2, side // 2 + 20, side // 2 + 20)
    imagery = Imagery()
    sights = {date: Sight(place, middle, getattr(pair, date), look) for date in ("before", "after")}
    yield _timed(f"{words}: the stretch of an item", [lambda: imagery.stretch(sights["before"])])
    if "without" in words:
        yield _timed(f"{words}: the small copy, once a scene", [lambda: imagery.prepare(pair.before)])
    for level in range(levels(place) + 1):
        coarser = 2**level
        count = math.ceil(side / coarser / TILE)
        for number, (date, sight) in enumerate(sights.items()):
            places = np.random.default_rng((level, number)).integers(0, count, (_TRIES, 2)).tolist()
            tiles = [_tile(imagery, sight, (x, y), coarser) for x, y in map(tuple, places)]
            yield _timed(f"{words}: {date}, pixels {coarser} times as wide", tiles)
    imagery.close()


def _tile(imagery: Imagery, sight: Sight, at: tuple[int, int], coarser: int) -> Callable[[], object]:
    return lambda: imagery.tile(sight, *at, coarser)


def _timed(what: str, works: Sequence[Callable[[], object]]) -> Wait:
    cpu, wall = [], []
    for work in works:
        start, began = time.process_time(), time.perf_counter()
        work()
        cpu.append(time.process_time() - start)
        wall.append(time.perf_counter() - began)
    return Wait(what, tuple(cpu), tuple(wall))


def _pair(path: Path, grid: GeoBox) -> Pair:
    """Return the file as both dates: one as it lies, one moved by the registration."""
    bands = tuple(Band(band, str(path), index, nodata=0) for index, band in enumerate(_BANDS, 1))
    before, after = (Scene(name, bands, grid, 10.0, sensor="drawn") for name in ("before", "after"))
    return Pair(before, after)


def _write(path: Path, grid: GeoBox) -> None:
    """Write a scene of fields of even colour under noise, which compresses as imagery does, by about half."""
    draw = np.random.default_rng(0)
    rows, cols = grid.shape
    with rasterio.open(
        path, "w", driver="GTiff", height=rows, width=cols, count=len(_BANDS), dtype="uint16", nodata=0,
        crs=str(grid.crs), transform=grid.affine, tiled=True, blockxsize=512, blockysize=512,
        compress="deflate", predictor=2, zlevel=1, bigtiff="if_safer",
    ) as file:  # fmt: skip
        noise = draw.integers(0, 120, (len(_BANDS), 512, cols), np.uint16)
        for top in range(0, rows, 512):
            height = min(512, rows - top)
            fields = draw.integers(300, 4000, (len(_BANDS), 16, math.ceil(cols / 32)), np.uint16)
            block = fields.repeat(32, axis=1).repeat(32, axis=2)[:, :height, :cols]
            file.write(block + noise[:, :height], window=Window(0, top, cols, height))


def main(args: Sequence[str] | None = None) -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.review", description=__doc__)
    parser.add_argument("--side", type=int, default=SIZE, metavar="PX", help="side of the drawn scenes")
    parser.add_argument("--run", type=Path, help="time the page of this run in chromium instead")
    given = parser.parse_args(args)
    waits = [measure_page(given.run)] if given.run else list(measure(given.side))
    sys.stdout.write(f"{table(waits)}\n")


if __name__ == "__main__":
    main()
