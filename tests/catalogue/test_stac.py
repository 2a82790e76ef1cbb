"""A scene and its STAC Item: nothing is lost on the way there and back, through JSON."""

import datetime as dt
import json
import math

import pystac
import pytest
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st
from odc.geo.crs import CRS
from odc.geo.geobox import GeoBox
from shapely.geometry import shape

from sitewatch.catalogue.stac import item_to_scene, scene_to_item
from sitewatch.errors import CatalogueError
from sitewatch.records import BAND_NAMES, Band, MaskLayer, Scene, View

GRID = GeoBox((60, 50), Affine(10, 0, 300_000, 0, -10, 2_300_000), "EPSG:32646")


def through_json(scene: Scene) -> Scene:
    text = json.dumps(scene_to_item(scene).to_dict(include_self_link=False), allow_nan=False)
    return item_to_scene(pystac.Item.from_dict(json.loads(text)))


angles = st.none() | st.floats(-90, 360)
texts = st.none() | st.text(min_size=1, max_size=20)
numbers = st.floats(allow_nan=False, allow_infinity=False, width=64)


@st.composite
def grids(draw: st.DrawFn) -> GeoBox:
    crs = draw(st.sampled_from(["EPSG:32646", "EPSG:32701", "EPSG:4326", "EPSG:3857", "EPSG:26915"]))
    step = draw(st.floats(1e-5, 1e-3) if crs == "EPSG:4326" else st.floats(0.1, 100))
    x, y = (90.0, 20.0) if crs == "EPSG:4326" else (400_000.0, 2_000_000.0)
    turn = draw(st.sampled_from([0.0, 0.0, 12.5]))
    place = (
        Affine.translation(x + draw(st.floats(0, 1)), y) * Affine.rotation(turn) * Affine.scale(step, -step)
    )
    return GeoBox((draw(st.integers(1, 500)), draw(st.integers(1, 500))), place, crs)


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    names = draw(st.lists(st.sampled_from((*BAND_NAMES, "b1", "b2")), min_size=1, max_size=6, unique=True))
    hrefs = draw(st.sampled_from([["/d/a.tif"], ["/d/a.tif", "/d/b.jp2", "https://x.org/c.tif"]]))
    bands = tuple(
        Band(
            name,
            hrefs[index % len(hrefs)],
            index=index + 1,
            scale=draw(numbers),
            offset=draw(numbers),
            nodata=draw(st.none() | st.sampled_from([0.0, -9999.0, math.inf, 65535.0])),
        )
        for index, name in enumerate(names)
    )
    precision = draw(st.sampled_from(["second", "day", "month", "year"]))
    moment = draw(st.none() | st.datetimes(dt.datetime(1960, 1, 1), dt.datetime(2090, 1, 1)))  # noqa: DTZ001 - hypothesis wants naive bounds
    return Scene(
        id=draw(st.from_regex(r"[A-Za-z0-9_-]{1,20}", fullmatch=True)),
        bands=bands,
        grid=draw(grids()),
        gsd_m=draw(st.floats(0.1, 100)),
        datetime=moment.replace(tzinfo=dt.UTC) if moment else None,
        date_precision=precision,
        sensor=draw(st.sampled_from(["unknown", "sentinel-2-msi"])),
        product_id=draw(texts),
        units=draw(st.sampled_from(["reflectance", "digital_number"])),
        masks=draw(
            st.sampled_from(
                [
                    (),
                    (MaskLayer("scl", "/d/scl.jp2"),),
                    (MaskLayer("udm2", "/d/u.tif"), MaskLayer("qa_pixel", "/d/q.tif", 2)),
                ]
            )
        ),
        view=View(draw(angles), draw(angles), draw(angles), draw(angles)),
        cloud_cover=draw(st.none() | st.floats(0, 100)),
        credit=draw(texts),
        licence=draw(texts),
        georeference=draw(st.sampled_from(["true", "approximate"])),
        sha256=draw(st.none() | st.just("ab" * 32)),
        notes=tuple(draw(st.lists(st.text(max_size=10), max_size=2))),
    )


