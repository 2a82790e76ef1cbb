"""Registers of 24,000 sites, samples of 533 of them, and reviewers, all of them known."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from sitewatch.survey import Counts, Rate, Reviewer, allocate

POPULATION, SAMPLE = 24_000, 533
SHARES = (0.05, 0.16, 0.35, 0.65)
# Of a reviewer who errs, and how many validated sites, or which part of the sample, tell so.
SENSITIVITY, SPECIFICITY, VALIDATED, GOLD = 0.90, 0.95, 100, 150
UNSEEN = 0.08
_FOUR = (12_000, 7_000, 4_000, 1_000)
_FOURTEEN = (5_000, 4_500, 4_000, 3_000, 2_000, 1_500, 1_200, 900, 700, 500, 300, 200, 120, 80)
# How far the log-odds of changed sites lie from the middle, in strata in an order of no meaning.
_APART = 1.0

Belief: TypeAlias = Literal["faultless", "known", "validated", "gold"]
BELIEFS: tuple[Belief, ...] = ("faultless", "known", "validated", "gold")


@dataclass(frozen=True, slots=True)
class Design:
    """A register and the sizes of a sample of it, both (H,)."""

    population: NDArray[np.int64]
    sizes: NDArray[np.int64]

    def changed(self, share: float) -> NDArray[np.int64]:
        """Return how many sites of each stratum truly changed, (H,), if `share` of all did."""
        apart = (
            np.linspace(-_APART, _APART, self.population.size) if self.population.size > 1 else np.zeros(1)
        )
        order = np.random.default_rng(5).permutation(apart)

        def over(middle: float) -> float:
            return float((self.population / (1 + np.exp(-middle - order))).sum() - share * POPULATION)

        odds = np.exp(float(brentq(over, -20, 20)) + order)
        return np.rint(self.population * odds / (1 + odds)).astype(np.int64)


def _proportional(*population: int) -> Design:
    return Design(np.array(population), allocate(SAMPLE, np.array(population, float)))


def _equal(*population: int) -> Design:
    return Design(np.array(population), np.full(len(population), SAMPLE // len(population)))


DESIGNS: Mapping[str, Design] = MappingProxyType(
    {
        "simple": _proportional(POPULATION),
        "4 strata, proportional": _proportional(*_FOUR),
        "14 strata, proportional": _proportional(*_FOURTEEN),
        "14 strata, equal": _equal(*_FOURTEEN),
    }
)


@dataclass(frozen=True, slots=True)
class Drawn:
    """Samples that were drawn and read.

    Attributes
    ----------
    counts : Counts
    reviewer : Reviewer
        As far as it is known from what was validated.
    share : float
        True share of changed sites in the register.
    """

    counts: Counts
    reviewer: Reviewer
    share: float


def draw(design: Design, share: float, belief: Belief, *, samples: int, unseen: float = 0.0) -> Drawn:
    """Draw samples of a register and read them, each as if nothing were known of the others."""
    rng = np.random.default_rng(20200924)
    truth = design.changed(share)
    assessed = np.broadcast_to(design.sizes, (samples, truth.size))
    if unseen:
        assessed = np.maximum(rng.binomial(assessed, 1 - unseen), 1)
    changed = rng.hypergeometric(truth, design.population - truth, assessed)
    sites = Counts(design.population.astype(float), assessed.astype(float), changed.astype(float))
    counts, reviewer = _READERS[belief](rng, sites)
    return Drawn(counts, reviewer, float(truth.sum() / design.population.sum()))


def _rightly(rng: np.random.Generator, sites: Counts) -> tuple[Counts, Reviewer]:
    del rng
    return sites, Reviewer()


def _known(rng: np.random.Generator, sites: Counts) -> tuple[Counts, Reviewer]:
    return _wrongly(rng, sites), Reviewer(Rate.known(SENSITIVITY), Rate.known(SPECIFICITY))


def _elsewhere(rng: np.random.Generator, sites: Counts) -> tuple[Counts, Reviewer]:
    samples = len(sites.changed)
    trials = np.full(samples, float(VALIDATED))
    right = [rng.binomial(VALIDATED, rate, samples).astype(float) for rate in (SENSITIVITY, SPECIFICITY)]
    return _wrongly(rng, sites), Reviewer(*(Rate.validated(hits, trials) for hits in right))


def _gold(rng: np.random.Generator, sites: Counts) -> tuple[Counts, Reviewer]:
    """Read the sample, and find out the truth of a random part of each stratum."""
    changed, others = sites.changed.astype(int), (sites.assessed - sites.changed).astype(int)
    part = np.maximum(1, np.rint(GOLD * sites.assessed / sites.assessed.sum(-1, keepdims=True))).astype(int)
    known = rng.hypergeometric(changed, others, part)
    # Without a changed and an unchanged site among them there is no estimate, and the sample does not count.
    told = (known.sum(-1) > 0) & (known < part).any(-1)
    changed, others, part, known = changed[told], others[told], part[told], known[told]
    found, alarms = rng.binomial(known, SENSITIVITY), rng.binomial(part - known, 1 - SPECIFICITY)
    rest = rng.binomial(changed - known, SENSITIVITY) + rng.binomial(others - part + known, 1 - SPECIFICITY)
    quiet = part - known
    reviewer = Reviewer(
        Rate.validated(found.sum(-1), known.sum(-1), known.astype(float)),
        Rate.validated((quiet - alarms).sum(-1), quiet.sum(-1), quiet.astype(float)),
    )
    read = (found + alarms + rest).astype(float)
    return Counts(sites.population, sites.assessed[told], read), reviewer


def _wrongly(rng: np.random.Generator, sites: Counts) -> Counts:
    changed, others = sites.changed.astype(int), (sites.assessed - sites.changed).astype(int)
    read = rng.binomial(changed, SENSITIVITY) + rng.binomial(others, 1 - SPECIFICITY)
    return Counts(sites.population, sites.assessed, read.astype(float))


_READERS: Mapping[Belief, Callable[[np.random.Generator, Counts], tuple[Counts, Reviewer]]] = (
    MappingProxyType({"faultless": _rightly, "known": _known, "validated": _elsewhere, "gold": _gold})
)
