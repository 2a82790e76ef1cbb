"""What a raster file is, without reading its pixels."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import rasterio
from odc.geo.geobox import GeoBox
from rasterio.errors import RasterioIOError

from sitewatch.errors import GeoreferenceError, RasterError
from sitewatch.io.rasters.quiet import quiet


@dataclass(frozen=True, slots=True)
class RasterInfo:
    """Facts of one raster file.

    Attributes
    ----------
    grid : GeoBox or None
        None where the file has no georeference (no CRS, or the identity transform).
    shape : (int, int)
        Rows, columns.
    dtype : str
        Of the first band; bands of different types are refused when opened.
    descriptions : tuple of str
        One a band, "" where the file has none.
    scales, offsets : tuple of float
        One a band, 1 and 0 where the file has none.
    tags : mapping of str to str
        The file's own metadata items.
    """

    href: str
    grid: GeoBox | None
    shape: tuple[int, int]
    count: int
    dtype: str
    nodata: float | None
    descriptions: tuple[str, ...]
    scales: tuple[float, ...]
    offsets: tuple[float, ...]
    colours: tuple[str, ...]
    tags: Mapping[str, str]

    def require_grid(self) -> GeoBox:
        """Return the grid.

        Raises
        ------
        GeoreferenceError
            If the file does not say where on the ground it lies.
        """
        if self.grid is None:
            raise GeoreferenceError(
                f"{Path(self.href).name} has no georeference",
                "an image must say where on the ground it lies",
                "give --gsd METRES and --center LON,LAT, or a file with a CRS and a transform",
            )
        return self.grid


def describe(href: str | Path) -> RasterInfo:
    """Open a raster and return what it is.

    Raises
    ------
    RasterError
        If the file is missing, empty, not a raster, or its bands differ in type.
    """
    href = str(href)
    try:
        with quiet(href), rasterio.open(href) as src:
            _refuse_odd(src)
            gridded = src.crs is not None and not src.transform.is_identity
            return RasterInfo(
                href=href,
                grid=GeoBox(src.shape, src.transform, src.crs) if gridded else None,
                shape=src.shape,
                count=src.count,
                dtype=src.dtypes[0],
                nodata=src.nodata,
                descriptions=tuple(d or "" for d in src.descriptions),
                scales=tuple(src.scales),
                offsets=tuple(src.offsets),
                colours=tuple(c.name for c in src.colorinterp),
                tags=dict(src.tags()),
            )
    except RasterioIOError as error:
        raise unreadable(href, error) from error


def unreadable(href: str, cause: Exception) -> RasterError:
    """Say that a raster cannot be read, with the library's reason in one line."""
    # rasterio's own message may only point to GDAL's, which is the cause.
    reason: BaseException = cause
    while reason.__cause__ is not None:
        reason = reason.__cause__
    first_line = str(reason).splitlines()[0] if str(reason) else type(reason).__name__
    path = Path(href)
    if "://" not in href and not href.startswith("/vsi"):
        if not path.exists():
            return RasterError(f"{href} does not exist", "a raster file is needed", "check the path")
        if path.is_file() and path.stat().st_size == 0:
            return RasterError(f"{href} is empty (0 bytes)", "a raster file is needed", "fetch it again")
    return RasterError(
        f"{href} cannot be read as a raster ({first_line})",
        "a whole file in a format that GDAL reads is needed",
        "fetch or convert it again; `gdalinfo` shows what is wrong",
    )


def _refuse_odd(src: "rasterio.io.DatasetReader") -> None:
    if src.count == 0:
        raise RasterError(
            f"{src.name} holds no bands of its own",
            "a raster with pixels is needed",
            "name one of its subdatasets",
        )
    if len(set(src.dtypes)) > 1:
        raise RasterError(
            f"{src.name} mixes data types ({', '.join(dict.fromkeys(src.dtypes))})",
            "all bands of a file must share one type",
            "split the file, a type a file, and add them as one multi-file scene",
        )
    if src.dtypes[0].startswith("complex"):
        raise RasterError(
            f"{src.name} holds complex numbers", "real numbers are needed", "convert it to intensity"
        )
