"""The ground that a reviewer looks at: both dates of a pair on one frame of pixels, and outlines on it.

The frame has the before scene's georeference, and its own pixels wherever these are square: what was recorded
is shown as it was recorded. The after scene is drawn where the run's registration says that it shows the same
ground. Positions in the frame are columns and rows, (0, 0) the outer corner of its first pixel.
"""

import math
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from typing import Any

import numpy as np
import shapely
import xarray as xr
from affine import Affine
from numpy.typing import NDArray
from odc.geo.crs import CRS
from odc.geo.geobox import GeoBox
from shapely.affinity import affine_transform
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from sitewatch.catalogue.pairs import shared_bands
from sitewatch.grid import WGS84, from_shapely, gsd_m, pixel_size_m, require_crs
from sitewatch.io.rasters import OpenScenes
from sitewatch.pipeline.registration import Places, Registration
from sitewatch.pipeline.view import draw, draw_after
from sitewatch.records import Pair, Scene
from sitewatch.report.chips.framing import SQUARE, utm_zone

# Pixels of a tile, a side.
TILE = 256
_DEGREES = CRS(WGS84)
# Of a degree, in outlines: as in the files of a run.
_DECIMALS = 7


@dataclass(frozen=True)
class Place:
    """The pair that a site was judged from, and how it was registered."""

    pair: Pair
    registration: Registration
    # Tells places apart that have the same scenes: sites of one pair are registered each for itself.
    serial: int = field(default_factory=count().__next__, compare=False)

    @cached_property
    def frame(self) -> GeoBox:
        """Grid of the finest tiles."""
        grid = self.pair.before.grid
        if not _square(grid):
            return _upright(grid)
        finer = round(gsd_m(grid) / gsd_m(self.pair.after.grid))
        return grid.zoom_out(1 / finer) if finer > 1 else grid

    @cached_property
    def bands(self) -> tuple[str, ...]:
        """Names of the bands that both scenes have."""
        return shared_bands(self.pair.before, self.pair.after)

    def grid(self, corner: tuple[int, int], shape: tuple[int, int], coarser: int = 1) -> GeoBox:
        """Return a part of the frame, of pixels `coarser` times as wide.

        Parameters
        ----------
        corner : (int, int)
            Column and row of the frame; may lie outside of it.
        shape : (int, int)
            Rows and columns of the part.
        """
        step = self.frame.affine * Affine.translation(*corner) * Affine.scale(coarser)
        return GeoBox(shape, step, self.frame.crs)

    def tile(self, x: int, y: int, coarser: int) -> GeoBox:
        """Return the grid of a tile, counted from the corner of the frame."""
        return self.grid((x * TILE * coarser, y * TILE * coarser), (TILE, TILE), coarser)

    def draw(self, scene: Scene, grid: GeoBox, bands: tuple[str, ...], reader: OpenScenes) -> xr.DataArray:
        """Draw a scene on a part of the frame; see `OpenScenes.read`.

        The after scene is registered; a scene of another date lies where its own georeference says.
        """
        if scene is self.pair.after:
            return draw_after(self.pair, self.registration, grid, bands, read=reader.read)
        if scene is self.pair.before and self.frame.crs == scene.grid.crs and _square(scene.grid):
            return reader.read(scene, grid, bands)
        return draw(scene, grid, bands, _where_it_is, read=reader.read)

    def outline(self, geometry: BaseGeometry, kind: str) -> BaseGeometry:
        """Bring an outline (WGS84) onto the frame.

        Parameters
        ----------
        kind : Kind
            Construction is drawn by the after scene's georeference (`records.Change`), and is moved onto the
            before scene's.
        """
        crs = require_crs(self.frame)
        shape = from_shapely(geometry).to_crs(crs, resolution=math.inf).geom
        if kind == "construction":
            shape = self._moved(shape, self.registration.to_before)
        return _affine(shape, ~self.frame.affine)

    def degrees(self, outline: BaseGeometry, kind: str) -> dict[str, Any]:
        """Bring an outline from the frame to WGS84, as GeoJSON; the inverse of `outline`."""
        shape = _affine(outline, self.frame.affine)
        if kind == "construction":
            shape = self._moved(shape, self.registration.to_after)
        there = require_crs(self.frame).transformer_to_crs(_DEGREES, always_xy=True)
        shape = shapely.transform(shape, lambda points: np.stack(there(points[:, 0], points[:, 1]), axis=1))
        exact = shapely.transform(
            shapely.orient_polygons(shape), lambda points: np.round(points, _DECIMALS) + 0.0
        )
        return dict(mapping(exact))

    def longitudes(self, points: list[tuple[float, float]]) -> list[tuple[float, float]]:
        """Return longitude and latitude of positions in the frame."""
        flat = np.asarray([self.frame.affine * point for point in points], float)
        there = require_crs(self.frame).transformer_to_crs(_DEGREES, always_xy=True)
        lon, lat = there(flat[:, 0], flat[:, 1])
        return [(float(a), float(b)) for a, b in zip(lon, lat, strict=True)]

    def _moved(self, shape: BaseGeometry, move: Any) -> BaseGeometry:
        """Move a shape of the frame's CRS as the registration moves, in its own CRS."""
        home = require_crs(self.registration.grid)
        crs = require_crs(self.frame)
        there, back = (
            crs.transformer_to_crs(home, always_xy=True),
            home.transformer_to_crs(crs, always_xy=True),
        )

        def moved(points: NDArray[np.float64]) -> NDArray[np.float64]:
            return np.stack(back(*move(*there(points[:, 0], points[:, 1]))), axis=1)

        return shapely.transform(shape, moved)


def _where_it_is(east: NDArray[np.float64], north: NDArray[np.float64]) -> Places:
    return east, north


def _affine(shape: BaseGeometry, step: Affine) -> BaseGeometry:
    return affine_transform(shape, [step.a, step.b, step.d, step.e, step.c, step.f])


def _square(grid: GeoBox) -> bool:
    """Tell whether pixels are square on the ground and not mirrored: then they can be shown as they are."""
    width, height = pixel_size_m(grid)
    a, b, _, d, e, *_ = grid.affine
    skew = abs(a * b + d * e) / (math.hypot(a, d) * math.hypot(b, e))
    return grid.affine.determinant < 0 and skew < SQUARE and abs(width / height - 1) < SQUARE


def _upright(grid: GeoBox) -> GeoBox:
    """Return a grid of the place's UTM zone that covers another, of about its pixels."""
    centre = grid.extent.to_crs(WGS84).centroid
    crs = utm_zone(*centre.coords[0])
    left, bottom, right, top = grid.extent.to_crs(crs, resolution=math.inf).boundingbox.bbox
    pixel = gsd_m(grid)
    shape = (math.ceil((top - bottom) / pixel), math.ceil((right - left) / pixel))
    return GeoBox(shape, Affine(pixel, 0, left, 0, -pixel, top), crs)
