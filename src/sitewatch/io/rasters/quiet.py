"""GDAL's settings while a file is open, in one place."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import rasterio
from rasterio.errors import NodataShadowWarning, NotGeoreferencedWarning


@contextmanager
def quiet() -> Iterator[None]:
    """Open files with sane options, and without two warnings that are answered elsewhere.

    That an image has no georeference: `RasterInfo.grid` is None, and `require_grid` says what to do about it.
    That a nodata value shadows an alpha band: a scene says itself which of its bands are data.
    """
    with (
        warnings.catch_warnings(),
        rasterio.Env(GDAL_DISABLE_READDIR_ON_OPEN="EMPTY_DIR", GDAL_NUM_THREADS="1", GDAL_PAM_ENABLED="NO"),
    ):
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        warnings.simplefilter("ignore", NodataShadowWarning)
        yield
