"""Rasters written whole or not at all, and the same bytes every time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox
from rasterio.errors import RasterioError
from rasterio.io import MemoryFile
from rasterio.shutil import copy

from sitewatch.errors import OutputError
from sitewatch.io.rasters.quiet import quiet

_COG = {
    "driver": "COG",
    "COMPRESS": "DEFLATE",
    "PREDICTOR": "YES",
    "BLOCKSIZE": "512",
    "OVERVIEW_RESAMPLING": "NEAREST",
    "NUM_THREADS": "1",
}
_PLAIN = {"driver": "GTiff", "COMPRESS": "DEFLATE", "TILED": "YES", "NUM_THREADS": "1"}


@dataclass(frozen=True, slots=True)
class Labels:
    """What a written raster says about itself.

    Attributes
    ----------
    nodata : float or None
        Number that means "nothing here".
    descriptions : tuple of str
        One a band.
    tags : mapping of str to str
        Metadata items of the file.
    """

    nodata: float | None = None
    descriptions: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)


def write_cog(path: Path, pixels: NDArray[np.generic], grid: GeoBox, labels: Labels | None = None) -> None:
    """Write a cloud-optimised GeoTIFF (DEFLATE, blocks of 512, overviews by nearest neighbour).

    Parameters
    ----------
    pixels : (rows, columns) or (bands, rows, columns)
    grid : GeoBox
        Of the same rows and columns.

    Raises
    ------
    OutputError
        If the file cannot be written; nothing of it is left behind.
    """
    _write(path, _dataset(pixels, grid, labels or Labels()), _COG)


def write_geotiff(
    path: Path, pixels: NDArray[np.generic], grid: GeoBox, labels: Labels | None = None
) -> None:
    """Write a plain tiled GeoTIFF (DEFLATE), for scenes that sitewatch itself draws or cuts out.

    Parameters and errors are those of `write_cog`.
    """
    _write(path, _dataset(pixels, grid, labels or Labels()), _PLAIN)


def _dataset(pixels: NDArray[np.generic], grid: GeoBox, labels: Labels) -> MemoryFile:
    layers = pixels if pixels.ndim == 3 else pixels[None]
    memory = MemoryFile()
    with (
        quiet(),
        memory.open(
            driver="GTiff",
            dtype=layers.dtype.name,
            count=len(layers),
            height=layers.shape[1],
            width=layers.shape[2],
            crs=grid.crs,
            transform=grid.affine,
            nodata=labels.nodata,
        ) as dst,
    ):
        dst.write(layers)
        dst.update_tags(**labels.tags)
        for index, text in enumerate(labels.descriptions, 1):
            dst.set_band_description(index, text)
    return memory


def _write(path: Path, memory: MemoryFile, options: Mapping[str, str]) -> None:
    partial = path.with_name(path.name + ".partial")
    try:
        with quiet(), memory, memory.open() as src:
            copy(src, partial, **options)
        partial.replace(path)
    except (RasterioError, OSError) as error:
        partial.unlink(missing_ok=True)
        raise OutputError(
            f"{path.name} could not be written ({str(error).splitlines()[0]})",
            "a writable folder with room on its disk is needed",
            "free space, or choose another --out",
        ) from error
