"""What the placebo test needs of a piece of ground: what lies there, and how much changed there plainly."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from sitewatch.kernels import indices
from sitewatch.pipeline.measure import change_in_noise
from sitewatch.pipeline.prepare import Prepared

Layer = NDArray[np.float32]

# What a place is known again by, in the before image.
COVER = ("brightness", "edges", "vegetation")
# Longest side at which the layers are kept, pixels; of a larger piece of ground every second, third ... one.
_MOST = 2048
# Window of the smoothing before the slope, pixels.
_SMOOTH_PX = 5


@dataclass(frozen=True, slots=True, eq=False)
class Cover:
    """Layers of a piece of ground, every `step`-th pixel of it.

    Attributes
    ----------
    step : int
    plain : (rows, columns) float32
        Length of the change vector in standard deviations of unchanged ground; NaN not assessable.
    cover : (3, rows, columns) float32
        Brightness and its slope in the before image's unit, and a vegetation index, as in `COVER`; NaN not
        assessable.
    """

    step: int
    plain: Layer
    cover: Layer

    @classmethod
    def blank(cls, shape: tuple[int, int]) -> "Cover":
        """Return layers of nothing for ground of so many pixels, to be filled block by block."""
        step = -(-max(shape) // _MOST)
        rows, cols = (-(-length // step) for length in shape)
        layers = np.full((1 + len(COVER), rows, cols), np.nan, np.float32)
        return cls(step, layers[0], layers[1:])

    def fill(self, window: tuple[slice, slice], layers: Layer) -> None:
        """Put in what `cover_layers` found in a window of the ground."""
        starts = [-part.start % self.step for part in window]
        taken = layers[:, starts[0] :: self.step, starts[1] :: self.step]
        top, left = (-(-part.start // self.step) for part in window)
        place = (slice(top, top + taken.shape[1]), slice(left, left + taken.shape[2]))
        self.plain[place] = taken[0]
        self.cover[:, *place] = taken[1:]

    def thinned(self, layer: NDArray[np.generic]) -> NDArray[np.generic]:
        """Return the same pixels of another layer of the ground."""
        return layer[:: self.step, :: self.step]


def cover_layers(prepared: Prepared, bands: Sequence[str], noise: Sequence[float]) -> Layer:
    """Work out plain change and cover of a window, (4, rows, columns): `Cover.plain`, then `COVER`.

    Vegetation is NDVI, or where there is no near-infrared GLI, or 0 where neither can be had.
    """
    before = dict(zip(bands, prepared.before, strict=True))
    bright = indices.brightness(before)
    known = np.isfinite(bright)
    smooth = cv2.GaussianBlur(np.where(known, bright, 0), (_SMOOTH_PX, _SMOOTH_PX), 1.0)
    slope = np.hypot(cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1)) / 8
    # Beside what is not known the slope would be that of the gap.
    side = _SMOOTH_PX + 2
    sure = cv2.erode(known.astype(np.uint8), np.ones((side, side), np.uint8), borderValue=1) > 0
    names = indices.available(tuple(bands))
    green = next((indices.index(name, before) for name in ("ndvi", "gli") if name in names), bright * 0)
    plain = change_in_noise(prepared.before, prepared.after, noise)
    return np.stack([plain, bright, np.where(sure, slope, np.nan), green]).astype(np.float32)
