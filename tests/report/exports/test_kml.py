"""The KMZ is valid KML 2.2, and nothing in it is more than text."""

import importlib.util
import io
import json
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest
from lxml import etree
from PIL import Image
from tests.report.exports.conftest import SCRIPT, picture

from sitewatch.io.results import Run
from sitewatch.io.vectors import read_features
from sitewatch.report.exports import export
from sitewatch.report.exports.overlays import straightened
from sitewatch.report.exports.text import file_stem

K = "{http://www.opengis.net/kml/2.2}"


@pytest.fixture(scope="module")
def path(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export(run, "kml", tmp_path_factory.mktemp("kml") / "r.kmz")[0]


@pytest.fixture(scope="module")
def document(path: Path) -> etree._Element:
    with zipfile.ZipFile(path) as archive:
        return etree.fromstring(archive.read("doc.kml"), etree.XMLParser(huge_tree=True))


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    """Return the OGC's schema (ogckml22.xsd), from a package that ships it."""
    found = importlib.util.find_spec("pykml")
    assert found is not None
    assert found.submodule_search_locations
    return etree.XMLSchema(etree.parse(Path(found.submodule_search_locations[0], "schemas", "ogckml22.xsd")))


def test_it_is_valid_by_the_schema_of_the_ogc(document: etree._Element, schema: etree.XMLSchema):
    assert schema.validate(document), schema.error_log


def test_the_schema_does_refuse(document: etree._Element, schema: etree.XMLSchema):
    broken = etree.fromstring(etree.tostring(document), etree.XMLParser(huge_tree=True))
    mark = next(broken.iter(f"{K}Placemark"))
    mark.append(mark[0])
    assert not schema.validate(broken)


def test_every_change_and_site_is_a_placemark(path: Path):
    features = read_features(path)
    assert len(features) == 9
    assert {"across-d", "../../holed-b", "holed-c", "holed-d", "holed-r"} <= {
        feature.properties.get("id") for feature in features
    }
    assert all(feature.refusal is None for feature in features)
    across = next(each for each in features if each.properties.get("id") == "across-d")
    assert len(across.geometry.geoms) == 2


def test_a_hostile_name_is_text(document: etree._Element):
    names = [element.text for element in document.iter(f"{K}name")]
    assert SCRIPT in names
    assert not list(document.iter("script", f"{K}script"))


def test_a_balloon_runs_nothing_and_loads_only_what_is_packed(document: etree._Element):
    for element in document.iter(f"{K}description"):
        tree = etree.fromstring(f"<div>{element.text}</div>", etree.HTMLParser(huge_tree=True))
        assert not tree.findall(".//script")
        assert all(image.get("src").startswith("files/") for image in tree.findall(".//img"))
        assert not [name for each in tree.iter() for name in each.attrib if name.startswith("on")]


def test_only_files_of_the_run_are_packed_under_plain_names(path: Path):
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        assert not any(b"root:" in archive.read(name) for name in names)
    assert names[0] == "doc.kml"
    assert len(names) == 4
    assert all(name.startswith("files/") and ".." not in name and name.count("/") == 1 for name in names[1:])


@pytest.fixture
def full(run: Run, tmp_path: Path) -> Run:
    """Return a copy in which every change has a figure and its unannotated pictures."""
    copy = Path(shutil.copytree(run.path, tmp_path / "full"))
    tables = json.loads((copy / "changes.geojson").read_text("utf-8"))
    for number, one in enumerate(tables["features"]):
        one["properties"]["chip"] = f"chips/{number}.png"
        for part in ("", "_before", "_after"):
            picture(copy / "chips" / f"{number}{part}.png", (30 + number, 20))
    (copy / "changes.geojson").write_text(json.dumps(tables), "utf-8")
    return Run.open(copy)


def test_the_pictures_of_a_change_are_the_run_s_unannotated_ones_pixel_by_pixel(full: Run):
    with zipfile.ZipFile(export(full, "kml")[0]) as archive:
        document = etree.fromstring(archive.read("doc.kml"), etree.XMLParser(huge_tree=True))
        images = [name for name in archive.namelist() if name.endswith(".jpg")]
        assert len(images) == 2 * 5
        with Image.open(io.BytesIO(archive.read("files/holed-c-after.jpg"))) as image:
            # The third change of the table.
            assert image.size == (32, 20)
            with Image.open(full.path / "chips" / "2_after.png") as own:
                far = np.asarray(image, int) - np.asarray(own.convert("RGB"), int)
            assert np.abs(far).max() <= 8
    mark = next(
        each
        for each in document.iter(f"{K}Placemark")
        if "holed-c-after" in str(each.findtext(f"{K}description"))
    )
    balloon = etree.fromstring(f"<div>{mark.findtext(f'{K}description')}</div>", etree.HTMLParser())
    cells = [" ".join(cell.itertext()) for cell in balloon.findall(".//table")[0].iter("td")]
    assert cells == [
        "Before: 2020-01-02T03:04:05Z Contains drawn data 2020 <b>&. CC-BY-4.0",
        "After: 2021-06-07T08:09:10Z credit not stated. licence not stated",
    ]


def test_only_the_largest_and_surest_have_pictures_and_the_document_says_how_many(
    full: Run, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("sitewatch.report.exports.kml.MOST_CHANGES", 2)
    monkeypatch.setattr("sitewatch.report.exports.overlays.MOST_SITES", 0)
    path, found = export(full, "kml")
    with zipfile.ZipFile(path) as archive:
        said = archive.read("doc.kml").decode()
        names = archive.namelist()[1:]
    best = sorted(
        (each for each in found.changes if each.status != "rejected"),
        key=lambda each: (-(each.said["confidence"] or 0) * each.area_m2, each.id),
    )[:2]
    assert set(names) == {
        f"files/{file_stem(each.id)}-{side}.jpg" for each in best for side in ("before", "after")
    }
    assert "2 of 5 changes (at most 2) and 0 of 1 sites" in said


def test_overlays_lie_where_the_pictures_lie_and_name_date_and_credit(document: etree._Element):
    overlays = list(document.iter(f"{K}GroundOverlay"))
    assert len(overlays) == 2
    box = {
        child.tag.removeprefix(K): float(child.text or "nan")
        for child in next(document.iter(f"{K}LatLonBox"))
    }
    assert box == {"north": 50.01, "south": 50.0, "east": 10.01, "west": 10.0}
    assert [each.findtext(f"{K}name") for each in overlays] == [
        "Before: 2020-01-02T03:04:05Z, Contains drawn data 2020 <b>&",
        "After: 2021-06-07T08:09:10Z, credit not stated",
    ]
    assert [each.findtext(f"{K}TimeSpan/{K}begin") for each in overlays] == [
        "2020-01-02T03:04:05Z",
        "2021-06-07T08:09:10Z",
    ]


def test_the_pictures_open(path: Path):
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist()[1:]:
            with Image.open(io.BytesIO(archive.read(name))) as image:
                image.load()


def test_the_same_run_gives_the_same_bytes(path: Path, run: Run, tmp_path: Path):
    assert export(run, "kml", tmp_path / "again.kmz")[0].read_bytes() == path.read_bytes()


def test_a_straightened_picture_shows_each_latitude_in_its_row():
    south, north, rows = 60.0, 61.0, 2000
    y = np.log(np.tan(np.pi / 4 + np.radians([south, north]) / 2))
    # A picture in Web Mercator whose pixels say how far between the two latitudes they lie.
    mercator = y[1] - (np.arange(rows) + 0.5) / rows * (y[1] - y[0])
    latitudes = np.degrees(2 * np.arctan(np.exp(mercator)) - np.pi / 2)
    pixels = np.round((latitudes - south) * 255).astype(np.uint8)[:, None, None]
    expected = 255 * (1 - (np.arange(rows) + 0.5) / rows)
    got = straightened(pixels, south, north)[:, 0, 0].astype(float)
    assert np.abs(got - expected).max() <= 1
    assert np.abs(pixels[:, 0, 0].astype(float) - expected).max() > 0.9
