"""Sites under drawn clouds are drawn, judged and counted."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks import hidden
from benchmarks.hidden import IMAGERY, Judged, drawn, table


def test_sites_under_clouds_are_not_assessable_and_clear_ones_are(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(hidden, "SHARES", (0.0, 0.6, 0.85))
    found = list(drawn(1, [replace(IMAGERY[2], side=160)]))
    assert len(found) == 3 * hidden._SITES
    assert all(0 <= one.hidden <= 1 and 0 <= one.usable <= 1 for one in found)
    clear = [one.verdict for one in found if one.hidden == 0]
    assert "not_assessable" not in clear
    assert len(clear) >= hidden._SITES
    covered = [one for one in found if one.hidden > 0.9]
    assert len(covered) > 5
    assert np.mean([one.verdict == "not_assessable" for one in covered]) > 0.9


def test_rates_are_counted_apart_for_hidden_and_for_clear_sites():
    found = [
        Judged("a", 0.45, 0.3, "not_assessable"),
        Judged("a", 0.9, 0.7, "no_visible_change"),
        Judged("a", 0.9, 0.7, "change"),
        Judged("a", 0.2, 0.5, "not_assessable"),
        Judged("a", 0.0, 1.0, "no_visible_change"),
        Judged("real, b", 0.0, 0.5, "not_assessable"),
    ]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table(found).splitlines()[2:]]
    assert rows[0] == ["a", "3", "0.333", "2", "0.000", "1", "1", "0.000"]
    assert rows[1] == ["real, b", "0", "-", "0", "-", "0", "1", "1.000"]
    assert rows[2] == ["all drawn", *rows[0][1:]]
