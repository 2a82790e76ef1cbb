"""A window of a pair made ready: both dates registered, masked, and in one radiometry."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox

from sitewatch.blocks import Block
from sitewatch.kernels.radiometry import Normalisation, apply_normalisation
from sitewatch.pipeline.registration import Registration
from sitewatch.pipeline.seeing import Sight, unseen_reasons
from sitewatch.pipeline.view import load_registered
from sitewatch.records import Pair

Image = NDArray[np.float32]

# Prepared blocks that are kept for the second pass, pixels of one band: small jobs read nothing twice, large
# ones stay small.
_KEPT = 6_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """Pixels of one window, ready to be compared.

    Attributes
    ----------
    before, after : (bands, rows, columns) float32
        The after scene registered and in the before scene's radiometry; NaN where either is not usable.
    unseen : (rows, columns) uint8
        Why a pixel is not usable, 0 where it is.
    """

    before: Image
    after: Image
    unseen: NDArray[np.uint8]

    @property
    def usable(self) -> NDArray[np.bool_]:
        """Where both dates can be judged; (rows, columns)."""
        usable: NDArray[np.bool_] = self.unseen == 0
        return usable

    def part(self, rows: slice, cols: slice) -> "Prepared":
        """Return a part of the window."""
        return Prepared(self.before[:, rows, cols], self.after[:, rows, cols], self.unseen[rows, cols])


@dataclass(frozen=True, slots=True)
class Preparation:
    """Everything that is needed to make any window of a pair ready: facts, no pixels."""

    pair: Pair
    bands: tuple[str, ...]
    registration: Registration
    sight: Sight
    normalisation: Normalisation

    def prepare(self, grid: GeoBox) -> Prepared:
        """Read a window and make it ready."""
        raw = read(self.pair, self.registration, grid, self.bands, sight=self.sight)
        return Prepared(raw.before, apply_normalisation(raw.after, self.normalisation), raw.unseen)


def read(
    pair: Pair, registration: Registration, grid: GeoBox, bands: Sequence[str], *, sight: Sight
) -> Prepared:
    """Read both dates of a window, registered and masked, each in its own radiometry."""
    pixels = load_registered(pair, registration, grid, bands=bands)
    unseen = unseen_reasons(pair, grid, pixels, sight)
    before, after = (date.to_numpy() for date in pixels)
    before[:, unseen > 0] = np.nan
    after[:, unseen > 0] = np.nan
    return Prepared(before, after, unseen)


class Shelf:
    """Keeps prepared blocks as long as they fit, for whoever needs the same block again.

    Parameters
    ----------
    make : callable
        From a grid to its pixels.
    grid : GeoBox
        That the blocks are parts of.
    reach : int
        How far beyond a block's own outer window pixels are read to tell what can be seen.
    """

    def __init__(self, make: Callable[[GeoBox], Prepared], grid: GeoBox, reach: int) -> None:
        self._make = make
        self._grid = grid
        self._reach = reach
        self._kept: dict[tuple[int, ...], Prepared] = {}
        self._whole: Prepared | None = None
        self._pixels = 0
        self._lock = Lock()

    def lay_whole(self, prepared: Prepared) -> None:
        """Put the whole grid on the shelf, where it has been made ready already."""
        self._whole = prepared

    def get(self, block: Block) -> Prepared:
        """Return a block's outer window, from the shelf or made anew."""
        if self._whole is not None:
            return self._whole.part(*block.outer)
        # Near the corner, blocks that look far start at one pixel and end at others.
        key = tuple(edge for side in block.outer for edge in (side.start, side.stop))
        with self._lock:
            found = self._kept.get(key)
        return found if found is not None else self._keep(key, self._wide(block))

    def _wide(self, block: Block) -> Prepared:
        wide, part = [], []
        for edge, length in zip(block.outer, self._grid.shape, strict=True):
            low, high = max(edge.start - self._reach, 0), min(edge.stop + self._reach, length)
            wide.append(slice(low, high))
            part.append(slice(edge.start - low, edge.stop - low))
        return self._make(self._grid[wide[0], wide[1]]).part(part[0], part[1])

    def _keep(self, key: tuple[int, ...], prepared: Prepared) -> Prepared:
        with self._lock:
            if key not in self._kept and self._pixels + prepared.unseen.size <= _KEPT:
                self._kept[key] = prepared
                self._pixels += prepared.unseen.size
        return prepared
