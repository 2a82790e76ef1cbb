"""From a view and a change to a chip."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from PIL import Image

from sitewatch.records import Change, Kind, Pair, Scene
from sitewatch.report.chips import outline
from sitewatch.report.chips.captions import Shown, captions
from sitewatch.report.chips.facts import Subject, caption, credit_lines, facts
from sitewatch.report.chips.ground import north_deg, scale_bar
from sitewatch.report.chips.layout import Marks, lay_out
from sitewatch.report.chips.outline import Stroke
from sitewatch.report.chips.rendering import (
    Rendering,
    apply_stretch,
    choose_bands,
    enlarge,
    enlarge_mask,
    fit_stretch,
    hatch,
    render,
)
from sitewatch.report.chips.sheet import WIDTH_MM, Drawn, Key, Measures, Panel
from sitewatch.report.chips.thirds import third_panel
from sitewatch.report.chips.view import Chip, ChipStyle, ChipView, Look, Neighbour
from sitewatch.report.words import KIND_COLOURS, KIND_TITLES

_WHITE = (255, 255, 255)
# The hatching of the panels' own pixels, whose size in print nobody knows.
_HATCH_PIXELS = 6
_HATCH_MM = 1.4
# A strip has so many panels a row at most; a figure of one panel is so wide in print.
_MOST_COLUMNS = 4
_SINGLE_MM = 120.0


@dataclass(frozen=True, slots=True)
class Dated:
    """A date of the frame as a picture: its name, its scene, pixels (rows, columns, 3), where it is seen."""

    name: str
    scene: Scene
    pixels: NDArray[np.uint8]
    seen: NDArray[np.bool_]
    note: str = ""

    @property
    def own(self) -> NDArray[np.uint8]:
        """Return the pixels with what is not seen hatched."""
        own = self.pixels.copy()
        hatch(own, self.seen, _HATCH_PIXELS)
        return own


def draw_chip(view: ChipView, change: Change, pair: Pair, style: ChipStyle | None = None) -> Chip:
    """Draw the figure of a change, or the first of them: see `draw_figures`."""
    return draw_figures(view, change, pair, style)[0]


def draw_figures(
    view: ChipView, change: Change, pair: Pair, style: ChipStyle | None = None
) -> tuple[Chip, ...]:
    """Draw a change: its dates on the same ground, with everything that is known about them.

    Parameters
    ----------
    view : ChipView
        The dates of the frame, registered; see `framing.chip_grid` for the frame.
    change, pair
        What was found, and in which scenes.

    Returns
    -------
    tuple of Chip
        One, or one a date in the style ``single``. The same inputs give the same pixels.
    """
    style = style or ChipStyle()
    picture = picture_of(view, change.kind, pair, natural=style.natural_colour)
    dates = _dates(view, pair, picture, style)
    if style.figure == "single":
        groups = [_Group((date,), picture, f"single_{date.name}") for date in dates]
    else:
        groups = [_Group(dates, picture)]
    return tuple(_figure(view, change, pair, style, group=group) for group in groups)


def shown_bands(bands: tuple[str, ...], kind: Kind | None, *, natural: bool = False) -> tuple[str, ...]:
    """Return which bands a figure of a kind of change shows, of those that there are."""
    return choose_bands(bands, kind, natural=natural).bands


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


def pixels_digest(*pictures: NDArray[np.uint8]) -> str:
    """Return the SHA-256 of pictures, (rows, columns, 3) each: the bytes of one after those of another."""
    digest = hashlib.sha256()
    for picture in pictures:
        digest.update(np.ascontiguousarray(picture).tobytes())
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class _Group:
    """The dates of one figure, the rendering they come from, and the figure's name."""

    dates: tuple[Dated, ...]
    picture: Rendering
    name: str = ""


def _figure(view: ChipView, change: Change, pair: Pair, style: ChipStyle, *, group: _Group) -> Chip:
    dates, animated = group.dates, style.figure == "gif"
    size = _measures(style, len(dates))
    digest = pixels_digest(*(date.own for date in dates))
    scenes = tuple(date.scene for date in dates)
    words = group.picture.words
    if len(dates) > 2:
        words += ". Further dates of the same sensor have it too"
    shown = Shown(words, digest, scenes, view.standing)
    texts = captions(change, pair, view.grid, style, shown=shown)
    # A figure without notes keeps its credits: it may be copied out of its page.
    said = texts.scenes if style.notes else tuple(tuple(credit_lines([scene])) for scene in scenes)
    shapes = tuple(_shapes(view, change, pair, size))
    panels = [
        Panel(
            _heading(date, words, style),
            _enlarged(date.pixels, date.seen, style, size),
            shapes,
            (*((date.note,) if date.note else ()), *lines),
        )
        for date, words, lines in zip(dates, texts.dates, said, strict=True)
    ]
    if style.third is not None and style.figure == "panel":
        panels.append(third_panel(view, change, pair, style, picture=group.picture, size=size))
    hidden = not all(date.seen.all() for date in dates)
    marks = Marks(scale_bar(view.grid), north_deg(view.grid), tuple(_legend(panels, hidden=hidden)))
    subject = Subject(change, pair, view.grid, shown, tuple(date.name for date in dates))
    frames = [[panel] for panel in panels] if animated else [panels]
    return Chip(
        sheets=tuple(lay_out(texts if style.notes else None, frame, marks, size) for frame in frames),
        own={date.name: Image.fromarray(date.own) for date in dates},
        grid=view.grid,
        sha256=digest,
        dpi=style.dpi,
        facts=facts(subject, texts, size),
        caption=caption(subject),
        credits=tuple(credit_lines(scenes)),
        name=group.name,
    )


