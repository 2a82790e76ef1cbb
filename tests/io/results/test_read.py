"""A run read back is what was written."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from sitewatch.errors import RunError
from sitewatch.io.results import Run, write_run_json, write_tables


def test_a_run_gives_back_what_was_written(run_folder: Path) -> None:
    run = Run.open(run_folder)
    assert run.info["run_id"] == "compare-1"
    assert list(run.changes["kind"]) == ["construction"]
    assert run.changes.crs.to_epsg() == 4326
    assert list(run.sites["verdict"]) == ["change", "no_visible_change", "not_assessable"]
    change, score = run.change, run.score
    assert change.dtype == np.uint8
    assert set(np.unique(change)) == {0, 1, 255}
    assert int((change == 1).sum()) == 5 * 13
    assert score.dtype == np.float32
    assert np.isnan(score.values[0]).all()
    np.testing.assert_allclose(score.values[6, 8:10], 0.5)
    assert change.attrs["crs"] == "EPSG:32614"
    assert (float(change.x[0]), float(change.y[0])) == (600000.25, 3299999.75)
    assert (float(change.x[-1]), float(change.y[-1])) == (600029.75, 3299980.25)


def test_a_run_that_found_nothing_has_the_same_columns(run_folder: Path, tmp_path: Path) -> None:
    full = Run.open(run_folder)
    write_tables(tmp_path, [], [])
    write_run_json(tmp_path, {"run_id": "r", "sitewatch": "0"})
    empty = Run.open(tmp_path)
    assert list(empty.changes.columns) == list(full.changes.columns)
    assert list(empty.sites.columns) == list(full.sites.columns)
    assert len(empty.changes) == len(empty.sites) == 0
    assert full.changes.before[0]["scene_id"] == "s-before"


def test_a_folder_that_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="not a run folder"):
        Run.open(tmp_path)


def test_one_site_needs_no_name_and_several_do(run_folder: Path) -> None:
    rasters = run_folder / "rasters"
    (rasters / "overlap").rename(rasters / "village")
    run = Run.open(run_folder)
    assert (run.change == run.change_at("village")).all()
    shutil.copytree(rasters / "village", rasters / "camp")
    with pytest.raises(RunError, match="camp, village"):
        _ = run.score
    with pytest.raises(RunError, match=r"no rasters.nowhere.score\.tif"):
        run.score_at("nowhere")


def test_the_whole_overlap_comes_first(run_folder: Path) -> None:
    shutil.copytree(run_folder / "rasters" / "overlap", run_folder / "rasters" / "a-site")
    assert Run.open(run_folder).raster("change").parent.name == "overlap"
