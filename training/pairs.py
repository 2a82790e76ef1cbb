"""Reads labelled pairs of fine imagery, registers and normalises them, and brings them to about 1 m."""

import csv
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import rasterio
from numpy.typing import NDArray
from skimage.registration import phase_cross_correlation

from sitewatch.kernels.radiometry import apply_normalisation, fit_normalisation

# Sets of the manifest that are <= 3 m; `joplin/joplin` has no truth and only serves to be looked at.
SETS = ("levir", "levir256", "mexico", "mexico-more", "xbd", "wildfire", "tornado", "michael", "dsifn")
UNLABELLED = 255


@dataclass(frozen=True, slots=True)
class Labelled:
    """A registered, normalised pair at its own resolution, and what is known to have changed in it.

    Attributes
    ----------
    before, after : (3, rows, columns) float32
        Red, green, blue; 0 where not usable.
    truth : (rows, columns) uint8
        0 none, 1 construction, 2 burning, 3 demolition, 255 not labelled.
    buildings : (rows, columns) uint8
        1 where a building stood unhurt at the first date, 2..4 damaged, 0 none or not known.
    """

    set: str
    name: str
    gsd_m: float
    before: NDArray[np.float32]
    after: NDArray[np.float32]
    usable: NDArray[np.bool_]
    truth: NDArray[np.uint8]
    buildings: NDArray[np.uint8]
    shift: tuple[float, float] = (0.0, 0.0)

    def swapped(self) -> "Labelled":
        """Return the pair reversed in time; a fire undone is not labelled."""
        codes = np.arange(256, dtype=np.uint8)
        codes[1], codes[2], codes[3] = 3, UNLABELLED, 1
        return replace(self, before=self.after, after=self.before, truth=codes[self.truth])


def read_pairs(data: Path, sets: tuple[str, ...] = SETS) -> list[Labelled]:
    """Read every pair of the named sets of the manifest in `data`."""
    with (data / "MANIFEST.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["set"] in sets and row["truth"]]
    return [_read(data, row) for row in rows]


def _read(data: Path, row: dict[str, str]) -> Labelled:
    before, after = (_pixels(data / row[date]) for date in ("before", "after"))
    truth = _pixels(data / row["truth"])[0].astype(np.uint8)
    outlines = (data / row["truth"]).with_name("buildings.tif")
    buildings = _pixels(outlines)[0].astype(np.uint8) if outlines.exists() else np.zeros_like(truth)
    usable = _seen(before) & _seen(after)
    shift = measure_shift(before.mean(axis=0), after.mean(axis=0))
    # LEVIR is drawn on the after date, the damage sets on the before date: the other image moves.
    if row["set"].startswith("levir"):
        before = _moved(before, (-shift[0], -shift[1]))
    else:
        after = _moved(after, shift)
    usable &= _seen(before) & _seen(after)
    after = apply_normalisation(after, fit_normalisation(before, after, usable))
    return Labelled(
        row["set"], row["pair"], float(row["gsd_m"]), before, after, usable, truth, buildings, shift
    )


def _pixels(path: Path) -> NDArray[np.float32]:
    with rasterio.open(path) as file:
        pixels: NDArray[np.float32] = file.read(out_dtype="float32")
    return pixels


def _seen(image: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Where the image is not a black collar."""
    lit = (image.max(axis=0) > 8).astype(np.uint8)
    lit = cv2.morphologyEx(lit, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    seen: NDArray[np.bool_] = cv2.erode(lit, np.ones((9, 9), np.uint8), borderValue=1).astype(bool)
    return seen


def measure_shift(first: NDArray[np.float32], second: NDArray[np.float32]) -> tuple[float, float]:
    """Return the (row, column) shift that brings `second` onto `first`; zero outside 0.3..8 pixels."""
    window = np.outer(np.hanning(first.shape[0]), np.hanning(first.shape[1])).astype(np.float32)
    pictures = [
        np.hypot(*(cv2.Scharr(image, cv2.CV_32F, *axis) for axis in ((1, 0), (0, 1))))
        for image in (first, second)
    ]
    pictures = [(picture - picture.mean()) * window for picture in pictures]
    shift, _, _ = phase_cross_correlation(*pictures, upsample_factor=20, normalization=None)
    size = float(np.hypot(*shift))
    return (float(shift[0]), float(shift[1])) if 0.3 <= size <= 8 else (0.0, 0.0)


def _moved(image: NDArray[np.float32], shift: tuple[float, float]) -> NDArray[np.float32]:
    if shift == (0.0, 0.0):
        return image
    matrix = np.array([[1, 0, shift[1]], [0, 1, shift[0]]], np.float32)
    size = (image.shape[2], image.shape[1])
    return np.stack([cv2.warpAffine(band, matrix, size, flags=cv2.INTER_LINEAR) for band in image])
