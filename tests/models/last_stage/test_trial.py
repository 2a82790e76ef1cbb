"""Reliability and thresholds, on cases that one can count."""

import math

import numpy as np
import pytest
from sklearn.metrics import f1_score

from sitewatch.models.last_stage import best_threshold, kept, reliability

TOLD = np.array([0.1, 0.3, 0.35, 0.6, 0.7, 0.9, 1.0])
RIGHT = np.array([False, False, True, False, True, True, True])


def test_bins_hold_every_detection_once():
    found = reliability(TOLD, RIGHT)
    assert [(one.low, one.detections, one.right) for one in found] == [
        (0.0, 1, 0.0), (0.2, 2, 0.5), (0.6, 2, 0.5), (0.8, 2, 1.0),
    ]  # fmt: skip
    assert found[1].told == pytest.approx(0.325)


def test_what_is_kept_is_counted():
    half = kept(TOLD, RIGHT, 0.5)
    assert (half.precision, half.recall) == (0.75, 0.75)
    assert half.f1 == pytest.approx(f1_score(RIGHT, TOLD >= 0.5))
    assert kept(TOLD, RIGHT, 0.0).recall == 1
    assert math.isnan(kept(TOLD, RIGHT, 2.0).precision)


def test_the_best_threshold_has_the_largest_f1_of_all():
    best = best_threshold(TOLD, RIGHT)
    every = [f1_score(RIGHT, limit < TOLD) for limit in np.linspace(-0.1, 0.99, 201)]
    assert best.f1 == pytest.approx(max(every))
    assert best.threshold == pytest.approx(0.325)


def test_where_all_are_right_none_is_dropped():
    assert best_threshold(TOLD, np.ones(7, bool)).threshold == 0
