"""The waits of a reviewer, measured at a tiny size, so that the measuring never rots."""

import pytest

from benchmarks.review import measure, table


def test_tiles_of_every_level_and_both_dates_are_timed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("benchmarks.review._TRIES", 2)
    waits = list(measure(600))
    whats = [wait.what for wait in waits]
    assert len(set(whats)) == len(whats)
    for files in ("with overviews", "without overviews"):
        for date in ("before", "after"):
            tiles = [wait for wait in waits if wait.what.startswith(f"{files}: {date},")]
            assert [wait.what.split()[-4] for wait in tiles] == ["1", "2", "4"]
            assert all(len(wait.cpu_s) == len(wait.wall_s) == 2 for wait in tiles)
    assert table(waits).count("\n") == len(waits)
