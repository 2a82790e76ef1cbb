"""Positions in texts: degrees in every notation, metres of a map's grid, and codes of cells."""

import math
import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import product

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer

# A pair of numbers this near to a place is a position of it, degrees and metres.
NEAR_DEG, NEAR_M = 0.05, 6_000.0
# A number alone is one only if it has so many decimals and lies this near.
_LONE_DECIMALS, _LONE_DEG = 4, 0.02

_NUMBER = r"[-+\u2212]?\d{1,8}(?:\.\d+)?"
_BETWEEN = (
    r"\s*(?:[\u00b0\u00ba]|m)?\s*[NSEW]?\W{1,40}?"
    r"(?:(?:lat|lon|lng|latitude|longitude|y|x|east|north|easting|northing)\W{1,5})?"
)
_PAIR = re.compile(
    rf"(?<![\w.])(?P<first>{_NUMBER}){_BETWEEN}(?P<second>{_NUMBER})(?!\d|\.\d)", re.IGNORECASE
)
_LONE = re.compile(r"(?<![\w.])[-+\u2212]?\d{1,3}\.\d+(?!\w)")
_DMS = re.compile(
    r"\d{1,3}\s*(?:[\u00b0\u00ba]|\bdeg\b|d(?=[\s\d]))\s*\d{1,2}(?:\.\d+)?\s*(?:['\u2032\u2019]|\bmin\b|m(?=[\s\d])|m\b)"
    r"|\b\d{1,3}\s+\d{1,2}\s+\d{1,2}(?:\.\d+)?\s*[NSEW]\b"
    r"|\b\d{1,3}[-:]\d{1,2}[-:]\d{1,2}(?:\.\d+)?\s?[NSEW]\b",
    re.IGNORECASE,
)
_DEGREES = re.compile(r"\d{1,3}\.\d+\s*(?:[\u00b0\u00ba]\s*)?[NSEW]\b|\b[NSEW]\s?\d{1,3}\.\d+")
_MGRS = re.compile(
    r"(?<![A-Za-z0-9])T?(?:0?[1-9]|[1-5]\d|60)[C-HJ-NP-X]\s?[A-HJ-NP-Z][A-HJ-NP-V](?:\s?\d{2,5}\s?\d{2,5})?"
    r"(?![A-Za-z0-9])"
)
_PLUS = re.compile(r"\b[23456789CFGHJMPQRVWX]{4,8}\+[23456789CFGHJMPQRVWX]{2,3}\b")
_WORDS = re.compile(r"(?<![A-Za-z0-9])[0-9b-hjkmnp-z]{5,12}(?![A-Za-z0-9])")
_BASE32 = "0123456789bcdefghjkmnpqrstuvwxyz"


