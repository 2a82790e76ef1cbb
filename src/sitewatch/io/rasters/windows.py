"""Scenes' files kept open for whoever reads many small windows of them: the tiles of a map."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import numpy as np
import rasterio
import xarray as xr
from affine import Affine
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox
from rasterio.errors import RasterioError
from rasterio.io import MemoryFile
from rasterio.windows import Window

from sitewatch.io.rasters.describe import unreadable
from sitewatch.io.rasters.quiet import quiet
from sitewatch.io.rasters.read import load
from sitewatch.io.rasters.source import home_of, opened
from sitewatch.records import Band, Scene

# Files that a thread keeps open, and small copies that all threads share.
_OPEN, _COPIES = 24, 8
# A file without overviews gets a copy so many times coarser, once a window coarser than that is wanted of it;
# files that are smaller than this are read quickly enough as they are.
_COARSE, _LARGE = 8, 4096
# Windows of pixels this much coarser than a file's own are averaged; finer ones show the pixels as they are.
_COARSER = 1.2


@dataclass(frozen=True, slots=True)
class _Source:
    """An open file (or the small copy of one), and the grid of its pixels."""

    dataset: Any
    home: GeoBox


class OpenScenes:
    """Reads windows of scenes as `load` does, for the eye: quicker, and no pixel smoothed that need not be.

    May be used from several threads; each keeps its own files open.
    """

    def __init__(self) -> None:
        self._local = threading.local()
        self._stacks: list[ExitStack] = []
        self._copies: OrderedDict[str, MemoryFile] = OrderedDict()
        self._lock = threading.Lock()
        self._building: dict[str, threading.Lock] = {}

    def read(self, scene: Scene, grid: GeoBox, bands: Sequence[str] | None = None) -> xr.DataArray:
        """Read a scene's bands on a grid.

        Parameters
        ----------
        scene : Scene
        grid : GeoBox
            Best of the scene's CRS and straight in its grid; any other is left to `load`.
        bands : sequence of str, optional
            Names, in the order wanted; all by default.

        Returns
        -------
        DataArray of float32, dims (band, y, x)
            After scale and offset; NaN where the scene has no valid pixel. Coarser grids are filled with
            averages (of overviews where there are some), finer ones with the nearest pixel.

        Raises
        ------
        RasterError
            If a file cannot be read.
        """
        by_name = {band.name: band for band in scene.bands}
        chosen = [by_name[name] for name in bands] if bands is not None else list(scene.bands)
        pixels = np.full((len(chosen), *grid.shape), np.nan, np.float32)
        for href in dict.fromkeys(band.href for band in chosen):
            rows = [row for row, band in enumerate(chosen) if band.href == href]
            own = [chosen[row] for row in rows]
            part = self._part(scene, own, grid)
            if part is None:
                return load(scene, grid, [band.name for band in chosen], quick=True)
            pixels[rows] = part
        return xr.DataArray(
            pixels,
            dims=("band", "y", "x"),
            coords={"band": [band.name for band in chosen]},
            name=scene.id,
            attrs={"crs": str(grid.crs), "transform": tuple(grid.affine)[:6], "units": scene.units},
        )

    def prepare(self, scene: Scene) -> None:
        """Make the small copies that coarse windows of a scene will need, where its files need any."""
        for href in dict.fromkeys(band.href for band in scene.bands):
            source = self._source(href, scene)
            if _needs_copy(source.dataset):
                self._copy(href, source)

    def close(self) -> None:
        """Close every file. No other thread may be reading."""
        for stack in self._stacks:
            stack.close()
        self._stacks.clear()
        self._local = threading.local()
        with self._lock:
            while self._copies:
                self._copies.popitem()[1].close()

    def _part(self, scene: Scene, bands: list[Band], grid: GeoBox) -> NDArray[np.float32] | None:
        """Read bands of one file; None if the grid is not straight in the file's."""
        href = bands[0].href
        try:
            source = self._source(href, scene)
            step = ~source.home.affine * grid.affine
            if source.home.crs != grid.crs or abs(step.b) + abs(step.d) > 1e-9 or min(step.a, step.e) <= 0:
                return None
            if step.a >= _COARSE and _needs_copy(source.dataset):
                source = self._copied(href, source)
                step = ~source.home.affine * grid.affine
            stored = _window(source.dataset, bands, step, (grid.shape[0], grid.shape[1]))
        except RasterioError as error:
            raise unreadable(href, error) from error
        scales = np.array([band.scale for band in bands], np.float32)[:, None, None]
        offsets = np.array([band.offset for band in bands], np.float32)[:, None, None]
        return stored * scales + offsets

    def _source(self, href: str, scene: Scene) -> _Source:
        indexes = [band.index for band in scene.bands if band.href == href]
        return self._kept(href, lambda stack: self._opened(href, indexes, scene, stack))

    def _opened(self, href: str, indexes: Sequence[int], scene: Scene, stack: ExitStack) -> _Source:
        with quiet(href):
            dataset = stack.enter_context(opened(href, indexes))
        return _Source(dataset, home_of(dataset, scene.grid))

    def _copied(self, href: str, source: _Source) -> _Source:
        """Return this thread's view of the small copy of a file."""
        name = self._copy(href, source).name
        return self._kept(name, lambda stack: _open_copy(name, source.home, stack))

    def _kept(self, key: str, make: Any) -> _Source:
        """Return what this thread keeps under a key, made if need be; the longest unused makes room."""
        kept: OrderedDict[str, tuple[_Source, ExitStack]] | None = getattr(self._local, "kept", None)
        if kept is None:
            kept = self._local.kept = OrderedDict()
        if key not in kept:
            stack = ExitStack()
            kept[key] = (make(stack), stack)
            with self._lock:
                self._stacks.append(stack)
            if len(kept) > _OPEN:
                _, (_, old) = kept.popitem(last=False)
                old.close()
                with self._lock:
                    self._stacks.remove(old)
        kept.move_to_end(key)
        return kept[key][0]

    def _copy(self, href: str, source: _Source) -> MemoryFile:
        with self._lock:
            building = self._building.setdefault(href, threading.Lock())
        # One thread makes the copy; the others wait for it.
        with building:
            with self._lock:
                if href in self._copies:
                    self._copies.move_to_end(href)
                    return self._copies[href]
            copy = _small_copy(source.dataset)
            with self._lock:
                self._copies[href] = copy
                # Whoever is reading an older copy keeps what he has opened (GDAL counts who does).
                if len(self._copies) > _COPIES:
                    self._copies.popitem(last=False)[1].close()
            return copy


