"""From a view and a change to a chip."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from PIL import Image
from shapely.geometry.base import BaseGeometry

from sitewatch import __version__
from sitewatch.records import Change, Kind, Pair
from sitewatch.report.chips import outline
from sitewatch.report.chips.captions import NOT_VALIDATED, Captions, captions
from sitewatch.report.chips.ground import lonlat_words, north_deg, scale_bar
from sitewatch.report.chips.outline import Stroke
from sitewatch.report.chips.rendering import (
    Rendering,
    choose_bands,
    enlarge,
    enlarge_mask,
    hatch,
    render,
)
from sitewatch.report.chips.sheet import Key, Measures, draw_sheet
from sitewatch.report.chips.view import Chip, ChipStyle, ChipView, Neighbour
from sitewatch.report.words import KIND_COLOURS, KIND_TITLES

_WHITE = (255, 255, 255)
# The hatching of the panels' own pixels, whose size in print nobody knows.
_HATCH_PIXELS = 6
_HATCH_MM = 1.4


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A shape on the panels, in their pixels, how it is drawn, and its words in the legend."""

    shape: BaseGeometry
    stroke: Stroke
    words: str


def draw_chip(view: ChipView, change: Change, pair: Pair, style: ChipStyle | None = None) -> Chip:
    """Draw a change: before and after beside one another, with everything that is known about them.

    Parameters
    ----------
    view : ChipView
        Both dates of the frame, registered; see `framing.chip_grid` for the frame.
    change, pair
        What was found, and in which scenes.

    Returns
    -------
    Chip
        The same inputs give the same pixels.
    """
    style = style or ChipStyle()
    picture = picture_of(view, change.kind, pair, natural=style.natural_colour)
    own = (
        _own_pixels(picture.before, picture.seen_before),
        _own_pixels(picture.after, picture.seen_after),
    )
    digest = pixels_digest(*own)
    texts = captions(change, pair, view.grid, style, display=picture.words, sha256=digest)
    shapes = list(_shapes(view, change, pair, Measures(style.dpi)))
    panels = (
        _panel(picture.before, picture.seen_before, shapes, style),
        _panel(picture.after, picture.seen_after, shapes, style),
    )
    annotated = draw_sheet(
        texts,
        panels,
        list(_legend(shapes, picture)),
        scale_bar(view.grid),
        north_deg=north_deg(view.grid),
        dpi=style.dpi,
    )
    return Chip(
        annotated=annotated,
        before=Image.fromarray(own[0]),
        after=Image.fromarray(own[1]),
        grid=view.grid,
        sha256=digest,
        dpi=style.dpi,
        facts=_facts(change, pair, texts, place=_centre_words(change), sha256=digest),
    )


def picture_of(view: ChipView, kind: Kind | None, pair: Pair, *, natural: bool = False) -> Rendering:
    """Choose the bands of a view and stretch both dates to 8 bits."""
    combination = choose_bands(view.bands, kind, natural=natural)
    rows = [view.bands.index(name) for name in combination.bands]
    return render(
        view.before[rows],
        view.after[rows],
        combination,
        same_sensor=pair.before.sensor == pair.after.sensor and pair.before.units == pair.after.units,
        photograph=set(view.bands) == {"red", "green", "blue"},
    )


def pixels_digest(before: NDArray[np.uint8], after: NDArray[np.uint8]) -> str:
    """Return the SHA-256 of two pictures, (rows, columns, 3) each: the first's bytes, then the second's."""
    digest = hashlib.sha256(np.ascontiguousarray(before).tobytes())
    digest.update(np.ascontiguousarray(after).tobytes())
    return digest.hexdigest()


def _own_pixels(picture: NDArray[np.uint8], seen: NDArray[np.bool_]) -> NDArray[np.uint8]:
    own = picture.copy()
    hatch(own, seen, _HATCH_PIXELS)
    return own


