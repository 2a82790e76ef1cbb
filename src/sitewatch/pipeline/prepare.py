"""One block of a pair made ready: both dates registered, masked, and in one radiometry."""

from collections import OrderedDict
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

# Prepared blocks that are kept for the second pass, in pixels of one band: small jobs read nothing twice, large
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
        return self.unseen == 0


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
        before, after, unseen = read_seen(self.pair, self.registration, grid, self.bands, self.sight)
        after = apply_normalisation(after, self.normalisation)
        before[:, unseen > 0] = np.nan
        after[:, unseen > 0] = np.nan
        return Prepared(before, after, unseen)


def read_seen(
    pair: Pair, registration: Registration, grid: GeoBox, bands: Sequence[str], sight: Sight
) -> tuple[Image, Image, NDArray[np.uint8]]:
    """Read both dates of a window, registered, with the reasons why pixels cannot be judged."""
    first, second = load_registered(pair, registration, grid, bands=bands)
    unseen = unseen_reasons(pair, registration, grid, (first, second), sight)
    return first.to_numpy(), second.to_numpy(), unseen


class Shelf:
    """Keeps prepared blocks as long as they fit, for those who need the same block again.

    Parameters
    ----------
    make : callable
        From a block's outer grid to its pixels.
    """

    def __init__(self, make: Callable[[GeoBox], Prepared], grid: GeoBox) -> None:
        self._make = make
        self._grid = grid
        self._kept: OrderedDict[tuple[int, int], Prepared] = OrderedDict()
        self._pixels = 0
        self._lock = Lock()

    def get(self, block: Block) -> Prepared:
        """Return a block with its reach, from the shelf or made anew."""
        key = (block.outer[0].start, block.outer[1].start)
        with self._lock:
            found = self._kept.get(key)
        if found is None:
            found = self._make(self._grid[block.outer])
            self._keep(key, found)
        return found

    def _keep(self, key: tuple[int, int], prepared: Prepared) -> None:
        size = prepared.unseen.size
        with self._lock:
            if key not in self._kept and self._pixels + size <= _KEPT:
                self._kept[key] = prepared
                self._pixels += size
