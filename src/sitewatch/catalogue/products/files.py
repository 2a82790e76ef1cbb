"""Bands that lie in files of their own, or in one file, put together to a scene."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from odc.geo.geobox import GeoBox

from sitewatch.errors import SceneError
from sitewatch.grid import gsd_m
from sitewatch.io.rasters import describe
from sitewatch.records import BAND_NAMES, Band


@dataclass(frozen=True, slots=True)
class Scaling:
    """``reflectance = stored * scale + offset``; the number that means "nothing here"."""

    scale: float = 1.0
    offset: float = 0.0
    nodata: float | None = None


def bands_of_files(
    files: Mapping[str, Path], scalings: Mapping[str, Scaling]
) -> tuple[tuple[Band, ...], GeoBox]:
    """Describe a band a file, in the order of `BAND_NAMES`, and return the grid of the finest.

    Parameters
    ----------
    files : mapping of band name to Path
        At least one.
    scalings : mapping of band name to Scaling
        The file's own numbers stand where a band is missing here.

    Raises
    ------
    RasterError
        If a file cannot be read.
    GeoreferenceError
        If a file does not say where it lies.
    SceneError
        If a file holds more than its one band, or the files differ in type or lie in different CRSs.
    """
    bands, grids, types = [], [], {}
    for name in sorted(files, key=_rank):
        info = describe(files[name])
        if info.count != 1:
            raise SceneError(
                f"{files[name].name} holds {info.count} bands",
                f"a file of the set holds its one band ({name})",
                "add it as a scene of its own, with --bands",
            )
        own = Scaling(info.scales[0], info.offsets[0], info.nodata)
        used = scalings.get(name, own)
        nodata = own.nodata if used.nodata is None else used.nodata
        bands.append(Band(name, str(files[name].absolute()), 1, used.scale, used.offset, nodata))
        grids.append(info.require_grid())
        types[info.dtype] = files[name].name
    _require_one_type(types)
    _require_one_crs(grids, list(files.values()))
    return tuple(bands), min(grids, key=gsd_m)


def _require_one_type(types: Mapping[str, str]) -> None:
    if len(types) > 1:
        mixed = ", ".join(f"{name} is {dtype}" for dtype, name in types.items())
        raise SceneError(
            f"the bands mix data types ({mixed})",
            "all bands of a scene share one type and scale",
            "add what belongs together as scenes of their own",
        )


def _require_one_crs(grids: Sequence[GeoBox], paths: Sequence[Path]) -> None:
    if len({str(grid.crs) for grid in grids}) > 1:
        raise SceneError(
            f"the bands beside {paths[0].name} lie in different CRSs",
            "all bands of a scene share one",
            "put scenes of different tiles into folders of their own",
        )


def _rank(name: str) -> tuple[int, str]:
    return (BAND_NAMES.index(name) if name in BAND_NAMES else len(BAND_NAMES)), name
