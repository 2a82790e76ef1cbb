"""The table: a line a set and method, all pairs of a set pooled, with counts and intervals."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from benchmarks.accuracy.trying import Try
from sitewatch.evaluate import Scores
from sitewatch.evaluate.table import interval, json_ready, markdown, number, share
from sitewatch.runs.benchmark.table import Line, lines

if TYPE_CHECKING:
    from sitewatch.runs.benchmark import Outcome

HEADER = (
    "set", "method", "pairs", "pixel P", "R", "F1", "F1 95 %", "AP", "kappa", "FPR at R .90", "objects",
    "object R", "R 95 %", "object P", "P 95 %", "object F1", "kind right",
    "false alarms a km\N{SUPERSCRIPT TWO}",
)  # fmt: skip
# From so many pairs on, an interval says something.
LEAST_PAIRS = 3
_DRAWS = 1000
_SEED = 0
# Sets by title, methods by name.
Lines: TypeAlias = Mapping[tuple[str, str], "Row"]


@dataclass(frozen=True, slots=True)
class Row:
    """One method on one set."""

    method: str
    line: Line

    @property
    def of(self) -> str:
        """Row of scores: any of the three kinds, or any change where labels do not tell kinds apart."""
        return "change" if self.line.rows == ("change",) else "any"

    @property
    def scores(self) -> Scores:
        """All pairs together."""
        return self.line.pooled

    def f1_interval(self) -> tuple[float, float]:
        """Return the 95 % interval of the pixels' F1, by drawing pairs with replacement (Efron 1979).

        NaN where there are fewer than `LEAST_PAIRS`.
        """
        parts = [part.pixels[self.of] for part in self.line.parts]
        if len(parts) < LEAST_PAIRS or math.isnan(self.scores.pixels[self.of].f1):
            return math.nan, math.nan
        counts = np.array([(p.true_positive, p.false_positive, p.false_negative) for p in parts], float)
        drawn = np.random.default_rng(_SEED).integers(len(parts), size=(_DRAWS, len(parts)))
        right, wrong, missed = counts[drawn].sum(axis=1).T
        true = right + missed > 0
        f1 = 2 * right[true] / (2 * right + wrong + missed)[true]
        low, high = np.percentile(f1, (2.5, 97.5)) if true.any() else (math.nan, math.nan)
        return float(low), float(high)

    def cells(self) -> list[str]:
        """Return the row as text, in the order of `HEADER`."""
        line, scores = self.line, self.scores
        head = [line.title, self.method, str(len(line.parts))]
        if not line.labelled:
            found = scores.objects["any"].detections
            return [*head, *[""] * (len(HEADER) - 4), f"no labels, {found} found"]
        pixels, objects, ranking = scores.pixels[self.of], scores.objects[self.of], scores.ranking
        named = self.method.startswith("ours") and self.of == "any"
        return [
            *head,
            *(share(value) for value in (pixels.precision, pixels.recall, pixels.f1)),
            self._interval_words(),
            share(ranking.average_precision),
            share(pixels.kappa) if objects.truth else "",
            share(ranking.false_positive_rate(0.90), 4),
            str(objects.truth),
            share(objects.recall),
            interval(objects.recall_interval),
            share(objects.precision),
            interval(objects.precision_interval),
            share(objects.f1),
            share(scores.kind_right) if named else "",
            number(scores.false_alarms_km2(self.of)),
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return everything measured, ready for JSON."""
        return {
            "method": self.method,
            **self.line.to_dict(),
            "any_change": self.of,
            "pixel_f1_interval": json_ready(list(self.f1_interval())),
        }

    def _interval_words(self) -> str:
        if math.isnan(self.scores.pixels[self.of].f1):
            return ""
        return interval(self.f1_interval()) or ("one pair" if len(self.line.parts) == 1 else "-")


def pool_rows(tries: Sequence[Try]) -> Lines:
    """Pool the pairs of each set and method, set by set, methods in the order in which they were tried."""
    groups: dict[tuple[str, str], dict[str, list[Outcome]]] = {}
    for each in tries:
        trial = each.outcome.trial
        group = groups.setdefault((trial.entry.set, trial.variant), {})
        group.setdefault(each.method, []).append(each.outcome)
    rows = [
        Row(method, line)
        for group in groups.values()
        for method, outcomes in group.items()
        for line in lines(outcomes)
    ]
    return {(row.line.title, row.method): row for row in rows}


def table(rows: Lines) -> str:
    """Return the rows as a Markdown table."""
    return markdown(HEADER, [row.cells() for row in rows.values()])


def failures(tries: Sequence[Try]) -> Iterator[str]:
    """Say what could not be measured, and why, a line each."""
    for each in tries:
        if each.outcome.failure is not None:
            yield f"failed: {each.outcome.trial.name}: {each.method}: {each.outcome.failure}"
