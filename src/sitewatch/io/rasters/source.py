"""A raster file as the source of a scene's bands: where it lies, and its bands as plain numbers."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from xml.sax.saxutils import escape

import rasterio
from odc.geo.geobox import GeoBox
from rasterio.dtypes import dtype_rev, typename_fwd


def home_of(src: "rasterio.io.DatasetReader", scene_grid: GeoBox) -> GeoBox:
    """Return the grid of a file: its own, or the scene's where the file does not say where it lies."""
    if src.crs is None or src.transform.is_identity:
        return scene_grid.zoom_to(src.shape)
    return GeoBox(src.shape, src.transform, src.crs)


@contextmanager
def opened(
    href: str, indexes: Sequence[int], coarseness: float = 1.0
) -> "Iterator[rasterio.io.DatasetReader]":
    """Open a file so that none of the wanted bands counts as alpha.

    Four-band aerial files often call their near infrared `alpha`. GDAL would then weight every average by it
    and leave out the pixels where it is 0.

    Parameters
    ----------
    coarseness : float
        The file may be opened at an overview whose pixels are up to this many times as wide.
    """
    with rasterio.open(href) as src:
        if any(src.colorinterp[index - 1].name == "alpha" for index in indexes):
            with rasterio.open(_without_colours(src)) as plain:
                yield plain
            return
        levels = [level for level, factor in enumerate(src.overviews(indexes[0])) if factor <= coarseness]
        if not levels:
            yield src
            return
    with rasterio.open(href, overview_level=levels[-1]) as overview:
        yield overview


def _without_colours(src: "rasterio.io.DatasetReader") -> str:
    """Describe a file as a VRT whose bands have no colours."""
    bands = "".join(
        f'<VRTRasterBand dataType="{typename_fwd[dtype_rev[src.dtypes[0]]]}" band="{index}">'
        + (f"<NoDataValue>{src.nodata!r}</NoDataValue>" if src.nodata is not None else "")
        + f"<SimpleSource><SourceFilename>{escape(src.name)}</SourceFilename>"
        f"<SourceBand>{index}</SourceBand></SimpleSource></VRTRasterBand>"
        for index in src.indexes
    )
    place = f"<GeoTransform>{', '.join(map(repr, src.transform.to_gdal()))}</GeoTransform>"
    crs = f"<SRS>{escape(src.crs.to_wkt())}</SRS>" if src.crs is not None else ""
    size = f'rasterXSize="{src.width}" rasterYSize="{src.height}"'
    return f"<VRTDataset {size}>{crs}{place}{bands}</VRTDataset>"
