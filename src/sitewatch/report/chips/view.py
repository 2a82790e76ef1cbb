"""The records of this room: what a chip is drawn from, how, and what comes out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox
from PIL import Image
from shapely.geometry.base import BaseGeometry

from sitewatch.records import EMPTY, Kind, Scene
from sitewatch.report.chips.painting import paint
from sitewatch.report.chips.sheet import Sheet
from sitewatch.report.standing import Standing

Resampling: TypeAlias = Literal["bicubic", "nearest"]
Figure: TypeAlias = Literal["panel", "strip", "single", "gif"]
Third: TypeAlias = Literal["changed", "context"]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another change that may lie in the frame: its kind, and its outline in WGS84."""

    kind: Kind
    geometry: BaseGeometry


@dataclass(frozen=True, slots=True)
class Look:
    """A further date of a frame.

    Attributes
    ----------
    scene : Scene
    pixels : (bands, rows, columns) float32
        In the bands and on the grid of the view; NaN where a pixel is missing.
    note : str
        How it was brought onto the frame.
    """

    scene: Scene
    pixels: NDArray[np.float32]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """The after date on a wider frame: (bands, rows, columns) float32 in the bands of the view."""

    pixels: NDArray[np.float32]
    grid: GeoBox


@dataclass(frozen=True, slots=True)
class ChipView:
    """Both dates of a frame, registered, on one grid.

    Attributes
    ----------
    before, after : (bands, rows, columns) float32
        In the units of the scenes; NaN where a pixel is missing or not usable.
    bands : tuple of str
        Names, in the order of the first axis of both.
    grid : GeoBox
        Of the same rows and columns; `framing.chip_grid` makes a good one.
    neighbours : tuple of Neighbour
        Other changes, drawn dashed.
    further : tuple of Look
        Other dates, for a strip.
    context : Context or None
        For a map of what is around.
    standing : Standing
        How the change stands with reviewers.
    """

    before: NDArray[np.float32]
    after: NDArray[np.float32]
    bands: tuple[str, ...]
    grid: GeoBox
    neighbours: tuple[Neighbour, ...] = ()
    further: tuple[Look, ...] = ()
    context: Context | None = None
    standing: Standing = field(default_factory=Standing)


@dataclass(frozen=True, slots=True)
class ChipStyle:
    """How chips are drawn.

    Attributes
    ----------
    size_m : float or None
        Side of the frame on the ground, metres; fitted to the change if None.
    dpi : int
        Dots an inch at the printed width: at 180 mm, 200 gives two panels of 684 pixels, 300 of 1,027.
    resampling : Resampling
        How a panel is enlarged from the pixels of its frame.
    natural_colour : bool
        Show red, green and blue wherever there are such bands, for burning too.
    figure : Figure
        ``panel``: before beside after; ``strip``: every date of the view in order; ``single``: a figure a
        date; ``gif``: before and after in turn.
    third : Third or None
        A further panel beside before and after: what changed, or what is around.
    width_mm : float or None
        Printed width of the figure; 180 mm, or 120 mm for a single panel, if None.
    notes : bool
        Set what is known around the panels; without, a figure has dates, scale, north and legend, for pages
        that say the rest beside it.
    """

    size_m: float | None = None
    dpi: int = 200
    resampling: Resampling = "bicubic"
    natural_colour: bool = False
    figure: Figure = "panel"
    third: Third | None = None
    width_mm: float | None = None
    notes: bool = True


@dataclass(frozen=True, slots=True)
class Chip:
    """A drawn chip.

    Attributes
    ----------
    sheets : tuple of Sheet
        The figure: its panels with everything that is known about them. Several: one after another in time.
    own : mapping of str to RGB image
        By name (``before``, ``after``): the frame's own pixels, stretched as in the figure, with nothing
        drawn on them.
    grid : GeoBox
        Of the pictures of `own`.
    sha256 : str
        Of the bytes of the pictures of `own`, one after another (RGB, row by row): whoever holds their files
        can check the figure against them.
    dpi : int
    facts : mapping of str to str
        What is written into the files' metadata.
    caption : str
        To stand beside the figure, ready for a number in front of it.
    credits : tuple of str
        Credit and licence of its scenes, a sentence each.
    name : str
        Of the figure among those of its change; "" where there is one.
    """

    sheets: tuple[Sheet, ...]
    own: Mapping[str, Image.Image]
    grid: GeoBox
    sha256: str
    dpi: int
    facts: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    caption: str = ""
    credits: tuple[str, ...] = ()
    name: str = ""

    @property
    def annotated(self) -> Image.Image:
        """Paint the figure."""
        return paint(self.sheets[0])

    @property
    def before(self) -> Image.Image:
        """Return the first date without annotation."""
        return next(iter(self.own.values()))

    @property
    def after(self) -> Image.Image:
        """Return the last date without annotation."""
        return list(self.own.values())[-1]
