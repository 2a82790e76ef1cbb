"""What the networks look at: ground pixels of about one size, in one stretch, 0 where nothing is usable."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.float32]
Mask = NDArray[np.bool_]

# Pixel size that the networks look at, metres: at half a metre the features cost four times as much.
PIXEL_M = 1.0
# Coarser pixels are enlarged at most so many times: beyond it they only cost time.
MOST_ENLARGED = 3
# The networks halve the image four times.
STEP = 16

_SAMPLE = 200_000
# Where the darkest and the brightest hundredths come to lie, of -1..1.
_LOW, _HIGH = -0.8, 0.77


@dataclass(frozen=True, slots=True)
class Stretch:
    """``(value - low) / (high - low)`` a band, the same for both dates.

    Attributes
    ----------
    low, high : tuple of float
        2nd and 98th percentile of both dates together, red, green, blue, in the image's unit.
    """

    low: tuple[float, float, float]
    high: tuple[float, float, float]


def fit_stretch(before: Image, after: Image, usable: Mask) -> Stretch:
    """Fit the stretch on a whole pair or on a sample of it.

    Parameters
    ----------
    before, after : (3, rows, columns) float32
        Red, green, blue; registered, in one radiometry; NaN is left out.
    usable : (rows, columns) bool

    Returns
    -------
    Stretch
        0 to 1 where nothing is usable. No range is less than a seventh of the largest value, so that an empty
        scene's noise is not stretched to full contrast.
    """
    seen = usable & np.isfinite(before).all(axis=0) & np.isfinite(after).all(axis=0)
    places = np.flatnonzero(seen)
    places = places[:: max(1, len(places) // _SAMPLE)]
    if not len(places):
        return Stretch((0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
    values = np.concatenate([image.reshape(3, -1)[:, places] for image in (before, after)], axis=1)
    low, high = np.percentile(values, (2, 98), axis=1)
    high = np.maximum(high, low + max(float(np.abs(values).max()) / 7, 1e-6))
    return Stretch(_three(low), _three(high))


def _three(values: NDArray[np.float64]) -> tuple[float, float, float]:
    return float(values[0]), float(values[1]), float(values[2])


@dataclass(frozen=True, slots=True)
class View:
    """How pixels and the networks' pixels go together: `shrink` to one, or one to `enlarge`."""

    shrink: int
    enlarge: int

    @classmethod
    def for_gsd(cls, gsd_m: float, pixel_m: float = PIXEL_M) -> "View":
        """Choose the whole ratio that comes nearest to `pixel_m`."""
        return cls(max(1, round(pixel_m / gsd_m)), min(MOST_ENLARGED, max(1, round(gsd_m / pixel_m))))

    @property
    def alignment(self) -> int:
        """Pixels that the corner of a block must be a multiple of, to match the whole."""
        return STEP * self.shrink // math.gcd(STEP, self.enlarge)

    def gather(self, image: Image, usable: Mask, stretch: Stretch) -> Image:
        """Return (3, rows, columns) float32 in -1..1, sides a multiple of `STEP`; 0 where nothing is usable.

        Rows and columns are added below and to the right where the image does not fill the last step.
        """
        weight = self._change(usable.astype(np.float32))
        planes = []
        for band, low, high in zip(image, stretch.low, stretch.high, strict=True):
            scale = (_HIGH - _LOW) / (high - low)
            scaled = np.clip((band - np.float32(low)) * np.float32(scale) + np.float32(_LOW), -1, 1)
            plane = self._change(np.where(usable, scaled, np.float32(0)))
            planes.append(plane / np.maximum(weight, np.float32(1e-3)))
        short = [(-length) % STEP for length in weight.shape]
        return np.pad(np.stack(planes), [(0, 0), (0, short[0]), (0, short[1])])

    def spread(self, planes: Image, shape: tuple[int, int], cell: int) -> Image:
        """Return maps of cells (`cell` of the networks' pixels a side) on (rows, columns) pixels again."""
        factor = cell * self.shrink / self.enlarge
        # A pixel takes its value between the centres of the cells around it.
        rows, cols = (np.clip((np.arange(n) + 0.5) / factor - 0.5, 0, None) for n in shape)
        across, down = np.meshgrid(cols.astype(np.float32), rows.astype(np.float32))
        near, rest = cv2.convertMaps(across, down, cv2.CV_16SC2)
        return np.stack(
            [
                cv2.remap(plane, near, rest, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
                for plane in planes
            ]
        )

    def _change(self, image: Image) -> Image:
        if self.shrink > 1:
            short = [(-length) % self.shrink for length in image.shape]
            whole = np.pad(image, [(0, missing) for missing in short])
            size = (whole.shape[1] // self.shrink, whole.shape[0] // self.shrink)
            return np.asarray(cv2.resize(whole, size, interpolation=cv2.INTER_AREA), np.float32)
        size = (image.shape[1] * self.enlarge, image.shape[0] * self.enlarge)
        return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_LINEAR), np.float32)
