"""The ground of a site, as controls need it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from sitewatch.io.rasters import burn, describe, load_labels
from sitewatch.io.results import OVERLAP, Run
from sitewatch.pipeline.outlines import on_the_ground
from sitewatch.pipeline.registration import Registration
from sitewatch.pipeline.view import load_registered
from sitewatch.records import Pair
from sitewatch.review.controls.places import Quiet
from sitewatch.runs.chips import compared
from sitewatch.runs.smallest.places import roughness

# Side of the ground that a control shows, pixels: its frame, and the neighbourhood to look about in.
WINDOW_PX = 768
# Side of the part of a large site that controls are placed on, pixels.
MOST_PX = 2048

Window = tuple[slice, slice]


@dataclass(frozen=True, slots=True, eq=False)
class ControlSite:
    """A site, or the whole overlap: its pair, and its ground where nothing was found."""

    pair: Pair
    registration: Registration
    quiet: Quiet

    @classmethod
    def of(cls, run: Run, site_id: str | None, donor: Mapping[str, Any]) -> Self:
        """Read the ground of a site; of a large one the part around a detection.

        Raises
        ------
        RunError
            If the run has no rasters of it.
        RasterError
            If a scene cannot be read any more.
        """
        pair, registration = compared(run, site_id)
        path = run.raster("change", site_id or OVERLAP)
        grid = describe(path).require_grid()
        around = Quiet(grid, np.ones(grid.shape, np.bool_), np.zeros(grid.shape, np.float32)).pixels(
            shape(donor["geometry"])
        )
        grid = grid[_cut(grid.shape, around.centroid.y, around.centroid.x, MOST_PX)]
        before, after = load_registered(pair, registration, grid)
        rough = roughness(before.to_numpy(), after.to_numpy())
        return cls(pair, registration, Quiet.of(grid, load_labels(path, grid), rough))

    @staticmethod
    def pair_of(run: Run, site_id: str | None) -> Pair:
        """Return the pair of a site."""
        return compared(run, site_id)[0]

    def outline(self, feature: Mapping[str, Any]) -> BaseGeometry:
        """Return the outline of a detection in pixels of the ground."""
        return self.quiet.pixels(shape(feature["geometry"]))

    def window(self, row: float, col: float) -> Window:
        """Return the part of the ground that a control at a place shows."""
        return _cut(self.quiet.grid.shape, row, col, WINDOW_PX)

    def free(self, window: Window) -> NDArray[np.bool_]:
        """Tell where in a window a building may stand: where nothing was found, away from other controls."""
        grid = self.quiet.grid
        taken = [(on_the_ground(other, grid), 1) for other in self.quiet.taken]
        return np.asarray(self.quiet.free[window] & (burn(taken, grid[window]) == 0))


def _cut(size: Sequence[int], row: float, col: float, most: int) -> Window:
    rows, cols = (
        slice(start, min(start + most, length))
        for middle, length in zip((row, col), size, strict=True)
        for start in [int(np.clip(round(middle) - most // 2, 0, max(length - most, 0)))]
    )
    return rows, cols
