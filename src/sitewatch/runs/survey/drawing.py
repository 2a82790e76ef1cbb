"""A sample drawn from the sites of a register."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sitewatch.catalogue.sites import SiteReading
from sitewatch.catalogue.sites.facts import find
from sitewatch.errors import SurveyError
from sitewatch.records import Site
from sitewatch.runs.survey.sample import Sampled
from sitewatch.survey import allocate, drawn

# The name of the only stratum where there is no division.
WHOLE = "all"


def draw(reading: SiteReading, by: str | None, size: int, seed: str) -> list[Sampled]:
    """Draw a sample in proportion to the strata.

    Parameters
    ----------
    reading : SiteReading
        The register.
    by : str or None
        Property that names the stratum of a site; None: the register is one stratum.
    size : int
    seed : str

    Returns
    -------
    list of Sampled
        In the order of their random numbers, which is a random order to read them in.

    Raises
    ------
    SurveyError
        If a site of the register cannot be used or has no stratum, or the size does not fit.
    """
    strata = _strata(reading, by)
    sizes = allocate(size, np.array([len(sites) for sites in strata.values()], float))
    return _drawn(strata, dict(zip(strata, sizes.tolist(), strict=True)), seed)


def draw_planned(
    reading: SiteReading, by: str | None, plan: Mapping[str, tuple[int, int]], seed: str
) -> list[Sampled]:
    """Draw a sample as a plan says: stratum to its sites in the register and in the sample.

    Raises
    ------
    SurveyError
        As `draw`; if plan and register do not have the same strata of the same sizes, or a stratum has not
        so many sites.
    """
    strata = _strata(reading, by)
    there = {name: len(sites) for name, sites in strata.items()}
    for name in dict.fromkeys((*there, *plan)):
        foreseen, real = plan.get(name, (0, 0))[0], there.get(name, 0)
        if foreseen != real:
            raise SurveyError(
                f"stratum {name!r} has {real} sites in the register and {foreseen} in the plan",
                "both must have the same strata of the same sizes",
                "plan again for this register",
            )
        if not 1 <= plan[name][1] <= real:
            raise SurveyError(
                f"the plan draws {plan[name][1]} of the {real} sites of stratum {name!r}",
                "at least 1 and at most all are needed: what is never drawn is not estimated",
                "correct the plan",
            )
    return _drawn(strata, {name: sample for name, (_, sample) in plan.items()}, seed)


def _drawn(strata: Mapping[str, Sequence[Site]], sizes: Mapping[str, int], seed: str) -> list[Sampled]:
    chosen = {
        site.id: Sampled(site, name, len(sites), sizes[name])
        for name, sites in strata.items()
        for site in _of(sites, drawn([site.id for site in sites], sizes[name], seed))
    }
    return [chosen[name] for name in drawn(chosen, len(chosen), seed)]


def _of(sites: Sequence[Site], ids: Sequence[str]) -> list[Site]:
    known = {site.id: site for site in sites}
    return [known[name] for name in ids]


def _strata(reading: SiteReading, by: str | None) -> dict[str, list[Site]]:
    """Return the sites of each stratum, by name: the whole population, or none of it."""
    if reading.refused:
        name, error = reading.refused[0]
        raise SurveyError(
            f"{len(reading.refused)} sites of the register cannot be used; the first, {name}: {error.found}",
            "a sample stands for the register that it was drawn from, so all of it must be usable",
            "correct them, or take them out and say so",
        )
    sites = reading.require()
    if by is None:
        return {WHOLE: list(sites)}
    strata: dict[str, list[Site]] = {}
    for site in sites:
        strata.setdefault(_stratum(site, by), []).append(site)
    return dict(sorted(strata.items()))


def _stratum(site: Site, by: str) -> str:
    facts: Mapping[str, Any] = {**site.properties, "category": site.category}
    key = find(facts, by.lower())
    if key is None:
        raise SurveyError(
            f"site {site.id!r} has no {by!r}; it has {', '.join(facts)}",
            "each site needs a stratum",
            "fill it in, or choose another property with --by",
        )
    value = facts[key]
    return f"{value:g}" if isinstance(value, float) else str(value).strip()
