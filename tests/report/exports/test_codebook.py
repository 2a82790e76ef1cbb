"""The page on exports explains the columns that are written, and no others."""

import re
from pathlib import Path

import pytest

from sitewatch.records import KINDS
from sitewatch.report.exports import cems, unosat
from sitewatch.report.exports.columns import CHANGES, SCENES, SITES

PAGE = Path(__file__).parents[3] / "docs" / "output" / "exports.md"


def short(name: str) -> str:
    """Return a column's name as the page has it: one row for all kinds, and one for both dates."""
    for kind in KINDS:
        name = re.sub(f"_{kind}$", "_<kind>", name)
    return re.sub("^(before|after)_", "<side>_", name)


@pytest.mark.parametrize(
    ("heading", "columns"),
    [
        ("Changes", CHANGES),
        ("Sites", SITES),
        ("Scenes", SCENES),
        ("UNOSAT", unosat.COLUMNS),
        ("Copernicus EMS", cems.COLUMNS),
    ],
)
def test_the_page_has_every_column(heading: str, columns: tuple):
    section = re.split(
        r"^#+ ", PAGE.read_text("utf-8").split(f"# {heading}\n", 1)[1], maxsplit=1, flags=re.M
    )[0]
    listed = re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE)
    assert listed == list(dict.fromkeys(short(column.name) for column in columns))
