"""The only door to rasterio: what a raster is, its pixels on a grid, and rasters written."""

from sitewatch.io.rasters.burn import burn, burn_labels
from sitewatch.io.rasters.describe import RasterInfo, describe
from sitewatch.io.rasters.held import reading_once
from sitewatch.io.rasters.read import load, load_codes, load_labels
from sitewatch.io.rasters.trace import trace
from sitewatch.io.rasters.windows import OpenScenes, picture
from sitewatch.io.rasters.write import Labels, write_cog, write_geotiff

__all__ = [
    "Labels",
    "OpenScenes",
    "RasterInfo",
    "burn",
    "burn_labels",
    "describe",
    "load",
    "load_codes",
    "load_labels",
    "picture",
    "reading_once",
    "trace",
    "write_cog",
    "write_geotiff",
]
