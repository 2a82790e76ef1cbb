"""The records of this room: what a chip is drawn from, how, and what comes out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox
from PIL import Image
from shapely.geometry.base import BaseGeometry

from sitewatch.records import EMPTY, Kind

Resampling: TypeAlias = Literal["bicubic", "nearest"]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another change that may lie in the frame: its kind, and its outline in WGS84."""

    kind: Kind
    geometry: BaseGeometry


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
    """

    before: NDArray[np.float32]
    after: NDArray[np.float32]
    bands: tuple[str, ...]
    grid: GeoBox
    neighbours: tuple[Neighbour, ...] = ()


@dataclass(frozen=True, slots=True)
class ChipStyle:
    """How chips are drawn.

    Attributes
    ----------
    size_m : float or None
        Side of the frame on the ground, metres; fitted to the change if None.
    dpi : int
        Dots an inch at the printed width of 180 mm: 200 gives panels of 684 pixels, 300 of 1,027.
    resampling : Resampling
        How a panel is enlarged from the pixels of its frame.
    natural_colour : bool
        Show red, green and blue wherever there are such bands, for burning too.
    """

    size_m: float | None = None
    dpi: int = 200
    resampling: Resampling = "bicubic"
    natural_colour: bool = False


@dataclass(frozen=True, slots=True)
class Chip:
    """A drawn chip.

    Attributes
    ----------
    annotated : RGB image
        The figure: both panels with everything that is known about them.
    before, after : RGB image
        The frame's own pixels, stretched as in the figure, with nothing drawn on them.
    grid : GeoBox
        Of `before` and `after`.
    sha256 : str
        Of the bytes of `before` and then of `after` (RGB, row by row): whoever holds the two files can
        check the figure against them.
    dpi : int
    facts : mapping of str to str
        What is written into the files' metadata.
    """

    annotated: Image.Image
    before: Image.Image
    after: Image.Image
    grid: GeoBox
    sha256: str
    dpi: int
    facts: Mapping[str, str] = field(default_factory=lambda: EMPTY)