def _panel(
    picture: NDArray[np.uint8], seen: NDArray[np.bool_], shapes: list[_Drawn], style: ChipStyle
) -> NDArray[np.uint8]:
    size = Measures(style.dpi)
    panel = enlarge(picture, seen, size.panel, nearest=style.resampling == "nearest")
    if not seen.all():
        hatch(panel, enlarge_mask(seen, size.panel), size.mm(_HATCH_MM))
    for drawn in shapes:
        outline.draw(panel, drawn.shape, drawn.stroke)
    return panel


def _shapes(view: ChipView, change: Change, pair: Pair, size: Measures) -> Iterator[_Drawn]:
    """Name what is drawn, from the bottom to the top; only what can be seen in the frame."""
    fine = Stroke(_WHITE, line=max(size.mm(0.2), 1), casing=max(size.mm(0.12), 1), dash=size.mm(1.5))
    if pair.site is not None:
        shape = outline.on_panel(pair.site.geometry, view.grid, size.panel)
        if outline.touches(shape, size.panel):
            yield _Drawn(shape, fine, "boundary of the site")
    for neighbour in _near(view):
        shape = outline.on_panel(neighbour.geometry, view.grid, size.panel)
        if outline.touches(shape, size.panel):
            stroke = Stroke(KIND_COLOURS[neighbour.kind], fine.line, fine.casing, dash=size.mm(0.8))
            yield _Drawn(shape, stroke, f"nearby: {KIND_TITLES[neighbour.kind].lower()}")
    bold = Stroke(KIND_COLOURS[change.kind], line=max(size.mm(0.28), 1), casing=max(size.mm(0.12), 1))
    shape = outline.on_panel(change.geometry, view.grid, size.panel)
    yield _Drawn(shape, bold, f"this change: {KIND_TITLES[change.kind].lower()}")


def _near(view: ChipView) -> list[Neighbour]:
    """Return the neighbours whose boxes touch the frame's: of thousands, only these are projected."""
    if not view.neighbours:
        return []
    west, south, east, north = view.grid.geographic_extent.boundingbox.bbox
    boxes = shapely.bounds(np.array([neighbour.geometry for neighbour in view.neighbours]))
    near = (boxes[:, 0] <= east) & (boxes[:, 2] >= west) & (boxes[:, 1] <= north) & (boxes[:, 3] >= south)
    return [view.neighbours[place] for place in np.flatnonzero(near)]


def _centre_words(change: Change) -> str:
    middle = change.geometry.centroid
    return lonlat_words(middle.x, middle.y)


def _legend(shapes: list[_Drawn], picture: Rendering) -> Iterator[Key]:
    entries = {drawn.words: drawn.stroke for drawn in reversed(shapes)}
    for words, stroke in entries.items():
        yield Key(stroke, words)
    if not (picture.seen_before.all() and picture.seen_after.all()):
        yield Key(None, "no usable pixels")


def _facts(change: Change, pair: Pair, texts: Captions, *, place: str, sha256: str) -> Mapping[str, str]:
    """Name what goes into the files' metadata; the first five keys are those of the PNG standard."""
    site = pair.site.name if pair.site is not None else "no site"
    credits = dict.fromkeys(scene.credit or "credit not stated" for scene in (pair.before, pair.after))
    licences = dict.fromkeys(scene.licence or "licence not stated" for scene in (pair.before, pair.after))
    return {
        "Title": f"{texts.title}: {site}",
        "Description": (
            f"Before: {texts.dates[0]}. After: {texts.dates[1]}. {texts.confidence}. {NOT_VALIDATED}"
        ),
        "Copyright": "; ".join((*credits, *licences)),
        "Source": "; ".join(scene.product_id or scene.id for scene in (pair.before, pair.after)),
        "Software": f"sitewatch {__version__}",
        "sitewatch:change": change.id,
        "sitewatch:site": pair.site.id if pair.site is not None else "",
        "sitewatch:kind": change.kind,
        "sitewatch:centre": place,
        "sitewatch:sha256": sha256,
    }
