"""A survey of a register: planned, drawn, and read back with its results."""

from sitewatch.runs.survey.drawing import draw, draw_planned
from sitewatch.runs.survey.findings import Findings, find
from sitewatch.runs.survey.planning import Asked, planned, read_sizes, read_strata
from sitewatch.runs.survey.readings import Columns, read_readings
from sitewatch.runs.survey.sample import Sampled, read_sample, write_sample
from sitewatch.runs.survey.words import finding_lines, plan_lines

__all__ = [
    "Asked",
    "Columns",
    "Findings",
    "Sampled",
    "draw",
    "draw_planned",
    "find",
    "finding_lines",
    "plan_lines",
    "planned",
    "read_readings",
    "read_sample",
    "read_sizes",
    "read_strata",
    "write_sample",
]
