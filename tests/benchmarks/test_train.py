"""Forty reviews under a drawn shift: what the benchmark measures, small enough for every day."""

import numpy as np
import pytest

from benchmarks.train import DOMAINS, Round, reliability_table, rounds_table, run_round


@pytest.fixture(scope="module")
def coarse() -> Round:
    return run_round(DOMAINS["coarse"], 0, held=3)


def test_forty_reviews_drop_false_alarms_on_places_that_nobody_reviewed(coarse: Round):
    before, after = coarse.before, coarse.after
    assert coarse.reviewed == 40
    # The shift is one: most of what is found there is wrong.
    assert before.objects.precision < 0.5
    assert after.objects.f1 > before.objects.f1 + 0.02
    assert after.objects.precision > before.objects.precision + 0.05
    # Scores of probability are held against the mean of several rounds (`python -m benchmarks train`): forty
    # reviews can leave one round's confidences worse than they were.
    assert np.isfinite([after.figures.brier, after.figures.log_loss]).all()


def test_what_was_held_is_the_same_on_both_sides(coarse: Round):
    before, after = coarse.before, coarse.after
    assert before.objects.truth == after.objects.truth > 0
    assert (before.right == after.right).all()
    assert after.objects.detections < before.objects.detections


def test_tables_hold_every_round_and_every_detection(coarse: Round):
    rounds = rounds_table([coarse, coarse]).splitlines()
    assert [line.split()[1] for line in rounds[2:]] == ["1", "2", "mean", "spread"]
    assert f"{coarse.before.objects.f1:.2f} -> {coarse.after.objects.f1:.2f}" in rounds[4]
    assert set(rounds[-1].split()[3::2]) <= {"0.00", "->", "|"}
    counted = [int(line.split("|")[3]) for line in reliability_table([coarse]).splitlines()[2:]]
    assert sum(counted) == 2 * len(coarse.before.told)
    assert np.isfinite(coarse.after.told).all()
