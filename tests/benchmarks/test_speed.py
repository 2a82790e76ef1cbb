"""The benchmarks at a tiny size, so that they never rot."""

import importlib.util
from pathlib import Path

import pytest

from benchmarks.__main__ import main
from benchmarks.speed import Cost, measure, measure_all, table


def test_a_tiny_pair_is_read_and_help_is_printed() -> None:
    costs = {cost.what: cost for cost in measure_all([64])}
    assert list(costs) == ["sitewatch --help", "read 64", "compare 64"]
    for name in ("sitewatch --help", "read 64"):
        cost = costs[name]
        assert cost.failure is None
        assert 0 < cost.cpu_s < 30
        assert 0 < cost.wall_s < 60
        # An interpreter takes some, and neither command much.
        assert 5 < cost.peak_mib < 1000


@pytest.mark.skipif(
    importlib.util.find_spec("sitewatch.cli.compare") is None, reason="there is no compare yet"
)
def test_a_tiny_pair_is_compared() -> None:
    (cost,) = [cost for cost in measure_all([64]) if cost.what == "compare 64"]
    assert cost.failure is None


def test_a_process_is_measured_and_not_its_neighbours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "busy.py").write_text(
        "import time\nstart = time.process_time()\nwhile time.process_time() - start < 0.5: pass\n"
        "held = bytearray(300 << 20)\n"
    )
    (tmp_path / "idle.py").write_text("import time\ntime.sleep(0.5)\n")
    monkeypatch.chdir(tmp_path)
    busy, idle = measure("busy", "busy"), measure("idle", "idle")
    assert 0.5 <= busy.cpu_s < 5
    assert busy.peak_mib > 300
    assert idle.cpu_s < 0.4
    assert idle.wall_s >= 0.5
    # This process holds far more; a child that is started from it must not seem to.
    assert idle.peak_mib < 60


def test_a_failure_is_told_with_its_last_words() -> None:
    cost = measure("nothing", "sitewatch", "nothing")
    assert cost.failure is not None
    assert "No such command" in cost.failure
    assert cost.verdict.startswith("failed: ")


def test_marks_are_kept_or_missed() -> None:
    costs = [Cost("a", 0.3, 0.4, 50, 0.4), Cost("b", 7.0, 8.0, 500, 6.0), Cost("c", 1.0, 1.0, 90)]
    printed = table(costs).splitlines()
    assert [line.rstrip("| ").split("| ")[-1].strip() for line in printed[2:4]] == [
        "kept (0.4)",
        "missed (6)",
    ]
    assert len({len(line) for line in printed}) == 1


def test_the_command_prints_the_tables(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SITEWATCH_DATA", str(tmp_path))
    main(["speed", "--sizes", "64"])
    printed = capsys.readouterr().out
    assert "| read 64 " in printed
    assert "| CPU s a pair-MPix" in printed
