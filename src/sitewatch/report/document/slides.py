"""A document as slides: a slide a site, a slide a figure, tables as tables, text as text."""

import importlib
import io
from collections.abc import Iterator, Sequence
from itertools import chain, repeat
from typing import Any

from sitewatch import __version__
from sitewatch.errors import OutputError
from sitewatch.report.chips.captions import Passage
from sitewatch.report.document.fitting import Box, Line, fitting, height, split
from sitewatch.report.document.records import Document, Figure, Picture, SitePage, SummaryRow

_WIDE, _HIGH = 13.333, 7.5
_EDGE = 0.5
_TOP = 1.25
_BODY = Box(_EDGE, _TOP, _WIDE - 2 * _EDGE, _HIGH - _TOP - 0.45)
_FONT = "Arial"
_INK, _QUIET = "16191C", "4B555D"
_SIZES = (14.0, 13.0, 12.0, 11.0, 10.0)
_SMALL = (12.0, 11.0, 10.0, 9.0, 8.0)
_TABLE_PT = 9.0
# Room that a cell of a table keeps around its text, inches.
_CELL = 0.1


def pptx_bytes(document: Document) -> bytes:
    """Return a document as PowerPoint.

    Raises
    ------
    OutputError
        If python-pptx is not installed.
    """
    deck = _Deck(_pptx())
    _front(deck, document)
    _summary(deck, document)
    for page in document.pages:
        _site(deck, page)
    _flow(deck, "Method and limits", _lines(document.method))
    _flow(deck, "Credits", [Line(text) for text in document.credits])
    return deck.bytes(document)


def _front(deck: "_Deck", document: Document) -> None:
    slide = deck.slide(document.title, top=0.7, points=30.0)
    deck.text(slide, Box(_EDGE, 2.0, 12.3, 0.4), [Line(document.subtitle)], 14, ink=_QUIET)
    facts = [Line(f"{name}: {value}") for name, value in document.facts]
    lede = Box(_EDGE, 2.5, 12.3, 2.4)
    lines = [Line(text) for text in document.lede]
    deck.text(slide, lede, lines, fitting(lines, lede, (16.0, *_SIZES)) or 10)
    below = Box(_EDGE, 5.0, 12.3, 2.0)
    deck.text(slide, below, facts, fitting(facts, below, _SMALL) or 8, ink=_QUIET)


def _summary(deck: "_Deck", document: Document) -> None:
    widths = (1.7, 1.35, 1.75, 1.25, 1.3, 1.05, 0.85, 3.05)
    rows = [row.cells for row in document.summary]
    for number, part in enumerate(_pages(rows, widths)):
        title = "All sites" if number == 0 else f"All sites, page {number + 1}"
        deck.table(deck.slide(title), (SummaryRow.COLUMNS, *part), widths)


def _site(deck: "_Deck", page: SitePage) -> None:
    slide = deck.slide(page.name)
    deck.text(slide, Box(_EDGE, 0.95, 12.3, 0.3), [Line(page.line)], 11, ink=_QUIET)
    figure = Box(_EDGE, _TOP + 0.1, 4.6, 4.35)
    deck.picture(slide, page.map.picture, figure)
    below = Box(_EDGE, 5.75, 4.6, 1.45)
    caption = _caption(page.map)
    deck.text(slide, below, caption, fitting(caption, below, (9.0, 8.0, 7.0, 6.5)) or 6)
    lines = _lines(page.passages)
    beside = Box(5.4, _TOP + 0.1, 7.4, 5.8)
    points = fitting(lines, beside, _SIZES) or 11.0
    parts = list(split(lines, points, chain([beside], repeat(_BODY))))
    deck.text(slide, beside, parts[0][1], points)
    for box, part in parts[1:]:
        deck.text(deck.slide(f"{page.name}, continued"), box, part, points)
    for item in page.figures:
        _figure(deck, item)
    _scenes(deck, page)


def _figure(deck: "_Deck", figure: Figure) -> None:
    slide = deck.slide(f"Figure {figure.number}. {figure.title}", points=20.0)
    deck.picture(slide, figure.picture, Box(_EDGE, _TOP, 8.6, 5.8))
    caption = _caption(figure)
    beside = Box(9.3, _TOP, 3.55, 5.85)
    points = fitting(caption, beside, _SMALL) or 8.0
    parts = list(split(caption, points, chain([beside], repeat(_BODY))))
    deck.text(slide, beside, parts[0][1], points)
    for box, part in parts[1:]:
        deck.text(deck.slide(f"Figure {figure.number}, continued"), box, part, points)


def _scenes(deck: "_Deck", page: SitePage) -> None:
    widths = (2.2, 1.75, 1.9, 2.2, 2.3, 1.95)
    head = ("Scene", "Date", "Sensor", "Product", "Credit and licence", "SHA-256")
    rows = [
        (
            f"{scene.role}: {scene.id}",
            scene.date,
            f"{scene.sensor}, {scene.gsd}",
            scene.product,
            f"{scene.credit}. {scene.licence}",
            scene.sha256,
        )
        for scene in page.scenes
    ]
    for part in _pages(rows, widths):
        deck.table(deck.slide(f"{page.name}: scenes used"), (head, *part), widths)


def _caption(figure: Figure) -> list[Line]:
    return [Line(f"Figure {figure.number}. {figure.caption}"), *(Line(line) for line in figure.credits)]


