"""Slow feature analysis: the combinations of bands that differ least between the dates."""

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh

from benchmarks.baselines.change_vector import standardised

_LEAST = 1e-9


def score(
    before: NDArray[np.float32], after: NDArray[np.float32], usable: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Return the distance between the dates in slow features (Wu, Du and Zhang 2014).

    Each date's bands are z-scored. `slow_features` gives combinations ordered by slowness; the score is
    ``sqrt(sum_j (w_j . (after - before))^2 / lambda_j)``. doi:10.1109/TGRS.2013.2266673

    Parameters
    ----------
    before, after : (bands, rows, columns) float
    usable : (rows, columns) bool

    Returns
    -------
    (rows, columns) float32
        >= 0; NaN where not usable.
    """
    out = np.full(usable.shape, np.nan, np.float32)
    first, second = (standardised(image, usable)[:, usable] for image in (before, after))
    if first.shape[1] <= 2 * len(first):
        return out
    slowness, weights = slow_features(first, second)
    gap = weights.T @ (second - first)
    out[usable] = np.sqrt((np.square(gap) / np.maximum(slowness, _LEAST)[:, None]).sum(axis=0))
    return out


def slow_features(
    before: NDArray[np.float64], after: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Solve ``A w = lambda B w``: A the covariance of the difference, B the mean covariance of both dates.

    Parameters
    ----------
    before, after : (bands, n) float
        Mean 0.

    Returns
    -------
    slowness : (bands,) float
        ``lambda``, the slowest first: 0 for a feature that stayed, 2 for one that has nothing left in common.
    weights : (bands, bands) float
        A column a feature, of unit variance.
    """
    pixels = before.shape[1]
    gap = after - before
    moved = gap @ gap.T / pixels
    spread = (before @ before.T + after @ after.T) / (2 * pixels)
    spread += np.diag(np.full(len(before), 1e-9 * np.trace(spread) / len(before) + 1e-30))
    slowness, weights = eigh(moved, spread)
    return np.maximum(slowness, 0), weights
