"""Drawn frames whose truth is known, for the tests of chips."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from affine import Affine
from odc.geo.geobox import GeoBox
from shapely.geometry import Polygon

from sitewatch.records import Band, Change, Pair, Rival, Scene, Site, View
from sitewatch.report.chips import ChipView
from sitewatch.report.chips.ground import lonlat

RGB = ("red", "green", "blue")
Make = Callable[..., Any]


def _square(grid: GeoBox, row: float, col: float, side: float) -> Polygon:
    corners = ((col, row), (col, row + side), (col + side, row + side), (col + side, row))
    return Polygon([lonlat(grid, *corner) for corner in corners])


@pytest.fixture(scope="session")
def square() -> Make:
    """WGS84 outline of a square of pixels: grid, first row, first column, side."""
    return _square


@pytest.fixture(scope="session")
def grid() -> GeoBox:
    """Half-metre pixels in UTM, a whole scene."""
    return GeoBox((400, 400), Affine(0.5, 0, 620_000, 0, -0.5, 3_340_000), "EPSG:32644")


@pytest.fixture(scope="session")
def scene(grid: GeoBox) -> Make:
    """Make a scene of which nothing is known but its grid and what is given."""

    def make(name: str, on: GeoBox = grid, **known: object) -> Scene:
        bands = tuple(Band(band, f"{name}.tif", i + 1) for i, band in enumerate(RGB))
        return Scene(**{"id": name, "bands": bands, "grid": on, "gsd_m": abs(on.affine.a)} | known)

    return make


@pytest.fixture(scope="session")
def pair(scene: Make, grid: GeoBox) -> Pair:
    """Two scenes: of the first everything is known, of the second little."""
    known = {
        "datetime": dt.datetime(2017, 8, 25, 4, 31, 7, tzinfo=dt.UTC),
        "sensor": "worldview-2",
        "product_id": "1030010070A5C300",
        "view": View(152.3, 48.1, 21.4, 70.0),
        "credit": "\N{COPYRIGHT SIGN} 2017 Maker of images",
        "licence": "printed with permission",
        "sha256": "ab" * 32,
    }
    second = scene("second", datetime=dt.datetime(2017, 9, 16, tzinfo=dt.UTC), date_precision="day")
    site = Site("hotan-1", "Imam Asim", "settlement", _square(grid, 20, 20, 300))
    return Pair(scene("first", **known), second, site)


@pytest.fixture(scope="session")
def change(grid: GeoBox) -> Make:
    """Make a square change; by default rows 190 to 210 and columns 180 to 200 of the scene."""

    def make(
        kind: str = "demolition", at: tuple[float, float, float] = (190, 180, 20), **more: object
    ) -> Change:
        facts = {
            "id": f"hotan-1-{kind[0]}-0badcafe",
            "site_id": "hotan-1",
            "kind": kind,
            "confidence": 0.72,
            "kinds": {kind: 0.72, "other": 0.28},
            "area_m2": at[2] ** 2 * 0.25,
            "geometry": _square(grid, *at),
            "reasons": ("Edges per area fell from 0.31 to 0.04.",),
            "rivals": (
                Rival("shift", "against", "The dates agree to 0.3 px here."),
                Rival("season", "not_checked", ""),
            ),
        }
        return Change(**(facts | more))

    return make


@pytest.fixture(scope="session")
def drawn_view() -> Make:
    """Make a view of noise: band k lies around 40 (k + 1)."""

    def make(on: GeoBox, bands: tuple[str, ...] = RGB) -> ChipView:
        random = np.random.default_rng(0)
        levels = 40 * np.arange(1, len(bands) + 1, dtype=np.float32)[:, None, None]
        dates = [random.normal(levels, 5, (len(bands), *on.shape)).astype(np.float32) for _ in range(2)]
        return ChipView(dates[0], dates[1], bands, on)

    return make
