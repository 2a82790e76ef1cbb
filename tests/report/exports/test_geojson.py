"""GeoJSON is that of RFC 7946: of an export, and of the run folder itself."""

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from geojson_pydantic import FeatureCollection
from pyproj import Geod
from shapely import LinearRing
from shapely.geometry import shape
from tests.report.exports.conftest import ACROSS, HOLED, HUGE, SCRIPT

from sitewatch.io.results import Run
from sitewatch.report.exports import export

GEOD = Geod(ellps="WGS84")


def polygons(geometry: dict[str, Any]) -> Iterator[list[list[list[float]]]]:
    if geometry["type"] == "Polygon":
        yield geometry["coordinates"]
    if geometry["type"] == "MultiPolygon":
        yield from geometry["coordinates"]


def faults(path: Path) -> Iterator[str]:
    """Yield each way in which a file departs from RFC 7946, by section."""
    text = path.read_text("utf-8")
    document = json.loads(text, parse_float=str, parse_int=str)
    FeatureCollection.model_validate(json.loads(text))
    if "crs" in text.split('"features"')[0] and "crs" in document:
        yield "4: a crs member"
    for feature in document["features"]:
        for rings in polygons(feature["geometry"]):
            yield from _ring_faults(rings)


def _ring_faults(rings: list[list[list[Any]]]) -> Iterator[str]:
    numbers = [number for ring in rings for pair in ring for number in pair]
    if any(len(number.partition(".")[2]) > 7 for number in numbers):
        yield "11.2: more than 7 decimals"
    pairs = [[(float(lon), float(lat)) for lon, lat in ring] for ring in rings]
    for number, ring in enumerate(pairs):
        if LinearRing(ring).is_ccw is (number > 0):
            yield "3.1.6: right-hand rule"
        if ring[0] != ring[-1] or len(ring) < 4:
            yield "3.1.6: not closed"
        if any(abs(a[0] - b[0]) > 180 for a, b in pairwise(ring)):
            yield "3.1.9: crosses the antimeridian"
        if any(abs(lon) > 180 or abs(lat) > 90 for lon, lat in ring):
            yield "4: no WGS84"


@pytest.fixture(scope="module")
def folder(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export(run, "geojson", tmp_path_factory.mktemp("geojson") / "r")[0]


def features(path: Path) -> dict[str, Any]:
    return {each["id"]: each for each in json.loads(path.read_text("utf-8"))["features"]}


@pytest.mark.parametrize("name", ["changes", "sites"])
def test_an_export_is_as_the_standard_wants_it(folder: Path, name: str):
    assert list(faults(folder / f"{name}.geojson")) == []


@pytest.mark.parametrize("name", ["changes", "sites"])
def test_so_is_the_run_itself(run: Run, name: str):
    assert list(faults(run.path / f"{name}.geojson")) == []


@pytest.mark.parametrize("name", ["unosat", "cems"])
def test_so_are_the_vocabularies_of_damage(run: Run, tmp_path: Path, name: str):
    path, _ = export(run, name, tmp_path / name)
    assert list(faults(path / f"{name}.geojson")) == []


@pytest.mark.parametrize(
    "ring",
    [
        [[0, 0], [0, 1], [1, 1], [1, 0], [0, 0]],
        [[0.123456789, 0], [1, 0], [1, 1], [0.123456789, 0]],
        [[179, 0], [-179, 0], [-179, 1], [179, 0]],
        [[0, 0], [200, 0], [200, 1], [0, 0]],
    ],
)
def test_the_checker_finds_faults(tmp_path: Path, ring: list[list[float]]):
    shape_ = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "geometry": shape_, "properties": {}}
    path = tmp_path / "bad.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    assert list(faults(path))


@pytest.mark.parametrize(("name", "drawn"), [("across", ACROSS), ("holed", HOLED)])
def test_cutting_and_holes_lose_no_ground(folder: Path, name: str, drawn: Any):
    written = shape(features(folder / "sites.geojson")[name]["geometry"])
    area = abs(GEOD.geometry_area_perimeter(written)[0])
    # The ellipsoid's area takes a hole off only if it runs the other way.
    true = abs(GEOD.polygon_area_perimeter(*drawn.exterior.xy)[0]) - sum(
        abs(GEOD.polygon_area_perimeter(*hole.xy)[0]) for hole in drawn.interiors
    )
    assert area == pytest.approx(true, rel=1e-4)


def test_the_decision_counts_and_the_detection_stands_beside_it(folder: Path):
    said = features(folder / "changes.geojson")["holed-d"]["properties"]
    assert said["kind"] == "burning"
    assert said["detected"]["kind"] == "demolition"
    assert said["detected"]["area_m2"] == 1234.5
    assert said["detected"]["wkt"].startswith("POLYGON")
    assert [vote["reviewer"] for vote in said["review"]["votes"]] == ["R. One"]
    assert features(folder / "changes.geojson")["across-d"]["properties"]["detected"]["wkt"] is None


def test_texts_stand_whole(folder: Path):
    sites = features(folder / "sites.geojson")
    assert sites["across"]["properties"]["name"] == SCRIPT
    assert sites["huge"]["properties"]["name"] == HUGE
    assert sites["across"]["properties"]["after"]["credit"] == "credit not stated"


def test_only_what_was_confirmed_if_wished(run: Run, tmp_path: Path):
    path, _ = export(run, "geojson", tmp_path / "r", confirmed=True)
    assert set(features(path / "changes.geojson")) == {"across-d", "holed-d"}
