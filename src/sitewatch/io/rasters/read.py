"""A scene's pixels on a grid: float32, NaN where there is nothing; and its provider's mask codes."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
import xarray as xr
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox
from rasterio.enums import MaskFlags, Resampling
from rasterio.errors import RasterioError, RasterioIOError
from rasterio.vrt import WarpedVRT
from rasterio.windows import Window

from sitewatch.errors import GeoreferenceError, SceneError
from sitewatch.grid import gsd_m
from sitewatch.io.rasters.describe import unreadable
from sitewatch.io.rasters.held import held
from sitewatch.io.rasters.quiet import quiet
from sitewatch.io.rasters.source import home_of, opened
from sitewatch.records import NOT_ASSESSABLE, Band, MaskLayer, Scene

# Two pixels count as one place when they lie closer than this share of a pixel: below it resampling would
# only smear what is already there.
ALIGNED = 0.01


def load(
    scene: Scene, grid: GeoBox, bands: Sequence[str] | None = None, *, quick: bool = False
) -> xr.DataArray:
    """Read a scene's bands on a grid.

    A coarser grid is filled by area-weighted averages of the valid pixels, a finer or shifted one by bilinear
    interpolation, the scene's own grid by the pixels as they are.

    Parameters
    ----------
    scene : Scene
    grid : GeoBox
        May reach beyond the scene: NaN there.
    bands : sequence of str, optional
        Names, in the order wanted; all by default.
    quick : bool
        Average the pixels of the file's overviews, if it has some at least twice as fine as `grid`. Good for
        a look at a whole scene; whoever made the overviews may have left pixels out.

    Returns
    -------
    DataArray of float32, dims (band, y, x)
        After scale and offset; NaN where the scene has no valid pixel.

    Raises
    ------
    SceneError
        If the scene lacks a band that is wanted.
    RasterError
        If a file cannot be read.
    """
    chosen = _choose(scene, bands)
    pixels = np.empty((len(chosen), *grid.shape), np.float32)
    for href in dict.fromkeys(band.href for band in chosen):
        rows = [i for i, band in enumerate(chosen) if band.href == href]
        own = [chosen[i] for i in rows]
        pixels[rows] = _read_bands(href, own, (grid, scene.grid), quick=quick)
    return xr.DataArray(
        pixels,
        dims=("band", "y", "x"),
        coords={"band": [band.name for band in chosen]},
        name=scene.id,
        attrs={"crs": str(grid.crs), "transform": tuple(grid.affine)[:6], "units": scene.units},
    )


def load_codes(layer: MaskLayer, grid: GeoBox) -> NDArray[np.uint16]:
    """Read a provider's mask on a grid, nearest neighbour; (rows, columns), 0 where the layer has nothing."""
    try:
        with quiet(layer.href), rasterio.open(layer.href) as src:
            home = GeoBox(src.shape, src.transform, src.crs)
            filled = _read_on(src, [layer.index], (home, grid), method=Resampling.nearest, nodata=None)
    except RasterioIOError as error:
        raise unreadable(layer.href, error) from error
    codes: NDArray[np.uint16] = np.nan_to_num(filled[0], nan=0.0).astype(np.uint16)
    return codes


def load_labels(href: str | Path, grid: GeoBox) -> NDArray[np.uint8]:
    """Read codes of kinds (``change.tif``, labelled truth) on a grid, nearest neighbour, first band.

    A file without georeference is taken pixel for pixel if it has the grid's shape.

    Returns
    -------
    (rows, columns) uint8
        255 where the file has nothing, or a number that is no code. What the file calls nodata is not looked
        at: in labels 0 means "no change", whatever the file's header says.

    Raises
    ------
    RasterError
        If the file cannot be read.
    GeoreferenceError
        If it has no georeference and another shape.
    """
    try:
        with quiet(str(href)), rasterio.open(href) as src:
            stored = _labels_on(src, grid)
    except RasterioError as error:
        raise unreadable(str(href), error) from error
    known = (stored >= 0) & (stored < NOT_ASSESSABLE)
    return np.where(known, stored, NOT_ASSESSABLE).astype(np.uint8)


def _labels_on(src: "rasterio.io.DatasetReader", grid: GeoBox) -> NDArray[Any]:
    if src.crs is None and src.shape == grid.shape:
        return np.asarray(src.read(1))
    if src.crs is None:
        raise GeoreferenceError(
            f"{Path(src.name).name} has no georeference and {src.shape[1]} x {src.shape[0]} pixels",
            f"labels must say where they lie, or be the {grid.shape[1]} x {grid.shape[0]} of the run",
            "give a file with a CRS and a transform",
        )
    window = _own_window(GeoBox(src.shape, src.transform, src.crs), grid)
    if window is not None and _inside(src, window):
        return np.asarray(src.read(1, window=window))
    with WarpedVRT(
        src,
        crs=grid.crs,
        transform=grid.affine,
        width=grid.shape[1],
        height=grid.shape[0],
        resampling=Resampling.nearest,
        src_nodata=NOT_ASSESSABLE,
        nodata=NOT_ASSESSABLE,
    ) as warped:
        return np.asarray(warped.read(1))


def _choose(scene: Scene, names: Sequence[str] | None) -> list[Band]:
    by_name = {band.name: band for band in scene.bands}
    missing = [name for name in names or () if name not in by_name]
    if missing:
        raise SceneError(
            f"scene {scene.id} has the bands {', '.join(by_name)}",
            f"{', '.join(missing)} is needed",
            "name the bands with --bands, in file order",
        )
    return [by_name[name] for name in names] if names is not None else list(scene.bands)


