"""GDAL's settings while a file is open, in one place."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import rasterio
from rasterio.errors import NodataShadowWarning, NotGeoreferencedWarning


@contextmanager
def quiet(href: str = "") -> Iterator[None]:
    """Open files with sane options, and without two warnings that are answered elsewhere.

    Beside a file on this machine GDAL may look for what belongs to it (header, overviews); asking a server
    what else it holds costs more than the file.

    That an image has no georeference: `RasterInfo.grid` is None, and `require_grid` says what to do about it.
    That a nodata value shadows an alpha band: a scene says itself which of its bands are data.
    """
    remote = "://" in href or href.startswith("/vsi")
    with (
        warnings.catch_warnings(),
        rasterio.Env(
            GDAL_DISABLE_READDIR_ON_OPEN="EMPTY_DIR" if remote else "FALSE",
            GDAL_NUM_THREADS="1",
            GDAL_PAM_ENABLED="NO",
        ),
    ):
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        warnings.simplefilter("ignore", NodataShadowWarning)
        yield
