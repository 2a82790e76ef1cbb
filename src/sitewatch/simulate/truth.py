"""The truth about a drawn pair: what changed of the three kinds, and where it is seen."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox
from shapely import Polygon, box, transform
from shapely.affinity import affine_transform, scale
from shapely.geometry.base import BaseGeometry

from sitewatch.grid import WGS84
from sitewatch.records import KIND_CODES
from sitewatch.simulate.deed import Deed, polygons
from sitewatch.simulate.recipe import Event, Recipe
from sitewatch.simulate.sensor import forward
from sitewatch.simulate.shapes import moved
from sitewatch.simulate.sun import lean

_REVERSED: dict[Event, Event] = {
    "construction": "demolition",
    "demolition": "construction",
    "burning": "construction",
}
_SUPERSAMPLING = 8


@dataclass(frozen=True, slots=True)
class TrueChange:
    """One true change.

    Attributes
    ----------
    kind : Event
    outline : shapely Polygon
        In pixels of the before scene's grid (column, row), where the thing is seen: construction where the
        after scene shows it, what is gone or burned where the before scene showed it.
    geometry : shapely geometry
        The same in WGS84.
    area_m2 : float
        Of the outline.
    """

    kind: Event
    outline: Polygon
    geometry: BaseGeometry
    area_m2: float


def true_changes(deeds: Sequence[Deed], recipe: Recipe, grid: GeoBox) -> tuple[TrueChange, ...]:
    """Return the true changes of a pair."""
    out = []
    for deed in deeds:
        kind = _REVERSED[deed.kind] if recipe.reverse else deed.kind
        seen_in_after = kind == "construction"
        shape = deed.built if recipe.reverse and deed.kind == "burning" else deed.area
        placed = in_pixels(shape, deed.height, recipe, in_after=seen_in_after)
        out += [
            TrueChange(kind, part, to_wgs84(part, grid), part.area * recipe.resolution_m**2)
            for part in getattr(placed, "geoms", [placed])
            if part.area > 0
        ]
    return tuple(out)


def doubtful_area(deeds: Sequence[Deed], recipe: Recipe) -> list[BaseGeometry]:
    """Return the ground that changed too but that one would neither count nor blame, in pixels."""
    shapes = [in_pixels(deed.doubtful, 0.0, recipe, in_after=True) for deed in deeds]
    return shapes + [in_pixels(deed.doubtful, 0.0, recipe, in_after=False) for deed in deeds]


def truth_raster(changes: Sequence[TrueChange], size: tuple[int, int]) -> NDArray[np.uint8]:
    """Return the kinds as codes, (rows, columns): pixels at least half covered by an outline."""
    truth = np.zeros(size, np.uint8)
    for kind in ("burning", "demolition", "construction"):
        shapes = [change.outline for change in changes if change.kind == kind]
        truth[covered(shapes, size)] = KIND_CODES[kind]
    return truth


def covered(shapes: Sequence[BaseGeometry], size: tuple[int, int]) -> NDArray[np.bool_]:
    """Return the pixels of which at least half is covered by the shapes (in pixels, not overlapping)."""
    share = np.zeros(size, np.float32)
    frame = box(0, 0, size[1], size[0])
    for shape in shapes:
        for part in polygons(shape.intersection(frame)):
            left, top, right, bottom = (
                int(v) for v in (*np.floor(part.bounds[:2]), *np.ceil(part.bounds[2:]))
            )
            share[top:bottom, left:right] += coverage(part, left, top, (bottom - top, right - left))
    return np.asarray(share >= 0.5)


def coverage(shape: Polygon, left: int, top: int, size: tuple[int, int]) -> NDArray[np.float32]:
    """Return the share of each pixel of a window that a shape (in pixels) covers, (rows, columns), 0..1."""
    rows, cols = size
    fine = np.zeros((rows * _SUPERSAMPLING, cols * _SUPERSAMPLING), np.uint8)
    larger = affine_transform(
        shape, [_SUPERSAMPLING, 0, 0, _SUPERSAMPLING, -left * _SUPERSAMPLING, -top * _SUPERSAMPLING]
    )
    # OpenCV fills half a pixel too far on every side: take that off first.
    for part in polygons(larger.buffer(-0.48, join_style="mitre")):
        rings = [part.exterior, *part.interiors]
        points = [np.round((np.asarray(ring.coords) - 0.5) * 16).astype(np.int32) for ring in rings]
        cv2.fillPoly(fine, points, 255, cv2.LINE_8, 4)
    shares = cv2.resize(fine.astype(np.float32), (cols, rows), interpolation=cv2.INTER_AREA)
    return np.asarray(shares / 255, np.float32)


def to_wgs84(shape: BaseGeometry, grid: GeoBox) -> BaseGeometry:
    """Return a shape in pixels of a grid as longitude and latitude."""
    if grid.crs is None:
        return shape
    to_lonlat = grid.crs.transformer_to_crs(WGS84, always_xy=True)
    affine = grid.affine
    ground = affine_transform(shape, [affine.a, affine.b, affine.d, affine.e, affine.c, affine.f])
    return transform(ground, lambda xy: np.stack(to_lonlat(xy[:, 0], xy[:, 1]), axis=1))


def in_pixels(shape: BaseGeometry, height: float, recipe: Recipe, *, in_after: bool) -> BaseGeometry:
    """Bring a shape from metres to the pixels in which a date shows it, cut to the frame."""
    date = recipe.after if in_after else recipe.before
    leaning = moved(shape, *lean(height, date))
    pixels = scale(leaning, 1 / recipe.resolution_m, 1 / recipe.resolution_m, origin=(0, 0))
    if in_after:
        matrix = forward(recipe.shift, recipe.size)
        pixels = affine_transform(pixels, [*matrix[0, :2], *matrix[1, :2], matrix[0, 2], matrix[1, 2]])
    rows, cols = recipe.size
    frame = Polygon([(0, 0), (cols, 0), (cols, rows), (0, rows)])
    return pixels.intersection(frame)
