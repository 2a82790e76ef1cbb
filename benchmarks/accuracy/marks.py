"""What is to be reached, as data: a measure, the set that it is taken on, the mark, and the stretch.

The marks are meant for places held aside. On imagery that a model was fitted on, a mark that is met shows
only that nothing is broken.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from benchmarks.accuracy.methods import OURS
from benchmarks.accuracy.moved import SUFFIX
from benchmarks.accuracy.rows import Lines, Row
from sitewatch.evaluate import ObjectCounts
from sitewatch.evaluate.table import markdown, number, share

Measure: TypeAlias = Callable[[Row], float]
# Typed as one of the three kinds, and all, by set and friend.
Friends: TypeAlias = Mapping[tuple[str, str], tuple[int, int]]
HEADER = ("set", "measure", "measured", "mark", "stretch", "", "counts")
_KINDS = ("construction", "burning", "demolition")


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing to be reached on one set.

    Attributes
    ----------
    set : str
        Title of the set in the table.
    measure : str
        Its name; `MEASURES` says how it is taken.
    mark, stretch : float
    at_most : bool
        Less is better.
    """

    set: str
    measure: str
    mark: float
    stretch: float
    at_most: bool = False

    def verdict(self, value: float) -> str:
        """Say what was reached: ``stretch``, ``mark`` or ``missed``; ``not measured`` for NaN."""
        if math.isnan(value):
            return "not measured"
        sign = -1 if self.at_most else 1
        if sign * value >= sign * self.stretch:
            return "stretch"
        return "mark" if sign * value >= sign * self.mark else "missed"


def _pixel_f1(row: str) -> Measure:
    return lambda line: line.scores.pixels[row].f1


def _object(row: str, what: str) -> Measure:
    return lambda line: float(getattr(line.scores.objects[row], what))


def _false_alarms(*rows: str) -> Measure:
    return lambda line: sum(line.scores.false_alarms_km2(row) for row in rows)


def _macro_f1(line: Row) -> float:
    """Return the mean over kinds of the objects' F1.

    In drawn scenes the ground around a thing is unlabelled, since it changed as well. Where no detection of a
    kind can be judged for that, none is blamed: the precision counts as 1.
    """
    return sum(_unblamed_f1(line.scores.objects[kind]) for kind in _KINDS) / len(_KINDS)


def _unblamed_f1(counts: ObjectCounts) -> float:
    if counts.found and not counts.detections:
        return 2 * counts.recall / (1 + counts.recall)
    return counts.f1


MEASURES: dict[str, Measure] = {
    "pixel F1, construction": _pixel_f1("construction"),
    "pixel F1, demolition": _pixel_f1("demolition"),
    "pixel F1, any change": _pixel_f1("change"),
    "mean pixel F1, burning": lambda line: line.line.mean_f1("burning"),
    "object F1, construction": _object("construction", "f1"),
    "object F1, demolition": _object("demolition", "f1"),
    "object R, construction": _object("construction", "recall"),
    "object P, construction": _object("construction", "precision"),
    "object R, demolition": _object("demolition", "recall"),
    "object P, demolition": _object("demolition", "precision"),
    "object R, burning": _object("burning", "recall"),
    "object R, any kind": _object("any", "recall"),
    "planted recall": _object("any", "recall"),
    "false alarms a km\N{SUPERSCRIPT TWO}": _false_alarms("any"),
    "building-kind false alarms a km\N{SUPERSCRIPT TWO}": _false_alarms("construction", "demolition"),
    "kappa": lambda line: line.scores.pixels["any"].kappa,
    "FPR at R .90": lambda line: line.scores.ranking.false_positive_rate(0.90),
    "object macro-F1 over kinds": _macro_f1,
}
LOSS = "loss of pixel F1"
TYPED = "false friends typed as one of the three"

