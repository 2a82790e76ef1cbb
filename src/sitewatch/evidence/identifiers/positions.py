"""Positions in texts: degrees in every notation, metres of a map's grid, and codes of cells."""

import math
import re
from collections.abc import Iterable, Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer

# A pair of numbers this near to a place is a position of it, degrees and metres.
NEAR_DEG, NEAR_M = 0.05, 6_000.0
# A number alone is one only if it has so many decimals and lies this near.
_LONE_DECIMALS, _LONE_DEG = 4, 0.02

_NUMBER = r"[-+\u2212]?\d{1,8}(?:\.\d+)?"
_PAIR = re.compile(
    rf"(?<![\w.])(?P<first>{_NUMBER})\s*(?:\N{DEGREE SIGN}\s*)?[NSEW]?\W{{1,40}}?"
    rf"(?:(?:lat|lon|lng|latitude|longitude|y|x|east|north|easting|northing)\W{{1,5}})?"
    rf"(?P<second>{_NUMBER})(?![\w]|\.\d)",
    re.IGNORECASE,
)
_LONE = re.compile(r"(?<![\w.])[-+\u2212]?\d{1,3}\.\d+(?![\w])")
_SIGNS = r"[\N{DEGREE SIGN}\N{MASCULINE ORDINAL INDICATOR}]|\bdeg\b|\bd\b"
_MINUTES = r"['\u2032\u2019]|\bmin\b|\bm\b"
_DMS = re.compile(
    rf"\d{{1,3}}\s*(?:{_SIGNS})\s*\d{{1,2}}(?:\.\d+)?\s*(?:{_MINUTES})"
    rf"|\b\d{{1,3}}\s+\d{{1,2}}\s+\d{{1,2}}(?:\.\d+)?\s*[NSEW]\b",
    re.IGNORECASE,
)
_DEGREES = re.compile(
    r"\d{1,3}\.\d+\s*(?:[\N{DEGREE SIGN}\N{MASCULINE ORDINAL INDICATOR}]\s*)?[NSEW]\b"
    r"|\b[NSEW]\s*\d{1,3}\.\d+"
)
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
        if "." in east and "." in north:
            reach = [max(NEAR_DEG, 0.5 * 10.0 ** -_decimals(one)) for one in (east, north)]
            close = (np.abs(self._degrees - [x, y]) <= reach).all(axis=1)
            if close.any() and not (self._whole(x) and self._whole(y)):
                return True
        # Metres have four digits at least: smaller numbers are counts and sizes.
        large = min(abs(x), abs(y)) >= 1000
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


def _projected(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the places in metres: UTM in their zone and its neighbours, and web Mercator; (n, 2)."""
    found = [np.empty((0, 2))]
    for lon, lat in degrees:
        zone = int((lon + 180) // 6) % 60
        codes = [(32600 if lat >= 0 else 32700) + (zone + by) % 60 + 1 for by in (-1, 0, 1)]
        for code in (*codes, 3857):
            found.append(np.array([_transformer(code).transform(lon, lat)]))
    everything = np.concatenate(found)
    return everything[np.isfinite(everything).all(axis=1)]


@cache
def _transformer(code: int) -> Transformer:
    return Transformer.from_crs(4326, code, always_xy=True)


def _geohash(lon: float, lat: float, length: int = 5) -> str:
    """Return the geohash of a place (Niemeyer 2008): bits of longitude and latitude in turn, five a letter."""
    ranges, values = [[-180.0, 180.0], [-90.0, 90.0]], (lon, lat)
    number = 0
    for bit in range(5 * length):
        side = ranges[bit % 2]
        middle = sum(side) / 2
        high = values[bit % 2] >= middle
        side[0 if high else 1] = middle
        number = number << 1 | high
    return "".join(_BASE32[number >> 5 * place & 31] for place in reversed(range(length)))
