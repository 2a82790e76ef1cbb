"""The benchmark of `verify` notices what is not found, and measures what it says."""

import pytest

from benchmarks import verify as room
from benchmarks.__main__ import main
from sitewatch.evidence.verify import Findings


def test_a_check_that_finds_nothing_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(room, "verify", lambda *_, **__: Findings())
    found = room.byte_changes(5)
    assert (found.changes, found.found, len(found.missed)) == (5, 0, 5)


def test_the_report_says_both_marks(capsys: pytest.CaptureFixture[str]):
    assert main(["verify", "--changes", "3", "--sites", "1"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first == "bytes changed: 3, found and the file named: 3"
    assert second.startswith("1 sites, 0.0 GB: whole, ")
