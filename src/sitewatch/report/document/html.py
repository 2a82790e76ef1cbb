"""A document as HTML: one file that opens without a network, and the same for print."""

import base64
import hashlib
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from sitewatch import __version__
from sitewatch.report.document.records import Document, Picture, SummaryRow
from sitewatch.report.printing import FAMILY

_ASSETS = Path(__file__).parent / "assets"


def html_text(document: Document) -> str:
    """Return a page with swipes. Every text is escaped, and nothing but the page's own script may run."""
    return _render(document, paged=False)


def paged_text(document: Document) -> str:
    """Return a page for print: no script, a site a sheet, numbered pages."""
    return _render(document, paged=True)


def _render(document: Document, *, paged: bool) -> str:
    environment = Environment(
        loader=FileSystemLoader(_ASSETS),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = (_ASSETS / ("paged.css" if paged else "report.css")).read_text("utf-8")
    if paged:
        style = style.replace("FAMILY", FAMILY)
    script = "" if paged else (_ASSETS / "report.js").read_text("utf-8")
    return environment.get_template("report.html.jinja").render(
        document=document,
        columns=SummaryRow.COLUMNS,
        paged=paged,
        # The two are ours, not the user's; the policy names them by their digests.
        style=Markup(style),  # noqa: S704 - read from the package
        script=Markup(script),  # noqa: S704 - read from the package
        style_digest=_digest(style),
        script_digest=_digest(script),
        data=_data,
        version=__version__,
    )


def _data(picture: Picture) -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(picture.data).decode()}"


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
