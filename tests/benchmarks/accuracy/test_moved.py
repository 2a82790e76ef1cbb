"""The after image moves, and with it the truth of what is new; nothing else does."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.accuracy.moved import ROTATION_DEG, SCALE, SHIFT_PX, moved, places
from sitewatch.io.rasters import describe, load_labels, write_geotiff
from sitewatch.runs.benchmark.manifest import Entry


def test_the_middle_moves_by_the_shift_and_the_rest_turns_about_it():
    x, y = places((201, 301))
    middle = np.array([x[100, 150] - 150, y[100, 150] - 100])
    assert np.hypot(*middle) == pytest.approx(SHIFT_PX / SCALE, abs=1e-3)
    # A step of one pixel to the right is a step of 1 / scale pixels, turned.
    step = np.array([x[100, 151] - x[100, 150], y[100, 151] - y[100, 150]])
    assert np.hypot(*step) == pytest.approx(1 / SCALE, abs=1e-4)
    assert np.degrees(np.arctan2(-step[1], step[0])) == pytest.approx(ROTATION_DEG, abs=0.01)


def test_labels_move_with_what_is_new(entry: Entry, tmp_path: Path):
    named = Entry(**{**{f: getattr(entry, f) for f in entry.__slots__}, "set": "levir"})
    (result,) = list(moved([named, entry], tmp_path / "moved"))
    assert result.set == "levir, moved"
    assert result.before == entry.before
    assert result.truth is not None
    grid = describe(entry.after).require_grid()
    old, new = (load_labels(path, grid) for path in (entry.truth, result.truth))
    x, y = places(grid.shape)
    rows, cols = np.nonzero(new == 1)
    assert (old[np.round(y[rows, cols]).astype(int), np.round(x[rows, cols]).astype(int)] == 1).mean() > 0.98
    assert abs(int((new == 1).sum()) - int((old == 1).sum())) < 40
    assert (new == 255).sum() > 100
    bright = describe(result.after)
    assert bright.dtype == "uint8"
    assert bright.nodata == 0


def test_what_burned_stays_where_the_before_image_shows_it(entry: Entry, tmp_path: Path):
    assert entry.truth is not None
    grid = describe(entry.truth).require_grid()
    burned = np.where(load_labels(entry.truth, grid) == 1, 2, 0).astype(np.uint8)
    write_geotiff(entry.truth, burned, grid)
    named = Entry(**{**{f: getattr(entry, f) for f in entry.__slots__}, "set": "calfire"})
    (result,) = list(moved([named], tmp_path / "moved"))
    found = load_labels(result.truth, grid)
    seen = found != 255
    np.testing.assert_array_equal(found[seen], burned[seen])
