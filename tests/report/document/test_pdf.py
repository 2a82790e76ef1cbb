"""Pages for print, read back by another library."""

import io
from collections.abc import Callable
from dataclasses import replace

import pypdf
import pytest
from tests.report.document.conftest import HOSTILE

from sitewatch.report.chips.captions import Passage
from sitewatch.report.document import report_bytes
from sitewatch.report.document.records import Document

pytestmark = pytest.mark.usefixtures("printer")


@pytest.fixture(scope="module")
def pdf(document: Callable[..., Document]) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(report_bytes(document("Ashby", HOSTILE), "pdf")))


def test_the_text_can_be_read(pdf: pypdf.PdfReader):
    text = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    assert "Figure 2. Demolition at Ashby." in text
    assert "End of caption 6." in text
    assert "Credit: © Ashby. Licence: CC-BY-4.0." in text
    assert "<script>alert(1)</script>" in text


def test_it_is_tagged_titled_and_has_bookmarks(pdf: pypdf.PdfReader):
    assert pdf.metadata.title == "Changes: Ashby"
    assert str(pdf.metadata.author).startswith("sitewatch")
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    names = [item.title for item in _flat(pdf.outline)]
    assert "Ashby" in names
    assert "Method and limits" in names


def test_a_site_begins_on_a_page_of_its_own(pdf: pypdf.PdfReader):
    first = [" ".join(page.extract_text().split())[:40] for page in pdf.pages]
    assert any(text.startswith("Ashby settlement") for text in first)


def test_the_scenes_of_a_site_stand_on_one_page_wherever_the_text_before_them_ends(
    document: Callable[..., Document],
):
    base = document("Ashby").pages[0]
    # Texts of every length, line by line: somewhere in this range the page ends within the table.
    pages = tuple(
        replace(
            base,
            figures=(),
            passages=(Passage("What is seen", ("A line.",) * number),),
            scenes=tuple(replace(scene, role=f"{scene.role} {number}") for scene in base.scenes),
        )
        for number in range(12, 42, 3)
    )
    report = report_bytes(replace(document("Ashby"), pages=pages), "pdf")
    moved = 0
    texts = [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(report)).pages]
    for number in range(12, 42, 3):
        rows = [f"{role} {number}" for role in ("before", "after")]
        (whole,) = (text for text in texts if f"the {rows[0]} scene" in text)
        assert "Scenes used" in whole
        assert all(f"{row}: " in whole and f"of the {row} scene: ab" in whole for row in rows)
        moved += not whole.startswith("Ashby settlement")
    assert 0 < moved < len(pages)


def _flat(items: list) -> list:
    return [each for item in items for each in (_flat(item) if isinstance(item, list) else [item])]
