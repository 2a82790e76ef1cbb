"""Intervals that others use, to be held against ours on the same samples."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta, norm
from scipy.stats import t as student

from sitewatch.survey import FAULTLESS, Counts, Estimate, Reviewer, estimate

Rival: TypeAlias = Callable[[Counts, Reviewer], Estimate]
_Z = float(norm.ppf(0.975))


def wald(counts: Counts, reviewer: Reviewer) -> Estimate:
    """Estimate +- 1.96 standard errors (Cochran 1977; the delta method of Rogan and Gladen 1978)."""
    sensitivity, specificity, gain = reviewer.sensitivity, reviewer.specificity, reviewer.gain
    share = reviewer.corrected(counts.read)
    missed, wrong = share**2 * sensitivity.variance, (1 - share) ** 2 * specificity.variance
    error = np.sqrt(_variance(counts) + missed + wrong) / np.maximum(gain, 1e-9)
    return _estimate(counts, share, share - _Z * error, share + _Z * error)


def korn_graubard(counts: Counts, reviewer: Reviewer) -> Estimate:
    """Clopper and Pearson's interval on the effective sample size (Korn and Graubard 1998), corrected."""
    read = counts.read
    size = _effective(counts)
    freedom = np.maximum(counts.assessed.sum(-1) - counts.population.size, 1)
    size = size * (_Z / student.ppf(0.975, freedom)) ** 2
    hits = read * size
    low = np.where(hits > 0, beta.ppf(0.025, np.maximum(hits, 1e-9), size - hits + 1), 0.0)
    high = np.where(hits < size, beta.ppf(0.975, hits + 1, np.maximum(size - hits, 1e-9)), 1.0)
    ends = (reviewer.corrected(low), reviewer.corrected(high))
    return _estimate(counts, reviewer.corrected(read), *ends)


def lang_reiczigel(counts: Counts, reviewer: Reviewer) -> Estimate:
    """Lang and Reiczigel's interval (2014), on the effective sample size."""
    chi, size = _Z**2, _effective(counts)
    read = (size * counts.read + chi / 2) / (size + chi)
    sensitivity, misses = _two_added(reviewer.sensitivity.share, reviewer.sensitivity.trials)
    specificity, alarms = _two_added(reviewer.specificity.share, reviewer.specificity.trials)
    gain = np.maximum(sensitivity + specificity - 1, 1e-9)
    share = (read + specificity - 1) / gain
    shift = 2 * chi * (share * misses - (1 - share) * alarms)
    variance = read * (1 - read) / (size + chi) + share**2 * misses + (1 - share) ** 2 * alarms
    error = _Z * np.sqrt(variance) / gain
    return _estimate(counts, share, share + shift - error, share + shift + error)


def as_read(counts: Counts, reviewer: Reviewer) -> Estimate:
    """Our interval of what was read, as if the reviewer made no errors."""
    del reviewer
    return estimate(counts, FAULTLESS)


RIVALS: Mapping[str, Rival] = MappingProxyType(
    {
        "Wald": wald,
        "Korn-Graubard, exact": korn_graubard,
        "Lang-Reiczigel": lang_reiczigel,
        "as read": as_read,
    }
)


def _estimate(
    counts: Counts, share: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64]
) -> Estimate:
    return Estimate(share, low, high, float(counts.population.sum()))


def _variance(counts: Counts) -> NDArray[np.float64]:
    """Return the textbook variance of a stratified share (Cochran 1977, 5.52), (...)."""
    shares, finite = counts.changed / counts.assessed, 1 - counts.assessed / counts.population
    own = finite * shares * (1 - shares) / np.maximum(counts.assessed - 1, 1)
    variance: NDArray[np.float64] = (counts.weights**2 * own).sum(-1)
    return variance


def _effective(counts: Counts) -> NDArray[np.float64]:
    read, variance = counts.read, _variance(counts)
    size: NDArray[np.float64] = np.where(
        variance > 0, read * (1 - read) / np.maximum(variance, 1e-15), counts.assessed.sum(-1)
    )
    return size


def _two_added(
    share: NDArray[np.float64], trials: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return a rate with one right and one wrong site added, and its variance; a known rate as it is."""
    if np.isinf(trials).all():
        return share, np.zeros_like(share)
    right = share * (trials + 1) - 0.5
    rate = (right + 1) / (trials + 2)
    return rate, rate * (1 - rate) / (trials + 2)
