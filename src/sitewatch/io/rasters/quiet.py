"""GDAL's settings while a file is open, in one place."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import rasterio
from rasterio.errors import NotGeoreferencedWarning


@contextmanager
def quiet() -> Iterator[None]:
    """Open files with sane options, and without the warning that an image has no georeference.

    That warning is not lost: `RasterInfo.grid` is None, and `require_grid` says what to do about it.
    """
    with (
        warnings.catch_warnings(),
        rasterio.Env(GDAL_DISABLE_READDIR_ON_OPEN="EMPTY_DIR", GDAL_NUM_THREADS="1", GDAL_PAM_ENABLED="NO"),
    ):
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        yield
