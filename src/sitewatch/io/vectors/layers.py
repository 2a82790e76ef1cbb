"""Whatever GDAL reads: GeoPackage, shapefile (also zipped), FlatGeobuf and the rest, layer by layer."""

import logging
import warnings
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shapely import GeometryCollection

from sitewatch.errors import VectorError
from sitewatch.io.vectors.feature import Feature, located
from sitewatch.io.vectors.text import require_contents, unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas
    from pyproj import CRS

log = logging.getLogger(__name__)


def read_layers(path: Path) -> list[Feature]:
    """Read the features of every layer that has a geometry.

    A layer without a CRS is taken as WGS84 longitude/latitude if its numbers allow it, and a note says so.

    Raises
    ------
    VectorError
        If the file is missing, damaged or in no format that GDAL reads.
    """
    if not path.is_dir():
        require_contents(path)
    return [feature for part in _parts(path) for feature in _read(part, path)]


def _parts(path: Path) -> list[str]:
    """Return what is to be opened: the file itself, or each shapefile inside a zip."""
    if path.suffix.lower() == ".shp":
        _require_index(path)
    if path.suffix.lower() not in (".zip", ".shz"):
        return [str(path)]
    try:
        with zipfile.ZipFile(path) as archive:
            inside = [name for name in archive.namelist() if name.lower().endswith(".shp")]
    except (zipfile.BadZipFile, OSError) as error:
        raise _damaged(path, error) from error
    inside = [name for name in inside if not name.startswith("__MACOSX")]
    if not inside:
        raise VectorError(
            f"{path.name} holds no .shp", "a zipped shapefile is needed", "unpack it and add what is inside"
        )
    return [f"/vsizip/{path.resolve()}/{name}" for name in inside]


def _require_index(path: Path) -> None:
    try:
        beside = {item.suffix.lower() for item in path.parent.iterdir() if item.stem == path.stem}
    except OSError as error:
        raise unreadable(path, error) from error
    missing = [suffix for suffix in (".shx", ".dbf") if suffix not in beside]
    if missing:
        raise VectorError(
            f"{path.name} comes without its {' and '.join(missing)}",
            "a shapefile is .shp, .shx and .dbf together",
            "put them beside it",
        )


def _read(source: str, path: Path) -> list[Feature]:
    try:
        # It brings geopandas and pandas along, which the formats that are read without GDAL do without.
        import pyogrio

        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            layers = [name for name, kind in pyogrio.list_layers(source) if kind is not None]
            frames = [pyogrio.read_dataframe(source, layer=name, on_invalid="ignore") for name in layers]
    # pyogrio's own errors are RuntimeErrors; a text in another encoding than the file claims is a ValueError.
    except (RuntimeError, ValueError, OSError) as error:
        raise _damaged(path, error) from error
    for warning in said:
        log.info("%s: %s", path.name, warning.message)
    return [feature for frame in frames for feature in _features(frame)]


def _damaged(path: Path, error: Exception) -> VectorError:
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return VectorError(
        f"{path.name} cannot be read ({reason})",
        "a whole GeoJSON, GeoPackage, KML, KMZ, shapefile or CSV is needed",
        "fetch or export it again",
    )


def _features(frame: "geopandas.GeoDataFrame") -> list[Feature]:
    crs: CRS | None = frame.crs
    notes = () if crs is not None else ("the file names no CRS; taken as WGS84 longitude/latitude",)
    facts = frame.drop(columns=frame.geometry.name).astype(object)
    rows: list[Mapping[str, Any]] = facts.where(facts.notna(), None).to_dict("records")
    return [
        located(
            GeometryCollection() if shape is None else shape, {str(k): v for k, v in row.items()}, crs, notes
        )
        for shape, row in zip(frame.geometry, rows, strict=True)
    ]
