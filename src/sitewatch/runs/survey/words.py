"""Plans and findings in lines for a screen."""

import math
from collections.abc import Iterator
from typing import Any

from sitewatch.runs.survey.findings import Findings
from sitewatch.runs.survey.planning import Asked, plan_rows
from sitewatch.survey import Estimate, Plan, Rate, Reviewer


def plan_lines(asked: Asked, plan: Plan) -> Iterator[str]:
    """Say a plan, and what it rests on."""
    population, sample, found = int(asked.strata.population.sum()), int(plan.sizes.sum()), plan.expected
    yield f"{sample:,} of {population:,} sites"
    yield f"  expected: {_told(found)}"
    yield f"  half-width: {_width(found)}, at a level of {asked.level:.4g}"
    if len(asked.names) > 1:
        width = max(len(name) for name in asked.names)
        for row in plan_rows(asked, plan):
            yield (
                f"  {row['stratum']:<{width}}  {row['sample']:>6,} of {row['population']:>8,}, "
                f"{row['share']:.1%} expected to have changed"
            )
    for sentence in assumptions(asked):
        yield f"assumed: {sentence}"


def assumptions(asked: Asked) -> tuple[str, ...]:
    """Return what a plan rests on, in sentences."""
    strata = asked.strata
    many = len(asked.names) > 1
    how = {
        "proportional": "each stratum in proportion to its sites",
        "neyman": "more of strata whose sites differ more (Neyman allocation)",
    }[asked.allocation]
    allotted = f"; {how}, at least 2 of each" if many else ""
    return (
        f"sites are drawn at random without replacement{' within each stratum' if many else ''}{allotted}",
        f"{_mean_share(asked):.1%} of the sites changed; another share gives another width",
        f"{strata.unseen:.1%} of the sample cannot be assessed, and these sites are like the others",
        *_reviewer_lines(strata.reviewer),
    )


def plan_facts(asked: Asked, plan: Plan) -> dict[str, Any]:
    """Return a plan, ready for JSON."""
    found = plan.expected
    half = float(found.half_width)
    return {
        "population": int(asked.strata.population.sum()),
        "sample": int(plan.sizes.sum()),
        "level": asked.level,
        "allocation": asked.allocation,
        "expected_share": round(float(found.share), 6),
        "expected_interval": [round(float(found.low), 6), round(float(found.high), 6)],
        "half_width": round(half, 6),
        "relative_half_width": round(half / float(found.share), 6) if found.share > 0 else None,
        "strata": plan_rows(asked, plan),
        "assumed": assumptions(asked),
    }


def finding_lines(found: Findings) -> Iterator[str]:
    """Say findings, and what speaks against them."""
    yield f"of {int(found.changed.population):,} sites, with intervals at a level of {found.level:.4g}"
    yield f"changed: {_told(found.changed)}"
    yield f"  half-width: {_width(found.changed)}"
    unseen = found.sampled - found.assessed
    yield f"  {found.sampled:,} sampled, {found.assessed:,} assessed, {unseen:,} not"
    if unseen:
        yield f"  if none of these had changed: {_told(found.none)}"
        yield f"  if all of these had changed: {_told(found.every)}"
    yield from (f"  {line}" for line in _reviewer_lines(found.reviewer))
    yield from _stratum_lines(found)
    for kind, estimated in found.kinds.items():
        yield f"{kind}: {_told(estimated)} (as read)"
    if found.two is not None:
        yield (
            f"two reviewers: {found.two.sites:,} sites read by both, {found.two.disagreed:.1%} answered "
            f"differently; kappa {found.two.kappa:.2f} ({found.two.low:.2f} to {found.two.high:.2f})"
        )
    for sentence in found.cautions:
        yield f"mind: {sentence}"


def _stratum_lines(found: Findings) -> Iterator[str]:
    if len(found.strata) < 2:
        return
    width = max(len(one.name) for one in found.strata)
    for one in found.strata:
        told = "nothing could be assessed" if one.changed is None else _told(one.changed)
        yield f"  {one.name:<{width}}  {one.read_changed:,} of {one.assessed:,} read as changed: {told}"


def _told(found: Estimate) -> str:
    number, low, high = found.sites
    if math.isnan(low):
        return "no share fits the readings"
    return (
        f"{number:,.0f} sites ({low:,.0f} to {high:,.0f}), "
        f"{float(found.share):.1%} ({float(found.low):.1%} to {float(found.high):.1%})"
    )


def _width(found: Estimate) -> str:
    half, share = float(found.half_width), float(found.share)
    relative = f", {half / share:.1%} of the number" if share > 0 else ""
    return f"{100 * half:.2f} points, {half * found.population:,.0f} sites{relative}"


def _mean_share(asked: Asked) -> float:
    population = asked.strata.population
    return float((population * asked.strata.share).sum() / population.sum())


def _reviewer_lines(reviewer: Reviewer) -> tuple[str, ...]:
    if reviewer.faultless:
        return ("the reviewer makes no error",)
    return (
        f"changed sites are read rightly at a rate of {_rate(reviewer.sensitivity)}, "
        f"unchanged ones of {_rate(reviewer.specificity)}",
    )


def _rate(rate: Rate) -> str:
    trials = float(rate.trials)
    return f"{float(rate.share):.3f}" + ("" if math.isinf(trials) else f" (validated on {trials:.0f} sites)")