def _lines(passages: Sequence[Passage]) -> list[Line]:
    return [
        line
        for passage in passages
        for line in (Line(passage.heading, bold=True), *(Line(text) for text in passage.paragraphs))
    ]


def _flow(deck: "_Deck", title: str, lines: Sequence[Line]) -> None:
    for number, (box, part) in enumerate(split(lines, 12, repeat(_BODY))):
        deck.text(deck.slide(title if number == 0 else f"{title}, continued"), box, part, 12)


def _pages(rows: Sequence[Sequence[str]], widths: Sequence[float]) -> Iterator[list[Sequence[str]]]:
    """Deal rows out to slides by how high they will be."""
    page: list[Sequence[str]] = []
    used = 0.0
    for row in rows:
        high = _row_height(row, widths)
        if page and used + high > _BODY.high - 0.5:
            yield page
            page, used = [], 0.0
        page.append(row)
        used += high
    if page:
        yield page


def _row_height(row: Sequence[str], widths: Sequence[float]) -> float:
    return (
        max(height([Line(text)], _TABLE_PT, wide - 2 * _CELL) for text, wide in zip(row, widths, strict=True))
        + 2 * 0.05
    )


class _Deck:
    """Slides, and the few things that stand on ours."""

    def __init__(self, pptx: Any) -> None:
        self._inches = pptx.util.Inches
        self._points = pptx.util.Pt
        self._rgb = pptx.dml.color.RGBColor.from_string
        self._deck = pptx.Presentation()
        self._deck.slide_width, self._deck.slide_height = self._inches(_WIDE), self._inches(_HIGH)
        # Of the plain template: the layout that has a title and nothing else.
        self._layout = self._deck.slide_layouts[5]

    def slide(self, title: str, *, top: float = 0.35, points: float = 24.0) -> Any:
        slide = self._deck.slides.add_slide(self._layout)
        box = Box(_EDGE, top, _WIDE - 2 * _EDGE, 0.65 if points < 30 else 1.2)
        line = [Line(title, bold=True)]
        fits = fitting(line, box, (points, points * 0.8, points * 0.65, points * 0.5)) or points * 0.4
        shape = slide.shapes.title
        self._place(shape, box)
        self._fill(shape.text_frame, line, fits, _INK)
        return slide

    def text(self, slide: Any, box: Box, lines: Sequence[Line], points: float, *, ink: str = _INK) -> None:
        shape = slide.shapes.add_textbox(*(self._inches(value) for value in _corners(box)))
        self._fill(shape.text_frame, lines, points, ink)

    def picture(self, slide: Any, picture: Picture, box: Box) -> None:
        scale = min(box.wide / picture.width, box.high / picture.height)
        place = (box.left, box.top, picture.width * scale, picture.height * scale)
        shape = slide.shapes.add_picture(io.BytesIO(picture.data), *(self._inches(value) for value in place))
        shape._element.nvPicPr.cNvPr.set("descr", picture.alt)

    def table(self, slide: Any, rows: Sequence[Sequence[str]], widths: Sequence[float]) -> None:
        heights = [_row_height(row, widths) for row in rows]
        box = Box(_EDGE, _TOP, sum(widths), sum(heights))
        frame = slide.shapes.add_table(
            len(rows), len(widths), *(self._inches(value) for value in _corners(box))
        )
        table = frame.table
        for column, wide in zip(table.columns, widths, strict=True):
            column.width = self._inches(wide)
        for number, (row, high) in enumerate(zip(rows, heights, strict=True)):
            table.rows[number].height = self._inches(high)
            for place, text in enumerate(row):
                cell = table.cell(number, place)
                cell.margin_left = cell.margin_right = self._inches(_CELL)
                cell.margin_top = cell.margin_bottom = self._inches(0.05)
                bold = number == 0 or place == 0
                self._fill(cell.text_frame, [Line(text, bold)], _TABLE_PT, "FFFFFF" if number == 0 else _INK)

    def bytes(self, document: Document) -> bytes:
        facts = self._deck.core_properties
        facts.title, facts.subject = document.title, document.subtitle
        digest = dict(document.facts).get("SHA-256 of the run's manifest", "")
        facts.author = f"sitewatch {__version__}"
        facts.comments = f"SHA-256 of the run's manifest: {digest}"
        out = io.BytesIO()
        self._deck.save(out)
        return out.getvalue()

    def _place(self, shape: Any, box: Box) -> None:
        shape.left, shape.top, shape.width, shape.height = (self._inches(v) for v in _corners(box))

    def _fill(self, frame: Any, lines: Sequence[Line], points: float, ink: str) -> None:
        frame.word_wrap = True
        frame.auto_size = None
        if frame.margin_left != self._inches(_CELL):
            frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
        frame.vertical_anchor = 1
        for number, line in enumerate(lines):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            paragraph.alignment = 1
            paragraph.space_after = self._points(points * 0.3)
            run = paragraph.add_run()
            run.text = line.text
            run.font.size, run.font.bold, run.font.name = self._points(points), line.bold, _FONT
            run.font.color.rgb = self._rgb(ink)


def _corners(box: Box) -> tuple[float, float, float, float]:
    return box.left, box.top, box.wide, box.high


def _pptx() -> Any:
    try:
        for name in ("pptx.util", "pptx.dml.color"):
            importlib.import_module(name)
        return importlib.import_module("pptx")
    except ImportError as error:
        raise OutputError(
            f"slides cannot be written ({error})", "python-pptx is needed", "pip install 'sitewatch[report]'"
        ) from error
