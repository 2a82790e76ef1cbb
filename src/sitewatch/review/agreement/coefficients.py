"""Agreement beyond chance: Cohen's kappa, Krippendorff's alpha, Gwet's AC1, each with an interval.

The three differ in what they hold to be chance. Kappa takes each rater's own totals, alpha the totals of all,
AC1 assumes that only the items that are hard are answered by chance. Where almost everything is of one sort
(and most detections are confirmed, or most are not), kappa and alpha can be low although raters hardly ever
differ; AC1 does not fall with them (Feinstein and Cicchetti 1990, Gwet 2008).
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t

from sitewatch.review.agreement.ratings import MISSING, Ratings
from sitewatch.survey.agreement import agreement

Counts = NDArray[np.float64]

LEVEL = 0.95
# Drawn samples of items. The ends of intervals then move by about a hundredth of their length.
RESAMPLES = 4000
_SEED = 20080529


@dataclass(frozen=True, slots=True)
class Coefficient:
    """A coefficient of agreement: 1 is all that could be, 0 what chance gives.

    Attributes
    ----------
    name : str
    value : float
        At most 1. NaN where it is not defined.
    low, high : float
        The 95 % interval. NaN where there is none.
    why : str
        Why there is no value, in a sentence; empty where there is one.
    """

    name: str
    value: float
    low: float
    high: float
    why: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return plain data; NaN stays NaN."""
        return {"name": self.name, "value": self.value, "low": self.low, "high": self.high, "why": self.why}


def kappa(ratings: Ratings) -> Coefficient:
    """Return Cohen's kappa (1960) of two raters on the items of both.

    Its interval is that of the large-sample variance of Fleiss, Cohen and Everitt (1969).
    """
    name = "Cohen's kappa"
    if len(ratings.raters) != 2:
        return _undefined(name, f"it is defined for two reviewers, here are {len(ratings.raters)}")
    lack = _lack(ratings)
    if lack:
        return _undefined(name, lack)
    both = ratings.codes[(ratings.codes != MISSING).all(1)]
    found = agreement(both[:, 0].tolist(), both[:, 1].tolist(), LEVEL)
    return Coefficient(name, found.kappa, found.low, found.high)


def alpha(ratings: Ratings) -> Coefficient:
    """Return Krippendorff's alpha for nominal answers of any number of raters, some missing.

    ``1 - disagreement seen / disagreement expected``, from the coincidences of answers within items
    (Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability"). Its interval holds the middle 95 % of
    alphas of items drawn again with replacement (Efron and Tibshirani 1993); samples in which all answers
    are alike have no alpha, and are left out.
    """
    name = "Krippendorff's alpha"
    lack = _lack(ratings)
    if lack:
        return _undefined(name, lack)
    # Items that were answered alike need not be told apart: drawing these is drawing how many of each sort.
    counts, often = np.unique(ratings.counts[ratings.counts.sum(1) > 1], axis=0, return_counts=True)
    items = int(often.sum())
    value = float(_alpha(counts, often[None])[0])
    drawn = _alpha(counts, np.random.default_rng(_SEED).multinomial(items, often / items, RESAMPLES))
    drawn = drawn[np.isfinite(drawn)]
    low, high = np.quantile(drawn, ((1 - LEVEL) / 2, (1 + LEVEL) / 2)) if len(drawn) else (math.nan, math.nan)
    return Coefficient(name, value, float(low), float(high))


def ac1(ratings: Ratings) -> Coefficient:
    """Return Gwet's AC1 of any number of raters, some missing.

    Coefficient and variance are those of Gwet (2008), "Computing inter-rater reliability and its variance in
    the presence of high agreement", extended to missing answers as in Gwet (2014), "Handbook of Inter-Rater
    Reliability", 4th edition, chapter 5; the interval is that of Student's t with one degree of freedom fewer
    than items, and ends at 1.
    """
    name = "Gwet's AC1"
    lack = _lack(ratings)
    if lack:
        return _undefined(name, lack)
    counts = ratings.counts[ratings.counts.sum(1) > 0]
    items, categories = counts.shape
    raters = counts.sum(1)
    several = raters > 1
    pairs = np.where(several, raters * (raters - 1), 1)
    same = (counts * (counts - 1)).sum(1) / pairs
    seen = float(same[several].mean())
    share = counts / raters[:, None]
    prevalence = share.mean(0)
    chance = float((prevalence * (1 - prevalence)).sum() / (categories - 1))
    value = (seen - chance) / (1 - chance)
    # What each item adds to the coefficient, and to what chance gives.
    own = items / several.sum() * np.where(several, same - chance, 0) / (1 - chance)
    by_chance = share @ (1 - prevalence) / (categories - 1)
    parts = own - 2 * (1 - value) * (by_chance - chance) / (1 - chance)
    if items < 2:
        return Coefficient(name, value, math.nan, math.nan)
    spread = math.sqrt(float(((parts - value) ** 2).sum()) / (items * (items - 1)))
    half = float(t.ppf((1 + LEVEL) / 2, items - 1)) * spread
    return Coefficient(name, value, max(-1.0, value - half), min(1.0, value + half))


def _alpha(counts: Counts, weights: NDArray[Any]) -> Counts:
    """Return alpha, (samples,), of items that stand in each sample so often, (samples, items)."""
    raters = counts.sum(1)
    alike = weights @ ((counts * (counts - 1)).sum(1) / (raters - 1))
    totals = weights @ counts
    whole = totals.sum(1)
    expected = whole**2 - (totals**2).sum(1)
    with np.errstate(invalid="ignore", divide="ignore"):
        found = 1 - (whole - 1) * (whole - alike) / expected
    return np.where(expected > 0, found, np.nan)


def _lack(ratings: Ratings) -> str:
    """Say why nothing can be said of agreement; empty if something can."""
    said = ratings.codes[(ratings.codes != MISSING).sum(1) > 1]
    if not len(said):
        return "no item was answered by two reviewers"
    if len(set(said[said != MISSING].tolist())) == 1:
        return "every answer is the same: agreement cannot be told from chance"
    return ""


def _undefined(name: str, why: str) -> Coefficient:
    return Coefficient(name, math.nan, math.nan, math.nan, why)