@given(scenes())
def test_nothing_is_lost(scene: Scene):
    assert through_json(scene) == scene


def minimal(**fields: object) -> Scene:
    return Scene("s", (Band("red", "/d/a.tif"), Band("nir", "/d/a.tif", 2)), GRID, 10.0, **fields)  # type: ignore[arg-type] - any field


def test_what_other_tools_read_is_where_they_look():
    scene = minimal(
        datetime=dt.datetime(2019, 5, 1, 4, 27, 11, tzinfo=dt.UTC),
        view=View(135, 52, 3, 98),
        cloud_cover=12,
        sha256="ab" * 32,
    )
    item = scene_to_item(scene).to_dict(include_self_link=False)
    assert item["stac_version"] == "1.1.0"
    properties = item["properties"]
    assert properties["datetime"] == "2019-05-01T04:27:11Z"
    assert properties["proj:code"] == "EPSG:32646"
    assert properties["proj:shape"] == [60, 50]
    assert properties["proj:transform"] == [10, 0, 300_000, 0, -10, 2_300_000]
    assert (properties["view:sun_azimuth"], properties["view:off_nadir"], properties["eo:cloud_cover"]) == (
        135,
        3,
        12,
    )
    (asset,) = item["assets"].values()
    assert [band["eo:common_name"] for band in asset["bands"]] == ["red", "nir"]
    assert asset["file:checksum"] == "1220" + "ab" * 32
    west, south, east, north = item["bbox"]
    assert 91 < west < east < 92
    assert 20 < south < north < 21
    assert shape(item["geometry"]).is_valid


@pytest.mark.parametrize(
    ("precision", "start", "end"),
    [
        ("day", "2020-02-03T00:00:00Z", "2020-02-03T23:59:59Z"),
        ("month", "2020-02-01T00:00:00Z", "2020-02-29T23:59:59Z"),
        ("year", "2020-01-01T00:00:00Z", "2020-12-31T23:59:59Z"),
    ],
)
def test_a_date_that_is_not_exact_is_an_interval_too(precision: str, start: str, end: str):
    scene = minimal(datetime=dt.datetime(2020, 2, 3, tzinfo=dt.UTC), date_precision=precision)
    properties = scene_to_item(scene).to_dict()["properties"]
    assert (properties["start_datetime"], properties["end_datetime"]) == (start, end)


def test_a_scene_without_a_date_is_still_an_item():
    properties = scene_to_item(minimal()).to_dict()["properties"]
    assert properties["datetime"] is None
    assert properties["start_datetime"] < properties["end_datetime"]


def test_a_scene_across_the_date_line_is_split():
    grid = GeoBox((100, 100), Affine(100, 0, 825_000, 0, -100, 100_000), "EPSG:32660")
    geometry = shape(scene_to_item(Scene("s", (Band("red", "/d/a.tif"),), grid, 100.0)).geometry)
    assert geometry.geom_type == "MultiPolygon"
    assert geometry.area < 1


def test_an_item_that_is_no_scene_is_named():
    item = pystac.Item("x", None, None, dt.datetime(2020, 1, 1, tzinfo=dt.UTC), {})
    with pytest.raises(CatalogueError, match="Item x is no scene"):
        item_to_scene(item)


def test_a_crs_without_a_number_keeps_its_words():
    wkt = CRS("+proj=tmerc +lat_0=0 +lon_0=91.5 +k=0.9996 +x_0=500000 +datum=WGS84 +units=m").to_wkt()
    grid = GeoBox((60, 50), GRID.affine, wkt)
    scene = Scene("s", (Band("red", "/d/a.tif"),), grid, 10.0)
    properties = scene_to_item(scene).to_dict()["properties"]
    assert properties["proj:code"] is None
    assert "Transverse Mercator" in properties["proj:wkt2"]
    assert through_json(scene) == scene
