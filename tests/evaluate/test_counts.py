"""Measures of counts against scikit-learn and scipy."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from sklearn.metrics import cohen_kappa_score, f1_score, jaccard_score, precision_score, recall_score

from sitewatch.evaluate import ObjectCounts, PixelCounts, wilson

COUNT = st.integers(1, 50)


@given(COUNT, COUNT, COUNT, COUNT)
def test_pixel_measures_are_those_of_scikit_learn(hit: int, false: int, missed: int, rest: int) -> None:
    truth = np.repeat([1, 0, 1, 0], [hit, false, missed, rest])
    detected = np.repeat([1, 1, 0, 0], [hit, false, missed, rest])
    counts = PixelCounts(hit, false, missed, rest)
    assert counts.total == truth.size
    assert counts.precision == pytest.approx(precision_score(truth, detected))
    assert counts.recall == pytest.approx(recall_score(truth, detected))
    assert counts.f1 == pytest.approx(f1_score(truth, detected))
    assert counts.iou == pytest.approx(jaccard_score(truth, detected))
    assert counts.kappa == pytest.approx(cohen_kappa_score(truth, detected), abs=1e-12)


@given(st.integers(0, 200), st.integers(1, 200))
def test_the_interval_is_wilsons(hits: int, more: int) -> None:
    total = max(hits, more)
    interval = binomtest(hits, total).proportion_ci(method="wilson")
    assert wilson(hits, total) == pytest.approx((interval.low, interval.high), abs=1e-9)


def test_what_has_nothing_to_stand_on_is_not_a_number() -> None:
    nothing = PixelCounts(0, 0, 0, 9)
    measures = [
        nothing.precision,
        nothing.recall,
        nothing.f1,
        nothing.iou,
        nothing.kappa,
        PixelCounts().kappa,
    ]
    objects = ObjectCounts(0, 0, 3, 0)
    assert np.isnan([PixelCounts(0, 3, 0, 9).f1, PixelCounts(0, 3, 0, 9).iou]).all()
    assert np.isnan([*measures, objects.recall, objects.f1, *wilson(0, 0)]).all()
    assert objects.precision == 0


def test_a_miss_is_zero_and_not_unknown() -> None:
    assert PixelCounts(0, 0, 5, 9).f1 == 0
    assert ObjectCounts(5, 0, 0, 0).f1 == 0
    assert math.isnan(ObjectCounts(5, 0, 0, 0).precision)


def test_object_measures() -> None:
    counts = ObjectCounts(truth=10, found=8, detections=5, right=3)
    assert (counts.recall, counts.precision, counts.false_alarms) == (0.8, 0.6, 2)
    assert counts.f1 == pytest.approx(2 * 0.8 * 0.6 / 1.4)
    assert counts.recall_interval == wilson(8, 10)
    assert counts.precision_interval == wilson(3, 5)


def test_counts_add_up() -> None:
    assert PixelCounts(1, 2, 3, 4) + PixelCounts(10, 20, 30, 40) == PixelCounts(11, 22, 33, 44)
    assert ObjectCounts(1, 2, 3, 4) + ObjectCounts(10, 20, 30, 40) == ObjectCounts(11, 22, 33, 44)
