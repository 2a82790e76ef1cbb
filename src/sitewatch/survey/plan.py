"""How many sites to draw for an interval as narrow as is wished."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sitewatch.errors import SurveyError
from sitewatch.survey.allocation import LEAST, Allocation, allocate
from sitewatch.survey.counts import Counts
from sitewatch.survey.estimate import Estimate, estimate
from sitewatch.survey.reviewer import FAULTLESS, Reviewer


@dataclass(frozen=True, slots=True)
class Strata:
    """What is known, or guessed, before anything is drawn.

    Attributes
    ----------
    population : (H,) float
        Sites of each stratum, 1 or more.
    share : (H,) float
        Share that is expected to have changed, 0..1.
    unseen : float
        Share of the sample that will not be assessable, 0 up to but not 1.
    reviewer : Reviewer
    """

    population: NDArray[np.float64]
    share: NDArray[np.float64]
    unseen: float = 0.0
    reviewer: Reviewer = FAULTLESS

    def __post_init__(self) -> None:
        shares_fit = ((self.share >= 0) & (self.share <= 1)).all() and 0 <= self.unseen < 1
        if not self.population.size or (self.population < 1).any() or not shares_fit:
            raise SurveyError(
                "the strata hold a number out of range",
                "1 site or more a stratum and shares of 0 to 1 are needed",
                "correct the table",
            )


@dataclass(frozen=True, slots=True)
class Wish:
    """How narrow the interval shall be: half its width, at most.

    Attributes
    ----------
    half_width : float
    relative : bool
        As a share of the estimate (0.1: a tenth of the number of sites), not of the population.
    """

    half_width: float
    relative: bool = False

    def met(self, found: Estimate) -> bool:
        """Tell whether an interval is narrow enough."""
        scale = float(found.share) if self.relative else 1.0
        return bool(float(found.half_width) <= self.half_width * scale)


@dataclass(frozen=True, slots=True)
class Plan:
    """A sample before it is drawn.

    Attributes
    ----------
    sizes : (H,) int
        Sites to draw of each stratum.
    expected : Estimate
        What will be said if what is expected comes true.
    """

    sizes: NDArray[np.int64]
    expected: Estimate


def expected(
    strata: Strata, total: int, allocation: Allocation = "proportional", level: float = 0.95
) -> Plan:
    """Share out a sample of a given size, and say what interval it will give.

    Raises
    ------
    SurveyError
        As `allocate`.
    """
    read = strata.reviewer.reads(strata.share)
    spread = np.sqrt(read * (1 - read)) if allocation == "neyman" else None
    sizes = allocate(total, strata.population, spread)
    assessed = sizes.astype(np.float64) * (1 - strata.unseen)
    found = estimate(Counts(strata.population, assessed, assessed * read), strata.reviewer, level)
    return Plan(sizes, found)


def smallest(
    strata: Strata, wish: Wish, allocation: Allocation = "proportional", level: float = 0.95
) -> Plan:
    """Find the smallest sample whose interval will be narrow enough, by the interval that `estimate` gives.

    Raises
    ------
    SurveyError
        If not even the whole register gives it: the reviewer's errors, or what cannot be assessed, are in
        the way.
    """
    least, most = int(np.minimum(LEAST, strata.population).sum()), int(strata.population.sum())

    def plan(total: int) -> Plan:
        return expected(strata, total, allocation, level)

    if not wish.met(plan(most).expected):
        found = float(plan(most).expected.half_width)
        raise SurveyError(
            f"reading all {most} sites would still leave a half-width of {100 * found:.2g} points",
            "a wider interval, or a better known reviewer",
            "wish for less, validate more sites, or see more of the register",
        )
    return plan(_first(lambda total: wish.met(plan(total).expected), least, most))


def _first(met: Callable[[int], bool], least: int, most: int) -> int:
    """Return the first number from which the answer is yes; it is yes at `most`."""
    while least < most:
        middle = (least + most) // 2
        if met(middle):
            most = middle
        else:
            least = middle + 1
    return most