def _measures(style: ChipStyle, dates: int) -> Measures:
    columns = {
        "panel": 2 if style.third is None else 3,
        "strip": min(dates, _MOST_COLUMNS),
    }.get(style.figure, 1)
    return Measures(style.dpi, style.width_mm or (_SINGLE_MM if columns == 1 else WIDTH_MM), columns)


def _heading(date: Dated, words: str, style: ChipStyle) -> str:
    if style.figure == "strip" and date.name.startswith("date"):
        return words
    return f"{date.name.upper()} \N{MIDDLE DOT} {words}"


def _dates(view: ChipView, pair: Pair, picture: Rendering, style: ChipStyle) -> tuple[Dated, ...]:
    """Return the dates that a figure shows, in the order of time; those without a date last."""
    own = [
        Dated("before", pair.before, picture.before, picture.seen_before),
        Dated("after", pair.after, picture.after, picture.seen_after),
    ]
    if style.figure != "strip" or not view.further:
        return tuple(own)
    further = [_further(view, pair, look, picture) for look in view.further]
    told = sorted(
        (*own, *further),
        key=lambda date: (
            date.scene.datetime is None,
            date.scene.datetime.timestamp() if date.scene.datetime is not None else 0.0,
        ),
    )
    return tuple(
        Dated(date.name or f"date{number}", date.scene, date.pixels, date.seen, date.note)
        for number, date in enumerate(told, 1)
    )


def _further(view: ChipView, pair: Pair, look: Look, picture: Rendering) -> Dated:
    """Stretch a further date as that scene of the pair that its sensor is; another sensor by itself."""
    pixels = look.pixels[[view.bands.index(name) for name in picture.bands]]
    seen = np.asarray(np.isfinite(pixels).all(axis=0))
    note = look.note
    like = {
        (scene.sensor, scene.units): ranges
        for scene, ranges in (
            (pair.after, picture.stretch.after),
            (pair.before, picture.stretch.before),
        )
    }
    ranges = like.get((look.scene.sensor, look.scene.units))
    if ranges is None:
        ranges = fit_stretch(pixels[:, seen], pixels[:, seen][:, :0]).before
        note = f"{note} Another sensor: stretched by itself, brightness cannot be compared.".strip()
    return Dated("", look.scene, apply_stretch(pixels, ranges), seen, note)


def _enlarged(
    pixels: NDArray[np.uint8], seen: NDArray[np.bool_], style: ChipStyle, size: Measures
) -> NDArray[np.uint8]:
    panel = enlarge(pixels, seen, size.panel, nearest=style.resampling == "nearest")
    if not seen.all():
        hatch(panel, enlarge_mask(seen, size.panel), size.mm(_HATCH_MM))
    return panel


def _shapes(view: ChipView, change: Change, pair: Pair, size: Measures) -> Iterator[Drawn]:
    """Name what is drawn, from the bottom to the top; only what can be seen in the frame."""
    fine = Stroke(_WHITE, line=max(size.mm(0.2), 1), casing=max(size.mm(0.12), 1), dash=size.mm(1.5))
    if pair.site is not None:
        shape = outline.on_panel(pair.site.geometry, view.grid, size.panel)
        if outline.touches(shape, size.panel):
            yield Drawn(shape, fine, "boundary of the site")
    for neighbour in _near(view):
        shape = outline.on_panel(neighbour.geometry, view.grid, size.panel)
        if outline.touches(shape, size.panel):
            stroke = Stroke(KIND_COLOURS[neighbour.kind], fine.line, fine.casing, dash=size.mm(0.8))
            yield Drawn(shape, stroke, f"nearby: {KIND_TITLES[neighbour.kind].lower()}")
    bold = Stroke(KIND_COLOURS[change.kind], line=max(size.mm(0.28), 1), casing=max(size.mm(0.12), 1))
    shape = outline.on_panel(change.geometry, view.grid, size.panel)
    yield Drawn(shape, bold, f"this change: {KIND_TITLES[change.kind].lower()}")


def _near(view: ChipView) -> list[Neighbour]:
    """Return the neighbours whose boxes touch the frame's: of thousands, only these are projected."""
    if not view.neighbours:
        return []
    west, south, east, north = view.grid.geographic_extent.boundingbox.bbox
    boxes = shapely.bounds(np.array([neighbour.geometry for neighbour in view.neighbours]))
    near = (boxes[:, 0] <= east) & (boxes[:, 2] >= west) & (boxes[:, 1] <= north) & (boxes[:, 3] >= south)
    return [view.neighbours[place] for place in np.flatnonzero(near)]


def _legend(panels: Sequence[Panel], *, hidden: bool) -> Iterator[Key]:
    entries = {drawn.words: drawn.stroke for panel in panels for drawn in reversed(panel.shapes)}
    for words, stroke in entries.items():
        yield Key(stroke, words)
    if hidden:
        yield Key(None, "no usable pixels")
