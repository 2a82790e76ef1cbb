"""Where everything stands in a figure: heads, panels in rows, scale and legend, scenes, notes."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from sitewatch.report.chips.captions import Captions, Passage
from sitewatch.report.chips.ground import ScaleBar
from sitewatch.report.chips.lettering import Type, width, wrap
from sitewatch.report.chips.sheet import (
    INK,
    QUIET,
    Bar,
    Key,
    Line,
    Measures,
    North,
    Panel,
    Placed,
    Sheet,
    Swatch,
)
from sitewatch.report.words import length_words

_LEADING = 1.28
_BAR_MM = 1.3


@dataclass(frozen=True, slots=True)
class Marks:
    """What tells size, direction and signs: the scale bar, true north (degrees from up), the legend."""

    bar: ScaleBar
    north_deg: float
    keys: tuple[Key, ...]


@dataclass(slots=True)
class _Column:
    """Lines that are set one under another; `y` is where the next one begins."""

    x: int
    y: int
    wide: int
    lines: list[Line] = field(default_factory=list)

    def add(self, text: str, kind: Type, ink: str = INK) -> None:
        for line in wrap(text, kind, self.wide):
            # The baseline lies where a font's ascent ends: four fifths of its size.
            self.lines.append(Line(self.x, self.y + round(0.8 * kind.pixels * _LEADING), line, kind, ink))
            self.y += round(kind.pixels * _LEADING)

    def gap(self, pixels: int) -> None:
        self.y += pixels


def lay_out(texts: Captions | None, panels: Sequence[Panel], marks: Marks, size: Measures) -> Sheet:
    """Put a figure together.

    Parameters
    ----------
    texts : Captions, optional
        What stands above and below the panels.
    panels : sequence of Panel
        Set in rows of `size.columns`. What is said of the panels stands under each row, in a figure of one
        row under scale and legend.
    """
    columns: list[_Column] = [*_head(texts, size)] if texts is not None else []
    placed: list[Placed] = []
    y = max((column.y for column in columns), default=size.margin)
    rows = [panels[start : start + size.columns] for start in range(0, len(panels), size.columns)]
    for row in rows:
        titles = [_title(panel, size.left(i), y, size) for i, panel in enumerate(row)]
        top = max(column.y for column in titles) + size.mm(0.6)
        placed += [Placed(size.left(i), top, panel) for i, panel in enumerate(row)]
        columns += titles
        y = top + size.panel + size.mm(1.2)
        if len(rows) > 1:
            under = [_said(panel, size.left(i), y, size) for i, panel in enumerate(row)]
            columns += under
            y = max(column.y for column in under) + size.mm(1.2)
    strip, swatches = _strip(marks, y, size)
    columns += strip.columns
    y = strip.end
    if len(rows) == 1:
        under = [_said(panel, size.left(i), y + size.mm(0.8), size) for i, panel in enumerate(rows[0])]
        columns += under
        y = max(column.y for column in under)
    rule = 0
    if texts is not None:
        rule = y + size.mm(1.2)
        notes = _notes(texts, rule + size.mm(0.8), size)
        columns += notes
        y = max(column.y for column in notes)
    return Sheet(
        size=size,
        height=y + size.margin,
        panels=tuple(placed),
        lines=tuple(line for column in columns for line in column.lines),
        bar=strip.bar,
        north=strip.north,
        swatches=swatches,
        rule=rule,
    )


def _head(texts: Captions, size: Measures) -> tuple[_Column, ...]:
    title, sure = size.type(11, bold=True), size.type(9, bold=True)
    confidence_wide = math.ceil(width(texts.confidence, sure)) + 1
    beside = size.inner - confidence_wide - size.gutter
    top = _Column(size.margin, size.mm(1.5), beside)
    # In a narrow figure the confidence goes under the title instead of beside it.
    narrow = width(texts.title, title) > beside
    if narrow:
        top.wide = size.inner
    top.add(texts.title, title)
    corner = _Column(size.width - size.margin - confidence_wide, size.mm(2.0), confidence_wide)
    if narrow:
        corner.x, corner.y, corner.wide = size.margin, top.y, size.inner
    corner.add(texts.confidence, sure)
    under = _Column(size.margin, max(top.y, corner.y), size.inner)
    under.add(texts.subtitle, size.type(7.5), QUIET)
    under.gap(size.mm(1.0))
    return top, corner, under


def _title(panel: Panel, x: int, y: int, size: Measures) -> _Column:
    column = _Column(x, y, size.panel)
    column.add(panel.heading, size.type(8.5 if size.columns <= 2 else 7.5, bold=True))
    return column


def _said(panel: Panel, x: int, y: int, size: Measures) -> _Column:
    column = _Column(x, y, size.panel)
    for paragraph in panel.lines:
        column.add(paragraph, size.type(6.5), QUIET)
    return column


@dataclass(frozen=True, slots=True)
class _Strip:
    bar: Bar
    north: North
    columns: list[_Column]
    end: int


def _strip(marks: Marks, y: int, size: Measures) -> tuple[_Strip, tuple[Swatch, ...]]:
    """Set the bar and the arrow under the first panel, and the legend right of them, or under them."""
    beside = size.columns > 1
    x = size.left(1) if beside else size.margin
    under = y if beside else y + size.mm(8.5)
    room = size.width - size.margin - x
    rows = _flow(marks.keys, room, size)
    high = _row_height(size)
    end = max(y + size.mm(8.5), under + len(rows) * high)
    long = round(marks.bar.share * size.panel)
    kind = size.type(7, bold=True)
    words = _Column(size.margin, y, size.panel)
    words.lines.append(
        Line(
            size.margin,
            y + size.mm(_BAR_MM) + round(1.1 * kind.pixels),
            length_words(marks.bar.length_m),
            kind,
            INK,
        )
    )
    swatches = []
    for number, row in enumerate(rows):
        at = float(x)
        for key in row:
            top = under + number * high
            swatches.append(Swatch(round(at), top, key))
            words.lines.append(
                Line(round(at + size.mm(6.5)), top + size.mm(2.2), key.words, size.type(6.5), INK)
            )
            at += _key_width(key, size)
    bar = Bar(size.margin, y, long, marks.bar)
    north = North(size.margin + size.panel - size.mm(6), y + size.mm(4.2), marks.north_deg)
    return _Strip(bar, north, [words], end), tuple(swatches)


def _notes(texts: Captions, y: int, size: Measures) -> tuple[_Column, _Column]:
    """Set the passages in two columns: findings to the left, the rest wherever there is more room."""
    wide = (size.inner - size.gutter) // 2
    left = _Column(size.margin, y, wide)
    right = _Column(size.margin + wide + size.gutter, y, wide)
    for passage in texts.findings:
        _set(passage, left, size)
    for passage in texts.reading:
        _set(passage, left if left.y < right.y else right, size)
    return left, right


def _set(passage: Passage, column: _Column, size: Measures) -> None:
    column.add(passage.heading, size.type(6.5, bold=True))
    for paragraph in passage.paragraphs:
        column.add(paragraph, size.type(6.5))
    column.gap(size.mm(0.8))


def _row_height(size: Measures) -> int:
    return round(size.type(6.5).pixels * 1.5)


def _flow(keys: Sequence[Key], room: int, size: Measures) -> list[list[Key]]:
    """Set the entries of the legend in rows that fit."""
    rows: list[list[Key]] = [[]]
    used = 0.0
    for key in keys:
        wide = _key_width(key, size)
        if rows[-1] and used + wide > room:
            rows.append([])
            used = 0.0
        rows[-1].append(key)
        used += wide
    return rows


def _key_width(key: Key, size: Measures) -> float:
    return size.mm(6.5) + width(key.words, size.type(6.5)) + size.mm(3)
