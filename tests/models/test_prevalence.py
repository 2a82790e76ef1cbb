"""How common kinds are is found again, against an oracle, and speaks only for doubt."""

import numpy as np
import pytest
from scipy.optimize import minimize

from sitewatch.models.coarse.prevalence import EVEN, estimate_shares, fit_prevalence


def told(shares: tuple[float, ...], number: int, seed: int = 0) -> np.ndarray:
    """Draw what a classifier says of pixels whose kinds are so common: normal scores around each kind."""
    draw = np.random.default_rng(seed)
    kinds = draw.choice(len(shares), number, p=shares)
    seen = np.eye(len(shares))[kinds] * 2.0 + draw.standard_normal((number, len(shares)))
    # Log-likelihood of each kind, up to a constant.
    return np.asarray(2.0 * seen.T, np.float32)


@pytest.mark.parametrize("shares", [(0.25, 0.25, 0.25, 0.25), (0.02, 0.1, 0.03, 0.85), (0.6, 0.0, 0.1, 0.3)])
def test_the_shares_of_a_mixture_are_found_again(shares: tuple[float, ...]):
    found = estimate_shares(told(shares, 40_000), np.ones(40_000, np.float32))
    np.testing.assert_allclose(found, shares, atol=0.02)


def test_the_shares_are_those_of_greatest_likelihood():
    odds = told((0.1, 0.2, 0.3, 0.4), 400, seed=4)
    weights = np.random.default_rng(1).uniform(0.5, 1, 400).astype(np.float32)

    def loss(free: np.ndarray) -> float:
        shares = np.exp(free) / np.exp(free).sum()
        return -float(weights @ np.log(shares @ np.exp(odds.astype(float))))

    best = minimize(loss, np.zeros(4), method="BFGS").x
    np.testing.assert_allclose(estimate_shares(odds, weights), np.exp(best) / np.exp(best).sum(), atol=1e-3)


def test_a_rare_kind_is_doubted_and_a_common_one_is_not_favoured():
    rare = fit_prevalence(told((0.01, 0.04, 0.05, 0.9), 5000), np.ones(5000, np.float32))
    assert rare[0] == pytest.approx(0.2)
    assert rare[3] == 1
    common = fit_prevalence(told((0.9, 0.04, 0.03, 0.03), 5000), np.ones(5000, np.float32))
    assert common[0] == 1


def test_a_few_pixels_say_nothing_of_how_common_a_kind_is():
    assert fit_prevalence(told((0, 0, 0, 1), 49), np.ones(49, np.float32)) == EVEN
    assert fit_prevalence(np.zeros((4, 0), np.float32), np.zeros(0, np.float32)) == EVEN
