"""Where implants may go: open ground that could be seen, on which nothing was found, well apart."""

import math
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Mask = NDArray[np.bool_]

# Ground left free between two implants, beyond the corners of the longest footprint: metres, and pixels.
_GAP_M = 8.0
_GAP_PX = 5.0
_BESIDE_M = 4.0
# Of the judged ground, no more than this share is built over at once: fits need ground that did not change.
_MOST_BUILT = 0.12


class Place(NamedTuple):
    """The middle of an implant: row and column of the judged grid (a pixel's middle ends in .5)."""

    row: float
    col: float
    inside: bool


@dataclass(eq=False)
class Room:
    """The ground of one run, as it fills.

    Parameters
    ----------
    free : (rows, columns) bool
        Seen on both dates, and nothing was found there.
    inside : (rows, columns) bool
        The site.
    rough : (rows, columns) float32
        How rough the ground is on both dates (`roughness`).
    pixel_m : float
    """

    free: Mask
    inside: Mask
    rough: NDArray[np.float32]
    pixel_m: float
    _taken: list[tuple[float, float, float]] = field(default_factory=list)
    _built_m2: float = 0.0

    def largest_m2(self) -> float:
        """Return the largest square that fits into the site's free ground, m2; 0 where there is none."""
        return 2 * (float(_depth(self.free & self.inside).max()) * self.pixel_m) ** 2

    def take(self, area_m2: float, reach_m: float, rng: np.random.Generator) -> Place | None:
        """Find a place for a footprint, and keep others away from it; None if there is no room.

        It lies within the site where it fits, else on ground of the window that is as smooth as the smoother
        half of the site.

        Parameters
        ----------
        reach_m : float
            From the middle to the farthest corner.
        """
        if self._built_m2 + area_m2 > _MOST_BUILT * self.free.size * self.pixel_m**2:
            return None
        reach = reach_m / self.pixel_m
        allowed = self._smooth(math.sqrt(area_m2) / self.pixel_m) & (_depth(self.free) >= reach + 1)
        gap = max(_GAP_M / self.pixel_m, _GAP_PX)
        rows, cols = np.ogrid[: allowed.shape[0], : allowed.shape[1]]
        for row, col, other in self._taken:
            allowed &= np.hypot(rows + 0.5 - row, cols + 0.5 - col) >= reach + other + gap
        within = allowed & (_depth(self.inside) >= reach)
        found = np.argwhere(within if within.any() else allowed)
        if not len(found):
            return None
        row, col = found[int(rng.integers(len(found)))] + rng.uniform(0, 1, 2)
        self._taken.append((float(row), float(col), reach))
        self._built_m2 += area_m2
        return Place(float(row), float(col), bool(within.any()))

    def _smooth(self, side_px: float) -> Mask:
        """Tell where a footprint of this side would stand on the smoother half of the site's ground.

        Ground beside it counts: a roof is smooth, its edges are not.
        """
        around = ndimage.uniform_filter(self.rough, max(3, round(side_px + 2 * _BESIDE_M / self.pixel_m)))
        ground = around[self.inside & self.free]
        return np.asarray(around <= np.median(ground)) if ground.size else np.ones_like(self.free)


def roughness(before: NDArray[np.float32], after: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the strength of edges in two dates (bands, rows, columns), each in units of its own contrast."""
    total = np.zeros(before.shape[1:], np.float32)
    for image in (before, after):
        grey = image.mean(axis=0)
        known = np.isfinite(grey)
        filled = np.where(known, grey, np.median(grey[known]) if known.any() else 0)
        total += ndimage.gaussian_gradient_magnitude(filled, 1.0) / max(float(filled.std()), 1e-6)
    return total


def _depth(mask: Mask) -> NDArray[np.float64]:
    """Return how far each pixel's middle lies from the nearest pixel outside, the frame's edge included."""
    framed = np.pad(mask, 1)
    return np.asarray(ndimage.distance_transform_edt(framed)[1:-1, 1:-1] - 0.5)
