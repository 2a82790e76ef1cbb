"""Bring the after image to the radiometry of the before image, on ground that did not change.

A *fit* (`fit_normalisation`: two images to a few numbers) and a *pointwise* application. The unchanged
ground is not known beforehand: it is found together with the fit, by iteratively reweighted regression. The
idea is that of the multivariate alteration detection (Nielsen 2007) and of radiometrically invariant pixels
(Canty and Nielsen 2008), with two differences: the bands keep their meaning (one gain and offset a band, no
rotation), and the weights come from a robust scale of the residuals and not from chi-square p-values, which
the reweighting breaks.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv

# Past a quarter of a million pixels the fit no longer moves in the third digit.
_SAMPLE = 100_000
_ROUNDS = 40


@dataclass(frozen=True, slots=True)
class Normalisation:
    """``before ~ gain * after + offset`` on unchanged ground, one number a band.

    Attributes
    ----------
    gain, offset : tuple of float
    noise : tuple of float
        Standard deviation of the residual on unchanged ground, in units of the before image; > 0.
    unchanged : float
        Share of the weight that the fit gave to pixels as unchanged, 0..1.
    pixels : int
        How many pixels the fit stands on.
    """

    gain: tuple[float, ...]
    offset: tuple[float, ...]
    noise: tuple[float, ...]
    unchanged: float
    pixels: int


def fit_normalisation(
    before: NDArray[np.float32], after: NDArray[np.float32], usable: NDArray[np.bool_]
) -> Normalisation:
    """Fit gain, offset and noise a band on ground that both images show unchanged.

    Parameters
    ----------
    before, after : (bands, rows, columns) float32
        Registered; NaN is left out.
    usable : (rows, columns) bool

    Returns
    -------
    Normalisation
        The identity with the plain spread of the difference as noise, where fewer than 64 pixels are usable.
    """
    first, second = _sample(before, after, usable)
    count = first.shape[1]
    if count < 64:
        return _identity(first - second)
    weight = np.ones(count)
    gain = offset = np.zeros(len(first))
    noise = np.ones(len(first))
    floor = _floor(first)
    for _ in range(_ROUNDS):
        gain, offset = _major_axis(first, second, weight)
        square = np.square(first - gain[:, None] * second - offset[:, None])
        noise = np.sqrt(_mean(square, weight)) + floor
        updated = _reweight(square, noise)
        settled = np.abs(updated - weight).max() < 1e-3
        weight = updated
        if settled:
            break
    return Normalisation(
        tuple(map(float, gain)),
        tuple(map(float, offset)),
        tuple(map(float, noise)),
        float(weight.mean()),
        count,
    )


def apply_normalisation(after: NDArray[np.float32], fit: Normalisation) -> NDArray[np.float32]:
    """Return the after image in the radiometry of the before image; pointwise, NaN stays NaN."""
    gain = np.asarray(fit.gain, np.float32)[:, None, None]
    offset = np.asarray(fit.offset, np.float32)[:, None, None]
    normalised: NDArray[np.float32] = after * gain + offset
    return normalised


def _sample(
    before: NDArray[np.float32], after: NDArray[np.float32], usable: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    both = usable & np.isfinite(before).all(axis=0) & np.isfinite(after).all(axis=0)
    places = np.flatnonzero(both)
    places = places[:: max(1, len(places) // _SAMPLE)]
    bands = len(before)
    return (
        before.reshape(bands, -1)[:, places].astype(np.float64),
        after.reshape(bands, -1)[:, places].astype(np.float64),
    )


def _identity(difference: NDArray[np.float64]) -> Normalisation:
    bands, count = difference.shape
    spread = difference.std(axis=1) if count > 1 else np.ones(bands)
    noise = tuple(float(s) or 1.0 for s in spread)
    return Normalisation((1.0,) * bands, (0.0,) * bands, noise, 0.0, count)


def _mean(values: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weighted mean a band, (bands,)."""
    # Not a product of matrices: its sums would hang on the number of threads.
    mean: NDArray[np.float64] = np.einsum("bn,n->b", values, weight, optimize=False) / weight.sum()
    return mean


def _major_axis(
    first: NDArray[np.float64], second: NDArray[np.float64], weight: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weighted reduced-major-axis regression a band.

    Both images are noisy, so neither is the regressor: ordinary regression would flatten the slope, and the
    line of equal spread is what orthogonal regression gives once both are scaled to the same variance.
    """
    mean_1, mean_2 = _mean(first, weight), _mean(second, weight)
    var_1 = _mean(np.square(first - mean_1[:, None]), weight)
    var_2 = _mean(np.square(second - mean_2[:, None]), weight)
    textured = (var_1 > 0) & (var_2 > 0)
    slope: NDArray[np.float64] = np.where(textured, np.sqrt(var_1 / np.where(textured, var_2, 1.0)), 1.0)
    intercept: NDArray[np.float64] = mean_1 - slope * mean_2
    return slope, intercept


def _reweight(square: NDArray[np.float64], noise: NDArray[np.float64]) -> NDArray[np.float64]:
    """Full weight to the unremarkable nine tenths, falling with the square of the distance beyond them."""
    bands = len(square)
    distance: NDArray[np.float64] = np.einsum("bn,b->n", square, 1 / noise**2, optimize=False)
    distance *= _chi_square(0.5, bands) / max(float(np.median(distance)), 1e-30)
    limit = _chi_square(0.9, bands)
    weight: NDArray[np.float64] = np.square(limit / np.maximum(distance, limit))
    return weight


def _chi_square(probability: float, bands: int) -> float:
    """Quantile of the chi-square distribution; `scipy.stats` would take longer to import than to compute."""
    return 2 * float(gammaincinv(bands / 2, probability))


def _floor(image: NDArray[np.float64]) -> NDArray[np.float64]:
    """Smallest believable noise: a copy of an image differs nowhere, and must not divide by zero."""
    floor: NDArray[np.float64] = 1e-6 * (np.abs(image).max(axis=1) + 1e-6)
    return floor
