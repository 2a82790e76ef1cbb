"""A third panel beside before and after: what changed, or what is around."""

import numpy as np
from numpy.typing import NDArray

from sitewatch.grid import WGS84
from sitewatch.records import Change, Pair
from sitewatch.report.chips import outline
from sitewatch.report.chips.ground import width_m
from sitewatch.report.chips.outline import Stroke
from sitewatch.report.chips.rendering import Rendering, apply_stretch, enlarge, enlarge_mask, hatch
from sitewatch.report.chips.sheet import Drawn, Measures, Panel
from sitewatch.report.chips.view import ChipStyle, ChipView, Context
from sitewatch.report.words import KIND_COLOURS, KIND_TITLES, length_words

# Ends and middle of a scale that the colour-blind can read (ColorBrewer's PuOr turned to blue; Brewer 2003).
_DARKER, _SAME, _BRIGHTER = (np.array(rgb, np.float32) for rgb in ((5, 80, 160), (247,) * 3, (179, 88, 6)))
# A difference of so many of 255 steps has the full colour.
_FULL = 128
_WHITE = (255, 255, 255)


def third_panel(
    view: ChipView, change: Change, pair: Pair, style: ChipStyle, *, picture: Rendering, size: Measures
) -> Panel:
    """Draw the third panel that a style asks for; without a context in the view, what changed."""
    if style.third == "context" and view.context is not None:
        return _context(view, view.context, change, pair, picture=picture, size=size)
    seen = picture.seen_before & picture.seen_after
    pixels = enlarge(difference(picture), seen, size.panel, nearest=style.resampling == "nearest")
    if not seen.all():
        hatch(pixels, enlarge_mask(seen, size.panel), size.mm(1.4))
    bold = _bold(change, size)
    shape = outline.on_panel(change.geometry, view.grid, size.panel)
    return Panel(
        "WHAT CHANGED",
        pixels,
        (Drawn(shape, bold, f"this change: {KIND_TITLES[change.kind].lower()}"),),
        (
            "After minus before, the mean of the bands as they are shown: brown became brighter, blue "
            "darker, white stayed as it was; full colour at half of the range from black to white.",
        ),
    )


def difference(picture: Rendering) -> NDArray[np.uint8]:
    """Return after minus before in colours, (rows, columns, 3): the mean over the channels as shown."""
    change = picture.after.astype(np.float32).mean(axis=2) - picture.before.astype(np.float32).mean(axis=2)
    share = np.clip(change / _FULL, -1, 1)[..., None]
    ends = np.where(share > 0, _BRIGHTER, _DARKER)
    colours: NDArray[np.uint8] = np.rint(_SAME + (ends - _SAME) * np.abs(share)).astype(np.uint8)
    return colours


def _context(
    view: ChipView, context: Context, change: Change, pair: Pair, *, picture: Rendering, size: Measures
) -> Panel:
    values = context.pixels[[view.bands.index(name) for name in picture.bands]]
    pixels = apply_stretch(values, picture.stretch.after)
    seen = np.asarray(np.isfinite(values).all(axis=0))
    panel = enlarge(pixels, seen, size.panel, nearest=False)
    if not seen.all():
        hatch(panel, enlarge_mask(seen, size.panel), size.mm(1.4))
    fine = Stroke(_WHITE, line=max(size.mm(0.2), 1), casing=max(size.mm(0.12), 1))
    frame = view.grid.extent.to_crs(WGS84, resolution=float("inf")).geom
    shapes = [
        (frame, fine, "frame of the other panels"),
        (change.geometry, _bold(change, size), f"this change: {KIND_TITLES[change.kind].lower()}"),
    ]
    if pair.site is not None:
        dashed = Stroke(_WHITE, fine.line, fine.casing, dash=size.mm(1.5))
        shapes.insert(0, (pair.site.geometry, dashed, "boundary of the site"))
    drawn = (
        Drawn(outline.on_panel(one, context.grid, size.panel), stroke, words) for one, stroke, words in shapes
    )
    across = float(f"{width_m(context.grid):.3g}")
    return Panel(
        "AROUND IT, AFTER",
        panel,
        tuple(one for one in drawn if outline.touches(one.shape, size.panel)),
        (
            f"The after scene, {length_words(across)} wide; the scale bar holds for the other panels. "
            "Same bands and stretch.",
        ),
    )


def _bold(change: Change, size: Measures) -> Stroke:
    return Stroke(KIND_COLOURS[change.kind], line=max(size.mm(0.28), 1), casing=max(size.mm(0.12), 1))
