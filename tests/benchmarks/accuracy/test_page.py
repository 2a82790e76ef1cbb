"""The tables go into their place of a page, and nowhere else."""

from pathlib import Path

import pytest

from benchmarks.accuracy.page import BEGIN, END, write_into

PAGE = Path(__file__).parents[3] / "docs" / "method" / "accuracy.md"


def test_only_what_stands_between_the_marks_is_replaced(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"# Title\n\n{BEGIN}\nold\n{END}\n\nMore.\n")
    for text in ("| a |\n| - |", "| b |\n| - |"):
        write_into(page, text)
        assert page.read_text() == f"# Title\n\n{BEGIN}\n\n{text}\n\n{END}\n\nMore.\n"


def test_a_page_without_the_place_is_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Title\n")
    with pytest.raises(ValueError, match="no place"):
        write_into(page, "text")
    assert page.read_text() == "# Title\n"


def test_the_documentation_has_the_place() -> None:
    assert PAGE.read_text("utf-8").count(BEGIN) == 1
