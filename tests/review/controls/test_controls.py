"""Controls: true by construction, alike to look at, made once."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from shapely.geometry import shape
from skimage.registration import phase_cross_correlation
from tests.drawn_run import drawn_run

from sitewatch.errors import OutputError, RunError
from sitewatch.evidence import REVIEW, check_manifest, digest
from sitewatch.io.rasters import burn, describe, load, write_cog
from sitewatch.io.results import Run, read_features
from sitewatch.review.controls import CONTROLS, KEY, make_controls, read_controls
from sitewatch.review.controls.twin import SHIFT_PX
from sitewatch.review.items import Item, shown

NUMBER = 6


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    found = drawn_run(tmp_path_factory.mktemp("controls"), size=400)
    make_controls(found, NUMBER)
    return found


@pytest.fixture(scope="module")
def controls(run: Run) -> list[Item]:
    return read_controls(run)


def pixels(run: Run, item: Item) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.bool_]]:
    """Return both dates and where the outline is."""
    pair, _ = shown(run, item)
    before, after = (load(scene, pair.before.grid).to_numpy() for scene in (pair.before, pair.after))
    return before, after, burn([(shape(item.feature["geometry"]), 1)], pair.before.grid) > 0


def residuals(run: Run, item: Item) -> Iterator[tuple[float, float]]:
    """Yield, a band, how far the dates are off a line between them: within the outline, and elsewhere."""
    before, after, inside = pixels(run, item)
    known = np.isfinite(before).all(axis=0) & np.isfinite(after).all(axis=0)
    for first, second in zip(before, after, strict=True):
        elsewhere = known & ~inside
        line = np.polyfit(first[elsewhere], second[elsewhere], 1)
        off = np.abs(second - np.polyval(line, first))
        yield float(np.median(off[known & inside])), float(np.median(off[elsewhere]))


def test_half_are_changed_and_half_are_not(controls: list[Item]):
    assert sorted(item.control for item in controls) == ["changed"] * 3 + ["unchanged"] * 3
    assert [item.control for item in controls] != sorted(item.control for item in controls)


def test_nothing_is_seen_where_nothing_changed(run: Run, controls: list[Item]):
    for item in controls:
        if item.control == "unchanged":
            assert all(inside < 2.5 * elsewhere for inside, elsewhere in residuals(run, item))


def test_something_is_seen_where_something_changed(run: Run, controls: list[Item]):
    for item in controls:
        if item.control == "changed":
            assert max(inside / elsewhere for inside, elsewhere in residuals(run, item)) > 5


def test_the_second_date_is_moved_by_a_part_of_a_pixel(run: Run, controls: list[Item]):
    for item in controls:
        before, after, _ = pixels(run, item)
        shift, _, _ = phase_cross_correlation(
            np.nan_to_num(before).mean(axis=0), np.nan_to_num(after).mean(axis=0), upsample_factor=50
        )
        assert SHIFT_PX[0] - 0.08 < np.hypot(*shift) < SHIFT_PX[1] + 0.08


def test_the_second_date_has_the_tones_of_the_real_one(run: Run, controls: list[Item]):
    scene = shown(run, Item("x", read_features(run, "changes")[0]))[0].after
    for item in controls:
        _, after, _ = pixels(run, item)
        real = load(scene, shown(run, item)[0].before.grid).to_numpy()
        for mine, theirs in zip(after, real, strict=True):
            spread = np.nanstd(theirs)
            assert abs(np.nanmedian(mine) - np.nanmedian(theirs)) < 0.25 * spread
            assert 0.7 < np.nanstd(mine) / spread < 1.4


def test_they_look_like_detections(run: Run, controls: list[Item]):
    real = read_features(run, "changes")[0]
    for item in controls:
        assert re.fullmatch(r"ashby-[cbdo]-[0-9a-f]{8}", item.id)
        assert item.feature["properties"].keys() == real["properties"].keys()
        assert item.feature.keys() == real.keys()
        assert item.feature["properties"]["before"] == real["properties"]["before"]
    assert len({item.id for item in controls} | {real["id"]}) == NUMBER + 1


def test_they_keep_apart_from_what_was_found_and_from_one_another(run: Run, controls: list[Item]):
    found = [shape(feature["geometry"]) for feature in read_features(run, "changes")]
    placed = [shape(item.feature["geometry"]) for item in controls]
    for number, one in enumerate(placed):
        assert not any(one.intersects(other) for other in (*found, *placed[:number]))


def test_the_run_stays_as_it_was_sealed_and_the_key_knows_the_images(run: Run):
    assert check_manifest(run.path) == []
    key = json.loads((run.path / REVIEW / KEY).read_text())
    for one in key["controls"]:
        assert [digest(run.path / REVIEW / CONTROLS / name) for name in one["files"]] == one["sha256"]
        # Neither a name of a file nor what is in it tells what it is.
        assert not re.search("chang|unchang|control", "".join(one["files"]))
    assert {path.suffix for path in (run.path / REVIEW / CONTROLS).iterdir()} == {".tif"}


def linked(run: Run, folder: Path, *names: str) -> Run:
    """Return a run that shares some files with another."""
    folder.mkdir()
    for name in ("run.json", "changes.geojson", "sites.geojson", *names):
        (folder / name).symlink_to(run.path / name)
    return Run.open(folder)


def test_the_same_seed_makes_the_same_ones(run: Run, tmp_path: Path):
    first, again, other = (
        make_controls(linked(run, tmp_path / name, "rasters"), 2, seed=seed)
        for name, seed in (("a", 1), ("b", 1), ("c", 2))
    )
    assert first == again
    assert {one.id for one in first.controls}.isdisjoint(one.id for one in other.controls)


def test_they_are_made_once(run: Run):
    with pytest.raises(OutputError, match="made once"):
        make_controls(run, NUMBER)


def test_a_key_of_another_run_or_one_that_was_changed_is_refused(run: Run, tmp_path: Path):
    (tmp_path / "run.json").write_text(json.dumps({"run_id": "other", "sitewatch": "0"}))
    (tmp_path / REVIEW).mkdir()
    text = (run.path / REVIEW / KEY).read_text()
    (tmp_path / REVIEW / KEY).write_text(text)
    with pytest.raises(RunError, match="this is other"):
        read_controls(Run.open(tmp_path))
    (tmp_path / REVIEW / KEY).write_text(text.replace('"truth"', '"lie"'))
    with pytest.raises(RunError, match="must be whole"):
        read_controls(Run.open(tmp_path))


def test_where_there_is_no_room_none_are_made_and_nothing_is_left(run: Run, tmp_path: Path):
    crowded = linked(run, tmp_path / "run")
    (crowded.path / "rasters/ashby").mkdir(parents=True)
    grid = describe(run.raster("change")).require_grid()
    write_cog(crowded.path / "rasters/ashby/change.tif", np.ones(grid.shape, np.uint8), grid)
    with pytest.raises(RunError, match="no room"):
        make_controls(crowded, 1)
    assert list((crowded.path / REVIEW).iterdir()) == []
