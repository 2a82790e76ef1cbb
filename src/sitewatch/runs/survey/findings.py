"""What a sample says of its register."""

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sitewatch.errors import SurveyError
from sitewatch.runs.survey.cautions import cautions
from sitewatch.runs.survey.readings import Reading
from sitewatch.runs.survey.validation import validated
from sitewatch.survey import FAULTLESS, Agreement, Counts, Estimate, Reviewer, agreement, estimate, extremes


@dataclass(frozen=True, slots=True)
class Stratum:
    """What was read in one stratum; numbers of sites.

    Attributes
    ----------
    changed : Estimate or None
        None: no site of it could be assessed.
    """

    name: str
    population: int
    sampled: int
    assessed: int
    read_changed: int
    changed: Estimate | None


@dataclass(frozen=True, slots=True)
class Findings:
    """What a sample says of its register.

    Attributes
    ----------
    changed : Estimate
        As if sites that could not be assessed had changed as often as the others of their stratum.
    none, every : Estimate
        As if none, and as if all, of those sites had changed.
    strata : tuple of Stratum
    kinds : mapping of str to Estimate
        Sites that were read as changed in this way, not corrected for the reviewer.
    reviewer : Reviewer
    two : Agreement or None
        Of two reviewers, on the sites that both read; None: there is one.
    unsettled : int
        Sites on which two reviewers differ and nobody decided; among those not assessed.
    level : float
        Of every interval.
    cautions : tuple of str
    """

    changed: Estimate
    none: Estimate
    every: Estimate
    strata: tuple[Stratum, ...]
    kinds: Mapping[str, Estimate]
    reviewer: Reviewer
    two: Agreement | None
    unsettled: int
    level: float
    cautions: tuple[str, ...] = ()

    @property
    def sampled(self) -> int:
        """Sites that were drawn."""
        return sum(stratum.sampled for stratum in self.strata)

    @property
    def assessed(self) -> int:
        """Sites that count as changed or not changed."""
        return sum(stratum.assessed for stratum in self.strata)

    def to_dict(self) -> dict[str, Any]:
        """Return everything, ready for JSON; null where nothing can be said."""
        return {
            "population": int(self.changed.population),
            "sampled": self.sampled,
            "assessed": self.assessed,
            "not_assessed": self.sampled - self.assessed,
            "unsettled": self.unsettled,
            "level": self.level,
            "changed": _facts(self.changed),
            "if_none_of_the_not_assessed_changed": _facts(self.none),
            "if_all_of_the_not_assessed_changed": _facts(self.every),
            "strata": [
                {
                    "stratum": one.name,
                    "population": one.population,
                    "sampled": one.sampled,
                    "assessed": one.assessed,
                    "read_changed": one.read_changed,
                    "changed": None if one.changed is None else _facts(one.changed),
                }
                for one in self.strata
            ],
            "kinds": {kind: _facts(found) for kind, found in self.kinds.items()},
            "reviewer": _reviewer_facts(self.reviewer),
            "agreement": None if self.two is None else _agreement_facts(self.two),
            "cautions": self.cautions,
        }


@dataclass(frozen=True, slots=True)
class _Tally:
    """The readings counted; arrays have an entry a stratum, in the order of `names`."""

    names: tuple[str, ...]
    population: NDArray[np.float64]
    readings: tuple[tuple[Reading, ...], ...]

    @classmethod
    def of(cls, readings: Sequence[Reading]) -> "_Tally":
        groups: dict[str, list[Reading]] = {}
        for reading in readings:
            groups.setdefault(reading.row.stratum, []).append(reading)
        names = tuple(sorted(groups))
        population = np.array([groups[name][0].row.stratum_population for name in names], float)
        return cls(names, population, tuple(tuple(groups[name]) for name in names))

    @property
    def sampled(self) -> NDArray[np.float64]:
        return np.array([len(group) for group in self.readings], float)

    @property
    def assessed(self) -> NDArray[np.float64]:
        return np.array([sum(one.assessed for one in group) for group in self.readings], float)

    def changed(self, kind: str | None = None) -> NDArray[np.float64]:
        return np.array(
            [
                sum(one.settled == "changed" and (kind is None or kind in one.kinds) for one in group)
                for group in self.readings
            ],
            float,
        )

    def counts(self, kind: str | None = None) -> Counts:
        """Return the counts of the strata of which something could be assessed."""
        seen = self.assessed > 0
        if not seen.any():
            raise SurveyError(
                "no site of the sample could be assessed", "at least one is needed", "find other imagery"
            )
        return Counts(self.population[seen], self.assessed[seen], self.changed(kind)[seen])

    @property
    def kinds(self) -> list[str]:
        changed = (one for group in self.readings for one in group if one.settled == "changed")
        return sorted({kind for one in changed for kind in one.kinds})


