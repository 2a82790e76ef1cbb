"""The window of a run: both dates as they are judged, and the pixels of their files, to be drawn into."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox

from sitewatch.catalogue.pairs import shared_bands
from sitewatch.grid import gsd_m, window
from sitewatch.io.rasters import describe, load
from sitewatch.pipeline.registration import Registration
from sitewatch.pipeline.view import load_registered
from sitewatch.records import Band, Pair, Scene

# Ground around the judged window that registration reads beside its largest shift, pixels of the window.
_MARGIN_PX = 24


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A part of one file of a scene, on the file's own grid.

    Attributes
    ----------
    bands : tuple of Band
        Those that both scenes have.
    pixels : (bands, rows, columns) float32
        After scale and offset; NaN where there is nothing.
    whole : bool
        Whether the file holds whole numbers.
    """

    bands: tuple[Band, ...]
    grid: GeoBox
    pixels: NDArray[np.float32]
    whole: bool

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the bands."""
        return tuple(band.name for band in self.bands)

    def stored(self, pixels: NDArray[np.float32]) -> NDArray[np.float32]:
        """Turn values into the numbers that a file of this type would hold."""
        scale, offset = (
            np.array([getattr(band, name) for band in self.bands], np.float32)[:, None, None]
            for name in ("scale", "offset")
        )
        numbers = (pixels - offset) / scale
        return np.asarray(np.rint(numbers) if self.whole else numbers, np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """The window of one run.

    Attributes
    ----------
    pair : Pair
        The images as they are.
    registration : Registration
        Of the run whose verdict is in question.
    grid : GeoBox
        That is judged; part of the before scene's grid or of that grid coarsened.
    bands : tuple of str
        That both scenes have.
    seen : (before, after), each (bands, rows, columns) float32
        Registered on `grid`, NaN where there is nothing.
    parts : (before, after), each a tuple of Part
        The files' own pixels of the window and of as much ground around it as registration looks at.
    homes : (before, after)
        Grids of the parts of the scenes.
    """

    pair: Pair
    registration: Registration
    grid: GeoBox
    bands: tuple[str, ...]
    seen: tuple[NDArray[np.float32], NDArray[np.float32]]
    parts: tuple[tuple[Part, ...], tuple[Part, ...]]
    homes: tuple[GeoBox, GeoBox]

    @classmethod
    def read(cls, pair: Pair, registration: Registration, grid: GeoBox, *, margin_m: float) -> "Ground":
        """Read both dates.

        Parameters
        ----------
        margin_m : float
            The largest shift that registration looks for, metres.

        Raises
        ------
        RasterError
            If an image cannot be read.
        """
        names = shared_bands(pair.before, pair.after)
        margin = margin_m + _MARGIN_PX * gsd_m(grid)
        before, after = load_registered(pair, registration, grid, bands=names)
        first, second = (_parts(scene, grid, names, margin) for scene in (pair.before, pair.after))
        homes = _part(pair.before.grid, grid, margin), _part(pair.after.grid, grid, margin)
        seen = before.to_numpy(), after.to_numpy()
        return cls(pair, registration, grid, tuple(names), seen, (first, second), homes)

    def scene(self, *, in_after: bool) -> Scene:
        """Return one of the two scenes."""
        return self.pair.after if in_after else self.pair.before


def _parts(scene: Scene, grid: GeoBox, names: Sequence[str], margin_m: float) -> tuple[Part, ...]:
    wanted = [band for band in scene.bands if band.name in names]
    parts = []
    for href in dict.fromkeys(band.href for band in wanted):
        own = tuple(band for band in wanted if band.href == href)
        info = describe(href)
        home = info.grid or scene.grid.zoom_to(info.shape)
        part = _part(home, grid, margin_m)
        pixels = load(replace(scene, grid=home), part, [band.name for band in own]).to_numpy()
        parts.append(Part(own, part, pixels, bool(np.issubdtype(np.dtype(info.dtype), np.integer))))
    return tuple(parts)


def _part(home: GeoBox, judged: GeoBox, margin_m: float) -> GeoBox:
    return window(home, judged.extent, margin=int(np.ceil(margin_m / gsd_m(home))))
