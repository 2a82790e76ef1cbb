"""A text for Word, read back."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from tests.report.document.conftest import HOSTILE

from sitewatch.report.document import report_bytes
from sitewatch.report.document.records import Document

docx = pytest.importorskip("docx", reason="python-docx is not installed")


@pytest.fixture(scope="module")
def paper(document: Callable[..., Document]) -> Any:
    return docx.Document(io.BytesIO(report_bytes(document("Ashby", HOSTILE, rows=3), "docx")))


def test_headings_are_headings(paper: Any):
    headings = {
        p.text: p.style.name for p in paper.paragraphs if p.style.name.startswith(("Heading", "Title"))
    }
    assert headings["Changes: Ashby"] == "Title"
    assert headings["Ashby"] == "Heading 1"
    assert headings[HOSTILE] == "Heading 1"
    assert headings["How sure"] == "Heading 2"


def test_captions_are_captions_with_counters_and_credits(paper: Any):
    captions = [p for p in paper.paragraphs if p.style.name == "Caption"]
    assert len(captions) == 6
    for number, caption in enumerate(captions, 1):
        assert caption.text.startswith(f"Figure {number}. Demolition")
        assert f"End of caption {number}. Credit: ©" in caption.text
        assert "SEQ Figure" in caption._p.xml


def test_pictures_have_words_and_fit_the_page(paper: Any):
    assert len(paper.inline_shapes) == 6
    section = paper.sections[0]
    for shape in paper.inline_shapes:
        assert shape._inline.docPr.get("descr").startswith("Before and after")
        assert shape.width <= section.page_width - section.left_margin - section.right_margin


def test_tables_are_tables_with_repeated_heads(paper: Any):
    sites = paper.tables[0]
    assert [cell.text for cell in sites.rows[0].cells][:2] == ["Site", "Verdict"]
    assert len(sites.rows) == 6
    assert "w:tblHeader" in sites.rows[0]._tr.xml
    section = paper.sections[0]
    room = section.page_width - section.left_margin - section.right_margin
    for table in paper.tables:
        assert sum(column.width for column in table.columns) <= room + 10
    assert paper.core_properties.title == "Changes: Ashby"
