"""Brings a pair to what the networks were trained on: cells of about 1 m, ground between 0 and 1."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.float32]

_SAMPLE = 200_000


@dataclass(frozen=True, slots=True)
class Stretch:
    """``(value - low) / (high - low)``: the same for all bands, so that colours stay what they are.

    Attributes
    ----------
    low, high : float
        Mean over red, green and blue of the 2nd and the 98th percentile of both dates, in the image's unit.
    """

    low: float
    high: float


def fit_stretch(before: Image, after: Image, usable: NDArray[np.bool_]) -> Stretch:
    """Fit the stretch on a whole pair or on a decimated view of it.

    Parameters
    ----------
    before, after : (3, rows, columns) float32
        Red, green, blue; registered, in one radiometry; NaN is left out.
    usable : (rows, columns) bool

    Returns
    -------
    Stretch
        0 to 1 where nothing is usable. The range is never less than a seventh of the largest value, so that
        an empty scene's noise is not stretched to full contrast.
    """
    seen = usable & np.isfinite(before).all(axis=0) & np.isfinite(after).all(axis=0)
    places = np.flatnonzero(seen)
    places = places[:: max(1, len(places) // _SAMPLE)]
    if not len(places):
        return Stretch(0.0, 1.0)
    values = np.concatenate([image.reshape(3, -1)[:, places] for image in (before, after)], axis=1)
    low, high = (float(np.percentile(values, q, axis=1).mean()) for q in (2, 98))
    return Stretch(low, max(high, low + max(float(np.abs(values).max()) / 7, 1e-6)))


@dataclass(frozen=True, slots=True)
class Cells:
    """How pixels and cells of about 1 m go together: `shrink` pixels a cell, or `enlarge` cells a pixel."""

    shrink: int
    enlarge: int

    @classmethod
    def for_gsd(cls, gsd_m: float) -> "Cells":
        """Choose the whole ratio that brings cells nearest to 1 m."""
        return cls(max(1, round(1 / gsd_m)), max(1, round(gsd_m)))

    def gather(self, image: Image, usable: NDArray[np.bool_], stretch: Stretch) -> Image:
        """Return (bands, cells, cells) float32, stretched; NaN where no pixel of a cell is usable."""
        scaled = (image - np.float32(stretch.low)) / np.float32(stretch.high - stretch.low)
        weight = self._change(usable.astype(np.float32))
        bands = [self._change(np.where(usable, band, np.float32(0.0))) for band in scaled]
        with np.errstate(invalid="ignore", divide="ignore"):
            cells: Image = np.where(weight > 0, np.stack(bands) / weight, np.float32(np.nan))
        return cells

    def usable(self, usable: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return the cells of which at least half is usable."""
        return self._change(usable.astype(np.float32)) >= 0.5

    def spread(self, cells: Image, shape: tuple[int, int]) -> Image:
        """Return a map of cells on the pixels again, (rows, columns) float32 of the given shape."""
        if self.shrink > 1:
            # A pixel takes its value between the centres of the cells around it.
            size = (cells.shape[1] * self.shrink, cells.shape[0] * self.shrink)
            return _resize(cells, size, cv2.INTER_LINEAR)[: shape[0], : shape[1]]
        return _resize(cells, shape[::-1], cv2.INTER_AREA)

    def _change(self, image: Image) -> Image:
        if self.shrink > 1:
            short = [(-length) % self.shrink for length in image.shape]
            whole = np.pad(image, [(0, missing) for missing in short], mode="edge")
            size = (whole.shape[1] // self.shrink, whole.shape[0] // self.shrink)
            return _resize(whole, size, cv2.INTER_AREA)
        size = (image.shape[1] * self.enlarge, image.shape[0] * self.enlarge)
        return _resize(image, size, cv2.INTER_LINEAR)


def _resize(image: Image, size: tuple[int, int], how: int) -> Image:
    return np.asarray(cv2.resize(image.astype(np.float32), size, interpolation=how), np.float32)
