"""Shadows of standing things that fell elsewhere because the sun stood elsewhere.

A thing of height `h` throws a shadow of length ``h / tan(elevation)`` away from the sun. Ground that is dark
on one date only is explained by the sun if the thing at the sunward end of the dark strip throws a shadow on
the other date too: in the direction that this date's sun gives, and as long as this date's elevation gives
for the same height. A thing that was built or torn down throws one on one date only.

*Focal*, with a reach of `LONGEST_M`. Heights from shadows are those of Irvin and McKeown
1989, who check buildings by their shadows; here two dates check one another.
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Layer = NDArray[np.float32]
Mask = NDArray[np.bool_]
Values = NDArray[np.float64]
Pixels = NDArray[np.intp]
Steps = tuple[Values, Values]

# How far a shadow is followed, and how far a thing that throws it may reach across, metres.
LONGEST_M, _ACROSS_M = 40.0, 12.0
# What is lower throws specks, which chance explains, metres.
_LOWEST_M = 1.5
# Shade is darker than this share of the middle of its date, and than this share of the other date.
_DARK, _DARKER = 0.65, 0.75
# Parts of a shadow's length, from the thing's edge, at which the other date must be dark.
_PARTS = (0.3, 0.6, 0.9)
# Suns that are turned so far, both dates alike, give what chance explains.
_TURNS = (60.0, 120.0, 180.0, 240.0, 300.0)


@dataclass(frozen=True, slots=True)
class Sun:
    """Where the sun stands, degrees: azimuth clockwise from the image's top, elevation above 0 up to 90."""

    azimuth: float
    elevation: float

    def away(self, height_m: float) -> tuple[float, float]:
        """Return where the shadow of a point falls, metres (down, across)."""
        length = height_m / math.tan(math.radians(self.elevation))
        turn = math.radians(self.azimuth)
        return length * math.cos(turn), -length * math.sin(turn)

    def turned(self, degrees: float) -> "Sun":
        """Return a sun of the same elevation elsewhere."""
        return Sun((self.azimuth + degrees) % 360, self.elevation)


@dataclass(frozen=True, slots=True)
class Turned:
    """How much of an object the sun explains.

    Attributes
    ----------
    share : float
        Of the object's pixels: dark on one date only, at a thing that throws a shadow of the same height on
        the other date; 0..1, NaN if nothing of it is seen on both dates.
    elsewhere : float
        The mean of such shares for suns that stood elsewhere: what chance gives.
    dark : float
        Share of the object's pixels that are dark on one date only.
    height_m : float
        Median height of the things that threw the explained shadows; NaN if there are none.
    """

    share: float
    elsewhere: float
    dark: float
    height_m: float


def travel_m(suns: tuple[Sun, Sun], height_m: float) -> float:
    """Return how far the tip of a shadow moved from one sun to another, metres."""
    first, second = (sun.away(height_m) for sun in suns)
    return math.dist(first, second)


def find_turned(
    images: tuple[Layer, Layer], inside: Mask, suns: tuple[Sun, Sun], *, pixel_m: float
) -> Turned:
    """Measure how much of an object is shadow of standing things that turned or changed its length.

    Parameters
    ----------
    images : two of (rows, columns) float32
        Brightness of the dates, registered and in one radiometry; NaN where not usable. Shadows are followed
        within them, up to `LONGEST_M`.
    inside : (rows, columns) bool
        The object.
    suns : (Sun, Sun)
        Of the dates.
    """
    known = np.isfinite(images[0]) & np.isfinite(images[1])
    count = int((inside & known).sum())
    if not count:
        return Turned(math.nan, math.nan, math.nan, math.nan)
    dark = [_dark(image, known) for image in images]
    lost = [inside & dark[own] & (images[own] < _DARKER * images[1 - own]) for own in (0, 1)]

    def explained(turn: float) -> NDArray[np.float64]:
        dates = [
            _Date(shade, known, sun.turned(turn), pixel_m) for shade, sun in zip(dark, suns, strict=True)
        ]
        return np.concatenate([_heights(lost[own], dates[own], dates[1 - own]) for own in (0, 1)])

    heights = explained(0.0)
    return Turned(
        share=len(heights) / count,
        elsewhere=float(np.mean([len(explained(turn)) for turn in _TURNS])) / count,
        dark=float((lost[0] | lost[1]).sum()) / count,
        height_m=float(np.median(heights)) if len(heights) else math.nan,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Date:
    """One date: what is dark, what is known of both dates, and where its sun stands."""

    dark: Mask
    known: Mask
    sun: Sun
    pixel_m: float

    def moved(self, places: Steps, pixels: float | Values) -> Steps:
        """Move places away from the sun, or towards it by negative pixels."""
        turn = math.radians(self.sun.azimuth)
        return places[0] + pixels * math.cos(turn), places[1] - pixels * math.sin(turn)

    def run(self, places: Steps, *, sign: int, dark: bool, most_m: float) -> tuple[Values, Mask]:
        """Count the dark (or light) pixels that follow on each place, and tell whether the others follow."""
        run = np.zeros(len(places[0]))
        ended = np.zeros(len(places[0]), np.bool_)
        alive = ~ended
        for n in range(1, math.ceil(most_m / self.pixel_m) + 1):
            at, valid = self.within(self.moved(places, sign * n))
            alike = self.dark[at] == dark
            ended |= alive & valid & ~alike
            alive = alive & valid & alike
            run += alive
        return run, ended

    def within(self, places: Steps) -> tuple[tuple[Pixels, Pixels], Mask]:
        """Round places to pixels; those outside, or on unknown ground, are not valid."""
        rows, cols = (np.rint(values).astype(np.intp) for values in places)
        valid = (rows >= 0) & (cols >= 0) & (rows < self.known.shape[0]) & (cols < self.known.shape[1])
        rows, cols = np.where(valid, rows, 0), np.where(valid, cols, 0)
        return (rows, cols), valid & self.known[rows, cols]


def _dark(image: Layer, known: Mask) -> Mask:
    middle = float(np.median(image[known]))
    return known & (image < _DARK * middle)


def _heights(lost: Mask, own: _Date, other: _Date) -> Values:
    """Return the heights of the things that explain pixels dark on their own date only, one a pixel."""
    rows, cols = np.nonzero(lost)
    places = (rows.astype(float), cols.astype(float))
    sunward, ended = own.run(places, sign=-1, dark=True, most_m=LONGEST_M)
    behind, closed = own.run(places, sign=1, dark=True, most_m=LONGEST_M)
    heights = (sunward + behind + 1) * own.pixel_m * math.tan(math.radians(own.sun.elevation))
    # What stands at the sunward end is crossed to its other edge, where the other date's shadow starts.
    foot = own.moved(places, -(sunward + 1))
    across, _ = other.run(foot, sign=1, dark=False, most_m=_ACROSS_M)
    length = heights / math.tan(math.radians(other.sun.elevation)) / own.pixel_m
    found = ended & closed & (heights >= _LOWEST_M)
    shade = np.asarray(cv2.dilate(other.dark.astype(np.uint8), np.ones((3, 3), np.uint8))) > 0
    for part in _PARTS:
        at, valid = other.within(other.moved(foot, across + part * length))
        found &= valid & shade[at]
    return heights[found]
