"""Forty reviews under a drawn shift: what the benchmark measures, small enough for every day."""

import numpy as np
import pytest

from benchmarks.train import DOMAINS, Round, reliability_table, rounds_table, run_round


@pytest.fixture(scope="module")
def shifted() -> Round:
    return run_round(DOMAINS["fine"], 0, held=4)


def test_forty_reviews_drop_false_alarms_on_places_that_nobody_reviewed(shifted: Round):
    before, after = shifted.before, shifted.after
    assert shifted.reviewed == 40
    assert after.objects.precision > before.objects.precision + 0.03
    assert after.objects.f1 > before.objects.f1
    # The shipped confidences have learned of false friends by now: forty reviews must not spoil them.
    assert after.figures.brier < before.figures.brier + 0.02


def test_what_was_held_is_the_same_on_both_sides(shifted: Round):
    before, after = shifted.before, shifted.after
    assert before.objects.truth == after.objects.truth > 0
    assert (before.right == after.right).all()
    assert after.objects.detections < before.objects.detections


def test_tables_hold_every_round_and_every_detection(shifted: Round):
    rounds = rounds_table([shifted, shifted]).splitlines()
    assert [line.split()[1] for line in rounds[2:]] == ["1", "2", "mean", "spread"]
    assert f"{shifted.before.objects.f1:.2f} -> {shifted.after.objects.f1:.2f}" in rounds[4]
    assert set(rounds[-1].split()[3::2]) <= {"0.00", "->", "|"}
    counted = [int(line.split("|")[3]) for line in reliability_table([shifted]).splitlines()[2:]]
    assert sum(counted) == 2 * len(shifted.before.told)
    assert np.isfinite(shifted.after.told).all()
