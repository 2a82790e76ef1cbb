"""Fitting the damage reading: its measures against scipy, and what it makes of buildings that are known."""

import numpy as np
import pytest
from scipy.stats import mannwhitneyu
from training.fit_damage import (
    Known,
    area_under,
    average_precision,
    calibration_error,
    fit,
    footprints,
)


def known(group: str, seed: int, number: int = 60) -> list[Known]:
    draw = np.random.default_rng(seed)
    found = []
    for i in range(number):
        ruin = i % 3 == 0
        table = {
            "pattern_kept": (0.4 if ruin else 0.7) + 0.08 * draw.standard_normal(),
            "d_right_angles": -0.03 * ruin + 0.02 * draw.standard_normal(),
            "d_edges": 0.5 * ruin + 0.2 * draw.standard_normal(),
            "d_brightness": 0.1 * draw.standard_normal(),
        }
        found.append(Known(group, 4 if ruin else 1, table))
    return found


def test_a_group_that_was_not_seen_is_ranked():
    model = fit([*known("storm", 0), *known("fire", 1, 300)])
    out = known("flood", 2)
    told = np.array([model.score(one.evidence) for one in out])
    assert area_under(told, np.array([one.grade == 4 for one in out])) > 0.95
    assert model.weights["pattern_kept"] < 0 < model.weights["d_edges"]
    assert model == fit([*known("storm", 0), *known("fire", 1, 300)])


def test_the_area_is_that_of_mann_and_whitney():
    draw = np.random.default_rng(3)
    values, right = draw.normal(size=80).round(1), draw.random(80) < 0.3
    expected = mannwhitneyu(values[right], values[~right]).statistic / (right.sum() * (~right).sum())
    assert area_under(values, right) == pytest.approx(expected)
    assert np.isnan(area_under(values, np.zeros(80, bool)))


def test_precision_and_calibration_of_cases_worked_out_by_hand():
    right = np.array([True, False, True, False])
    assert average_precision(np.array([0.9, 0.8, 0.7, 0.1]), right) == pytest.approx((1 + 2 / 3) / 2)
    assert calibration_error(np.array([0.95, 0.05, 0.95, 0.05]), right) == pytest.approx(0.05)
    assert calibration_error(np.full(4, 0.55), right) == pytest.approx(0.05)


def test_touching_pixels_of_one_grade_are_one_building():
    grades = np.zeros((6, 9), np.uint8)
    grades[1:3, 1:3], grades[1:3, 3:5], grades[4, 7], grades[3, 0] = 1, 4, 4, 255
    labels, found = footprints(grades)
    assert found == [1, 4, 4]
    assert sorted(np.unique(labels)) == [0, 1, 2, 3]
    assert (labels[grades == 255] == 0).all()
