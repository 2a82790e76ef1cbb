"""A report of a run: one content, built once, and a small writer for each format."""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, Literal, TypeAlias, get_args

from sitewatch.report.document.build import build
from sitewatch.report.document.html import html_text, paged_text
from sitewatch.report.document.material import Ground, Listed, Source, Told
from sitewatch.report.document.paper import docx_bytes
from sitewatch.report.document.records import Document
from sitewatch.report.document.slides import pptx_bytes
from sitewatch.report.exports.text import shown
from sitewatch.report.printing import html_pdf

ReportFormat: TypeAlias = Literal["html", "pdf", "pptx", "docx"]
REPORT_FORMATS: tuple[ReportFormat, ...] = get_args(ReportFormat)

_WRITERS: Mapping[str, Callable[[Document], bytes]] = {
    "html": lambda document: html_text(document).encode(),
    "pdf": lambda document: html_pdf(paged_text(document)),
    "pptx": pptx_bytes,
    "docx": docx_bytes,
}


def report_bytes(document: Document, fmt: ReportFormat) -> bytes:
    """Write a document in a format.

    Raises
    ------
    OutputError
        If what writes the format is not installed.
    """
    return _WRITERS[fmt](_writable(document))


def _writable(value: Any) -> Any:
    """Return a record with every text in it as it may be shown: XML, of which Word is made, holds not all."""
    if isinstance(value, str):
        return shown(value)
    if isinstance(value, tuple):
        return tuple(map(_writable, value))
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{each.name: _writable(getattr(value, each.name)) for each in fields(value)})
    return value


__all__ = [
    "REPORT_FORMATS",
    "Document",
    "Ground",
    "Listed",
    "ReportFormat",
    "Source",
    "Told",
    "build",
    "report_bytes",
]
