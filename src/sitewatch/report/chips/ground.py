"""What a frame is on the ground: its centre, true north, and a scale bar. All geodesic, on WGS84."""

import math
from dataclasses import dataclass

import mgrs
import numpy as np
from odc.geo.crs import CRS
from odc.geo.geobox import GeoBox
from pyproj import Geod

from sitewatch.grid import WGS84, require_crs

_GEOD = Geod(ellps="WGS84")


@dataclass(frozen=True, slots=True)
class ScaleBar:
    """A length on the ground, metres, and how long it is in the figure, in shares of a panel's width."""

    length_m: float
    share: float


def lonlat(grid: GeoBox, col: float, row: float) -> tuple[float, float]:
    """Return longitude and latitude of a place on a grid; (0, 0) is the outer corner of its first pixel."""
    x, y = grid.affine * (col, row)
    to_wgs84 = require_crs(grid).transformer_to_crs(WGS84, always_xy=True)
    lon, lat = to_wgs84(np.asarray([x]), np.asarray([y]))
    return float(lon[0]), float(lat[0])


def centre(grid: GeoBox) -> tuple[float, float]:
    """Return longitude and latitude of the middle of a frame."""
    rows, cols = grid.shape
    return lonlat(grid, cols / 2, rows / 2)


def width_m(grid: GeoBox) -> float:
    """Return the length on the ground of the line across the middle of a frame, metres."""
    rows, cols = grid.shape
    # In 16 pieces: a long line of a projection is not the geodesic between its ends.
    places = [lonlat(grid, cols * k / 16, rows / 2) for k in range(17)]
    return float(_GEOD.line_length([lon for lon, _ in places], [lat for _, lat in places]))


def scale_bar(grid: GeoBox, most: float = 0.3) -> ScaleBar:
    """Return the longest bar of 1, 2 or 5 times a power of ten that fills at most `most` of the width."""
    width = width_m(grid)
    decade = 10.0 ** math.floor(math.log10(width * most))
    length = max(step * decade for step in (1, 2, 5) if step * decade <= width * most)
    return ScaleBar(length, length / width)


def north_deg(grid: GeoBox) -> float:
    """Return the direction of true north in the middle of a frame, degrees clockwise from straight up."""
    lon, lat = centre(grid)
    # A step of about a hundred metres along the meridian: long against rounding, short against its curvature.
    near, far = max(lat - 5e-4, -90.0), min(lat + 5e-4, 90.0)
    to_grid = CRS(WGS84).transformer_to_crs(require_crs(grid), always_xy=True)
    x, y = to_grid(np.asarray([lon, lon]), np.asarray([near, far]))
    (col0, row0), (col1, row1) = (~grid.affine * (float(a), float(b)) for a, b in zip(x, y, strict=True))
    return math.degrees(math.atan2(col1 - col0, row0 - row1))


def mgrs_words(lon: float, lat: float, pixel_m: float) -> str:
    """Return a place in the Military Grid Reference System, to 1 m, or to 10 m where pixels are that wide."""
    digits = 5 if pixel_m < 10 else 4
    code = mgrs.MGRS().toMGRS(lat, lon, MGRSPrecision=digits)
    head, east, north = code[: -2 * digits].lstrip("0"), code[-2 * digits : -digits], code[-digits:]
    return f"{head[:-2]} {head[-2:]} {east} {north}"


def lonlat_words(lon: float, lat: float) -> str:
    """Return a place in degrees with hemispheres, to about a metre."""
    return (
        f"{abs(lat):.5f}\N{DEGREE SIGN} {'N' if lat >= 0 else 'S'}, "
        f"{abs(lon):.5f}\N{DEGREE SIGN} {'E' if lon >= 0 else 'W'}"
    )
