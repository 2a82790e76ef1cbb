"""From readings in a sample to a share of the population, with an interval.

A score interval (Wilson 1927): it holds every share that the readings do not contradict. The stratified
design enters through an effective sample size (Korn and Graubard 1998), the finite population through the
variance within strata (Cochran 1977, chapters 3 and 5), and the reviewer's errors as in Rogan and Gladen
(1978), solved for the share as Fieller does, so that it never divides by a doubtful number.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from sitewatch.survey.counts import Counts
from sitewatch.survey.reviewer import FAULTLESS, Rate, Reviewer

# In a stratum of few sites the variance leans on the whole sample as if it had two more.
_BORROWED = 2.0
_NOTHING = 1e-12


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share of changed sites.

    Attributes
    ----------
    share : (...) float
        0..1.
    low, high : (...) float
        The interval. NaN: no share of changed sites fits the readings and the reviewer's rates.
    population : float
        Sites that it is a share of.
    """

    share: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    population: float

    @property
    def half_width(self) -> NDArray[np.float64]:
        """Half the width of the interval, as a share."""
        return (self.high - self.low) / 2

    @property
    def sites(self) -> tuple[float, float, float]:
        """Number of sites and its interval, of a single sample: unrounded."""
        number, low, high = (float(value) * self.population for value in (self.share, self.low, self.high))
        return number, low, high

    def holds(self, share: float) -> NDArray[np.bool_]:
        """Tell whether the interval holds a share, (...)."""
        return (self.low <= share + _NOTHING) & (self.high >= share - _NOTHING)


def estimate(counts: Counts, reviewer: Reviewer = FAULTLESS, level: float = 0.95) -> Estimate:
    """Estimate the share of changed sites from a stratified random sample without replacement.

    Parameters
    ----------
    counts : Counts
        Sites that could not be assessed are left out of it: as good as if they had not been drawn.
    reviewer : Reviewer
    level : float
        Of the interval, inside 0..1.

    Returns
    -------
    Estimate
        For a register that was assessed whole by a faultless reviewer, an interval of no width. With a
        reviewer who errs it keeps a width: each reading is a draw of its own.
    """
    share = reviewer.corrected(counts.read)
    low, high = _score_interval(counts, reviewer, float(norm.ppf((1 + level) / 2)))
    if reviewer.faultless:
        whole = counts.population.sum()
        low = np.maximum(low, counts.changed.sum(-1) / whole)
        high = np.minimum(high, 1 - (counts.assessed - counts.changed).sum(-1) / whole)
    impossible = (low > 1) | (high < 0)
    low, high = np.minimum(np.maximum(low, 0), share), np.maximum(np.minimum(high, 1), share)
    return Estimate(
        share,
        np.where(impossible, np.nan, low),
        np.where(impossible, np.nan, high),
        float(counts.population.sum()),
    )


def extremes(
    drawn: Counts, unseen: NDArray[np.float64], reviewer: Reviewer = FAULTLESS, level: float = 0.95
) -> tuple[Estimate, Estimate]:
    """Estimate as if no site that could not be assessed had changed, and as if all of them had.

    Parameters
    ----------
    drawn : Counts
        With every sampled site counted in `assessed`, whether it could be or not.
    unseen : (..., H) float
        Those of them that could not.

    Returns
    -------
    none, every : Estimate
        Whatever hid the sites, the truth lies between the low end of the first and the high end of the
        second with at least the level (bounds of Manski 1989).
    """
    # What a reviewer would have read of them is no guess in either case, but it errs like all readings.
    none = drawn.changed + unseen * reviewer.reads(np.zeros(()))
    every = drawn.changed + unseen * reviewer.reads(np.ones(()))
    first, second = (Counts(drawn.population, drawn.assessed, changed) for changed in (none, every))
    return estimate(first, reviewer, level), estimate(second, reviewer, level)


