"""A document as reports are written from, with every kind of text in it."""

import io
from collections.abc import Callable

import pytest
from PIL import Image

from sitewatch.errors import OutputError
from sitewatch.report.chips.captions import Passage
from sitewatch.report.document.records import (
    Document,
    Figure,
    Outline,
    Picture,
    SceneRow,
    SitePage,
    SummaryRow,
    Swipe,
)
from sitewatch.report.printing import html_pdf

HOSTILE = "<script>alert(1)</script> \"' &amp; {{ 7*7 }} ../../x"


def picture(alt: str, wide: int = 340, high: int = 200) -> Picture:
    """Make a grey picture."""
    out = io.BytesIO()
    Image.new("RGB", (wide, high), "grey").save(out, "JPEG")
    return Picture(out.getvalue(), wide, high, 170.0, alt)


def figure(number: int, name: str, *, swipe: bool = True) -> Figure:
    """Make a figure."""
    both = Swipe(picture("Before: 2020"), picture("After: 2021"), (Outline("M0,0 9,0 9,9Z", "#cc79a7"),))
    return Figure(
        number=number,
        title=f"Demolition, {name}",
        caption=f"Demolition at {name}. {'A long sentence of a caption. ' * 12}End of caption {number}.",
        credits=(f"Credit: © {name}. Licence: CC-BY-4.0.",),
        picture=picture(f"Before and after at {name}"),
        swipe=both if swipe else None,
    )


@pytest.fixture(scope="session")
def document() -> Callable[..., Document]:
    """Make a document of some sites; names as given."""

    def make(*names: str, rows: int = 0) -> Document:
        pages, number = [], 1
        for name in names:
            scenes = tuple(
                SceneRow(role, f"{role}-{name}", "2020-01-01 10:00:00 UTC", "PlanetScope", "3 m", "P1",
                         f"© {name}", "CC-BY-4.0", "ab" * 32)
                for role in ("before", "after")
            )  # fmt: skip
            passages = (
                Passage("What is seen", (f"A change at {name}.", "A sentence of what is seen. " * 20)),
                Passage("How sure", ("A sentence of how sure it is. " * 25,)),
                Passage("What was ruled out, and what was not", ("Shift: ruled out. " * 40, "End of text.")),
            )
            figures = (figure(number + 1, name), figure(number + 2, name))
            pages.append(
                SitePage(
                    name,
                    f"settlement · id {name}",
                    passages,
                    figure(number, name, swipe=False),
                    figures,
                    scenes,
                )
            )
            number += 3
        plain = [SummaryRow(f"site {i}", "No visible change", "nothing found", "not worked out",
                            "nothing to review", "no p, no q", "none", "A reason. " * (1 + i % 25))
                 for i in range(rows)]  # fmt: skip
        listed = [
            SummaryRow(name, "Change", "demolition 120 m²", "likely (72 %)", "1 confirmed", "p 0.01, q 0.05",
                       f"{3 * i + 1} to {3 * i + 3}", "a reason")
            for i, name in enumerate(names)
        ]  # fmt: skip
        return Document(
            title=f"Changes: {names[0]}",
            subtitle="Run detect-1",
            lede=("Found by a program.",),
            facts=(("Run", "detect-1"), ("SHA-256 of the run's manifest", "cd" * 32)),
            summary=(*listed, *plain),
            pages=tuple(pages),
            method=(Passage("How it was found", ("By comparing. " * 60,) * 6),),
            credits=tuple(f"© {name}" for name in names),
        )

    return make


@pytest.fixture(scope="session")
def printer() -> None:
    """Skip what needs WeasyPrint where it, or the system's Pango, is not installed."""
    try:
        html_pdf("<p>x</p>")
    except OutputError as error:
        pytest.skip(str(error))
