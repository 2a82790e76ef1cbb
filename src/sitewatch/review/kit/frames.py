"""What a kit shows of one item: both dates at native resolution, and its outline in their pixels."""

import base64
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from shapely import get_parts

from sitewatch.io.results import Run
from sitewatch.records import Kind, Pair
from sitewatch.report.chips import ChipView, chip_grid, pixels_digest
from sitewatch.report.chips.drawing import picture_of
from sitewatch.report.chips.ground import north_deg, scale_bar
from sitewatch.report.chips.outline import on_panel
from sitewatch.report.chips.rendering import hatch
from sitewatch.report.words import length_words
from sitewatch.review.items import Item, shown
from sitewatch.runs.chips import to_change
from sitewatch.runs.writing import viewer

Picture = NDArray[np.uint8]

_HATCH_PX = 6
# Natural colour, and what tells burned ground where there are bands for it: never by what was detected.
_LOOKS: tuple[Kind | None, ...] = (None, "burning")


@dataclass(frozen=True, slots=True)
class Look:
    """Both dates in one combination of bands.

    Attributes
    ----------
    words : str
        Which bands, and how they were stretched.
    before, after : str
        ``data:`` addresses of PNG.
    sha256 : str
        Of the pixels of both.
    """

    words: str
    before: str
    after: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Frame:
    """What is shown of an item.

    Attributes
    ----------
    pair : Pair
    width, height : int
        Pixels.
    looks : tuple of Look
    outline : list of rings, each of (column, row)
    bar : str
        Length of the scale bar in words; `share` of the width is as long.
    north : float
        Degrees clockwise from straight up.
    """

    pair: Pair
    width: int
    height: int
    looks: tuple[Look, ...]
    outline: list[list[tuple[float, float]]]
    bar: str
    share: float
    north: float


def frame_of(run: Run, item: Item) -> Frame:
    """Draw an item.

    Raises
    ------
    RasterError
        If an image cannot be read any more.
    """
    pair, registration = shown(run, item)
    change = to_change(item.feature)
    grid = chip_grid(change, pair)
    # Other detections are not drawn: they lie around detections, and not around controls.
    view = viewer(pair, registration, [])(grid, change)
    bar = scale_bar(grid)
    rows, cols = grid.shape
    return Frame(
        pair=pair,
        width=cols,
        height=rows,
        looks=tuple(_looks(view, pair)),
        outline=list(_rings(on_panel(change.geometry, grid, cols))),
        bar=length_words(bar.length_m),
        share=bar.share,
        north=north_deg(grid),
    )


def _looks(view: ChipView, pair: Pair) -> Iterator[Look]:
    told = set()
    for kind in _LOOKS:
        picture = picture_of(view, kind, pair)
        if picture.words in told:
            continue
        told.add(picture.words)
        for image, seen in ((picture.before, picture.seen_before), (picture.after, picture.seen_after)):
            hatch(image, seen, _HATCH_PX)
        yield Look(
            picture.words,
            _address(picture.before),
            _address(picture.after),
            pixels_digest(picture.before, picture.after),
        )


def _address(picture: Picture) -> str:
    memory = io.BytesIO()
    Image.fromarray(picture).save(memory, "PNG", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(memory.getvalue()).decode('ascii')}"


def _rings(shape: Any) -> Iterator[list[tuple[float, float]]]:
    for part in get_parts(shape):
        for ring in (part.exterior, *part.interiors):
            yield [(round(x, 2), round(y, 2)) for x, y in np.asarray(ring.coords)[:, :2].tolist()]
