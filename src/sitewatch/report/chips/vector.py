"""A sheet as SVG: text as text, outlines as paths, the panels as embedded pictures."""

import base64
import io
from collections.abc import Iterable, Iterator, Mapping
from xml.sax.saxutils import escape

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from shapely import clip_by_rect, get_parts
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from sitewatch.report.chips.lettering import clean
from sitewatch.report.chips.metadata import xmp
from sitewatch.report.chips.outline import CASING
from sitewatch.report.chips.painting import arrow, bar_boxes, sign
from sitewatch.report.chips.sheet import INK, Drawn, Line, North, Placed, Sheet

_FAMILY = "'DejaVu Sans', Verdana, 'Noto Sans', sans-serif"
_LEVEL = 6


def svg(sheet: Sheet, facts: Mapping[str, str]) -> str:
    """Return a figure as an SVG document that needs no other file.

    Its user units are the pixels of the painted figure, so that whatever is measured in one holds in the
    other. Every text of a user's is escaped.
    """
    size = sheet.size
    wide, high = size.width, sheet.height
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide / size.dpi * 25.4:.3f}mm" '
        f'height="{high / size.dpi * 25.4:.3f}mm" viewBox="0 0 {wide} {high}" role="img" '
        f'aria-labelledby="title desc" font-family="{_FAMILY}">',
        f'<title id="title">{_text(facts.get("Title", ""))}</title>',
        f'<desc id="desc">{_text(facts.get("Description", ""))}</desc>',
        f"<metadata>{xmp(facts)}</metadata>",
        f'<rect width="{wide}" height="{high}" fill="#ffffff"/>',
        *(_panel(number, placed, size.panel) for number, placed in enumerate(sheet.panels)),
        *_rule(sheet),
        *_bar(sheet),
        _north(sheet.north, sheet),
        *(
            f'<image x="{swatch.x}" y="{swatch.y}" width="{size.mm(5.5)}" height="{size.mm(2.8)}" '
            f'href="{_data(sign(swatch.key, size))}"/>'
            for swatch in sheet.swatches
        ),
        *(_line(line) for line in sheet.lines),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def path(shape: BaseGeometry) -> str:
    """Return the boundary of a shape as the ``d`` of a path."""
    rings = (
        ring
        for part in get_parts(shape)
        if isinstance(part, Polygon)
        for ring in (part.exterior, *part.interiors)
    )
    return "".join(
        "M" + " ".join(f"{x:.2f},{y:.2f}" for x, y in list(ring.coords)[:-1]) + "Z" for ring in rings
    )


def _panel(number: int, placed: Placed, side: int) -> str:
    # Its own viewport clips what reaches beyond the panel.
    shapes = "".join(_outline(drawn, side) for drawn in placed.panel.shapes)
    return (
        f'<svg class="panel" id="panel-{number + 1}" x="{placed.x}" y="{placed.y}" width="{side}" '
        f'height="{side}" viewBox="0 0 {side} {side}" overflow="hidden">'
        f'<image width="{side}" height="{side}" preserveAspectRatio="none" '
        f'href="{_data(placed.panel.pixels)}"/>{shapes}</svg>'
    )


def _outline(drawn: Drawn, side: int) -> str:
    stroke = drawn.stroke
    reach = 4 * (stroke.line + stroke.casing)
    # A site may be hundreds of frames wide; what nobody sees is not written.
    seen = drawn.shape
    if not seen.is_empty and (max(seen.bounds[2:]) > 50 * side or min(seen.bounds[:2]) < -50 * side):
        seen = clip_by_rect(seen, -reach, -reach, side + reach, side + reach)
    d = path(seen)
    dash = f' stroke-dasharray="{stroke.dash} {0.6 * stroke.dash:.1f}"' if stroke.dash else ""
    return (
        f'<g fill="none" stroke-linejoin="round"{dash}><title>{_text(drawn.words)}</title>'
        f'<path d="{d}" stroke="{_colour(CASING)}" stroke-width="{stroke.line + 2 * stroke.casing}"/>'
        f'<path d="{d}" stroke="{_colour(stroke.colour)}" stroke-width="{stroke.line}"/></g>'
    )


def _rule(sheet: Sheet) -> Iterator[str]:
    if sheet.rule:
        size = sheet.size
        yield (
            f'<line x1="{size.margin}" y1="{sheet.rule}" x2="{size.width - size.margin}" y2="{sheet.rule}" '
            f'stroke="#999999" stroke-width="{max(size.mm(0.15), 1)}"/>'
        )


def _bar(sheet: Sheet) -> Iterator[str]:
    boxes = bar_boxes(sheet.bar, sheet.size)
    thin = max(sheet.size.mm(0.2), 1)
    for (x, y, wide, high), fill, name in zip(boxes, ("#ffffff", "#000000"), ("bar", "half"), strict=True):
        # The line lies inside, so that the bar is as long as it says.
        inset = thin / 2
        yield (
            f'<rect id="{name}" x="{x + inset}" y="{y + inset}" width="{wide - thin}" height="{high - thin}" '
            f'fill="{fill}" stroke="#000000" stroke-width="{thin}"/>'
        )


def _north(north: North, sheet: Sheet) -> str:
    halves, (x, y) = arrow(north, sheet.size)
    kind = sheet.size.type(7, bold=True)
    shapes = "".join(
        f'<polygon points="{_points(half)}" fill="{fill}" stroke="#000000" stroke-width="1"/>'
        for half, fill in zip(halves, ("#000000", "#ffffff"), strict=True)
    )
    return (
        f'<g id="north" transform="translate({north.x} {north.y})">{shapes}'
        f'<text x="{x:.2f}" y="{y + 0.36 * kind.pixels:.2f}" text-anchor="middle" font-weight="bold" '
        f'font-size="{kind.pixels}" fill="{INK}">N</text></g>'
    )


def _points(corners: Iterable[NDArray[np.float64]]) -> str:
    return " ".join(f"{x:.3f},{y:.3f}" for x, y in corners)


def _line(line: Line) -> str:
    weight = ' font-weight="bold"' if line.kind.bold else ""
    return (
        f'<text x="{line.x}" y="{line.y}" font-size="{line.kind.pixels}" fill="{line.ink}"{weight}>'
        f"{_text(line.text)}</text>"
    )


def _text(text: str) -> str:
    return escape(clean(text))


def _colour(rgb: tuple[int, int, int]) -> str:
    return "#{:02x}{:02x}{:02x}".format(*rgb)


def _data(pixels: NDArray[np.uint8]) -> str:
    out = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(out, "PNG", compress_level=_LEVEL)
    return f"data:image/png;base64,{base64.b64encode(out.getvalue()).decode()}"
