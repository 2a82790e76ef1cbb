"""The only door to WeasyPrint: pages and figures as PDF, their text as text."""

import importlib
from collections.abc import Mapping
from html import escape
from pathlib import Path
from types import ModuleType

from sitewatch.errors import OutputError

_FONTS = Path(__file__).parent / "fonts"
_FACES = (
    ("DejaVu Sans", 400, "DejaVuSans.ttf"),
    ("DejaVu Sans", 700, "DejaVuSans-Bold.ttf"),
    ("Sitewatch Myanmar", 400, "NotoSansMyanmar-Regular.ttf"),
    ("Sitewatch Bengali", 400, "NotoSansBengali-Regular.ttf"),
    ("Sitewatch Devanagari", 400, "NotoSansDevanagari-Regular.ttf"),
    ("Sitewatch East Asian", 400, "DroidSansFallback.ttf"),
)
FAMILY = ", ".join(dict.fromkeys(f"'{name}'" for name, _, _ in _FACES)) + ", sans-serif"


def figure_pdf(svg: str, facts: Mapping[str, str]) -> bytes:
    """Return a figure as a PDF of one page of its size, the facts in its metadata.

    Raises
    ------
    OutputError
        As `html_pdf`.
    """
    wide, high = (_attribute(svg, name) for name in ("width", "height"))
    body = svg.replace("font-family=\"'DejaVu Sans', ", f'font-family="{FAMILY}, ', 1)
    metas = {
        "author": facts.get("Copyright", ""),
        "description": facts.get("Description", ""),
        "generator": facts.get("Software", ""),
        **{key.replace(":", "-"): value for key, value in facts.items() if key.startswith("sitewatch:")},
    }
    tags = "".join(f'<meta name="{escape(name)}" content="{escape(value)}">' for name, value in metas.items())
    return html_pdf(
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(facts.get('Title', ''))}</title>{tags}"
        f"<style>@page {{ size: {wide} {high}; margin: 0 }} "
        f"body {{ margin: 0 }} svg {{ display: block }}</style></head><body>{body}</body></html>"
    )


def html_pdf(html: str) -> bytes:
    """Return a page of HTML as a tagged PDF with bookmarks. Nothing is fetched: only data URIs are read.

    Raises
    ------
    OutputError
        If WeasyPrint, or Pango that it needs, is not installed.
    """
    weasyprint = _weasyprint()
    fonts = weasyprint.text.fonts.FontConfiguration()
    faces = "".join(
        f"@font-face {{ font-family: '{name}'; font-weight: {weight}; "
        f"src: url('{(_FONTS / file).as_uri()}') }}"
        for name, weight, file in _FACES
    )
    style = weasyprint.CSS(string=faces, font_config=fonts)
    document = weasyprint.HTML(string=html, url_fetcher=_fetcher(weasyprint))
    pdf: bytes = document.write_pdf(
        stylesheets=[style], font_config=fonts, pdf_tags=True, custom_metadata=True
    )
    return pdf


def _fetcher(weasyprint: ModuleType) -> object:
    return weasyprint.urls.URLFetcher(allowed_protocols={"data"})


def _weasyprint() -> ModuleType:
    try:
        weasyprint = importlib.import_module("weasyprint")
        importlib.import_module("weasyprint.text.fonts")
        importlib.import_module("weasyprint.urls")
    except ImportError as error:
        raise OutputError(
            f"PDF cannot be written ({error})",
            "WeasyPrint is needed",
            "pip install 'sitewatch[report]'",
        ) from error
    except OSError as error:
        raise OutputError(
            "PDF cannot be written: WeasyPrint does not find Pango",
            "the system library Pango (1.44 or later) is needed",
            "install it (Debian: apt-get install libpangoft2-1.0-0; macOS: brew install pango)",
        ) from error
    return weasyprint


def _attribute(svg: str, name: str) -> str:
    return svg.split(f' {name}="', 1)[1].split('"', 1)[0]
