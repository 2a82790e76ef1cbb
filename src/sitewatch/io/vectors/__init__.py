"""The only door to geopandas: sites and other outlines in any vector format, GeoJSON and GeoPackage out."""

from sitewatch.io.vectors.antimeridian import split, unwrapped
from sitewatch.io.vectors.feature import Feature
from sitewatch.io.vectors.geojson import geojson_text
from sitewatch.io.vectors.geopackage import Layer, Table, write_geopackage
from sitewatch.io.vectors.read import SUFFIXES, read_features, to_geodataframe
from sitewatch.io.vectors.table import read_rows

__all__ = [
    "SUFFIXES",
    "Feature",
    "Layer",
    "Table",
    "geojson_text",
    "read_features",
    "read_rows",
    "split",
    "to_geodataframe",
    "unwrapped",
    "write_geopackage",
]
