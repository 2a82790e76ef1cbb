"""A document as a text for Word: headings as headings, captions as captions, tables as tables."""

import importlib
import io
from collections.abc import Sequence
from typing import Any

from sitewatch import __version__
from sitewatch.errors import OutputError
from sitewatch.report.chips.captions import Passage
from sitewatch.report.document.records import Document, Figure, SitePage, SummaryRow

# Text area of an A4 page with our margins, millimetres.
_TEXT_MM, _MARGIN_MM = 174.0, 18.0
_FIGURE_MM = 160.0
_MAP_MM = 110.0


def docx_bytes(document: Document) -> bytes:
    """Return a document for Word.

    Raises
    ------
    OutputError
        If python-docx is not installed.
    """
    paper = _Paper(_docx())
    paper.heading(document.title, 0)
    paper.paragraph(document.subtitle)
    for text in document.lede:
        paper.paragraph(text)
    paper.heading("All sites", 1)
    shares = (0.14, 0.11, 0.14, 0.1, 0.11, 0.09, 0.08, 0.23)
    paper.table((SummaryRow.COLUMNS, *(row.cells for row in document.summary)), shares)
    paper.heading("Where this comes from", 2)
    paper.table((("What", "Value"), *document.facts), (0.28, 0.72))
    for page in document.pages:
        _site(paper, page)
    paper.heading("Method and limits", 1, new_page=True)
    _passages(paper, document.method)
    paper.heading("Credits", 1)
    for text in document.credits:
        paper.paragraph(text, "List Bullet")
    return paper.bytes(document)


def _site(paper: "_Paper", page: SitePage) -> None:
    paper.heading(page.name, 1, new_page=True)
    paper.paragraph(page.line)
    paper.figure(page.map, _MAP_MM)
    _passages(paper, page.passages)
    if page.figures:
        paper.heading("Figures", 2)
    for figure in page.figures:
        paper.figure(figure, _FIGURE_MM)
    paper.heading("Scenes used", 2)
    head = ("Scene", "Date", "Sensor, sample distance", "Product", "Credit and licence", "SHA-256")
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
    paper.table((head, *rows), (0.17, 0.14, 0.14, 0.16, 0.21, 0.18))


def _passages(paper: "_Paper", passages: Sequence[Passage]) -> None:
    for passage in passages:
        paper.heading(passage.heading, 2)
        for text in passage.paragraphs:
            paper.paragraph(text)


class _Paper:
    """A text, and the few things that stand in ours."""

    def __init__(self, docx: Any) -> None:
        self._docx = docx
        self._mm, self._pt = docx.shared.Mm, docx.shared.Pt
        self._text = docx.Document()
        section = self._text.sections[0]
        section.page_width, section.page_height = self._mm(210), self._mm(297)
        section.left_margin = section.right_margin = self._mm(_MARGIN_MM)
        section.top_margin = section.bottom_margin = self._mm(_MARGIN_MM)
        normal = self._text.styles["Normal"]
        normal.font.name, normal.font.size = "Arial", self._pt(10)
        caption = self._text.styles["Caption"]
        caption.font.size, caption.font.bold = self._pt(9), False
        caption.font.color.rgb = docx.shared.RGBColor(0x16, 0x19, 0x1C)

    def heading(self, text: str, level: int, *, new_page: bool = False) -> None:
        heading = self._text.add_heading(text, level)
        heading.paragraph_format.page_break_before = new_page

    def paragraph(self, text: str, style: str | None = None) -> None:
        self._text.add_paragraph(text, style)

    def figure(self, figure: Figure, most_mm: float) -> None:
        wide = min(most_mm, figure.picture.width_mm)
        paragraph = self._text.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        shape = paragraph.add_run().add_picture(io.BytesIO(figure.picture.data), width=self._mm(wide))
        shape._inline.docPr.set("descr", figure.picture.alt)
        shape._inline.docPr.set("title", figure.title)
        caption = self._text.add_paragraph(style="Caption")
        caption.paragraph_format.keep_together = True
        caption.add_run("Figure ").bold = True
        self._number(caption, figure.number)
        caption.add_run(f". {figure.caption}")
        for line in figure.credits:
            caption.add_run(f" {line}")

    def table(self, rows: Sequence[Sequence[str]], shares: Sequence[float]) -> None:
        table = self._text.add_table(len(rows), len(shares), style="Table Grid")
        table.autofit = False
        for column, share in zip(table.columns, shares, strict=True):
            column.width = self._mm(_TEXT_MM * share)
        for number, row in enumerate(rows):
            for place, (text, share) in enumerate(zip(row, shares, strict=True)):
                cell = table.cell(number, place)
                cell.width = self._mm(_TEXT_MM * share)
                run = cell.paragraphs[0].add_run(text)
                run.font.size, run.bold = self._pt(7.5), number == 0 or place == 0
        for row in table.rows:
            self._marked(row, "w:cantSplit")
        self._marked(table.rows[0], "w:tblHeader")
        self._text.add_paragraph()

    def bytes(self, document: Document) -> bytes:
        facts = self._text.core_properties
        facts.title, facts.subject = document.title, document.subtitle
        facts.author, facts.language = f"sitewatch {__version__}", "en"
        digest = dict(document.facts).get("SHA-256 of the run's manifest", "")
        facts.comments = f"SHA-256 of the run's manifest: {digest}"
        out = io.BytesIO()
        self._text.save(out)
        return out.getvalue()

    def _number(self, paragraph: Any, number: int) -> None:
        """Set a figure's number as Word's own counter, so that lists of figures and references find it."""
        for kind, text in (("begin", None), (None, " SEQ Figure \\* ARABIC "), ("separate", None)):
            self._field(paragraph, kind, text)
        paragraph.add_run(str(number)).bold = True
        self._field(paragraph, "end", None)

    def _field(self, paragraph: Any, kind: str | None, text: str | None) -> None:
        element = self._docx.oxml.OxmlElement("w:instrText" if kind is None else "w:fldChar")
        if kind is not None:
            element.set(self._docx.oxml.ns.qn("w:fldCharType"), kind)
        else:
            element.text = text
        paragraph.add_run()._r.append(element)

    def _marked(self, row: Any, name: str) -> None:
        """Keep a row whole, or repeat it on every page."""
        mark = self._docx.oxml.OxmlElement(name)
        mark.set(self._docx.oxml.ns.qn("w:val"), "true")
        row._tr.get_or_add_trPr().append(mark)


def _docx() -> Any:
    try:
        for name in ("docx.oxml", "docx.oxml.ns", "docx.shared"):
            importlib.import_module(name)
        return importlib.import_module("docx")
    except ImportError as error:
        raise OutputError(
            f"a text for Word cannot be written ({error})",
            "python-docx is needed",
            "pip install 'sitewatch[report]'",
        ) from error
