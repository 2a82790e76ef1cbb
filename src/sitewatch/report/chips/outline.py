"""Outlines on a panel: thin, to a fraction of a pixel, with a dark casing so that they read on any ground."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox
from shapely import get_coordinates, get_parts, line_merge, segmentize
from shapely.affinity import affine_transform
from shapely.geometry import LineString, MultiLineString, box
from shapely.geometry.base import BaseGeometry

from sitewatch.grid import from_shapely, require_crs

CASING = (16, 16, 16)
# OpenCV takes coordinates as whole numbers of 1/2**SHIFT pixels.
_SHIFT = 6


@dataclass(frozen=True, slots=True)
class Stroke:
    """Colour (red, green, blue), widths in pixels of a line and of its casing a side; dash 0: solid."""

    colour: tuple[int, int, int]
    line: int
    casing: int
    dash: int = 0


def on_panel(geometry: BaseGeometry, grid: GeoBox, side: int) -> BaseGeometry:
    """Return a WGS84 geometry in pixels of a panel `side` pixels wide that shows `grid`.

    (0, 0) is the outer corner of the panel's first pixel; x to the right, y down.
    """
    crs = require_crs(grid)
    # Long straight edges of a site are not straight in another projection: a vertex at each 1/1000 degree.
    dense = segmentize(geometry, max_segment_length=1e-3) if not geometry.is_empty else geometry
    shape = from_shapely(dense).to_crs(crs, resolution=float("inf")).geom
    inverse = ~grid.affine
    scale = side / grid.shape[1]
    return affine_transform(
        shape,
        [inverse.a * scale, inverse.b * scale, inverse.d * scale, inverse.e * scale,
         inverse.c * scale, inverse.f * scale],
    )  # fmt: skip


def draw(panel: NDArray[np.uint8], shape: BaseGeometry, stroke: Stroke) -> None:
    """Draw the boundary of a shape, in pixels of the panel as of `on_panel`, in place.

    The line's middle lies on the boundary: what is inside of it belongs to the shape.

    Parameters
    ----------
    panel : (rows, columns, 3) uint8, C-contiguous
    """
    lines = list(_visible(shape, panel.shape[1], panel.shape[0], stroke))
    # All of the casing first, so that it never crosses a line.
    for colour, width in ((CASING, stroke.line + 2 * stroke.casing), (stroke.colour, stroke.line)):
        cv2.polylines(
            panel, lines, isClosed=False, color=colour, thickness=width, lineType=cv2.LINE_AA, shift=_SHIFT
        )


def touches(shape: BaseGeometry, side: int) -> bool:
    """Tell whether some of the boundary of a shape can be seen on a panel."""
    return bool(shape.boundary.intersects(box(0, 0, side, side)))


def _visible(shape: BaseGeometry, width: int, height: int, stroke: Stroke) -> Iterator[NDArray[np.int32]]:
    reach = stroke.line + stroke.casing
    seen = shape.boundary.intersection(box(-reach, -reach, width + reach, height + reach))
    parts = [part for part in get_parts(seen) if isinstance(part, LineString) and not part.is_empty]
    for line in get_parts(line_merge(MultiLineString(parts))):
        corners = get_coordinates(line)
        for piece in _dashes(corners, stroke.dash) if stroke.dash else (corners,):
            # OpenCV's (0, 0) is the middle of the first pixel, ours its outer corner.
            yield np.rint((piece - 0.5) * (1 << _SHIFT)).astype(np.int32)


def _dashes(line: NDArray[np.float64], dash: int) -> Iterator[NDArray[np.float64]]:
    """Cut a line, (n, 2), into dashes with gaps of six tenths of their length."""
    way = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    starts = np.arange(0.0, way[-1], 1.6 * dash)
    stops = np.minimum(starts + dash, way[-1])
    ends = np.stack([[np.interp(at, way, axis) for axis in line.T] for at in (starts, stops)])
    # The corners that a dash goes around lie between its ends.
    first, last = np.searchsorted(way, starts, "right"), np.searchsorted(way, stops, "left")
    for start, stop, low, high in zip(*ends.transpose(0, 2, 1), first, last, strict=True):
        yield np.vstack([start, line[low:high], stop])
