"""One way in for every vector format."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sitewatch.io.vectors.feature import Feature
from sitewatch.io.vectors.geojson import read_geojson
from sitewatch.io.vectors.kml import read_kml
from sitewatch.io.vectors.layers import read_layers
from sitewatch.io.vectors.table import read_table

if TYPE_CHECKING:
    import geopandas


def read_features(path: Path) -> list[Feature]:
    """Read a vector file: GeoJSON, GeoPackage, KML/KMZ, shapefile (also zipped), CSV, and what GDAL reads.

    Returns
    -------
    list of Feature
        In file order, WGS84 longitude/latitude; empty if the file holds none. A feature that cannot be
        placed is in the list with its `refusal`.

    Raises
    ------
    VectorError
        If the file as a whole cannot be read.
    SiteError
        If it is a table without coordinates.
    """
    return READERS.get(path.suffix.lower(), read_layers)(path)


def to_geodataframe(path: Path, columns: Sequence[str] = ()) -> "geopandas.GeoDataFrame":
    """Read a vector file as a GeoDataFrame in WGS84, nested properties as lists and dicts.

    Parameters
    ----------
    columns : sequence of str, optional
        Columns that shall be there even if no feature has them.

    Raises
    ------
    VectorError
        If the file cannot be read.
    """
    # With pandas it takes half a second to import, and few runs need a table of it.
    import geopandas

    features = read_features(path)
    names = dict.fromkeys([*columns, *(key for feature in features for key in feature.properties)])
    facts = {key: [feature.properties.get(key) for feature in features] for key in names}
    return geopandas.GeoDataFrame(facts, geometry=[feature.geometry for feature in features], crs="EPSG:4326")


# GDAL reads these too, but joins what a feature says into columns, and a broken feature would stop the rest.
READERS: Mapping[str, Callable[[Path], list[Feature]]] = {
    ".geojson": read_geojson,
    ".json": read_geojson,
    ".kml": read_kml,
    ".kmz": read_kml,
    ".csv": read_table,
    ".tsv": read_table,
}
SUFFIXES = (*READERS, ".gpkg", ".shp", ".shz", ".zip", ".fgb")
