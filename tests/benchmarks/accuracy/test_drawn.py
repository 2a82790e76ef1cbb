"""Drawn sets: known truth, seeds that training never sees, and false friends that are counted."""

from pathlib import Path

import numpy as np

from benchmarks.accuracy.drawn import FIRST_SEED, FRIENDS_OUTLINES, draw_events, draw_friends, typed_friends
from sitewatch.io.rasters import describe, load_labels, write_geotiff
from sitewatch.io.results import Run, new_run, write_run_json
from sitewatch.runs.benchmark.manifest import Entry


def test_events_have_truth_of_the_three_kinds_and_friends_none(tmp_path: Path):
    assert FIRST_SEED >= 5000
    events = list(draw_events(tmp_path / "events", 1))
    assert [entry.set for entry in events] == ["drawn, 0.5 m", "drawn, 1 m", "drawn, 10 m"]
    kinds = {code for entry in events for code in np.unique(_codes(entry, "truth.tif")).tolist()}
    assert {0, 1, 2, 3} <= kinds
    assert events[2].scale == 1e-4
    friends = list(draw_friends(tmp_path / "friends", 1))
    assert [entry.set for entry in friends] == ["false friends, 0.5 m", "false friends, 10 m"]
    for entry in friends:
        assert entry.is_null
        assert not np.isin(_codes(entry, "truth.tif"), (1, 2, 3, 4)).any()


def test_a_friend_is_typed_if_enough_of_it_is_called_one_of_the_kinds(tmp_path: Path):
    entry = next(iter(draw_friends(tmp_path / "friends", 1)))
    outlines = _codes(entry, FRIENDS_OUTLINES)
    total = len(np.unique(outlines[outlines > 0]))
    first = outlines == 1
    half = first & (np.cumsum(first).reshape(first.shape) <= first.sum() // 2)
    assert typed_friends(entry, _run(tmp_path / "half", np.where(half, 3, 0), entry)) == (1, total)
    assert typed_friends(entry, _run(tmp_path / "other", np.where(first, 4, 0), entry)) == (0, total)
    fifth = first & (np.cumsum(first).reshape(first.shape) <= first.sum() // 5)
    assert typed_friends(entry, _run(tmp_path / "fifth", np.where(fifth, 3, 0), entry)) == (0, total)


def test_a_friend_that_fills_the_frame_is_typed_by_any_detection(tmp_path: Path):
    entry = next(iter(draw_friends(tmp_path / "friends", 1)))
    (entry.before.parent / FRIENDS_OUTLINES).unlink()
    nothing = np.zeros(describe(entry.before).require_grid().shape)
    one = nothing.copy()
    one[5, 5] = 2
    assert typed_friends(entry, _run(tmp_path / "nothing", nothing, entry)) == (0, 1)
    assert typed_friends(entry, _run(tmp_path / "one", one, entry)) == (1, 1)


def _codes(entry: Entry, name: str) -> np.ndarray:
    grid = describe(entry.before).require_grid()
    return load_labels(entry.before.parent / name, grid)


def _run(out: Path, change: np.ndarray, entry: Entry) -> Run:
    grid = describe(entry.before).require_grid()
    with new_run(out) as folder:
        (folder / "rasters" / "overlap").mkdir(parents=True)
        write_geotiff(folder / "rasters/overlap/change.tif", change.astype(np.uint8), grid)
        write_run_json(folder, {"run_id": "r", "sitewatch": "0"})
    return Run.open(out)