MARKS: tuple[Mark, ...] = (
    Mark("levir", "pixel F1, construction", 0.78, 0.86),
    Mark("levir", "object F1, construction", 0.88, 0.94),
    Mark("levir, reversed in time", "pixel F1, demolition", 0.70, 0.84),
    Mark("levir, reversed in time", "object F1, demolition", 0.80, 0.92),
    Mark("levir256", "object R, construction", 0.80, 0.88),
    Mark("levir256", "object P, construction", 0.80, 0.88),
    Mark("mexico, with buildings planted", "planted recall", 0.60, 0.75),
    Mark("mexico", "false alarms a km\N{SUPERSCRIPT TWO}", 40, 15, at_most=True),
    Mark("tornado", "object R, demolition", 0.55, 0.75),
    Mark("tornado", "object P, demolition", 0.55, 0.75),
    Mark("wildfire", "object R, burning", 0.60, 0.80),
    Mark("wildfire", "object R, any kind", 0.75, 0.90),
    Mark("dsifn", "pixel F1, any change", 0.45, 0.60),
    Mark("calfire", "mean pixel F1, burning", 0.90, 0.93),
    Mark("landsat", "pixel F1, construction", 0.955, 0.965),
    Mark("landsat", "kappa", 0.945, 0.955),
    Mark("landsat", "FPR at R .90", 0.002, 0.0015, at_most=True),
    Mark("series-naip", "building-kind false alarms a km\N{SUPERSCRIPT TWO}", 0.05, 0.0, at_most=True),
    *(Mark(f"drawn, {size}", "object macro-F1 over kinds", 0.75, 0.90) for size in ("0.5 m", "1 m", "10 m")),
    *(Mark(f"false friends, {size}", TYPED, 0.05, 0.02, at_most=True) for size in ("0.5 m", "10 m")),
    *(Mark(f"{name}{SUFFIX}", LOSS, 0.03, 0.01, at_most=True) for name in ("levir", "landsat", "calfire")),
)


def measured(mark: Mark, rows: Lines, friends: Friends) -> tuple[float, str]:
    """Return what was reached, and the counts that it stands on; NaN and nothing where it was not measured.

    Parameters
    ----------
    friends : mapping of (set, friend) to (int, int)
        False friends that were typed as one of the three kinds, and all of them. Each friend counts alike,
        however many fields were harvested.
    """
    row = rows.get((mark.set, OURS))
    if row is None:
        return math.nan, ""
    pairs = len(row.line.parts)
    counts = "one pair" if pairs == 1 else f"{pairs} pairs"
    if mark.measure == TYPED:
        found = {friend: counts for (name, friend), counts in friends.items() if name == mark.set}
        words = ", ".join(f"{friend} {typed} of {total}" for friend, (typed, total) in found.items())
        return sum(typed / total for typed, total in found.values()) / len(found), words
    if mark.measure == LOSS:
        plain = rows.get((mark.set.removesuffix(SUFFIX), OURS))
        if plain is None:
            return math.nan, counts
        before, after = (each.scores.pixels["any"].f1 for each in (plain, row))
        return before - after, f"{counts}; {share(before)} to {share(after)}"
    objects = row.scores.objects[row.of].truth
    return MEASURES[mark.measure](row), f"{counts}, {objects} objects" if objects else counts


def marks_table(rows: Lines, friends: Friends) -> str:
    """Return the marks of the sets that were measured, and whether each was reached, as Markdown."""
    return markdown(HEADER, [_cells(mark, *measured(mark, rows, friends)) for mark in _told(rows)])


def marks_list(rows: Lines, friends: Friends) -> list[dict[str, Any]]:
    """Return the same, ready for JSON."""
    found = []
    for mark in _told(rows):
        value, counts = measured(mark, rows, friends)
        found.append(
            {
                "set": mark.set,
                "measure": mark.measure,
                "measured": None if math.isnan(value) else value,
                "mark": mark.mark,
                "stretch": mark.stretch,
                "at_most": mark.at_most,
                "verdict": mark.verdict(value),
                "counts": counts,
            }
        )
    return found


def _told(rows: Lines) -> Sequence[Mark]:
    return [mark for mark in MARKS if (mark.set, OURS) in rows]


def _cells(mark: Mark, value: float, counts: str) -> list[str]:
    sign = "\N{LESS-THAN OR EQUAL TO}" if mark.at_most else "\N{GREATER-THAN OR EQUAL TO}"
    wanted = [f"{sign} {number(each) if each else '0'}" for each in (mark.mark, mark.stretch)]
    return [mark.set, mark.measure, _value(value), *wanted, mark.verdict(value), counts]


def _value(value: float) -> str:
    if math.isnan(value):
        return ""
    return share(value, 4 if 0 < abs(value) < 0.01 else 3) if abs(value) < 1 else number(value)
