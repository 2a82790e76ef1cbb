"""A sample of a register: how many sites to draw, which, and what they say of all of them.

Arithmetic on counts: it knows no files, no scenes and no maps.
"""

from sitewatch.survey.agreement import Agreement, agreement
from sitewatch.survey.allocation import Allocation, allocate
from sitewatch.survey.counts import Counts
from sitewatch.survey.draw import drawn
from sitewatch.survey.estimate import Estimate, estimate, extremes
from sitewatch.survey.plan import Plan, Strata, Wish, expected, smallest
from sitewatch.survey.reviewer import FAULTLESS, Rate, Reviewer

__all__ = [
    "FAULTLESS",
    "Agreement",
    "Allocation",
    "Counts",
    "Estimate",
    "Plan",
    "Rate",
    "Reviewer",
    "Strata",
    "Wish",
    "agreement",
    "allocate",
    "drawn",
    "estimate",
    "expected",
    "extremes",
    "smallest",
]
