"""How far readings can be believed, counted on sampled sites whose truth is known."""

from collections.abc import Sequence

import numpy as np

from sitewatch.errors import SurveyError
from sitewatch.runs.survey.readings import Answer, Reading
from sitewatch.survey import Rate, Reviewer


def validated(strata: Sequence[Sequence[Reading]]) -> Reviewer:
    """Count sensitivity and specificity.

    Parameters
    ----------
    strata : sequence of sequences of Reading
        The sample, stratum by stratum.

    Raises
    ------
    SurveyError
        If no site that truly changed, or none that truly did not, was validated.
    """
    return Reviewer(_rate(strata, "changed"), _rate(strata, "not_changed"))


def checked(readings: Sequence[Reading]) -> list[Reading]:
    """Return the readings that can be held against the truth."""
    return [one for one in readings if one.assessed and one.gold in {"changed", "not_changed"}]


def _rate(strata: Sequence[Sequence[Reading]], truth: Answer) -> Rate:
    sites = [[one for one in checked(group) if one.gold == truth] for group in strata]
    inside = np.array([len(group) for group in sites], float)
    if not inside.sum():
        raise SurveyError(
            f"no assessed site of the sample is known to be truly {truth.replace('_', ' ')}",
            "sites of both kinds are needed to know how often readings are wrong",
            "find out the truth of more sites, or give --sensitivity and --specificity",
        )
    right = sum(one.settled == truth for group in sites for one in group)
    return Rate.validated(right, inside.sum(), inside)
