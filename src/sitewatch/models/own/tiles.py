"""An image cut into overlapping tiles, and what was said of each put together again.

Tiles start at whole steps from the image's corner. A window whose corner lies on a whole step, and that holds
every tile that touches it, is therefore looked at through the same tiles as the whole image, and added up in
the same order: it comes out the same to the bit.
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Images = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Tiling:
    """How an image is cut.

    Attributes
    ----------
    side : int
        Of a tile, pixels of the image.
    overlap : int
        By how much neighbours overlap, pixels of the image.
    tile : int
        Side of a tile as the network takes it: tiles are resampled from `side` to this.
    """

    side: int
    overlap: int
    tile: int

    @classmethod
    def fit(cls, tile: int, overlap: int, ratio: float) -> "Tiling":
        """Return the tiling of an image, `ratio` of whose pixels make the side of one of the network's."""
        side = max(1, round(tile * ratio))
        return cls(side, min(round(overlap * ratio), side // 2), tile)

    @property
    def step(self) -> int:
        """Distance of neighbouring tiles, pixels of the image."""
        return self.side - self.overlap

    @property
    def reach(self) -> int:
        """How far around a window its tiles extend: whole steps, at least a tile."""
        return -(-self.side // self.step) * self.step

    def run(self, images: Images, planes: int, look: Callable[[Images], Images]) -> Images:
        """Look at every tile and blend what overlaps.

        Parameters
        ----------
        images : (layers, rows, columns) float32
            Finite. Beyond its edges a tile holds zeros.
        planes : int
            How many planes `look` returns.
        look : callable
            From (layers, tile, tile) to (planes, any, any), spread over the tile.

        Returns
        -------
        (planes, rows, columns) float32
            Where tiles overlap, the mean of theirs, each weighted by how far its edge is.
        """
        rows, cols = images.shape[1:]
        wide = np.pad(images, [(0, 0), (0, self.side), (0, self.side)])
        total = np.zeros((planes, rows + self.side, cols + self.side))
        weight = np.zeros(total.shape[1:])
        slope = self._slope()
        for row in self._starts(rows):
            for col in self._starts(cols):
                at = (slice(row, row + self.side), slice(col, col + self.side))
                said = _resized(look(_resized(wide[:, *at], self.tile, shrink=True)), self.side)
                total[:, *at] += slope * said
                weight[at] += slope
        return np.asarray((total / np.maximum(weight, 1e-12))[:, :rows, :cols], np.float32)

    def _starts(self, length: int) -> range:
        """Return where tiles start: each sees something that those before it do not."""
        return range(0, max(length - self.overlap, 1), self.step)

    def _slope(self) -> NDArray[np.float64]:
        """Return the weight of each pixel of a tile: rises from its edges over the overlap; never 0."""
        from_edge = np.minimum(np.arange(self.side), np.arange(self.side)[::-1]) + 1
        line = np.minimum(from_edge / (self.overlap + 1), 1)
        return np.asarray(np.outer(line, line), np.float64)


def _resized(images: Images, side: int, *, shrink: bool = False) -> Images:
    """Resample square images: means where they get smaller, straight lines between pixels where larger."""
    if images.shape[1:] == (side, side):
        return images
    smaller = shrink and side < images.shape[1]
    way = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    return np.stack([cv2.resize(image, (side, side), interpolation=way) for image in images]).astype(
        np.float32
    )
