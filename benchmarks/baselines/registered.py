"""A pair as the pipeline brings it together: registered and masked, each date in its own numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Unpack

import numpy as np
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox

from sitewatch.grid import gsd_m
from sitewatch.pipeline.checks import require_bands
from sitewatch.pipeline.prepare import read
from sitewatch.pipeline.register import register
from sitewatch.pipeline.seeing import fit_sight
from sitewatch.runs.compare import open_pair
from sitewatch.runs.ground import whole_ground
from sitewatch.runs.options import CompareOptions
from sitewatch.settings import Settings


@dataclass(frozen=True, slots=True, eq=False)
class Registered:
    """Both dates on one grid.

    Attributes
    ----------
    before, after : (bands, rows, columns) float32
        NaN where either is not usable.
    usable : (rows, columns) bool
    bands : tuple of str
    grid : GeoBox
    """

    before: NDArray[np.float32]
    after: NDArray[np.float32]
    usable: NDArray[np.bool_]
    bands: tuple[str, ...]
    grid: GeoBox

    @property
    def gsd_m(self) -> float:
        """Pixel size, metres."""
        return gsd_m(self.grid)

    def select(self, bands: Sequence[str]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return both dates with these bands only, in this order."""
        rows = [self.bands.index(name) for name in bands]
        return self.before[rows], self.after[rows]


class Register:
    """Registers pairs, and keeps the last one: several methods are tried on it in turn."""

    def __init__(self) -> None:
        self._kept: tuple[tuple[Path, Path], Registered] | None = None

    def open(self, before: Path, after: Path, **options: Unpack[CompareOptions]) -> Registered:
        """Return two images as `sitewatch.compare` would bring them together.

        Raises
        ------
        SitewatchError
            If it could not.
        """
        if self._kept is None or self._kept[0] != (before, after):
            self._kept = (before, after), _registered(before, after, options)
        return self._kept[1]


def _registered(before: Path, after: Path, options: CompareOptions) -> Registered:
    settings = options.get("settings") or Settings()
    pair = open_pair(before, after, options)
    grid, bands = whole_ground(pair), require_bands(pair)
    moving, masking = settings.registration, settings.masking
    registration = register(pair, grid, bands, max_shift_m=moving.max_shift_m, local=moving.local)
    sight = fit_sight(pair, provider=masking.provider, grow_m=masking.grow_m)
    pixels = read(pair, registration, grid, bands, sight=sight)
    return Registered(pixels.before, pixels.after, pixels.usable, bands, grid)
