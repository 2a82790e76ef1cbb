"""Tables of places: CSV with longitude and latitude, or with WKT."""

import csv
import io
import math
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import shapely
from pyproj import CRS
from shapely import Point
from shapely.errors import ShapelyError

from sitewatch.errors import GeometryError, SiteError, VectorError
from sitewatch.io.vectors.degrees import parse_crs
from sitewatch.io.vectors.feature import Feature, located, refused
from sitewatch.io.vectors.text import decoded

_LON = ("lon", "longitude", "long", "lng", "lon_dd", "x", "xcoord", "point_x")
_LAT = ("lat", "latitude", "lat_dd", "y", "ycoord", "point_y")
_WKT = ("wkt", "geometry", "geom", "the_geom", "wkt_geom")
_EWKT = re.compile(r"\s*SRID=(\d+);(.*)", re.IGNORECASE | re.DOTALL)


def read_table(path: Path) -> list[Feature]:
    """Read a table with a header line; comma, semicolon, tab or bar, decimal point or comma.

    Raises
    ------
    VectorError
        If the file cannot be read or is no table.
    SiteError
        If no columns hold coordinates.
    """
    header, rows, notes = _parsed(path)
    where = _Columns(header, path.name)
    return [where.feature(row, line, notes) for line, row in rows]


def read_rows(path: Path) -> list[dict[str, str]]:
    """Read a table with a header line that need not hold places: a row a dict, cells stripped.

    Raises
    ------
    VectorError
        If the file cannot be read, is no table, or names a column twice.
    """
    header, rows, _ = _parsed(path)
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if twice:
        raise VectorError(
            f"{path.name} has two columns {twice[0]!r}",
            "each column needs a name of its own",
            "rename one of them",
        )
    return [{key: cell.strip() for key, cell in row.items() if key} for _, row in rows]


def _parsed(path: Path) -> tuple[list[str], list[tuple[int, dict[str, str]]], tuple[str, ...]]:
    """Return the header, each row that is not empty with its line, and notes about the file."""
    text, notes = decoded(path)
    if "\0" in text:
        raise VectorError(
            f"{path.name} is a binary file", "a text table is needed", "export it as CSV (UTF-8)"
        )
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    header = [name.strip() for name in next(lines, [])]
    rows = [
        (line, dict(zip(header, row, strict=False)))
        for line, row in enumerate(lines, 2)
        if any(cell.strip() for cell in row)
    ]
    return header, rows, notes


class _Columns:
    """Which columns of a table hold the position."""

    def __init__(self, header: list[str], file: str) -> None:
        self.lon, self.lat = _first(header, _LON), _first(header, _LAT)
        self.wkt = _first(header, _WKT)
        self.file = file
        if self.wkt is None and (self.lon is None or self.lat is None):
            raise SiteError(
                f"{file} has the columns {', '.join(header) or 'none'}",
                "columns lon and lat (degrees, WGS84), or one named wkt, are needed",
                "name them in the first line",
            )

    def feature(self, row: Mapping[str, str], line: int, notes: tuple[str, ...]) -> Feature:
        """Return the feature of a row; a row that has no readable position is refused alone."""
        used = {self.lon, self.lat} if self.wkt is None else {self.wkt}
        properties = {key: cell.strip() or None for key, cell in row.items() if key and key not in used}
        try:
            if self.wkt is not None:
                shape, crs = _from_wkt(row.get(self.wkt, ""), f"{self.file} line {line}")
            else:
                numbers = [
                    _number(row.get(name or "", ""), name or "", line) for name in (self.lon, self.lat)
                ]
                shape, crs = Point(numbers), None
        except (GeometryError, VectorError) as error:
            return refused(properties, error)
        return located(shape, properties, crs, notes)


def _first(header: list[str], names: Iterable[str]) -> str | None:
    """Return the column of the first of `names` that there is; ``Longitude (WGS84)`` counts as longitude."""
    known = {re.split(r"[\s(\[]", column.lower())[0]: column for column in reversed(header)}
    return next((known[name] for name in names if name in known), None)


def _delimiter(text: str) -> str:
    """Return the separator that the header line uses most outside quotes."""
    header = re.sub(r'"[^"]*"', "", text.split("\n", 1)[0])
    return max(",;\t|", key=header.count)


def _number(cell: str, column: str, line: int) -> float:
    # A decimal comma is safe: a cell of one coordinate can hold no thousands.
    try:
        number = float(cell.strip().replace(",", "."))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise GeometryError(
            f"line {line} has {column} = {cell!r}",
            "decimal degrees are needed, as in 92.2875",
            "correct the cell",
        )
    return number


def _from_wkt(cell: str, where: str) -> tuple[shapely.geometry.base.BaseGeometry, CRS | None]:
    labelled = _EWKT.match(cell)
    crs = parse_crs(int(labelled[1]), where) if labelled else None
    try:
        return shapely.from_wkt(labelled[2] if labelled else cell), crs
    except ShapelyError as error:
        raise GeometryError(
            f"{where} has no readable WKT ({str(error).splitlines()[0]})",
            "a geometry such as POLYGON ((92.28 21.03, ...)) is needed",
            "correct the cell",
        ) from error
