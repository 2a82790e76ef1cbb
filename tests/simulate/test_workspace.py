"""The demonstration's workspace: sites, scenes with their tags, and the truth about them."""

import datetime as dt
import json
import time
from pathlib import Path

import numpy as np
import pytest
import rasterio
from shapely.geometry import shape

from sitewatch.catalogue.products.generic import read
from sitewatch.catalogue.products.hints import Hints
from sitewatch.catalogue.sites import read_sites
from sitewatch.errors import OutputError
from sitewatch.records import KIND_CODES, Scene
from sitewatch.simulate import DrawnWorkspace, draw_workspace

CODES = {str(kind): code for kind, code in KIND_CODES.items()}


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> DrawnWorkspace:
    start = time.process_time()
    workspace = draw_workspace(tmp_path_factory.mktemp("drawn") / "place")
    assert time.process_time() - start < 12
    return workspace


@pytest.fixture(scope="module")
def scenes(drawn: DrawnWorkspace) -> list[Scene]:
    return [read(path, Hints()) for path in drawn.scenes]


def test_sites_are_read_by_the_catalogue(drawn: DrawnWorkspace) -> None:
    reading = read_sites(drawn.sites_file)
    assert not reading.refused
    assert {site.id for site in reading.sites} == set(drawn.verdicts)
    assert {site.category for site in reading.sites} == {"settlement", "facility", "ground_station"}
    for site in reading.sites:
        assert site.since is not None
        assert site.until is not None
        assert "no such place" in str(site.properties["note"])


def test_scenes_say_all_about_themselves(scenes: list[Scene]) -> None:
    for scene in scenes:
        assert scene.sensor == "drawn"
        assert scene.datetime is not None
        assert scene.date_precision == "second"
        assert scene.credit == "drawn by sitewatch, no real place"
        assert scene.licence == "CC0-1.0"
        assert scene.view.sun_elevation is not None
        assert scene.view.sun_azimuth is not None
        assert {"red", "green", "blue"} <= set(scene.band_names)
        assert scene.notes == ()


def test_tags_are_those_agreed_on(drawn: DrawnWorkspace) -> None:
    with rasterio.open(drawn.scenes[0]) as file:
        tags = file.tags()
    moment = dt.datetime.strptime(tags["TIFFTAG_DATETIME"], "%Y:%m:%d %H:%M:%S").replace(tzinfo=dt.UTC)
    assert moment.year == 2023
    for name in ("SENSOR", "CREDIT", "LICENCE", "SUN_AZIMUTH", "SUN_ELEVATION"):
        assert tags[f"SITEWATCH_{name}"]


def test_each_site_has_scenes_on_both_sides_of_its_dates(drawn: DrawnWorkspace, scenes: list[Scene]) -> None:
    for site in read_sites(drawn.sites_file).sites:
        own = [s.datetime.date() for s in scenes if s.id.startswith(site.id) and s.datetime is not None]
        assert site.since is not None
        assert site.until is not None
        assert min(own) <= site.since
        assert max(own) >= site.until


def test_scenes_cover_their_sites(drawn: DrawnWorkspace, scenes: list[Scene]) -> None:
    for site in read_sites(drawn.sites_file).sites:
        for scene in scenes:
            if scene.id.startswith(site.id):
                extent = scene.grid.extent.to_crs("EPSG:4326").geom
                assert extent.intersection(site.geometry).area > 0.98 * site.geometry.area


def test_truth_file_and_rasters_agree(drawn: DrawnWorkspace) -> None:
    features = json.loads(drawn.truth_file.read_text("utf-8"))["features"]
    assert len(features) == len(drawn.changes)
    for site_id, path in drawn.truth_rasters.items():
        with rasterio.open(path) as file:
            codes, pixel_m2 = file.read(1), abs(file.transform.a * file.transform.e)
        mine = [feature for feature in features if feature["properties"]["site_id"] == site_id]
        assert all(shape(feature["geometry"]).is_valid for feature in mine)
        if drawn.verdicts[site_id] == "not_assessable":
            assert (codes == 255).mean() > 0.9
            continue
        for kind in ("construction", "burning", "demolition"):
            listed = sum(f["properties"]["area_m2"] for f in mine if f["properties"]["kind"] == kind)
            assert np.count_nonzero(codes == CODES[kind]) * pixel_m2 == pytest.approx(listed, rel=0.05, abs=2)


def test_the_quiet_site_has_friends_and_no_truth(drawn: DrawnWorkspace) -> None:
    quiet = [site for site, verdict in drawn.verdicts.items() if verdict == "no_visible_change"]
    assert quiet
    assert not {change.site_id for change in drawn.changes} & set(quiet)
    friends = json.loads(drawn.friends_file.read_text("utf-8"))["features"]
    assert {"season", "shadow", "harvest"} <= {f["properties"]["name"] for f in friends}


def test_three_kinds_happen(drawn: DrawnWorkspace) -> None:
    assert {change.kind for change in drawn.changes} == {"construction", "burning", "demolition"}


def test_same_seed_same_bytes(drawn: DrawnWorkspace, tmp_path: Path) -> None:
    again = draw_workspace(tmp_path)
    for first, second in zip(drawn.scenes, again.scenes, strict=True):
        assert first.name == second.name
        assert first.read_bytes() == second.read_bytes()
    assert drawn.truth_file.read_bytes() == again.truth_file.read_bytes()
    assert drawn.sites_file.read_bytes() == again.sites_file.read_bytes()


def test_a_file_in_the_way_is_said(tmp_path: Path) -> None:
    (tmp_path / "place").write_text("not a folder")
    with pytest.raises(OutputError, match="writable folder"):
        draw_workspace(tmp_path / "place")
