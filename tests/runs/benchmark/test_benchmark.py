"""A benchmark on drawn pairs whose scores are known, with a comparison that is known."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pytest

from sitewatch.errors import OutputError
from sitewatch.io.results import Run
from sitewatch.runs.benchmark import Benchmark, benchmark, plan
from sitewatch.runs.benchmark.table import Line, lines

Compare: TypeAlias = Callable[..., Run]
Calls: TypeAlias = list[dict[str, Any]]


def by_title(result: Benchmark) -> dict[str, Line]:
    return {line.title: line for line in lines(result.outcomes)}


def test_every_pair_is_tried_in_the_ways_its_labels_allow(manifest: Path) -> None:
    assert [trial.name for trial in plan(manifest)] == [
        "levir/levir-1",
        "levir/levir-1 (reversed)",
        "levir/levir-2",
        "levir/levir-2 (reversed)",
        "mexico/mexico-1",
        "mexico/mexico-1 (planted)",
        "dsifn/dsifn-1",
        "joplin/joplin-1",
        "bad/bad-1",
    ]


def test_scores_are_pooled_a_set_and_a_bad_pair_stops_nothing(
    manifest: Path, recorded: Compare, calls: Calls
) -> None:
    steps: list[str] = []
    result = benchmark(plan(manifest), compare=recorded, step=steps.append)
    assert len(steps) == len(result.outcomes) == 9
    told = by_title(result)
    assert list(told) == [
        "levir",
        "levir, reversed in time",
        "mexico",
        "mexico, with buildings planted",
        "dsifn",
        "joplin",
    ]
    levir, turned = told["levir"], told["levir, reversed in time"]
    assert (levir.rows, turned.rows) == (("construction", "any"), ("demolition", "any"))
    for line in (levir, turned):
        kind = line.rows[0]
        assert line.pooled.objects[kind].truth == line.pooled.objects[kind].found == 4
        assert line.pooled.pixels[kind].f1 == line.mean_f1(kind) == 1
        assert line.pooled.ranking.average_precision == pytest.approx(1)
        assert line.pooled.labelled_m2 == pytest.approx(96 * 91 + 96 * 96)
    assert told["mexico"].rows == ("any",)
    assert told["mexico"].pooled.objects["any"].false_alarms == 0
    planted = told["mexico, with buildings planted"]
    assert planted.rows == ("construction", "demolition", "any")
    assert planted.pooled.objects["any"].truth == 8
    assert planted.pooled.objects["any"].recall == planted.pooled.kind_right == 1
    assert told["dsifn"].rows == ("change",)
    assert not told["joplin"].labelled
    (failure,) = result.failures
    assert failure.failure == "bad cannot be registered; two views; choose others"
    assert not any(call["out"].exists() for call in calls)


def test_the_comparison_is_told_what_the_manifest_knows(
    manifest: Path, recorded: Compare, calls: Calls
) -> None:
    benchmark(plan(manifest), compare=recorded)
    first, _, dated, undated, scaled = calls[:5]
    assert {name: first[name] for name in ("bands", "sensor", "credit", "licence")} == {
        "bands": ("red", "green", "blue"),
        "sensor": "Google Earth RGB",
        "credit": "somebody",
        "licence": "free",
    }
    assert "before_date" not in first
    assert (dated["before_date"], dated["after_date"]) == ("2017-09", "2018")
    # Reversed, the dates would contradict the order.
    assert (undated["before"], undated["after"]) == (dated["after"], dated["before"])
    assert "before_date" not in undated
    assert scaled["scale"] == pytest.approx(1e-4)


def test_the_table_has_a_line_a_row_and_names_what_failed(manifest: Path, recorded: Compare) -> None:
    table = benchmark(plan(manifest), compare=recorded).table
    lines_of_table = table.splitlines()
    cells = [
        [cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines_of_table if "|" in line
    ]
    assert len({len(line) for line in cells}) == 1
    assert len({len(line) for line in lines_of_table if line.startswith("|")}) == 1
    rows = {(line[0], line[2]): dict(zip(cells[0], line, strict=True)) for line in cells[2:]}
    assert rows["levir", "construction"]["mean F1"] == "1.000"
    assert rows["levir", "any"]["AP"] == "1.000"
    assert rows["levir", "construction"]["object R"] == "1.000"
    assert rows["levir", "construction"]["pairs"] == "2"
    assert rows["mexico", "any"]["false alarms"] == "0"
    assert rows["joplin", "no labels"]["false alarms"] == "4 found"
    assert ("dsifn", "change") in rows
    assert lines_of_table[-1].startswith("failed: bad/bad-1: bad cannot be registered")


def test_a_folder_keeps_table_numbers_and_runs(manifest: Path, recorded: Compare, tmp_path: Path) -> None:
    out = tmp_path / "bench"
    result = benchmark(plan(manifest, ["levir", "mexico"]), out, compare=recorded)
    assert (out / "benchmark.md").read_text() == result.table
    summary = json.loads((out / "benchmark.json").read_text())
    assert [line["title"] for line in summary["sets"]][:2] == ["levir", "levir, reversed in time"]
    assert summary["pairs"][0]["scores"]["objects"]["construction"]["recall"] == 1
    assert (out / "runs" / "levir" / "levir-1-reversed" / "run.json").is_file()
    assert (out / "runs" / "mexico" / "mexico-1-planted" / "run.json").is_file()
    with pytest.raises(OutputError):
        benchmark(plan(manifest, ["levir"]), out, compare=recorded)
    benchmark(plan(manifest, ["levir"]), out, compare=recorded, overwrite=True)
    assert not (out / "runs" / "mexico").exists()


def test_several_at_a_time_find_the_same(manifest: Path, recorded: Compare) -> None:
    def numbers(result: Benchmark) -> list[object]:
        told = [(line.title, line.pooled.to_dict()) for line in lines(result.outcomes)]
        return [*told, [outcome.failure for outcome in result.outcomes]]

    one = benchmark(plan(manifest), compare=recorded)
    two = benchmark(plan(manifest), compare=recorded, jobs=2)
    np.testing.assert_equal(numbers(two), numbers(one))


def test_a_missing_file_is_a_failure_of_its_pair(manifest: Path, recorded: Compare) -> None:
    (manifest.parent / "levir-1" / "truth.tif").unlink()
    result = benchmark(plan(manifest, ["levir"]), compare=recorded)
    assert [outcome.failure is None for outcome in result.outcomes] == [False, False, True, True]
    assert "does not exist" in str(result.outcomes[0].failure)
