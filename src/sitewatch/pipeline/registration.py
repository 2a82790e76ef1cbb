"""Where two scenes show the same ground: an alignment, and the grid in whose pixels it speaks."""

from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox

from sitewatch.kernels.align import Alignment

Places: TypeAlias = tuple[NDArray[np.float64], NDArray[np.float64]]
# The inverse is found by repetition; displacements vary so little from pixel to pixel that four rounds leave
# less than a thousandth of a pixel.
_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Registration:
    """Where the after scene shows what the before scene shows.

    Attributes
    ----------
    grid : GeoBox
        Grid on which the alignment was fitted, in the before scene's CRS.
    alignment : Alignment
        The identity where nothing was to be gained by moving.
    note : str
        What was found, in words.
    """

    grid: GeoBox
    alignment: Alignment = field(default_factory=Alignment)
    note: str = ""

    def to_after(self, east: NDArray[np.float64], north: NDArray[np.float64]) -> Places:
        """Map positions (before CRS) in the before scene to those where the after scene shows them."""
        dx, dy = self._displacement(east, north)
        return east + dx, north + dy

    def to_before(self, east: NDArray[np.float64], north: NDArray[np.float64]) -> Places:
        """Map positions (before CRS) in the after scene to those where the before scene shows them."""
        x, y = east, north
        for _ in range(_ROUNDS):
            dx, dy = self._displacement(x, y)
            x, y = east - dx, north - dy
        return x, y

    def _displacement(self, east: NDArray[np.float64], north: NDArray[np.float64]) -> Places:
        inverse = ~self.grid.affine
        x = inverse.a * east + inverse.b * north + inverse.c - 0.5
        y = inverse.d * east + inverse.e * north + inverse.f - 0.5
        dx, dy = self.alignment.displacement(x, y)
        step = self.grid.affine
        return step.a * dx + step.b * dy, step.d * dx + step.e * dy

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready mapping for ``run.json``."""
        return {
            "alignment": self.alignment.to_dict(),
            "crs": str(self.grid.crs),
            "transform": list(self.grid.affine)[:6],
            "shape": list(self.grid.shape),
            "note": self.note,
        }

    @classmethod
    def from_dict(cls, facts: dict[str, Any]) -> "Registration":
        """Make a registration from what `to_dict` gave."""
        rows, cols = facts["shape"]
        grid = GeoBox((rows, cols), Affine(*facts["transform"]), facts["crs"])
        return cls(grid, Alignment.from_dict(facts["alignment"]), facts["note"])
