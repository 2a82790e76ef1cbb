"""Scores as a table that reads well as plain text and as Markdown."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from sitewatch.evaluate.scores import ROWS, Scores

HEADER = (
    "row", "pixel P", "pixel R", "pixel F1", "IoU", "AP", "kappa", "FPR at R .90", "objects", "object R",
    "R 95 %", "object P", "P 95 %", "object F1", "kind right", "false alarms", "a km2",
)  # fmt: skip


def told_rows(scores: Scores) -> tuple[str, ...]:
    """Name the rows that have something to say: kinds that are labelled or detected, and ``any``."""
    kinds = (row for row in ROWS if row not in {"any", "change"})
    return (*(row for row in kinds if scores.objects[row].truth or scores.objects[row].detections), "any")


def cells(scores: Scores, row: str) -> list[str]:
    """Return one row of scores as text, in the order of `HEADER`."""
    pixels, objects, ranking = scores.pixels[row], scores.objects[row], scores.ranking
    # The score ranks the three kinds together; a single kind has no ranking of its own.
    ranked = row == "any"
    return [
        row,
        *(share(value) for value in (pixels.precision, pixels.recall, pixels.f1, pixels.iou)),
        share(ranking.average_precision) if ranked else "",
        share(pixels.kappa),
        share(ranking.false_positive_rate(0.90), 4) if ranked else "",
        str(objects.truth),
        share(objects.recall),
        interval(objects.recall_interval),
        share(objects.precision),
        interval(objects.precision_interval),
        share(objects.f1),
        share(scores.kind_right) if ranked else "",
        str(objects.false_alarms),
        number(scores.false_alarms_km2(row)),
    ]


def scores_table(scores: Scores) -> str:
    """Return the scores of one run as a table, a line a kind, and the line of all three together."""
    return markdown(HEADER, [cells(scores, row) for row in told_rows(scores)])


def markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return an aligned Markdown table: first column left, the others right."""
    widths = [max(len(line[i]) for line in (header, *rows)) for i in range(len(header))]
    rule = [("-" * width if i == 0 else "-" * (width - 1) + ":") for i, width in enumerate(widths)]
    lines = (
        [cell.ljust(width) if i == 0 else cell.rjust(width) for i, (cell, width) in enumerate(pairs)]
        for pairs in (list(zip(line, widths, strict=True)) for line in (header, rule, *rows))
    )
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def share(value: float, decimals: int = 3) -> str:
    """Write a share as ``.873``, ``1.000``, or nothing where it was not measured."""
    if math.isnan(value):
        return ""
    text = f"{value:.{decimals}f}"
    return text.removeprefix("0") if text.startswith("0.") else text


def interval(bounds: tuple[float, float]) -> str:
    """Write an interval as ``.81 to .92``, or nothing where there is none."""
    low, high = bounds
    return "" if math.isnan(low) else f"{share(low, 2)} to {share(high, 2)}"


def number(value: float) -> str:
    """Write a number with three figures, or nothing where there is none."""
    if math.isnan(value):
        return ""
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def json_ready(value: Any) -> Any:
    """Return a value with null for what was not measured: JSON has no NaN."""
    if isinstance(value, Mapping):
        return {key: json_ready(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [json_ready(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
