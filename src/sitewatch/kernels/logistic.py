"""Logistic regression with a prior: weights that stay near what is already believed, as far as data allow.

*Global*: fitted on a table of a few thousand rows at most. The prior is a normal one of independent weights,
so the fit is the maximum a posteriori (ridge towards the prior's mean; Hoerl and Kennard 1970, le Cessie and
van Houwelingen 1992).
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Table = NDArray[np.float64]

_STEPS = 100
_HALVINGS = 30
# A step of Newton's that would move a weight by less than this is the last one.
_SMALL = 1e-9


def fit_logistic(inputs: Table, right: NDArray[np.bool_], prior: Table, pull: Table) -> Table:
    """Return the weights ``w`` that are most likely after seeing the rows.

    They minimise ``sum(log(1 + exp(-s * (inputs @ w)))) + sum(pull * (w - prior)**2) / 2`` with ``s`` 1 for a
    row that is right and -1 for one that is not. The sum is convex; Newton's method with halved steps.

    Parameters
    ----------
    inputs : (rows, weights) float
        Finite. A column of ones is the intercept.
    right : (rows,) bool
    prior : (weights,) float
        Weights that are believed before anything is seen.
    pull : (weights,) float
        How strongly each is held there, above 0: the reciprocal of the prior's variance.

    Returns
    -------
    (weights,) float
        `prior` itself where there are no rows.
    """

    def cost(weights: Table) -> float:
        logit = inputs @ weights
        misfit = np.logaddexp(0, np.where(right, -logit, logit)).sum()
        return float(misfit + (pull * (weights - prior) ** 2).sum() / 2)

    weights = np.asarray(prior, np.float64)
    for _ in range(_STEPS):
        told = foretell(inputs, weights)
        slope = inputs.T @ (told - right) + pull * (weights - prior)
        bend = (inputs * (told * (1 - told))[:, None]).T @ inputs + np.diag(pull)
        step = _shortened(np.asarray(np.linalg.solve(bend, slope), np.float64), weights, cost)
        weights = weights - step
        if float(np.abs(step).max(initial=0.0)) < _SMALL:
            break
    return weights


def foretell(inputs: Table, weights: Table) -> Table:
    """Return the probability that each row is right, (rows,), 0..1."""
    return np.asarray(1 / (1 + np.exp(-np.clip(inputs @ weights, -50, 50))), np.float64)


def log_loss(told: Table, right: NDArray[np.bool_]) -> float:
    """Return the mean of ``-log`` of what was told of that which came true; NaN without rows."""
    if not len(right):
        return float("nan")
    held = np.clip(np.where(right, told, 1 - told), 1e-12, 1)
    return float(-np.log(held).mean())


def brier(told: Table, right: NDArray[np.bool_]) -> float:
    """Return the mean square of ``told - right`` (Brier 1950), 0..1; NaN without rows."""
    return float(((told - right) ** 2).mean()) if len(right) else float("nan")


def _shortened(step: Table, weights: Table, cost: Callable[[Table], float]) -> Table:
    """Halve a step until it leads downhill: Newton's method overshoots where rows are told apart well."""
    start = cost(weights)
    for _ in range(_HALVINGS):
        if cost(weights - step) <= start:
            return step
        step = step / 2
    return np.zeros_like(step)
