"""What speaks against an estimate: its assumptions, where the sample gives reason to doubt them."""

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from scipy.stats import fisher_exact

from sitewatch.runs.survey.readings import Reading
from sitewatch.runs.survey.validation import checked
from sitewatch.survey import Reviewer

if TYPE_CHECKING:
    from sitewatch.runs.survey.findings import Stratum

# From this share on, what cannot be assessed may decide the result.
_MANY_UNSEEN = 0.05
_FEW_VALIDATED = 30
_STRANGE = 0.01


def cautions(
    readings: Sequence[Reading], reviewer: Reviewer, strata: "Sequence[Stratum]", *, gold: bool
) -> Iterator[str]:
    """Yield sentences for the one who reads the estimate."""
    yield from _about_reviewer(reviewer)
    if gold:
        yield from _about_validation(readings)
    unsettled = sum(one.settled is None for one in readings)
    if unsettled:
        yield (
            f"two reviewers differ on {unsettled} sites that nobody settled; they count as not assessable, "
            "and doubtful sites are rarely like the others"
        )
    unseen = sum(not one.assessed for one in readings)
    if unseen > _MANY_UNSEEN * len(readings):
        yield (
            f"{unseen / len(readings):.0%} of the sample could not be assessed: give the bounds beside "
            "the estimate"
        )
    for stratum in strata:
        if stratum.changed is None:
            yield (
                f"no site of stratum {stratum.name!r} could be assessed; the estimate takes it as like "
                "the others"
            )


def _about_reviewer(reviewer: Reviewer) -> Iterator[str]:
    if reviewer.faultless:
        yield "readings are taken as true: errors of who read, person or program, are not in the interval"
    rates = (
        ("sensitivity", "changed", reviewer.sensitivity),
        ("specificity", "unchanged", reviewer.specificity),
    )
    for name, sites, rate in rates:
        trials = float(rate.trials)
        if not math.isinf(trials) and trials < _FEW_VALIDATED:
            yield f"the {name} rests on {trials:.0f} validated {sites} sites"


def _about_validation(readings: Sequence[Reading]) -> Iterator[str]:
    assessed = [one for one in readings if one.assessed]
    known = {id(one) for one in checked(assessed)}
    table = [
        [
            sum((id(one) in known) == there and one.settled == answer for one in assessed)
            for there in (True, False)
        ]
        for answer in ("changed", "not_changed")
    ]
    if float(fisher_exact(table).pvalue) < _STRANGE:
        yield (
            "sites read as changed were validated more often or more seldom than others: sensitivity and "
            "specificity are then wrong; validate a random part of the sample"
        )
