"""Logistic regression with a prior: scikit-learn is the oracle, and the prior is where it starts."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss
from sklearn.metrics import log_loss as sklearn_log_loss

from sitewatch.kernels.logistic import brier, fit_logistic, foretell, log_loss


def rows(seed: int, number: int = 120) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    inputs = np.column_stack([np.ones(number), draw.normal(size=(number, 4))])
    weights = np.array([-0.3, 1.5, -0.8, 0.0, 0.4])
    return inputs, draw.random(number) < foretell(inputs, weights)


@pytest.mark.parametrize("pull", [0.05, 1.0, 30.0])
def test_agrees_with_scikit_learn_where_the_prior_is_zero(pull: float):
    inputs, right = rows(1)
    mine = fit_logistic(inputs, right, np.zeros(5), np.full(5, pull))
    theirs = LogisticRegression(C=1 / pull, fit_intercept=False, tol=1e-10, max_iter=5000).fit(inputs, right)
    np.testing.assert_allclose(mine, theirs.coef_[0], atol=1e-5)
    np.testing.assert_allclose(foretell(inputs, mine), theirs.predict_proba(inputs)[:, 1], atol=1e-5)


def test_agrees_with_scikit_learn_where_weights_are_held_unlike_one_another():
    inputs, right = rows(2)
    pull = np.array([0.1, 1.0, 4.0, 0.5, 2.0])
    # A weight that is held k-fold is one on a column that is smaller by the root of k.
    theirs = LogisticRegression(C=1.0, fit_intercept=False, tol=1e-10, max_iter=5000)
    theirs.fit(inputs / np.sqrt(pull), right)
    mine = fit_logistic(inputs, right, np.zeros(5), pull)
    np.testing.assert_allclose(mine, theirs.coef_[0] / np.sqrt(pull), atol=1e-5)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000), st.floats(0.01, 100))
def test_nothing_near_it_is_more_likely(seed: int, strength: float):
    inputs, right = rows(seed, 30)
    draw = np.random.default_rng(seed)
    prior, pull = draw.normal(size=5), strength * draw.uniform(0.2, 2, 5)

    def cost(weights: np.ndarray) -> float:
        logit = inputs @ weights
        return float(
            np.logaddexp(0, logit).sum() - logit[right].sum() + (pull * (weights - prior) ** 2).sum() / 2
        )

    found = fit_logistic(inputs, right, prior, pull)
    for _ in range(20):
        assert cost(found) <= cost(found + draw.normal(0, 0.01, 5)) + 1e-9


def test_without_rows_the_prior_stays_and_a_strong_pull_holds_it():
    prior = np.array([0.5, -1.0])
    assert fit_logistic(np.zeros((0, 2)), np.zeros(0, bool), prior, np.ones(2)).tolist() == prior.tolist()
    inputs, right = rows(3)
    held = fit_logistic(inputs[:, :2], right, prior, np.full(2, 1e6))
    np.testing.assert_allclose(held, prior, atol=1e-3)


def test_rows_that_are_told_apart_perfectly_have_finite_weights():
    inputs = np.column_stack([np.ones(40), np.linspace(-500, 500, 40)])
    right = inputs[:, 1] > 0
    weights = fit_logistic(inputs, right, np.zeros(2), np.full(2, 1e-3))
    assert np.isfinite(weights).all()
    assert ((foretell(inputs, weights) > 0.5) == right).all()


def test_scores_agree_with_scikit_learn():
    inputs, right = rows(4)
    told = foretell(inputs, np.array([0.2, 0.7, -0.1, 0.0, 0.3]))
    assert brier(told, right) == pytest.approx(brier_score_loss(right, told))
    assert log_loss(told, right) == pytest.approx(sklearn_log_loss(right, told))
    assert np.isnan([brier(told[:0], right[:0]), log_loss(told[:0], right[:0])]).all()
