"""The table of what rivals are worth, on detections whose truth is known."""

import math
from collections.abc import Sequence

import pytest

from benchmarks import __main__ as command
from benchmarks.rivals import Weighed, looks_like, table


def cells(text: str, *start: str) -> Sequence[str]:
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()[2:]]
    (row,) = (row for row in rows if tuple(row[:3]) == start)
    return row


def test_shares_are_counted_for_each_rival_stance_and_kind():
    found = [
        *[Weighed("construction", right, {"lean": "veto"}) for right in (False,) * 9 + (True,)],
        *[Weighed("burning", True, {"lean": "against"}) for _ in range(30)],
    ]
    text = table(found)
    assert cells(text, "lean", "veto", "all")[3:5] == ["10", "0.10"]
    assert cells(text, "lean", "veto", "construction")[3:5] == ["10", "0.10"]
    assert cells(text, "lean", "against", "burning")[3:5] == ["30", "1.00"]
    assert cells(text, "(any)", "", "all")[3:5] == ["40", "0.78"]


def test_the_interval_is_that_of_wilson():
    # The ends solve |p - hits / n| = z sqrt(p (1 - p) / n).
    low, high = (float(end) for end in cells(table(TEN), "haze", "for", "all")[5].split(" to "))
    for end in (low, high):
        assert abs(end - 0.3) == pytest.approx(1.96 * math.sqrt(end * (1 - end) / 10), abs=0.01)


TEN = [Weighed("burning", number < 3, {"haze": "for"}) for number in range(10)]


def test_a_vetoed_detection_counts_as_what_it_looks_like():
    said = {
        "kind": "other",
        "kinds": {"construction": 0.01, "burning": 0.0, "demolition": 0.04, "other": 0.95},
        "rivals": [{"name": "lean", "vetoes": True}],
    }
    assert looks_like(said) == "demolition"
    assert looks_like({**said, "rivals": [{"name": "lean", "vetoes": False}]}) == "other"
    assert looks_like({**said, "kind": "burning", "rivals": [{"name": "lean"}]}) == "burning"


def test_without_runs_the_command_says_what_it_needs(
    capsys: pytest.CaptureFixture[str], tmp_path_factory: pytest.TempPathFactory
):
    manifest = tmp_path_factory.mktemp("data") / "MANIFEST.csv"
    manifest.write_text("set,pair,before,after\ndrawn,one,b.tif,a.tif\n")
    assert command.main(["rivals", "--runs", str(manifest.parent), "--manifest", str(manifest)]) == 1
    assert "no detection" in capsys.readouterr().err
