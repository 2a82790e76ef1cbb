"""Slides, read back: nothing runs over an edge, tables are tables, pictures have words."""

import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.report.document.conftest import HOSTILE

from sitewatch.report.chips.lettering import Type, wrap
from sitewatch.report.document import report_bytes
from sitewatch.report.document.fitting import Box, Line, fitting, height, split
from sitewatch.report.document.records import Document

pptx = pytest.importorskip("pptx", reason="python-pptx is not installed")

EMU_A_POINT = 12_700
Make = Callable[..., Document]


@pytest.fixture(scope="module")
def deck(document: Make) -> Any:
    made = document("Ashby", HOSTILE, "A name of a site that is longer than most names are " * 3, rows=40)
    return pptx.Presentation(io.BytesIO(report_bytes(made, "pptx")))


def shapes(deck: Any) -> Iterator:
    for slide in deck.slides:
        yield from slide.shapes


def test_everything_stands_on_the_slide(deck: Any):
    for shape in shapes(deck):
        assert shape.left >= 0
        assert shape.top >= 0
        assert shape.left + shape.width <= deck.slide_width
        assert shape.top + shape.height <= deck.slide_height


def test_text_fits_its_box_as_measured_line_by_line(deck: Any):
    checked = 0
    for shape in shapes(deck):
        if not shape.has_text_frame or not shape.text_frame.text.strip():
            continue
        used = 0.0
        for paragraph in shape.text_frame.paragraphs:
            (run,) = paragraph.runs
            points = run.font.size.pt
            # Wider letters than those of the slide: what fits with these fits with those.
            lines = wrap(
                run.text, Type(round(points * 4), bool(run.font.bold)), shape.width / EMU_A_POINT * 4 / 0.93
            )
            used += max(len(lines), 1) * points * 1.2 + points * 0.3
        assert used <= shape.height / EMU_A_POINT + 12
        checked += 1
    assert checked > 15


def test_no_text_is_lost(deck: Any):
    said = [shape.text_frame.text for shape in shapes(deck) if shape.has_text_frame]
    tables = [
        cell.text
        for shape in shapes(deck)
        if shape.has_table
        for row in shape.table.rows
        for cell in row.cells
    ]
    for number in range(1, 10):
        assert any(f"End of caption {number}." in text for text in said)
    assert sum("End of text." in text for text in said) == 3
    assert sum(text.startswith("site ") for text in tables) == 40
    assert "2020-01-01 10:00:00 UTC" in tables
    assert any(HOSTILE in text for text in said)


def test_pictures_have_words(deck: Any):
    pictures = [shape for shape in shapes(deck) if shape.shape_type == 13]
    assert len(pictures) == 9
    for shape in pictures:
        assert shape._element.nvPicPr.cNvPr.get("descr").startswith("Before and after at ")
        assert shape.width / shape.height == pytest.approx(1.7, rel=0.01)


def test_every_slide_has_a_title(deck: Any):
    assert all(slide.shapes.title.text_frame.text.strip() for slide in deck.slides)
    assert deck.core_properties.title == "Changes: Ashby"


def test_dealt_out_text_is_whole_and_a_heading_never_stands_last():
    lines = [Line(f"Heading {i}", bold=True) if i % 3 == 0 else Line(f"word{i} " * 60) for i in range(30)]
    box = Box(0, 0, 5, 2)
    parts = list(split(lines, 11, iter([box] * 99)))
    assert " ".join(line.text for _, part in parts for line in part).split() == (
        " ".join(line.text for line in lines).split()
    )
    for _, part in parts:
        assert height(part, 11, box.wide) <= box.high
        assert not part[-1].bold
    assert fitting([Line("x")], box, (14, 12)) == 14
    assert fitting([Line("x " * 5000)], box, (14, 12)) is None