def _needs_copy(dataset: Any) -> bool:
    return max(dataset.shape) >= _LARGE and not dataset.overviews(1)


def _window(dataset: Any, bands: list[Band], step: Affine, shape: tuple[int, int]) -> NDArray[np.float32]:
    """Read the stored numbers of a grid that lies at `step` in the file's own; NaN beyond the file."""
    from rio_tiler.reader import read

    out = np.full((len(bands), *shape), np.nan, np.float32)
    rows, top, height = _inside(step.f, step.e, shape[0], dataset.height)
    cols, left, width = _inside(step.c, step.a, shape[1], dataset.width)
    if rows.start >= rows.stop or cols.start >= cols.stop:
        return out
    image = read(
        dataset,
        window=Window(left, top, width, height),
        height=rows.stop - rows.start,
        width=cols.stop - cols.start,
        indexes=[band.index for band in bands],
        nodata=bands[0].nodata,
        resampling_method="average" if step.a > _COARSER else "nearest",
    )
    values = _filled(image)
    values[~np.isfinite(values)] = np.nan
    out[:, rows, cols] = values
    return out


def _filled(image: Any) -> NDArray[np.float32]:
    """Return what rio-tiler read as float32, NaN where it says that there is nothing."""
    values: NDArray[np.float32] = image.array.astype(np.float32).filled(np.nan)
    return values


def _inside(start: float, step: float, length: int, end: int) -> tuple[slice, float, float]:
    """Return which pixels of a line lie inside a file, and where in the file they begin and how far they go.

    Parameters
    ----------
    start, step : float
        Where the line begins, and how far a pixel of it reaches, in pixels of the file.
    length, end : int
        Pixels of the line, and of the file.
    """
    # A grid that is a rounding error off the file's is the file's.
    first = max(int(np.ceil(-start / step - 1e-3)), 0)
    last = min(int(np.floor((end - start) / step + 1e-3)), length)
    low = min(max(start + first * step, 0.0), float(end))
    high = min(max(start + last * step, low), float(end))
    if abs(low - round(low)) < 1e-3 and abs(high - round(high)) < 1e-3:
        low, high = float(round(low)), float(round(high))
    return slice(first, max(last, first)), low, high - low


def _small_copy(dataset: Any) -> MemoryFile:
    """Return a copy of a file in memory, `_COARSE` times coarser, with overviews."""
    from rio_tiler.reader import read

    rows, cols = dataset.height // _COARSE, dataset.width // _COARSE
    indexes = list(dataset.indexes)
    copy = MemoryFile()
    with (
        quiet(),
        copy.open(
            driver="GTiff", height=rows, width=cols, count=len(indexes), dtype="float32", nodata=np.nan,
            tiled=True, blockxsize=256, blockysize=256,
        ) as small,
    ):  # fmt: skip
        for top in range(0, rows, 256):
            height = min(256, rows - top)
            image = read(
                dataset,
                window=Window(0, top * _COARSE, cols * _COARSE, height * _COARSE),
                height=height,
                width=cols,
                indexes=indexes,
                resampling_method="average",
            )
            small.write(_filled(image), window=Window(0, top, cols, height))
        small.build_overviews([2, 4, 8], rasterio.enums.Resampling.average)
    return copy


def _open_copy(name: str, home: GeoBox, stack: ExitStack) -> _Source:
    with quiet(name):
        dataset = stack.enter_context(rasterio.open(name))
    rows, cols = dataset.shape
    return _Source(dataset, GeoBox((rows, cols), home.affine * Affine.scale(_COARSE), home.crs))


def picture(colours: NDArray[np.uint8], seen: NDArray[np.bool_]) -> bytes:
    """Encode (rows, columns, 3) uint8 as PNG, transparent where `seen` (rows, columns) is False."""
    from rio_tiler.utils import render

    with quiet():
        # Zlib's fastest level: a tile is sent to the same machine, and drawn many times a second.
        return render(
            np.ascontiguousarray(colours.transpose(2, 0, 1)),
            np.where(seen, 255, 0).astype(np.uint8),
            img_format="PNG",
            ZLEVEL="1",
        )
