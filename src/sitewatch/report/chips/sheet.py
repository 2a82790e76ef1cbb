"""The figure: two panels, what stands above and below them, on a sheet 180 mm wide."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from sitewatch.report.chips.captions import Captions, Passage
from sitewatch.report.chips.ground import ScaleBar
from sitewatch.report.chips.lettering import Type, width, wrap, write
from sitewatch.report.chips.outline import CASING, Stroke
from sitewatch.report.chips.rendering import hatch
from sitewatch.report.words import length_words

WIDTH_MM = 180.0
_MARGIN_MM, _GUTTER_MM = 2.0, 2.0
INK, QUIET = "#111111", "#444444"
_LEADING = 1.28


@dataclass(frozen=True, slots=True)
class Measures:
    """Lengths on the sheet in pixels; text is never under 6 points, the least that print keeps legible."""

    dpi: int

    def mm(self, value: float) -> int:
        """Return millimetres in pixels."""
        return round(value * self.dpi / 25.4)

    def type(self, points: float, *, bold: bool = False) -> Type:
        """Return a type of so many points."""
        return Type(round(points * self.dpi / 72), bold)

    @property
    def margin(self) -> int:
        """Return the empty edge of the sheet."""
        return self.mm(_MARGIN_MM)

    @property
    def gutter(self) -> int:
        """Return the space between the panels."""
        return self.mm(_GUTTER_MM)

    @property
    def panel(self) -> int:
        """Return the side of a panel."""
        return (self.mm(WIDTH_MM) - 2 * self.margin - self.gutter) // 2

    @property
    def width(self) -> int:
        """Return the width of the sheet."""
        return 2 * self.margin + 2 * self.panel + self.gutter


@dataclass(frozen=True, slots=True)
class Key:
    """An entry of the legend: a line, or the hatching (None), and what it stands for."""

    stroke: Stroke | None
    words: str


@dataclass(slots=True)
class _Column:
    """Lines that are set one under another; `y` is where the next one begins."""

    x: int
    y: int
    wide: int
    lines: list[tuple[int, int, str, Type, str]] = field(default_factory=list)

    def add(self, text: str, kind: Type, ink: str = INK) -> None:
        for line in wrap(text, kind, self.wide):
            # The baseline lies where a font's ascent ends: four fifths of its size.
            self.lines.append((self.x, self.y + round(0.8 * kind.pixels * _LEADING), line, kind, ink))
            self.y += round(kind.pixels * _LEADING)

    def gap(self, pixels: int) -> None:
        self.y += pixels

    def write(self, draw: ImageDraw.ImageDraw) -> None:
        for x, y, line, kind, ink in self.lines:
            write(draw, (x, y), line, kind, ink=ink)


def draw_sheet(
    texts: Captions,
    panels: tuple[NDArray[np.uint8], NDArray[np.uint8]],
    keys: Sequence[Key],
    bar: ScaleBar,
    *,
    north_deg: float,
    dpi: int,
) -> Image.Image:
    """Put a figure together.

    Parameters
    ----------
    panels : two (side, side, 3) uint8
        Before and after, outlines drawn; `side` is that of `Measures.panel`.
    north_deg : float
        Direction of true north, clockwise from up.
    """
    size = Measures(dpi)
    left, right = size.margin, size.margin + size.panel + size.gutter
    head = _head(texts, size)
    panels_at = max(column.y for column in head) + size.mm(0.6)
    strip_at = panels_at + size.panel + size.mm(1.2)
    rows = _flow(keys, size)
    strip_end = strip_at + max(size.mm(8.5), len(rows) * _row_height(size))
    scenes = [
        _paragraphs(x, strip_end + size.mm(0.8), size, lines)
        for x, lines in zip((left, right), texts.scenes, strict=True)
    ]
    rule_at = max(column.y for column in scenes) + size.mm(1.2)
    notes = _notes(texts, rule_at + size.mm(0.8), size)
    sheet = Image.new("RGB", (size.width, max(column.y for column in notes) + size.margin), "white")
    draw = ImageDraw.Draw(sheet)
    for column in (*head, *scenes, *notes):
        column.write(draw)
    for x, panel in zip((left, right), panels, strict=True):
        sheet.paste(Image.fromarray(panel), (x, panels_at))
    draw.line((left, rule_at, size.width - size.margin, rule_at), fill="#999999", width=max(size.mm(0.15), 1))
    _draw_bar(draw, (left, strip_at), bar, size)
    _draw_north(sheet, (left + size.panel - size.mm(6), strip_at + size.mm(4.2)), north_deg, size)
    _draw_keys(sheet, (right, strip_at), rows, size)
    return sheet


def _head(texts: Captions, size: Measures) -> tuple[_Column, ...]:
    title, sure = size.type(11, bold=True), size.type(9, bold=True)
    room = size.width - 2 * size.margin
    confidence_wide = math.ceil(width(texts.confidence, sure)) + 1
    top = _Column(size.margin, size.mm(1.5), room - confidence_wide - size.gutter)
    top.add(texts.title, title)
    corner = _Column(size.width - size.margin - confidence_wide, size.mm(2.0), confidence_wide)
    corner.add(texts.confidence, sure)
    under = _Column(size.margin, max(top.y, corner.y), room)
    under.add(texts.subtitle, size.type(7.5), QUIET)
    dates = []
    for name, x, words in zip(
        ("BEFORE", "AFTER"), (size.margin, size.margin + size.panel + size.gutter), texts.dates, strict=True
    ):
        column = _Column(x, under.y + size.mm(1.0), size.panel)
        column.add(f"{name} \N{MIDDLE DOT} {words}", size.type(8.5, bold=True))
        dates.append(column)
    return (top, corner, under, *dates)


def _paragraphs(x: int, y: int, size: Measures, paragraphs: Sequence[str]) -> _Column:
    column = _Column(x, y, size.panel)
    for paragraph in paragraphs:
        column.add(paragraph, size.type(6.5), QUIET)
    return column


def _notes(texts: Captions, y: int, size: Measures) -> tuple[_Column, _Column]:
    """Set the passages in two columns: findings to the left, the rest wherever there is more room."""
    left = _Column(size.margin, y, size.panel)
    right = _Column(size.margin + size.panel + size.gutter, y, size.panel)
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


def _draw_bar(draw: ImageDraw.ImageDraw, place: tuple[int, int], bar: ScaleBar, size: Measures) -> None:
    """Draw the bar in two halves, black and white, from the left edge of the panel above it."""
    x, y = place
    long, high = round(bar.share * size.panel), size.mm(1.3)
    thin = max(size.mm(0.2), 1)
    draw.rectangle((x, y, x + long - 1, y + high), outline="black", fill="white", width=thin)
    draw.rectangle((x, y, x + long // 2 - 1, y + high), fill="black")
    kind = size.type(7, bold=True)
    write(draw, (x, y + high + round(1.1 * kind.pixels)), length_words(bar.length_m), kind, ink=INK)


def _draw_north(sheet: Image.Image, middle: tuple[int, int], north_deg: float, size: Measures) -> None:
    """Draw an arrow that points to true north from its middle, with an N beyond its tip."""
    reach = size.mm(4.0)
    patch = np.full((2 * reach, 2 * reach, 3), 255, np.uint8)
    turn = math.radians(north_deg)
    ahead = np.array([math.sin(turn), -math.cos(turn)])
    aside = np.array([-ahead[1], ahead[0]])
    centre = np.array([reach - 0.5, reach - 0.5])
    tip, tail = centre + ahead * size.mm(1.6), centre - ahead * size.mm(3.6)
    notch = tail + ahead * size.mm(1.3)
    for side, colour in ((-1, (0, 0, 0)), (1, (255, 255, 255))):
        half = np.rint(np.array([tip, tail + side * aside * size.mm(1.5), notch]) * 64).astype(np.int32)
        cv2.fillPoly(patch, [half], colour, cv2.LINE_AA, shift=6)
        cv2.polylines(
            patch, [half], isClosed=True, color=(0, 0, 0), thickness=1, lineType=cv2.LINE_AA, shift=6
        )
    left, top = middle[0] - reach, middle[1] - reach
    sheet.paste(Image.fromarray(patch), (left, top))
    kind = size.type(7, bold=True)
    letter = centre + ahead * size.mm(2.8)
    place = (left + letter[0] - width("N", kind) / 2, top + letter[1] + 0.36 * kind.pixels)
    write(ImageDraw.Draw(sheet), place, "N", kind, ink=INK)


def _row_height(size: Measures) -> int:
    return round(size.type(6.5).pixels * 1.5)


def _flow(keys: Sequence[Key], size: Measures) -> list[list[Key]]:
    """Set the entries of the legend in rows that fit under a panel."""
    rows: list[list[Key]] = [[]]
    used = 0.0
    for key in keys:
        wide = _key_width(key, size)
        if rows[-1] and used + wide > size.panel:
            rows.append([])
            used = 0.0
        rows[-1].append(key)
        used += wide
    return rows


def _key_width(key: Key, size: Measures) -> float:
    return size.mm(6.5) + width(key.words, size.type(6.5)) + size.mm(3)


def _draw_keys(sheet: Image.Image, place: tuple[int, int], rows: list[list[Key]], size: Measures) -> None:
    draw = ImageDraw.Draw(sheet)
    y = place[1]
    for row in rows:
        x = float(place[0])
        for key in row:
            sheet.paste(_swatch(key, size), (round(x), y))
            write(draw, (x + size.mm(6.5), y + size.mm(2.2)), key.words, size.type(6.5), ink=INK)
            x += _key_width(key, size)
        y += _row_height(size)


def _swatch(key: Key, size: Measures) -> Image.Image:
    """Draw what an entry of the legend stands for, on the grey of middling ground."""
    high, wide = size.mm(2.8), size.mm(5.5)
    patch = np.full((high, wide, 3), 128, np.uint8)
    if key.stroke is None:
        hatch(patch, np.zeros((high, wide), np.bool_), max(size.mm(1.2), 3))
        return Image.fromarray(patch)
    step = round(1.6 * key.stroke.dash) or wide
    for colour, thick in (
        (CASING, key.stroke.line + 2 * key.stroke.casing),
        (key.stroke.colour, key.stroke.line),
    ):
        for start in range(0, wide, step):
            stop = start + (key.stroke.dash or wide)
            cv2.line(patch, (start, high // 2), (min(stop, wide), high // 2), colour, thick)
    return Image.fromarray(patch)
