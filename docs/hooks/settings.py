"""Shows on the page of the settings what `sitewatch init` writes, so that the page is never out of date."""

from typing import Any

from sitewatch.catalogue.workspace import settings_text

MARK = "<!-- sitewatch.toml -->"


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Put the settings where a page marks their place; called by mkdocs for every page."""
    return markdown.replace(MARK, f"```toml\n{settings_text()}```")
