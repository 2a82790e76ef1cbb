"""Shows settings and model cards on their pages as the package holds them, so that none goes out of date."""

import re
from importlib.resources import files
from typing import Any

from sitewatch.catalogue.workspace import settings_text

SETTINGS = "<!-- sitewatch.toml -->"
# The place of a card, relative to the package: <!-- card: models/fine/weights.md -->
CARD = re.compile(r"<!-- card: (?P<path>[\w./-]+) -->")


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Put in what a page marks the place of; called by mkdocs for every page."""
    shown = markdown.replace(SETTINGS, f"```toml\n{settings_text()}```")
    return CARD.sub(lambda found: card(found["path"]), shown)


def card(path: str) -> str:
    """Return a model's card, its headings one level down so that it fits under the page's own."""
    text = files("sitewatch").joinpath(path).read_text("utf-8")
    return re.sub(r"^(?=#)", "#", text, flags=re.MULTILINE)
