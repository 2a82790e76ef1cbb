"""Pairs whose after image is moved, turned and scaled: what misregistration costs."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox

from sitewatch.grid import gsd_m
from sitewatch.io.rasters import Labels, describe, load, load_labels, write_geotiff
from sitewatch.kernels.align.move import sample, sample_codes
from sitewatch.records import KIND_CODES, NOT_ASSESSABLE, Band, Scene
from sitewatch.runs.benchmark.manifest import Entry

SETS = ("levir", "landsat", "calfire")
SUFFIX = ", moved"
# The movement of the after image: pixels to the right and down together, degrees, and a share of its size.
SHIFT_PX = 3.0
ROTATION_DEG = 0.5
SCALE = 1.002


def moved(entries: Sequence[Entry], folder: Path) -> Iterator[Entry]:
    """Write the moved after images of the sets in `SETS`, and name the pairs that they make."""
    for entry in entries:
        if entry.set in SETS and entry.truth is not None:
            yield _moved(entry, entry.truth, folder / entry.set / entry.pair)


def places(shape: tuple[int, int]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the column and row of the image as it was for each pixel of the moved one, (rows, columns)."""
    rows, cols = shape
    step = SHIFT_PX / math.sqrt(2)
    y, x = np.mgrid[:rows, :cols].astype(np.float64)
    x, y = x - (cols - 1) / 2 - step, y - (rows - 1) / 2 - step
    turn = math.radians(ROTATION_DEG)
    across = (math.cos(turn) * x + math.sin(turn) * y) / SCALE + (cols - 1) / 2
    down = (math.cos(turn) * y - math.sin(turn) * x) / SCALE + (rows - 1) / 2
    return across.astype(np.float32), down.astype(np.float32)


def _moved(entry: Entry, truth: Path, folder: Path) -> Entry:
    folder.mkdir(parents=True, exist_ok=True)
    info = describe(entry.after)
    grid = info.require_grid()
    x, y = places(grid.shape)
    pixels = _within(sample(_pixels(entry.after, grid, info.count), x, y), info.dtype)
    write_geotiff(folder / "after.tif", pixels, grid, Labels(nodata=0))
    write_geotiff(folder / "truth.tif", _truth(truth, grid, (x, y)), grid)
    return replace(entry, set=entry.set + SUFFIX, after=folder / "after.tif", truth=folder / "truth.tif")


def _truth(
    truth: Path, grid: GeoBox, where: tuple[NDArray[np.float32], NDArray[np.float32]]
) -> NDArray[np.uint8]:
    """Return the labels of the moved pair: what is new moves with the after image, all else stays.

    Unlabelled is what is unlabelled in either, and what the moved image does not show.
    """
    codes = load_labels(truth, grid)
    after = sample_codes(codes, *where, outside=NOT_ASSESSABLE)
    new = KIND_CODES["construction"]
    labels = np.where(after == new, after, np.where(codes == new, 0, codes)).astype(np.uint8)
    labels[after == NOT_ASSESSABLE] = NOT_ASSESSABLE
    return labels


def _pixels(path: Path, grid: GeoBox, count: int) -> NDArray[np.float32]:
    bands = tuple(Band(f"b{index}", str(path), index) for index in range(1, count + 1))
    pixels: NDArray[np.float32] = load(Scene(path.stem, bands, grid, gsd_m(grid)), grid).to_numpy()
    return pixels


def _within(pixels: NDArray[np.float32], dtype: str) -> NDArray[np.generic]:
    """Return pixels in the type of their file; what lies outside becomes 0, and nothing else does."""
    kind = np.dtype(dtype)
    if kind.kind == "f":
        return np.nan_to_num(pixels, nan=0.0).astype(kind)
    seen = np.isfinite(pixels)
    whole = np.clip(np.round(np.nan_to_num(pixels, nan=0.0)), 1, np.iinfo(kind).max)
    return np.where(seen, whole, 0).astype(kind)
