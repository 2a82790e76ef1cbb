"""The stages of a comparison, at a tiny size."""

import math

import pytest

from benchmarks.stages import AFTERWARDS, STAGES, Spent, spend_all, stage_table


def test_every_stage_of_a_tiny_pair_takes_something_and_together_no_more_than_all() -> None:
    (spent,) = spend_all(64, None)
    assert spent.mpix == pytest.approx(64 * 64 / 1e6)
    assert list(spent.stages) == [*STAGES, *AFTERWARDS]
    # A stage that was renamed or is called from elsewhere would be counted as nothing.
    always = set(spent.stages) - {"chips"}
    assert all(spent.stages[name] > 0 for name in always)
    assert math.fsum(spent.stages[name] for name in STAGES) <= spent.detection * 1.2


def test_the_rate_is_held_against_the_mark() -> None:
    stages = dict.fromkeys([*STAGES, *AFTERWARDS], 0.1)
    lines = stage_table([Spent("fast", 2.0, 1.0, stages), Spent("slow", 1.0, 2.0, stages)]).splitlines()
    (rate,) = [line for line in lines if line.startswith("| pair-MPix/s")]
    assert [cell.strip() for cell in rate.split("|")[2:4]] == ["2, kept (1)", "0.5, missed (1)"]
    (rest,) = [line for line in lines if line.startswith("| other steps")]
    assert [cell.strip() for cell in rest.split("|")[2:4]] == ["0.05", "1.1"]
