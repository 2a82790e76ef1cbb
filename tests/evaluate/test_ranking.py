"""Average precision, AUC and FPR at a recall against scikit-learn, ties and all."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, roc_auc_score, roc_curve

from sitewatch.evaluate import merge, rank

TIED = hnp.arrays(np.float32, st.integers(2, 60), elements=st.sampled_from([0, 0.1, 0.25, 0.5, 0.75, 1]))
FREE = hnp.arrays(np.float32, st.integers(2, 60), elements=st.floats(0, 1, width=32))


def labelled(scores: NDArray[np.float32], seed: int) -> NDArray[np.bool_]:
    truth = np.random.default_rng(seed).random(scores.shape) < 0.4
    assume(truth.any() and not truth.all())
    return truth


@given(TIED | FREE, st.integers(0, 99))
def test_average_precision_and_auc_are_those_of_scikit_learn(scores: NDArray[np.float32], seed: int) -> None:
    truth = labelled(scores, seed)
    ranking = rank(scores, truth)
    assert ranking.average_precision == pytest.approx(average_precision_score(truth, scores), abs=1e-12)
    assert ranking.auc == pytest.approx(roc_auc_score(truth, scores), abs=1e-12)


@given(TIED | FREE, st.integers(0, 99), st.sampled_from([0.5, 0.9, 1.0]))
def test_the_false_positive_rate_is_that_of_the_roc_curve(
    scores: NDArray[np.float32], seed: int, recall: float
) -> None:
    truth = labelled(scores, seed)
    false_rate, true_rate, _ = roc_curve(truth, scores, drop_intermediate=False)
    expected = false_rate[np.argmax(true_rate >= recall - 1e-12)]
    assert rank(scores, truth).false_positive_rate(recall) == pytest.approx(expected, abs=1e-12)


@given(FREE, st.integers(0, 99), st.integers(1, 59))
def test_merged_parts_rank_as_the_whole(scores: NDArray[np.float32], seed: int, cut: int) -> None:
    truth = labelled(scores, seed)
    parts = merge([rank(scores[:cut], truth[:cut]), rank(scores[cut:], truth[cut:])])
    whole = rank(scores, truth)
    np.testing.assert_array_equal(parts.scores, whole.scores)
    np.testing.assert_array_equal(parts.positives, whole.positives)
    np.testing.assert_array_equal(parts.negatives, whole.negatives)


def test_what_could_not_be_seen_ranks_last() -> None:
    truth = np.array([True, True, False])
    assert rank(np.array([0.9, np.nan, 0.1], np.float32), truth).average_precision == pytest.approx(
        average_precision_score(truth, [0.9, 0.0, 0.1])
    )


def test_without_truth_nothing_is_measured() -> None:
    for truth in (np.zeros(3, bool), np.ones(3, bool)):
        ranking = rank(np.arange(3, dtype=np.float32), truth)
        assert np.isnan([ranking.auc, ranking.false_positive_rate()]).all()
    assert np.isnan(rank(np.zeros(3, np.float32), np.zeros(3, bool)).average_precision)
    assert np.isnan(merge([]).average_precision)
    assert np.isnan(rank(np.empty(0, np.float32), np.empty(0, bool)).auc)


def test_rounding_keeps_the_pixels_and_nearly_the_measure() -> None:
    generator = np.random.default_rng(0)
    truth = generator.random(20_000) < 0.05
    scores = np.clip(truth * 0.3 + generator.random(20_000) * 0.7, 0, 1).astype(np.float32)
    fine = rank(scores, truth)
    coarse = fine.rounded(3)
    assert coarse.scores.size <= 1001
    assert (coarse.positives.sum(), coarse.negatives.sum()) == (truth.sum(), (~truth).sum())
    assert coarse.average_precision == pytest.approx(fine.average_precision, abs=2e-3)
