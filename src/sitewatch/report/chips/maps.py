"""A map of a site: the later date, the site's boundary, and every change that is shown."""

from collections.abc import Sequence

from odc.geo.geobox import GeoBox
from shapely import union_all

from sitewatch.records import Change, Pair
from sitewatch.report.chips import outline
from sitewatch.report.chips.captions import date_words
from sitewatch.report.chips.drawing import picture_of
from sitewatch.report.chips.facts import credit_lines
from sitewatch.report.chips.framing import LEAST_SIDE_M, chip_grid
from sitewatch.report.chips.ground import north_deg, scale_bar
from sitewatch.report.chips.layout import Marks, lay_out
from sitewatch.report.chips.outline import Stroke
from sitewatch.report.chips.rendering import enlarge, enlarge_mask, hatch
from sitewatch.report.chips.sheet import Drawn, Key, Measures, Panel, Sheet
from sitewatch.report.chips.view import ChipStyle, ChipView
from sitewatch.report.words import KIND_COLOURS, KIND_TITLES

_WHITE = (255, 255, 255)
_WIDTH_MM = 120.0


def map_grid(pair: Pair, changes: Sequence[Change]) -> GeoBox:
    """Return the frame of a map: the site and its changes, with a margin; without a site, the changes.

    Raises
    ------
    ValueError
        If there is neither a site nor a change.
    """
    if pair.site is None and not changes:
        raise ValueError("a map shows a site or changes")
    shapes = [change.geometry for change in changes]
    if pair.site is not None:
        shapes.append(pair.site.geometry)
    # A change of the before frame that covers everything: a frame is made for changes.
    whole = Change("map", None, "demolition", 1.0, {"demolition": 1.0}, 0.0, union_all(shapes))
    return chip_grid(whole, pair, LEAST_SIDE_M)


def draw_map(view: ChipView, pair: Pair, changes: Sequence[Change], style: ChipStyle) -> Sheet:
    """Draw a map on a view whose grid `map_grid` made: the after date, outlines, scale, north, legend."""
    picture = picture_of(view, None, pair)
    size = Measures(style.dpi, style.width_mm or _WIDTH_MM, 1)
    panel = enlarge(picture.after, picture.seen_after, size.panel, nearest=False)
    if not picture.seen_after.all():
        hatch(panel, enlarge_mask(picture.seen_after, size.panel), size.mm(1.4))
    line, casing = max(size.mm(0.28), 1), max(size.mm(0.12), 1)
    shapes: list[Drawn] = []
    if pair.site is not None:
        on_panel = outline.on_panel(pair.site.geometry, view.grid, size.panel)
        stroke = Stroke(_WHITE, max(size.mm(0.2), 1), casing, dash=size.mm(1.5))
        shapes.append(Drawn(on_panel, stroke, "boundary of the site"))
    for change in sorted(changes, key=lambda change: -change.area_m2):
        on_panel = outline.on_panel(change.geometry, view.grid, size.panel)
        shapes.append(
            Drawn(on_panel, Stroke(KIND_COLOURS[change.kind], line, casing), KIND_TITLES[change.kind].lower())
        )
    keys = {drawn.words: Key(drawn.stroke, drawn.words) for drawn in reversed(shapes)}
    if not picture.seen_after.all():
        keys["hatched"] = Key(None, "no usable pixels")
    marks = Marks(scale_bar(view.grid), north_deg(view.grid), tuple(keys.values()))
    heading = f"AFTER \N{MIDDLE DOT} {date_words(pair.after)}"
    lines = tuple(credit_lines([pair.after]))
    return lay_out(None, [Panel(heading, panel, tuple(shapes), lines)], marks, size)
