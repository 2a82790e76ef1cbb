"""Scenes that exist only as records, and a site that they show."""

import datetime as dt
from collections.abc import Callable
from typing import Any, TypeAlias

import pytest
from odc.geo.geobox import GeoBox
from shapely import Point

from sitewatch.catalogue.sites import circle
from sitewatch.records import Band, Scene, Site, View

MakeScene: TypeAlias = Callable[..., Scene]
RGBN = ("red", "green", "blue", "nir")
# 20 km around the site, UTM 46 north.
GRID = GeoBox.from_bbox((376_000, 2_316_000, 396_000, 2_336_000), "EPSG:32646", resolution=10)


def build_scene(
    name: str,
    date: str | None = "2017-08-01T04:30:00",
    *,
    bands: tuple[str, ...] = RGBN,
    gsd: float = 10.0,
    **facts: Any,
) -> Scene:
    view = View(**{key: facts.pop(key) for key in ("sun_azimuth", "off_nadir") if key in facts})
    return Scene(
        **{
            "id": name,
            "bands": tuple(Band(band, f"/{name}.tif", number) for number, band in enumerate(bands, 1)),
            "grid": GRID if gsd == 10.0 else GeoBox.from_bbox(GRID.boundingbox, resolution=gsd),
            "gsd_m": gsd,
            "datetime": None if date is None else dt.datetime.fromisoformat(date).replace(tzinfo=dt.UTC),
            "sensor": "planetscope",
            "view": view,
        }
        | facts
    )


@pytest.fixture
def make_scene() -> MakeScene:
    return build_scene


@pytest.fixture
def site() -> Site:
    return Site(
        "maungdaw",
        "Maungdaw",
        "settlement",
        circle(Point(91.9, 21.03), 500),
        since=dt.date(2017, 8, 25),
        until=dt.date(2017, 10, 31),
    )


@pytest.fixture
def timeless() -> Site:
    return Site("maungdaw", "Maungdaw", "settlement", circle(Point(91.9, 21.03), 500))
