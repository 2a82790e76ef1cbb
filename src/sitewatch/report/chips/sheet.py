"""A figure before it is painted: what stands where on the sheet, in pixels at the figure's dots an inch.

The same sheet is painted as a picture (`painting`) and written as vectors with text as text (`vector`).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from sitewatch.report.chips.ground import ScaleBar
from sitewatch.report.chips.lettering import Type
from sitewatch.report.chips.outline import Stroke

WIDTH_MM = 180.0
_MARGIN_MM, _GUTTER_MM = 2.0, 2.0
INK, QUIET = "#111111", "#444444"


@dataclass(frozen=True, slots=True)
class Measures:
    """Lengths on the sheet in pixels; text is never under 6 points, the least that print keeps legible."""

    dpi: int
    width_mm: float = WIDTH_MM
    columns: int = 2

    def mm(self, value: float) -> int:
        """Return millimetres in pixels."""
        return round(value * self.dpi / 25.4)

    def type(self, points: float, *, bold: bool = False) -> Type:
        """Return a type of so many points."""
        return Type(round(points * self.dpi / 72), bold)

    @property
    def margin(self) -> int:
        """Return the empty edge of the sheet."""
        return self.mm(_MARGIN_MM)

    @property
    def gutter(self) -> int:
        """Return the space between the panels."""
        return self.mm(_GUTTER_MM)

    @property
    def panel(self) -> int:
        """Return the side of a panel."""
        free = self.mm(self.width_mm) - 2 * self.margin - (self.columns - 1) * self.gutter
        return free // self.columns

    @property
    def inner(self) -> int:
        """Return the width between the margins."""
        return self.columns * self.panel + (self.columns - 1) * self.gutter

    @property
    def width(self) -> int:
        """Return the width of the sheet."""
        return 2 * self.margin + self.inner

    def left(self, column: int) -> int:
        """Return where a column of panels begins."""
        return self.margin + column * (self.panel + self.gutter)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A shape on a panel, in its pixels, how it is drawn, and its words in the legend."""

    shape: BaseGeometry
    stroke: Stroke
    words: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One picture of a figure.

    Attributes
    ----------
    heading : str
    pixels : (side, side, 3) uint8
        Without outlines; `side` is that of `Measures.panel`.
    shapes : tuple of Drawn
        From the bottom to the top.
    lines : tuple of str
        Said under it.
    """

    heading: str
    pixels: NDArray[np.uint8]
    shapes: tuple[Drawn, ...] = ()
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Key:
    """An entry of the legend: a line, or the hatching (None), and what it stands for."""

    stroke: Stroke | None
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text; (x, y) is the left end of its baseline."""

    x: int
    y: int
    text: str
    kind: Type
    ink: str


@dataclass(frozen=True, slots=True)
class Placed:
    """A panel and where its upper left corner is."""

    x: int
    y: int
    panel: Panel


@dataclass(frozen=True, slots=True)
class Bar:
    """A scale bar: its upper left corner, its length in pixels, and what that is on the ground."""

    x: int
    y: int
    long: int
    ground: ScaleBar


@dataclass(frozen=True, slots=True)
class North:
    """An arrow to true north: its middle, and its direction, degrees clockwise from up."""

    x: int
    y: int
    degrees: float


@dataclass(frozen=True, slots=True)
class Swatch:
    """The sign of an entry of the legend, and its upper left corner."""

    x: int
    y: int
    key: Key


@dataclass(frozen=True, slots=True)
class Sheet:
    """A figure, laid out.

    Attributes
    ----------
    size : Measures
    height : int
    rule : int
        Height of the line above the notes; 0: there are none.
    """

    size: Measures
    height: int
    panels: tuple[Placed, ...]
    lines: tuple[Line, ...]
    bar: Bar
    north: North
    swatches: tuple[Swatch, ...]
    rule: int = 0
