"""Contact sheets of mistakes: before and after beside one another, outlined, a cell a mistake."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from benchmarks.accuracy.mistakes import Mistake
from sitewatch.grid import gsd_m
from sitewatch.report.chips import chip_grid, outline
from sitewatch.report.chips.drawing import picture_of
from sitewatch.report.chips.lettering import Type, width, wrap, write
from sitewatch.report.chips.outline import Stroke
from sitewatch.report.chips.rendering import enlarge, enlarge_mask, hatch
from sitewatch.report.words import KIND_COLOURS, KIND_TITLES, area_words, length_words
from sitewatch.runs.chips import compared
from sitewatch.runs.writing import viewer

PANEL = 300
GAP = 6
CELLS_ACROSS = 2
# Side of a frame: metres in imagery of `FINE_M` and finer, pixels in coarser. A thing that would fill more
# than a third of it gets a frame of its own size.
FINE_M, CONTEXT_M, CONTEXT_PX, CONTEXT = 3.0, 60.0, 40.0, 3.0
_HEAD, _FOOT, _EDGE, _LINE = 78, 50, 18, 18
_INK, _PALE = "#1a1a1a", "#595959"
_TITLE, _TEXT, _SMALL = Type(22, bold=True), Type(13, bold=True), Type(13)
_LINE_PX, _CASING_PX, _DASH_PX = 2, 1, 6
_HATCH_PX = 9


def draw_sheet(mistakes: Sequence[Mistake], title: str, notes: str, path: Path) -> None:
    """Draw mistakes in their order, the worst first, and write the sheet as PNG.

    Parameters
    ----------
    title, notes : str
        The first line, and what is below it: how they were chosen, and of how many.
    """
    cell_w, cell_h = 2 * PANEL + GAP, PANEL + _FOOT
    down = -(-len(mistakes) // CELLS_ACROSS)
    size = CELLS_ACROSS * (cell_w + _EDGE) + _EDGE, _HEAD + down * (cell_h + _EDGE)
    sheet = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(sheet)
    write(pen, (_EDGE, 32), title, _TITLE, ink=_INK)
    for number, line in enumerate(wrap(notes, _SMALL, size[0] - 2 * _EDGE)[:2]):
        write(pen, (_EDGE, 52 + number * _LINE), line, _SMALL, ink=_PALE)
    for number, mistake in enumerate(mistakes):
        row, col = divmod(number, CELLS_ACROSS)
        left, top = _EDGE + col * (cell_w + _EDGE), _HEAD + row * (cell_h + _EDGE)
        before, after, side_m = panels(mistake)
        sheet.paste(Image.fromarray(before), (left, top))
        sheet.paste(Image.fromarray(after), (left + PANEL + GAP, top))
        _scale_bar(pen, left, top, side_m)
        _caption(pen, (left, top + PANEL), number + 1, mistake)
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(path)


def panels(mistake: Mistake) -> tuple[NDArray[np.uint8], NDArray[np.uint8], float]:
    """Draw both dates with the outline, (PANEL, PANEL, 3) each, and say how wide the frame is, metres."""
    change = mistake.change
    pair, registration = compared(mistake.run, None)
    frame = _frame_m(mistake, max(gsd_m(scene.grid) for scene in (pair.before, pair.after)))
    grid = chip_grid(change, pair, frame)
    view = viewer(pair, registration, [])(grid, change)
    picture = picture_of(view, change.kind, pair)
    shape = outline.on_panel(change.geometry, grid, PANEL)
    stroke = Stroke(KIND_COLOURS[change.kind], _LINE_PX, _CASING_PX)
    drawn = []
    for pixels, seen in ((picture.before, picture.seen_before), (picture.after, picture.seen_after)):
        panel = enlarge(pixels, seen, PANEL, nearest=False)
        if not seen.all():
            hatch(panel, enlarge_mask(seen, PANEL), _HATCH_PX)
        outline.draw(panel, shape, stroke)
        drawn.append(panel)
    return drawn[0], drawn[1], grid.shape[1] * gsd_m(grid)


def _frame_m(mistake: Mistake, pixel_m: float) -> float | None:
    """Return the side of the frame, metres; None where the thing needs a wider one, fitted to it."""
    least = CONTEXT_M if pixel_m <= FINE_M else CONTEXT_PX * pixel_m
    return least if CONTEXT * mistake.change.area_m2**0.5 <= least else None


def _caption(pen: ImageDraw.ImageDraw, place: tuple[int, int], number: int, mistake: Mistake) -> None:
    left, top = place
    change = mistake.change
    what = f"{number}  {KIND_TITLES[change.kind]}, {area_words(change.area_m2)}"
    write(pen, (left, top + 18), what, _TEXT, ink=_INK)
    right = left + 2 * PANEL + GAP - width(mistake.words, _SMALL)
    write(pen, (right, top + 18), mistake.words, _SMALL, ink=_INK)
    write(pen, (left, top + 18 + _LINE), f"{mistake.trial.name}   {change.id}", _SMALL, ink=_PALE)


def _scale_bar(pen: ImageDraw.ImageDraw, left: int, top: int, side_m: float) -> None:
    """Draw a bar of a round length in the lower left corner of the before panel."""
    steps = [digit * 10.0**power for power in range(-1, 6) for digit in (1, 2, 5)]
    length = max(step for step in steps if step <= 0.35 * side_m)
    pixels, low = round(length / side_m * PANEL), top + PANEL - 10
    words = length_words(length)
    box = (left + 4, low - 20, left + 16 + max(pixels, round(width(words, _SMALL))), low + 6)
    pen.rectangle(box, fill="white")
    pen.rectangle((left + 10, low - 2, left + 10 + pixels, low), fill=_INK)
    write(pen, (left + 10, low - 6), words, _SMALL, ink=_INK)
