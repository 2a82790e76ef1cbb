"""Where a control may lie, and an outline for it that looks like those of real detections."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox
from scipy import ndimage
from shapely.affinity import affine_transform, rotate, scale, translate
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from sitewatch.grid import from_shapely, require_crs
from sitewatch.simulate.implants import coverage

Mask = NDArray[np.bool_]

# Places that are tried for one outline.
_TRIES = 60
# Ground kept free around everything that was found, and around other controls, pixels.
_APART_PX = 6


@dataclass(eq=False)
class Quiet:
    """The judged ground of a site, on which nothing was found.

    Parameters
    ----------
    grid : GeoBox
    free : (rows, columns) bool
        Seen on both dates, and nothing was found near.
    rough : (rows, columns) float32
        How rough the ground is.
    taken : list of geometry
        Ground of other controls, in pixels.
    """

    grid: GeoBox
    free: Mask
    rough: NDArray[np.float32]
    taken: list[BaseGeometry] = field(default_factory=list)

    @classmethod
    def of(cls, grid: GeoBox, codes: NDArray[np.uint8], rough: NDArray[np.float32]) -> "Quiet":
        """Keep away from what was found."""
        found = (codes > 0) & (codes < 255)
        near = ndimage.binary_dilation(found, iterations=_APART_PX) if found.any() else found
        return cls(grid, (codes == 0) & ~near, rough)

    def pixels(self, geometry: BaseGeometry) -> BaseGeometry:
        """Return a WGS84 geometry in pixels of the grid."""
        local = from_shapely(geometry).to_crs(require_crs(self.grid), resolution=float("inf")).geom
        step = ~self.grid.affine
        return affine_transform(local, [step.a, step.b, step.d, step.e, step.c, step.f])

    def take(self, outline: BaseGeometry, rng: np.random.Generator) -> Polygon | None:
        """Find a place for the shape of a detection: turned, mirrored, where the ground is about as rough.

        Parameters
        ----------
        outline : Polygon or MultiPolygon
            Of a detection, in pixels of the grid.

        Returns
        -------
        Polygon or None
            In pixels of the grid; None if no place was found.
        """
        shape = max(shapely.get_parts(outline), key=lambda part: part.area)
        alike = self._roughness(shape)
        turned = rotate(shape, 90 * int(rng.integers(4)), origin=(0, 0))
        if rng.random() < 0.5:
            turned = scale(turned, xfact=-1, origin=(0, 0))
        best: tuple[float, Polygon] | None = None
        for _ in range(_TRIES):
            placed = self._moved(turned, rng)
            if placed is None:
                return None
            if not self._fits(placed):
                continue
            off = abs(np.log((self._roughness(placed) + 1e-6) / (alike + 1e-6)))
            if best is None or off < best[0]:
                best = (off, placed)
        if best is None:
            return None
        self.keep(best[1])
        return best[1]

    def keep(self, shape: BaseGeometry) -> None:
        """Keep other controls away from a shape, in pixels of the grid."""
        self.taken.append(shape.buffer(_APART_PX))

    def clear(self, shape: BaseGeometry) -> bool:
        """Tell whether no other control is near."""
        return not any(shape.intersects(other) for other in self.taken)

    def _moved(self, shape: Polygon, rng: np.random.Generator) -> Polygon | None:
        """Move a shape by whole pixels to anywhere on the grid; None if it is larger than that."""
        left, top, right, bottom = shape.bounds
        rows, cols = self.grid.shape
        room = cols - (right - left) - 2, rows - (bottom - top) - 2
        if min(room) < 1:
            return None
        return translate(
            shape,
            np.floor(rng.uniform(0, room[0])) + 1 - np.floor(left),
            np.floor(rng.uniform(0, room[1])) + 1 - np.floor(top),
        )

    def _fits(self, shape: Polygon) -> bool:
        window, share = _window(shape, self.free.shape)
        return bool(self.free[window][share > 0].all()) and self.clear(shape)

    def _roughness(self, shape: Polygon) -> float:
        window, share = _window(shape.buffer(2), self.free.shape)
        known = np.isfinite(self.rough[window]) & (share > 0)
        return float(np.mean(self.rough[window][known])) if known.any() else 0.0


def _window(shape: Polygon, size: Sequence[int]) -> tuple[tuple[slice, slice], NDArray[np.float32]]:
    """Return the part of a grid that holds a shape, and how much of each of its pixels the shape covers."""
    corners = np.array(shape.bounds).reshape(2, 2)
    low = np.clip(np.floor(corners[0]).astype(int), 0, (size[1] - 1, size[0] - 1))
    high = np.clip(np.ceil(corners[1]).astype(int), low + 1, (size[1], size[0]))
    width, height = high - low
    share = coverage(shape, int(low[0]), int(low[1]), (int(height), int(width)))
    return (slice(int(low[1]), int(high[1])), slice(int(low[0]), int(high[0]))), share