class Positions:
    """Places whose position must not appear more precisely than allowed.

    Parameters
    ----------
    places : iterable of (float, float)
        Longitude and latitude, degrees (WGS84).
    step : float or None
        Positions that are whole multiples of so many degrees may appear; None: none may.
    """

    def __init__(self, places: Iterable[tuple[float, float]], step: float | None = None) -> None:
        degrees = np.array(sorted({(round(lon, 3), round(lat, 3)) for lon, lat in places})).reshape(-1, 2)
        self._degrees: NDArray[np.float64] = degrees
        self._metres = _projected(degrees)
        self._reach = [_box(self._degrees, NEAR_DEG), _box(self._metres, NEAR_M)]
        self._hashes = {_geohash(lon, lat) for lon, lat in degrees}
        self._step = step

    def found_in(self, text: str) -> Iterator[str]:
        """Yield each position in a text, as it is written there.

        Degrees, minutes and seconds, degrees with a letter of the compass, MGRS and plus codes are found
        wherever they lead; numbers and geohashes only near one of the places.
        """
        for pattern in (_DMS, _DEGREES, _MGRS, _PLUS):
            for match in pattern.finditer(text):
                if not (pattern is _DEGREES and self._allowed(match.group())):
                    yield match.group()
        for match in _WORDS.finditer(text):
            if match.group()[:5] in self._hashes:
                yield match.group()
        yield from self._pairs(text)
        for match in _LONE.finditer(text):
            if self._alone(match.group()):
                yield match.group()

    def _pairs(self, text: str) -> Iterator[str]:
        # Every number may be the first of a pair, also the second of the pair before.
        start = 0
        while (match := _PAIR.search(text, start)) is not None:
            start = match.start("second")
            first, second = match["first"], match["second"]
            if self._near(first, second) or self._near(second, first):
                yield match.group()

    def _near(self, east: str, north: str) -> bool:
        x, y = _value(east), _value(north)
        degrees, metres = (
            low_x <= x <= high_x and low_y <= y <= high_y for low_x, low_y, high_x, high_y in self._reach
        )
        # What is said to the tenth of a degree is no nearer than half of that, and a place all the same.
        if degrees and "." in east and "." in north and not (self._whole(x) and self._whole(y)):
            return bool((np.abs(self._degrees - [x, y]) <= NEAR_DEG + 1e-9).all(axis=1).any())
        # Metres have four digits at least: smaller numbers are counts and sizes.
        large = metres and min(abs(x), abs(y)) >= 1000
        return bool(large and (np.abs(self._metres - [x, y]) <= NEAR_M).all(axis=1).any())

    def _alone(self, text: str) -> bool:
        value = _value(text)
        if _decimals(text) < _LONE_DECIMALS or abs(value) < 1 or self._whole(value):
            return False
        return bool((np.abs(self._degrees - value) <= _LONE_DEG).any())

    def _allowed(self, text: str) -> bool:
        number = re.search(r"\d+\.\d+", text)
        return number is not None and self._whole(float(number.group()))

    def _whole(self, value: float) -> bool:
        if self._step is None:
            return False
        return math.isclose(value / self._step, round(value / self._step), abs_tol=1e-6)


def _value(text: str) -> float:
    return float(text.replace("\u2212", "-"))


def _decimals(text: str) -> int:
    return len(text.partition(".")[2])


def _box(points: NDArray[np.float64], reach: float) -> tuple[float, float, float, float]:
    """Return what holds all points with a reach around them; nothing lies in that of no points."""
    if not len(points):
        return math.inf, math.inf, -math.inf, -math.inf
    (left, low), (right, high) = points.min(axis=0) - reach, points.max(axis=0) + reach
    return float(left), float(low), float(right), float(high)


def _projected(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return places in metres: UTM in their zone and its neighbours, and web Mercator; (n, 2)."""
    if not len(degrees):
        return degrees
    zones = ((degrees[:, 0] + 180) // 6).astype(int) % 60
    found = [np.column_stack(_transformer(3857).transform(*degrees.T))]
    # Both hemispheres: at the equator people use either.
    for first, by in product((32601, 32701), (-1, 0, 1)):
        codes = first + (zones + by) % 60
        for code in np.unique(codes):
            there = degrees[codes == code]
            found.append(np.column_stack(_transformer(int(code)).transform(*there.T)))
    everything = np.concatenate(found)
    finite: NDArray[np.float64] = everything[np.isfinite(everything).all(axis=1)]
    return finite


@cache
def _transformer(code: int) -> Transformer:
    return Transformer.from_crs(4326, code, always_xy=True)


def _geohash(lon: float, lat: float, length: int = 5) -> str:
    """Return the geohash of a place (Niemeyer 2008): bits of both in turn, five a letter."""
    ranges, values = [[-180.0, 180.0], [-90.0, 90.0]], (lon, lat)
    number = 0
    for bit in range(5 * length):
        side = ranges[bit % 2]
        middle = sum(side) / 2
        high = values[bit % 2] >= middle
        side[0 if high else 1] = middle
        number = number << 1 | high
    return "".join(_BASE32[number >> 5 * place & 31] for place in reversed(range(length)))