def _score_interval(
    counts: Counts, reviewer: Reviewer, z: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Solve ``(read - reads(p))^2 <= z^2 variance(p)`` for p; both sides are quadratic in p.

    The variance at p is ``c reads(p) (1 - reads(p))`` for the sample, ``p^2 var(sensitivity)`` and
    ``(1 - p)^2 var(specificity)`` for the validation, less twice what the two have in common.
    """
    alarms, gain, crowding = reviewer.false_alarms, reviewer.gain, _crowding(counts, reviewer)
    missed, wrong = reviewer.sensitivity.variance, reviewer.specificity.variance
    with_missed = reviewer.sensitivity.covariance(counts)
    with_wrong = reviewer.specificity.covariance(counts)
    apart, chi = counts.read - alarms, z * z
    square = gain**2 - chi * (missed + wrong - crowding * gain**2)
    linear = -2 * apart * gain - chi * (
        crowding * gain * (1 - 2 * alarms) - 2 * (wrong + with_missed - with_wrong)
    )
    constant = apart**2 - chi * (crowding * alarms * (1 - alarms) + wrong - 2 * with_wrong)
    # Rounding, or a variance that its common part exceeds, may leave it a little below 0.
    root = np.sqrt(np.maximum(linear**2 - 4 * square * constant, 0))
    # A reviewer who cannot be told from chance contradicts no share at all.
    useless = (square <= 0) | (gain <= 0)
    twice = np.where(useless, 1.0, 2 * square)
    low, high = (-linear - root) / twice, (-linear + root) / twice
    return np.where(useless, 0.0, low), np.where(useless, 1.0, high)


def _crowding(counts: Counts, reviewer: Reviewer) -> NDArray[np.float64]:
    """Return 1 over the effective sample size, (...): the variance of what is read, over share x (1 - share).

    Both are unbiased estimates. In a single stratum with a faultless reviewer this is exactly the variance of
    the hypergeometric distribution: the effective size is ``n (N - 1) / (N - n)``.
    """
    weights, population, assessed = counts.weights, counts.population, counts.assessed
    variance = (weights**2 * _variances(counts, reviewer)).sum(-1)
    # No reading is less frequent than false alarms alone make it, whatever chance did in this sample.
    read = reviewer.reads(reviewer.corrected(counts.read))
    spread = read * (1 - read) + variance
    # All readings alike: then as if the shares of the strata were equal, whatever they are.
    finite = (population - assessed) / np.maximum(population - 1, 1) if reviewer.faultless else 1.0
    flat = (weights**2 * finite / assessed).sum(-1)
    seen = spread > _NOTHING
    crowding: NDArray[np.float64] = np.where(seen, variance / np.where(seen, spread, 1.0), flat)
    return crowding


def _variances(counts: Counts, reviewer: Reviewer) -> NDArray[np.float64]:
    """Return the variance of the share read as changed in each stratum, (..., H).

    The finite population takes away from the variance between sites only, not from that of readings: a
    census that is read with errors is still uncertain.
    """
    assessed, each = counts.assessed, _each(reviewer)
    borrowed = 0.0 if counts.population.size == 1 else _BORROWED
    size = assessed + borrowed
    truth = each.corrected((counts.changed + borrowed * counts.read[..., None]) / size)
    read = each.reads(truth)
    # Unbiased for a share that the stratum itself gives; with nothing borrowed it is n / (n - 1).
    unbiased = size**2 / np.maximum(size**2 - assessed, _NOTHING)
    reading = truth * each.sensitivity.spread + (1 - truth) * each.specificity.spread
    finite = assessed / counts.population
    variances: NDArray[np.float64] = (
        (1 - finite) * unbiased * read * (1 - read) + finite * reading
    ) / assessed
    return variances


def _each(reviewer: Reviewer) -> Reviewer:
    """Return the reviewer with an axis for the strata."""
    rates = (reviewer.sensitivity, reviewer.specificity)
    return Reviewer(*(Rate(rate.share[..., None], rate.trials[..., None]) for rate in rates))