def _read_bands(
    href: str, bands: list[Band], grids: tuple[GeoBox, GeoBox], *, quick: bool
) -> NDArray[np.float32]:
    grid, scene_grid = grids
    factor = gsd_m(grid) / gsd_m(scene_grid)
    # A factor of 1.2 keeps the two pixel sizes of one sensor (0.50 and 0.52 m) on the sharp side.
    method = Resampling.average if factor > 1.2 else Resampling.bilinear
    indexes = [band.index for band in bands]
    try:
        with quiet(href), opened(href, indexes, factor / 2 if quick else 1.0) as src:
            home = home_of(src, scene_grid)
            pixels = _read_on(src, indexes, (home, grid), method=method, nodata=bands[0].nodata)
    except RasterioError as error:
        raise unreadable(href, error) from error
    scales = np.array([band.scale for band in bands], np.float32)[:, None, None]
    offsets = np.array([band.offset for band in bands], np.float32)[:, None, None]
    return pixels if (scales == 1).all() and (offsets == 0).all() else pixels * scales + offsets


def _read_on(
    src: "rasterio.io.DatasetReader",
    indexes: list[int],
    grids: tuple[GeoBox, GeoBox],
    *,
    method: Resampling,
    nodata: float | None,
) -> NDArray[np.float32]:
    home, grid = grids
    window = _own_window(home, grid)
    if window is not None:
        return _read_window(src, indexes, window, nodata)
    # `src_nodata` makes the warper leave invalid pixels out of every average; `add_alpha` does the same for
    # files without a nodata value, beyond their edges.
    empty = src.nodata if nodata is None else nodata
    with WarpedVRT(
        src,
        src_crs=home.crs,
        src_transform=home.affine,
        crs=grid.crs,
        transform=grid.affine,
        width=grid.shape[1],
        height=grid.shape[0],
        resampling=method,
        src_nodata=empty,
        nodata=empty,
        add_alpha=empty is None and not _has_alpha(src),
        # Averages of whole numbers are no whole numbers.
        dtype="float32",
    ) as warped:
        pixels = _filled(warped, indexes, None, nodata)
        if warped.count > src.count:
            # The bands do not know of the alpha band that was added: their masks are whole.
            pixels[:, warped.read(warped.count) == 0] = np.nan
        return pixels


def _has_alpha(src: "rasterio.io.DatasetReader") -> bool:
    return any(colour.name == "alpha" for colour in src.colorinterp)


def _own_window(home: GeoBox, grid: GeoBox) -> Window | None:
    """Return the window of `home` that is exactly `grid`, or None if resampling is needed."""
    if home.crs != grid.crs:
        return None
    step = ~home.affine * grid.affine
    rows, cols = grid.shape
    far_x, far_y = step * (cols, rows)
    near_x, near_y = round(step.c), round(step.f)
    off = max(
        abs(step.c - near_x), abs(step.f - near_y), abs(far_x - near_x - cols), abs(far_y - near_y - rows)
    )
    return Window(near_x, near_y, cols, rows) if off < ALIGNED else None


def _read_window(
    src: "rasterio.io.DatasetReader", indexes: list[int], window: Window, nodata: float | None
) -> NDArray[np.float32]:
    """Read pixels as they are; NaN beyond the file (rasterio's own boundless read warps, and warns)."""
    top, left = max(window.row_off, 0), max(window.col_off, 0)
    bottom = min(window.row_off + window.height, src.height)
    right = min(window.col_off + window.width, src.width)
    if _inside(src, window):
        return _decoded(src, indexes, window, nodata)
    pixels = np.full((len(indexes), window.height, window.width), np.nan, np.float32)
    if top < bottom and left < right:
        part = _decoded(src, indexes, Window(left, top, right - left, bottom - top), nodata)
        rows = slice(top - window.row_off, bottom - window.row_off)
        cols = slice(left - window.col_off, right - window.col_off)
        pixels[:, rows, cols] = part
    return pixels


def _decoded(
    src: "rasterio.io.DatasetReader", indexes: list[int], window: Window, nodata: float | None
) -> NDArray[np.float32]:
    kept = held()
    if kept is None:
        return _filled(src, indexes, window, nodata)
    keys = [(src.name, src.shape, index, nodata) for index in indexes]
    return kept.read(keys, window, lambda: _filled(src, indexes, window, nodata))


def _inside(src: "rasterio.io.DatasetReader", window: Window) -> bool:
    return bool(
        window.col_off >= 0
        and window.row_off >= 0
        and window.col_off + window.width <= src.width
        and window.row_off + window.height <= src.height
    )


def _filled(
    src: "rasterio.io.DatasetReader", indexes: list[int], window: Window | None, nodata: float | None
) -> NDArray[np.float32]:
    """Read pixels, NaN where the file's own masks or `nodata` say that there is nothing."""
    out: NDArray[np.float32] = src.read(indexes, window=window).astype(np.float32)
    flags = src.mask_flag_enums
    for band, index in zip(out, indexes, strict=True):
        if flags[index - 1] != [MaskFlags.all_valid]:
            band[src.read_masks(index, window=window) == 0] = np.nan
    if nodata is not None:
        out[out == np.float32(nodata)] = np.nan
    if any(np.issubdtype(src.dtypes[index - 1], np.inexact) for index in indexes):
        out[~np.isfinite(out)] = np.nan
    return out