def find(
    readings: Sequence[Reading], reviewer: Reviewer | None = None, level: float = 0.95, *, gold: bool = False
) -> Findings:
    """Estimate how many sites of the register changed.

    Parameters
    ----------
    readings : sequence of Reading
        Of every sampled site.
    reviewer : Reviewer, optional
        How far the readings can be believed; wholly by default.
    level : float
        Of the intervals.
    gold : bool
        Count instead of `reviewer` on the sites whose truth is known how far the readings can be believed.

    Raises
    ------
    SurveyError
        If nothing could be assessed, the validation is too small, or no share of changed sites fits the
        readings.
    """
    tally = _Tally.of(readings)
    counts = tally.counts()
    seen = tally.assessed > 0
    checked = validated(tally.readings) if gold else reviewer or FAULTLESS
    believed = checked.require()
    within = believed.where(seen)
    changed = _scaled(_possible(estimate(counts, within, level)), tally.population.sum())
    drawn = Counts(tally.population, tally.sampled, tally.changed())
    none, every = extremes(drawn, tally.sampled - tally.assessed, believed, level)
    kinds = {
        kind: _scaled(estimate(tally.counts(kind), level=level), tally.population.sum())
        for kind in tally.kinds
    }
    found = Findings(
        changed=changed,
        none=none,
        every=every,
        strata=_strata(tally, believed, level),
        kinds={} if set(kinds) == {"not stated"} else kinds,
        reviewer=believed,
        two=_two(readings, level),
        unsettled=sum(one.settled is None for one in readings),
        level=level,
    )
    told = cautions(readings, believed, found.strata, gold=gold)
    return dataclasses.replace(found, cautions=tuple(told))


def _strata(tally: _Tally, reviewer: Reviewer, level: float) -> tuple[Stratum, ...]:
    found = []
    changed, assessed = tally.changed(), tally.assessed
    for place, name in enumerate(tally.names):
        one = np.arange(len(tally.names)) == place
        seen = None
        if assessed[place]:
            counts = Counts(tally.population[one], assessed[one], changed[one])
            seen = estimate(counts, reviewer.where(one), level)
        found.append(
            Stratum(
                name=name,
                population=int(tally.population[place]),
                sampled=int(tally.sampled[place]),
                assessed=int(assessed[place]),
                read_changed=int(changed[place]),
                changed=seen,
            )
        )
    return tuple(found)


def _scaled(found: Estimate, population: float) -> Estimate:
    """Return a share as one of the whole register, strata included of which nothing could be assessed."""
    return dataclasses.replace(found, population=float(population))


def _possible(found: Estimate) -> Estimate:
    if math.isnan(float(found.low)):
        raise SurveyError(
            "no share of changed sites gives such readings with such a sensitivity and specificity",
            "rates that fit the readings are needed",
            "check them: a share read as changed lies between false alarms alone and the sensitivity",
        )
    return found


def _two(readings: Sequence[Reading], level: float) -> Agreement | None:
    if len(readings[0].answers) < 2:
        return None
    both = [one.answers for one in readings if None not in one.answers]
    return agreement([pair[0] for pair in both], [pair[1] for pair in both], level)


def _facts(found: Estimate) -> dict[str, Any]:
    number, low, high = found.sites
    return {
        "share": _rounded(float(found.share)),
        "share_interval": [_rounded(float(found.low)), _rounded(float(found.high))],
        "sites": _rounded(number, 1),
        "sites_interval": [_rounded(low, 1), _rounded(high, 1)],
    }


def _reviewer_facts(reviewer: Reviewer) -> dict[str, Any]:
    return {
        name: {
            "share": _rounded(float(rate.share)),
            "validated_on": None if math.isinf(float(rate.trials)) else int(rate.trials),
        }
        for name, rate in (("sensitivity", reviewer.sensitivity), ("specificity", reviewer.specificity))
    }


def _agreement_facts(two: Agreement) -> dict[str, Any]:
    return {
        "sites": two.sites,
        "agreed": two.agreed,
        "disagreed": _rounded(two.disagreed),
        "kappa": _rounded(two.kappa),
        "kappa_interval": [_rounded(two.low), _rounded(two.high)],
    }


def _rounded(value: float, decimals: int = 6) -> float | None:
    return round(value, decimals) if math.isfinite(value) else None
