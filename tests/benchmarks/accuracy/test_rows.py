"""Rows pool the pairs of a set; marks are read from them."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.benchmarks.accuracy.conftest import outcome, scored

from benchmarks.accuracy.marks import LOSS, MARKS, MEASURES, TYPED, Mark, marks_list, marks_table, measured
from benchmarks.accuracy.rows import HEADER, failures, pool_rows, table
from benchmarks.accuracy.trying import Try
from sitewatch.runs.benchmark import Outcome


def codes(*squares: tuple[int, int]) -> np.ndarray:
    """Return 20 x 20 codes with squares of 4 pixels a side: (kind, place 0..4)."""
    out = np.zeros((20, 20), np.uint8)
    for kind, place in squares:
        out[place * 4 : place * 4 + 3, 4:7] = kind
    return out


TRUTH = codes((1, 0), (2, 2), (3, 4))


def tries(changes: list[np.ndarray], name: str = "made", method: str = "ours") -> list[Try]:
    return [
        Try(method, outcome(scored(TRUTH, change), name, str(number)))
        for number, change in enumerate(changes)
    ]


def test_a_set_is_pooled_and_its_interval_holds_its_value():
    rows = pool_rows(tries([TRUTH, codes((1, 0)), codes((1, 0), (2, 2), (1, 1))]))
    row = rows["made", "ours"]
    low, high = row.f1_interval()
    value = row.scores.pixels["any"].f1
    assert low < value < high
    assert row.scores.objects["any"].truth == 9
    assert row.scores.objects["any"].found == 6


def test_pairs_that_are_alike_leave_no_doubt_and_two_give_no_interval():
    same = pool_rows(tries([codes((1, 0))] * 4))["made", "ours"]
    assert same.f1_interval() == pytest.approx((0.5, 0.5))
    two = pool_rows(tries([TRUTH, codes((1, 0))]))["made", "ours"]
    assert all(math.isnan(bound) for bound in two.f1_interval())
    cells = dict(zip(HEADER, two.cells(), strict=True))
    assert cells["F1 95 %"] == "-"
    one = dict(zip(HEADER, pool_rows(tries([TRUTH]))["made", "ours"].cells(), strict=True))
    assert one["F1 95 %"] == "one pair"
    assert one["kind right"] == "1.000"


def test_methods_stand_below_one_another_and_only_ours_tells_kinds():
    found = tries([TRUTH]) + tries([codes((1, 0))], method="IR-MAD + Otsu") + tries([TRUTH], name="other")
    lines = table(pool_rows(found)).splitlines()
    assert [line.split("|")[1:3] for line in lines[2:]] == [
        [f" {name.ljust(5)} ", f" {method.rjust(13)} "]
        for name, method in (("made", "ours"), ("made", "IR-MAD + Otsu"), ("other", "ours"))
    ]
    assert pool_rows(found)["made", "IR-MAD + Otsu"].cells()[HEADER.index("kind right")] == ""


def test_failures_are_told_with_pair_and_method():
    done = tries([TRUTH])[0]
    failed = Outcome(done.outcome.trial, None, "nothing there", 0.0)
    assert list(failures([done, Try("ours", failed)])) == ["failed: made/0: ours: nothing there"]


@given(value=st.floats(0, 1), at_most=st.booleans())
def test_a_stretch_that_is_reached_reaches_the_mark(value: float, at_most: bool):
    mark, stretch = (0.6, 0.3) if at_most else (0.3, 0.6)
    said = Mark("a", "kappa", mark, stretch, at_most=at_most).verdict(value)
    reached = [value <= limit if at_most else value >= limit for limit in (mark, stretch)]
    assert said == {(False, False): "missed", (True, False): "mark", (True, True): "stretch"}[tuple(reached)]


def test_every_mark_names_a_measure_and_is_no_easier_than_its_stretch():
    for mark in MARKS:
        assert mark.measure in {*MEASURES, LOSS, TYPED}
        assert mark.stretch <= mark.mark if mark.at_most else mark.stretch >= mark.mark
    assert MARKS[0].verdict(math.nan) == "not measured"


def test_macro_f1_counts_each_kind_alike():
    rows = pool_rows(tries([codes((1, 0), (2, 2))], name="drawn, 1 m"))
    value, counts = measured(Mark("drawn, 1 m", "object macro-F1 over kinds", 0.75, 0.9), rows, {})
    assert value == pytest.approx(2 / 3)
    assert counts == "one pair, 3 objects"


def test_detections_that_nobody_can_judge_are_not_blamed():
    truth, change = TRUTH.copy(), TRUTH.copy()
    # A detection that holds the truth object, most of it on unlabelled ground.
    truth[:8, 3:14][truth[:8, 3:14] == 0] = 255
    change[:7, 4:12] = 1
    rows = pool_rows([Try("ours", outcome(scored(truth, change), "drawn, 1 m"))])
    counts = rows["drawn, 1 m", "ours"].scores.objects["construction"]
    assert (counts.found, counts.detections) == (1, 0)
    value, _ = measured(Mark("drawn, 1 m", "object macro-F1 over kinds", 0.75, 0.9), rows, {})
    assert value == pytest.approx(1)


def test_loss_is_what_the_movement_cost():
    rows = pool_rows(tries([TRUTH], name="levir") + tries([codes((1, 0), (2, 2))], name="levir, moved"))
    value, _ = measured(Mark("levir, moved", LOSS, 0.03, 0.01, at_most=True), rows, {})
    assert value == pytest.approx(1 - 0.8)
    alone = pool_rows(tries([TRUTH], name="levir, moved"))
    assert math.isnan(measured(Mark("levir, moved", LOSS, 0.03, 0.01, at_most=True), alone, {})[0])


def test_false_friends_count_alike_however_many_fields_there_are():
    name = "false friends, 10 m"
    friends = {(name, "harvest"): (50, 100), (name, "haze"): (0, 1), ("other", "haze"): (1, 1)}
    rows = pool_rows(tries([TRUTH], name=name))
    value, counts = measured(Mark(name, TYPED, 0.05, 0.02, at_most=True), rows, friends)
    assert value == pytest.approx(0.25)
    assert counts == "harvest 50 of 100, haze 0 of 1"
    assert "missed" in marks_table(rows, friends)
    assert [mark["verdict"] for mark in marks_list(rows, friends)] == ["missed"]
