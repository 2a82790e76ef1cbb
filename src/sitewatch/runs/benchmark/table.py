"""The table of a benchmark: a line a set, direction and row of scores."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sitewatch.evaluate import PixelCounts, Scores, pool
from sitewatch.evaluate.table import HEADER, cells, json_ready, markdown, share
from sitewatch.records import KINDS
from sitewatch.runs.benchmark.trial import Outcome

LABELS = {"forward": "", "reversed": "reversed in time", "planted": "with buildings planted"}
COLUMNS = ("set", "pairs", *HEADER[:4], "mean F1", *HEADER[4:], "seconds a pair")


@dataclass(frozen=True, slots=True)
class Line:
    """Outcomes of one set in one direction, pooled: each pixel and each object counts once.

    Attributes
    ----------
    labelled : bool
        False where nothing is known of the truth: then only what was detected is told.
    parts : tuple of Scores
        One a pair.
    """

    title: str
    rows: tuple[str, ...]
    labelled: bool
    parts: tuple[Scores, ...]
    pooled: Scores
    wall_s: float

    def mean_f1(self, row: str) -> float:
        """Mean over the pairs of the pixels' F1; pairs with neither truth nor detection have none."""
        values = [value for part in self.parts if not math.isnan(value := part.pixels[row].f1)]
        return sum(values) / len(values) if values else math.nan

    def cells(self, row: str) -> list[str]:
        """Return the line of one row of scores as text, in the order of `COLUMNS`."""
        told = cells(self.pooled, row)
        if not self.labelled:
            detections = self.pooled.objects["any"].detections
            told = ["no labels", *[""] * (len(told) - 3), f"{detections} found", ""]
        mean = share(self.mean_f1(row)) if self.labelled else ""
        return [self.title, str(len(self.parts)), *told[:4], mean, *told[4:], f"{self.wall_s:.1f}"]

    def to_dict(self) -> dict[str, Any]:
        """Return everything measured, ready for JSON."""
        measured = json_ready(self.pooled.to_dict())
        means = {row: json_ready(self.mean_f1(row)) for row in self.rows}
        return {
            "title": self.title,
            "rows": list(self.rows),
            "labelled": self.labelled,
            "pairs": len(self.parts),
            "mean_pixel_f1": means,
            "seconds_a_pair": self.wall_s,
            "scores": measured,
        }


def lines(outcomes: Sequence[Outcome]) -> list[Line]:
    """Pool the outcomes of each set and direction, in the order in which they come."""
    groups: dict[tuple[str, str], list[Outcome]] = {}
    for outcome in outcomes:
        if outcome.scores is not None:
            groups.setdefault((outcome.trial.entry.set, outcome.trial.variant), []).append(outcome)
    return [_line(group) for group in groups.values()]


def text(outcomes: Sequence[Outcome]) -> str:
    """Return the table, and the failures below it."""
    table = markdown(COLUMNS, [line.cells(row) for line in lines(outcomes) for row in line.rows])
    failed = [f"failed: {each.trial.name}: {each.failure}" for each in outcomes if each.failure is not None]
    return "\n".join([table, *(["", *failed] if failed else [])]) + "\n"


def _line(group: Sequence[Outcome]) -> Line:
    first = group[0].trial
    parts = tuple(outcome.scores for outcome in group if outcome.scores is not None)
    pooled = pool(parts)
    labelled = any(_is_labelled(outcome) for outcome in group)
    title = ", ".join(part for part in (first.entry.set, LABELS[first.variant]) if part)
    wall = sum(outcome.wall_s for outcome in group) / len(group)
    rows = _rows(pooled, kind_told=first.entry.kind_told) if labelled else ("any",)
    return Line(title, rows, labelled, parts, pooled, wall)


def _is_labelled(outcome: Outcome) -> bool:
    entry = outcome.trial.entry
    return entry.truth is not None or entry.is_null


def _rows(pooled: Scores, *, kind_told: bool) -> tuple[str, ...]:
    """Name the kinds that are in the truth, then any of them; one row where kinds are not told apart."""
    if not kind_told:
        return ("change",)
    return (*(kind for kind in KINDS if kind != "other" and _is_true(pooled.pixels[kind])), "any")


def _is_true(counts: PixelCounts) -> bool:
    return counts.true_positive + counts.false_negative > 0
