"""What is written is RFC 7946, the same bytes every time, and reads back as it was."""

import datetime as dt
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod
from shapely import LinearRing, LineString, Point, Polygon

from sitewatch.io.vectors import geojson_text, read_features

GEOD = Geod(ellps="WGS84")


def _feature(geometry: shapely.Geometry | None, **properties: Any) -> dict[str, Any]:
    return {"id": "a", "geometry": geometry, "properties": properties}


def _written(geometry: shapely.Geometry | None, **properties: Any) -> dict[str, Any]:
    written: dict[str, Any] = json.loads(geojson_text([_feature(geometry, **properties)]))["features"][0]
    return written


@st.composite
def stars(draw: st.DrawFn) -> Polygon:
    """Polygons with a hole, in either winding, anywhere, from centimetres to degrees."""
    radii = draw(st.lists(st.floats(0.5, 1.0), min_size=3, max_size=12))
    size, lon, lat = 10 ** draw(st.floats(-5, 0)), draw(st.floats(-185, 185)), draw(st.floats(-80, 80))
    angles = np.linspace(0, 2 * np.pi, len(radii), endpoint=False)[:: draw(st.sampled_from([1, -1]))]
    unit = np.column_stack([np.cos(angles), np.sin(angles)]) * np.array(radii)[:, None]
    return Polygon(
        unit * size + [lon, lat], [unit[:: draw(st.sampled_from([1, -1]))] * size * 0.1 + [lon, lat]]
    )


@given(stars())
def test_rings_wind_right_and_the_ground_stays_the_same(star: Polygon) -> None:
    text = geojson_text([_feature(star)])
    geometry = json.loads(text)["features"][0]["geometry"]
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    for shell, *holes in polygons:
        assert LinearRing(shell).is_ccw
        assert not any(LinearRing(hole).is_ccw for hole in holes)
    longitudes = [lon for rings in polygons for ring in rings for lon, _ in ring]
    assert max(map(abs, longitudes)) <= 180
    area = sum(Polygon(shell, holes).area for shell, *holes in polygons)
    assert area == pytest.approx(star.area, abs=star.length * 2e-7)


@given(stars())
def test_writing_what_was_read_gives_the_same_bytes(
    tmp_path_factory: pytest.TempPathFactory, star: Polygon
) -> None:
    path = tmp_path_factory.mktemp("written") / "a.geojson"
    text = geojson_text([_feature(star)])
    path.write_text(text, "utf-8")
    (read,) = read_features(path)
    assert geojson_text([_feature(read.geometry)]) == text


@given(st.floats(-180, 180), st.floats(-90, 90))
def test_seven_decimals_are_about_a_centimetre(lon: float, lat: float) -> None:
    x, y = _written(Point(lon, lat))["geometry"]["coordinates"]
    assert all(len(f"{value!r}".partition(".")[2]) <= 7 or "e" in repr(value) for value in (x, y))
    assert GEOD.inv(lon, lat, x, y)[2] < 0.008
    assert math.copysign(1, x) == 1 or x < 0


def test_an_area_across_the_antimeridian_is_cut() -> None:
    geometry = _written(shapely.box(179.9, -17, 180.2, -16.9))["geometry"]
    assert geometry["type"] == "MultiPolygon"
    assert len(geometry["coordinates"]) == 2


def test_rounding_never_folds_a_polygon() -> None:
    # The tip is thinner than a decimal: plain rounding makes its two sides touch or cross.
    thin = Polygon([(0, 0), (1e-3, 0), (1e-3, 1e-3), (5e-4, 4e-8), (4.9996e-4, 1e-3)])
    assert thin.is_valid
    geometry = _written(thin)["geometry"]
    assert shapely.geometry.shape(geometry).is_valid


@pytest.mark.parametrize("nothing", [None, Polygon(), LineString()])
def test_no_place_is_null(nothing: shapely.Geometry | None) -> None:
    assert _written(nothing)["geometry"] is None


def test_properties_become_plain_json() -> None:
    properties = _written(
        Point(1, 2),
        nan=math.nan,
        inf=[np.float32("inf"), np.int64(3)],
        date=dt.date(2017, 8, 25),
        time=dt.datetime(2017, 8, 25, 4, 30, tzinfo=dt.UTC),
        nested={"array": np.array([1.5, np.nan]), "tuple": ("a", None), 3: {"b", "a"}},
        true=np.bool_(True),
        path=Path("x"),
    )["properties"]
    assert properties == {
        "nan": None,
        "inf": [None, 3],
        "date": "2017-08-25",
        "time": "2017-08-25T04:30:00+00:00",
        "nested": {"array": [1.5, None], "tuple": ["a", None], "3": ["a", "b"]},
        "true": True,
        "path": "x",
    }


def test_one_feature_a_line_and_extra_members_first() -> None:
    text = geojson_text([_feature(Point(1, 2)), _feature(Point(3, 4))], {"name": "Räkhine"})
    lines = text.splitlines()
    assert lines[:3] == ["{", '"type": "FeatureCollection",', '"name": "Räkhine",']
    assert lines[4].startswith('{"type": "Feature", "id": "a"')
    assert lines[5].startswith('{"type": "Feature"')
    assert json.loads(text)["features"][1]["geometry"]["coordinates"] == [3, 4]


def test_an_empty_collection_is_one() -> None:
    assert json.loads(geojson_text([])) == {"type": "FeatureCollection", "features": []}


def test_gdal_reads_what_is_written(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    path.write_text(geojson_text([_feature(shapely.box(179.9, -17, 180.2, -16.9), name="Taveuni")]), "utf-8")
    frame = pyogrio.read_dataframe(path)
    assert frame["name"].tolist() == ["Taveuni"]
    assert frame.geometry.iloc[0].area == pytest.approx(0.03)
    assert frame.crs == "EPSG:4326"
