"""Where an image lies whose file does not say it: a world file beside it, or options.

A world file holds six numbers, one a line: column step in x, in y, row step in x, in y, and x, y of the
middle of the top left pixel (Esri's definition). It names no CRS; a ``.prj`` beside it does, or the
``.aux.xml`` that GDAL and QGIS write, which may hold the six numbers, too.
"""

import math
from pathlib import Path

from affine import Affine
from odc.geo.crs import CRS
from odc.geo.geobox import GeoBox
from pyproj import Transformer
from pyproj.exceptions import CRSError

from sitewatch.catalogue.products.markup import read_xml, text_of
from sitewatch.errors import GeoreferenceError
from sitewatch.grid import WGS84


def world_file(path: Path) -> Path | None:
    """Return the world file beside an image (``.pgw``, ``.pngw``, ``.wld`` for a ``.png``), or None."""
    suffix = path.suffix.lower().lstrip(".")
    short = suffix[:1] + suffix[-1:] + "w" if suffix else "wld"
    wanted = {f"{path.stem}.{ending}".lower() for ending in (short, f"{suffix}w", "wld")}
    wanted.add(f"{path.name}w".lower())
    return next((each for each in sorted(path.parent.iterdir()) if each.name.lower() in wanted), None)


def grid_beside(path: Path, shape: tuple[int, int]) -> tuple[GeoBox, str] | None:
    """Return the grid that the files beside an image give, and a note, or None if there are none.

    Raises
    ------
    GeoreferenceError
        If the world file is not one, or nothing says which CRS its numbers are in.
    """
    crs, transform = _read_aux(path.with_name(f"{path.name}.aux.xml"))
    beside = world_file(path)
    if beside is None:
        return None if crs is None or transform is None else (GeoBox(shape, transform, crs), "")
    transform = _read_world(beside)
    crs = _read_prj(path.with_suffix(".prj")) or crs
    if crs is not None:
        return GeoBox(shape, transform, crs), ""
    corners = [transform * (col, row) for col in (0, shape[1]) for row in (0, shape[0])]
    if all(abs(x) <= 180 and abs(y) <= 90 for x, y in corners):
        return GeoBox(
            shape, transform, WGS84
        ), f"{beside.name} names no CRS; its numbers were taken as degrees (WGS84)"
    raise GeoreferenceError(
        f"{beside.name} names no CRS for {transform.c:.0f}, {transform.f:.0f}",
        "an image must say where on the ground it lies",
        f"put the CRS into {path.stem}.prj beside it, or convert the image to GeoTIFF",
    )


def approximate_grid(shape: tuple[int, int], gsd_m: float, center: tuple[float, float]) -> GeoBox:
    """Return a north-up grid in the UTM zone (or polar stereographic) of a centre, longitude and latitude.

    Raises
    ------
    GeoreferenceError
        If the ground sample distance is not a positive number.
    """
    if not (math.isfinite(gsd_m) and gsd_m > 0):
        raise GeoreferenceError(
            f"--gsd {gsd_m:g}", "the ground sample distance is a positive number of metres", "correct --gsd"
        )
    crs = CRS(_utm(*center))
    x, y = Transformer.from_crs(WGS84, str(crs), always_xy=True).transform(*center)
    rows, cols = shape
    corner = Affine.translation(x - cols * gsd_m / 2, y + rows * gsd_m / 2)
    return GeoBox(shape, corner * Affine.scale(gsd_m, -gsd_m), crs)


def _utm(lon: float, lat: float) -> str:
    if lat >= 84:
        return "EPSG:32661"
    if lat <= -80:
        return "EPSG:32761"
    zone = min(int((lon + 180) // 6) + 1, 60)
    return f"EPSG:{32600 + zone if lat >= 0 else 32700 + zone}"


def _read_world(path: Path) -> Affine:
    try:
        a, d, b, e, x, y = (float(number) for number in path.read_text("ascii").split())
    except ValueError as error:
        raise GeoreferenceError(
            f"{path.name} is not a world file ({error})",
            "six numbers, one a line, are needed",
            "mend or remove it",
        ) from error
    # The file gives the middle of the first pixel, an affine its corner.
    return Affine(a, b, x - (a + b) / 2, d, e, y - (d + e) / 2)


def _read_aux(path: Path) -> tuple[CRS | None, Affine | None]:
    """Return what GDAL's own file beside an image says of its place, None for what it does not say."""
    if not path.exists():
        return None, None
    root = read_xml(path)
    srs, numbers = text_of(root, "SRS"), text_of(root, "GeoTransform")
    try:
        crs = CRS(srs) if srs else None
        transform = Affine.from_gdal(*map(float, numbers.split(","))) if numbers else None
    except (CRSError, ValueError, TypeError) as error:
        raise GeoreferenceError(
            f"{path.name} does not hold what GDAL writes ({error})",
            "a CRS and a transform",
            "mend or remove it",
        ) from error
    return crs, transform


def _read_prj(path: Path) -> CRS | None:
    if not path.exists():
        return None
    try:
        return CRS(path.read_text("utf-8").strip())
    except (CRSError, UnicodeDecodeError) as error:
        raise GeoreferenceError(
            f"{path.name} names no CRS that is known",
            "a CRS as WKT or EPSG code is needed",
            "mend or remove it",
        ) from error
