"""The whole chain on drawn scenes: the same answer every time, the same from blocks as from the whole."""

import json
from pathlib import Path

import numpy as np
import pytest
from shapely.affinity import translate

import sitewatch as sw
from sitewatch.evidence import check_manifest
from sitewatch.io.rasters import Labels, write_geotiff
from sitewatch.io.vectors import geojson_text
from sitewatch.pipeline import detect as recipe
from sitewatch.simulate.pair import DrawnPair, draw_pair
from sitewatch.simulate.recipe import SIX, Recipe, Shift

FILES = {
    "INPUTS.sha256", "MANIFEST.sha256", "changes.geojson", "chips", "index.html", "page", "placements",
    "rasters", "review", "run.json", "sites.csv", "sites.geojson",
}  # fmt: skip


def written(folder: Path, pair: DrawnPair) -> tuple[Path, Path]:
    paths = []
    for name, scene in (("before", pair.before), ("after", pair.after)):
        path = folder / f"{name}.tif"
        tags = {
            "TIFFTAG_DATETIME": f"{scene.datetime:%Y:%m:%d %H:%M:%S}",
            "SENSOR": "drawn",
            "CREDIT": "drawn",
        }
        write_geotiff(path, scene.pixels, scene.grid, Labels(0, scene.bands, tags))
        paths.append(path)
    return paths[0], paths[1]


@pytest.fixture(scope="module")
def coarse(tmp_path_factory: pytest.TempPathFactory) -> tuple[DrawnPair, Path, Path]:
    pair = draw_pair(Recipe(resolution_m=10, bands=SIX, size=(180, 180), shift=Shift(0.6, -0.8)), seed=11)
    return (pair, *written(tmp_path_factory.mktemp("coarse"), pair))


@pytest.fixture(scope="module")
def first(coarse: tuple[DrawnPair, Path, Path], tmp_path_factory: pytest.TempPathFactory) -> sw.Run:
    _, before, after = coarse
    return sw.compare(before, after, out=tmp_path_factory.mktemp("runs") / "first", jobs=1)


def test_a_run_folder_is_complete_and_its_manifest_holds(first: sw.Run):
    assert {path.name for path in first.path.iterdir()} == FILES
    assert check_manifest(first.path) == []
    assert {path.name for path in (first.path / "rasters" / "overlap").iterdir()} == {
        "change.tif",
        "score.tif",
    }
    for name in first.changes["chip"]:
        stem = first.path / name
        assert stem.is_file()
        assert stem.with_name(f"{stem.stem}_before.png").is_file()
        assert stem.with_name(f"{stem.stem}_after.pgw").is_file()


def test_what_was_drawn_is_found(first: sw.Run, coarse: tuple[DrawnPair, Path, Path]):
    pair, _, _ = coarse
    codes = first.change.to_numpy()
    sure = ~pair.doubtful & (codes != 255)
    hit = (codes[sure] > 0) & (codes[sure] < 4) & (pair.truth[sure] > 0)
    assert hit.sum() >= 0.5 * (pair.truth[sure] > 0).sum()


def test_areas_agree_with_pixels_and_nothing_lies_on_unseen_ground(first: sw.Run):
    codes, score = first.change.to_numpy(), first.score.to_numpy()
    pixel = 100.0
    for kind, code in (("construction", 1), ("burning", 2), ("demolition", 3), ("other", 4)):
        rows = first.changes[first.changes["kind"] == kind]
        assert rows["area_m2"].sum() == pytest.approx((codes == code).sum() * pixel)
    assert np.isnan(score[codes == 255]).all()
    assert np.isfinite(score[codes != 255]).all()
    assert (score[codes != 255] >= 0).all()
    assert (score[codes != 255] <= 1).all()


def test_every_change_is_explained(first: sw.Run):
    features = json.loads((first.path / "changes.geojson").read_text())["features"]
    assert features
    for feature in features:
        said = feature["properties"]
        assert said["reasons"]
        assert {rival["name"] for rival in said["rivals"]} == {
            "shift", "shadow", "season", "wet soil", "haze", "sensor", "lean", "repaint",
        }  # fmt: skip
        assert sum(said["kinds"].values()) == pytest.approx(1, abs=1e-3)
        assert "nan" not in json.dumps(said).lower().replace("nanometre", "")
        assert said["before"]["credit"] == "drawn"


@pytest.mark.parametrize("jobs", [1, 2])
def test_the_same_run_again_gives_the_same_bytes(
    first: sw.Run, coarse: tuple[DrawnPair, Path, Path], tmp_path: Path, jobs: int
):
    _, before, after = coarse
    again = sw.compare(before, after, out=tmp_path / "again", jobs=jobs)
    for name in (
        "changes.geojson", "sites.geojson", "sites.csv", "rasters/overlap/change.tif",
        "rasters/overlap/score.tif",
    ):  # fmt: skip
        assert (again.path / name).read_bytes() == (first.path / name).read_bytes()
    chips = sorted(path.name for path in (first.path / "chips").iterdir())
    assert chips == sorted(path.name for path in (again.path / "chips").iterdir())
    for name in chips:
        assert (again.path / "chips" / name).read_bytes() == (first.path / "chips" / name).read_bytes()


def test_blocks_change_nothing(
    first: sw.Run, coarse: tuple[DrawnPair, Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    _, before, after = coarse
    monkeypatch.setattr(recipe, "BLOCK", 64)
    blocky = sw.compare(before, after, out=tmp_path / "blocky")
    # Where a place lies all but on a pixel, the resampling rounds it to one side or the other, by block; the
    # network tells the difference in the third digit.
    np.testing.assert_allclose(blocky.score.to_numpy(), first.score.to_numpy(), atol=5e-3)
    assert (blocky.change.to_numpy() != first.change.to_numpy()).mean() < 1e-3


def test_sites_get_verdicts_from_the_overlap_and_from_their_own_windows(
    coarse: tuple[DrawnPair, Path, Path], tmp_path: Path
):
    pair, before, after = coarse
    changed = max(pair.objects, key=lambda item: item.area_m2).geometry
    elsewhere = changed.centroid.buffer(0.0005).envelope
    sites = [
        {"id": "hit", "geometry": elsewhere, "properties": {"id": "hit", "category": "settlement"}},
        {"id": "far", "geometry": translate(elsewhere, 9, 0), "properties": {"id": "far"}},
    ]
    aoi = tmp_path / "sites.geojson"
    aoi.write_text(geojson_text(sites))
    whole = sw.compare(before, after, out=tmp_path / "whole", aoi=aoi)
    windows = sw.compare(before, after, out=tmp_path / "windows", aoi=aoi, sites_only=True)
    for run in (whole, windows):
        verdicts = dict(zip(run.sites["site_id"], run.sites["verdict"], strict=True))
        assert verdicts == {"hit": "change", "far": "not_assessable"}
        assert [refusal["site"] for refusal in run.info["refusals"]] == ["far"]
    assert windows.sites_with_rasters == ("hit",)


def test_an_image_differs_from_itself_nowhere(coarse: tuple[DrawnPair, Path, Path], tmp_path: Path):
    _, before, _ = coarse
    copy = tmp_path / "copy.tif"
    copy.write_bytes(before.read_bytes() + b"\0")
    run = sw.compare(before, copy, out=tmp_path / "none", after_date="2023-01-01")
    assert len(run.changes) == 0
    assert not (run.change.to_numpy() % 255).any()
