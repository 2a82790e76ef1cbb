"""IR-MAD: what is left between two dates when all that they share linearly is taken away, reweighted."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh
from scipy.stats import chi2

ROUNDS = 50
# The correlations have settled when none moves by more.
SETTLED = 1e-3
# Share of the mean variance that is added to each band, so that a constant band can be inverted, and smallest
# variance of a variate.
_RIDGE = 1e-9
_LEAST = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Variates:
    """MAD variates of one round.

    Attributes
    ----------
    correlations : (bands,) float
        Canonical correlations, largest first.
    distance : (n,) float
        Sum over variates of the square over its variance; chi-square with `bands` degrees of freedom where
        nothing changed.
    """

    correlations: NDArray[np.float64]
    distance: NDArray[np.float64]


def score(
    before: NDArray[np.float32], after: NDArray[np.float32], usable: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Return the root of the chi-square distance of the iteratively reweighted MAD variates (Nielsen 2007).

    Canonical correlation analysis of the two dates; the differences of its pairs of variates; pixels weighted
    by the probability that they did not change, until the correlations settle. doi:10.1109/TIP.2006.888195
    The root ranks as the distance does, and its tail is short enough for a histogram.

    Parameters
    ----------
    before, after : (bands, rows, columns) float
    usable : (rows, columns) bool

    Returns
    -------
    (rows, columns) float32
        >= 0; NaN where not usable. No affine change of either date's bands changes it.
    """
    out = np.full(usable.shape, np.nan, np.float32)
    first, second = (image[:, usable].astype(np.float64) for image in (before, after))
    if first.shape[1] <= 2 * len(first):
        return out
    weights, settled = np.ones(first.shape[1]), np.zeros(len(first))
    found = mad(first, second, weights)
    for _ in range(ROUNDS):
        if np.abs(found.correlations - settled).max() < SETTLED:
            break
        settled = found.correlations
        weights = chi2.sf(found.distance, len(first))
        found = mad(first, second, weights)
    out[usable] = np.sqrt(found.distance)
    return out


def mad(before: NDArray[np.float64], after: NDArray[np.float64], weights: NDArray[np.float64]) -> Variates:
    """Return the MAD variates of weighted pixels (Nielsen, Conradsen and Simpson 1998).

    Parameters
    ----------
    before, after : (bands, n) float
    weights : (n,) float
        >= 0.
    """
    bands = len(before)
    stacked = np.concatenate([before, after])
    mean = (stacked * weights).sum(axis=1, keepdims=True) / weights.sum()
    centred = stacked - mean
    covariance = (centred * weights) @ centred.T / weights.sum()
    covariance += np.diag(np.full(2 * bands, _RIDGE * np.trace(covariance) / (2 * bands) + 1e-30))
    own, shared, other = covariance[:bands, :bands], covariance[:bands, bands:], covariance[bands:, bands:]
    squares, a = eigh(shared @ np.linalg.solve(other, shared.T), own)
    order = np.argsort(-squares)
    a, correlations = a[:, order], np.sqrt(np.clip(squares[order], 0, 1))
    b = np.linalg.solve(other, shared.T @ a)
    # `a` gives unit variance; so must `b`, whose variance is the square of the correlation.
    b /= np.maximum(correlations, 1e-12)
    difference = a.T @ centred[:bands] - b.T @ centred[bands:]
    variance = np.maximum(2 * (1 - correlations), _LEAST)
    return Variates(correlations, (np.square(difference) / variance[:, None]).sum(axis=0))
