"""Ways of looking at a pair: which bands are shown, and one stretch for both dates."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox

from sitewatch.io.rasters import OpenScenes
from sitewatch.records import Kind, Scene
from sitewatch.report.chips.rendering import Stretch, choose_bands, fit_stretch
from sitewatch.review.places import Place

# What analysts call them, and the bands that are shown as red, green and blue: the first that there are.
_COMBINATIONS: tuple[tuple[str, str, tuple[tuple[str, ...], ...]], ...] = (
    ("natural", "Natural colour", (("red", "green", "blue"),)),
    (
        "infrared",
        "Near infrared",
        (("nir", "red", "green"), ("nir08", "red", "green"), ("nir", "green", "blue")),
    ),
    (
        "shortwave",
        "Shortwave infrared",
        (
            ("swir22", "nir", "red"),
            ("swir22", "nir08", "red"),
            ("swir16", "nir", "red"),
            ("swir16", "nir08", "red"),
        ),
    ),
)
# The stretch is fitted on the ground around an outline: so many times as wide, and at least so many pixels.
_AROUND, _LEAST = 3.0, 512
# It is read with at most so many pixels a side.
_MOST = 512


@dataclass(frozen=True, slots=True)
class Look:
    """A combination of bands.

    Attributes
    ----------
    name, title : str
        In addresses, and for people.
    bands : tuple of str
        Shown as red, green and blue; one is shown in grey.
    """

    name: str
    title: str
    bands: tuple[str, ...]


def looks(bands: Sequence[str]) -> tuple[Look, ...]:
    """Return the ways of looking at bands that are there, natural colour first; one in grey if there is none.

    >>> [look.name for look in looks(("blue", "green", "red", "nir"))]
    ['natural', 'infrared']
    """
    have = set(bands)
    found = [
        Look(name, title, next(each for each in choices if have.issuperset(each)))
        for name, title, choices in _COMBINATIONS
        if any(have.issuperset(each) for each in choices)
    ]
    if not found:
        chosen = choose_bands(bands, None).bands
        found = [Look("plain", "Grey" if len(chosen) == 1 else "Colour", chosen)]
    return tuple(found)


def first_look(choices: Sequence[Look], kind: Kind | None) -> Look:
    """Return what is shown first: shortwave infrared for burning, which tells char from bare ground."""
    burned = [look for look in choices if look.name == "shortwave"]
    return burned[0] if kind == "burning" and burned else choices[0]


def around(place: Place, box: tuple[float, float, float, float]) -> GeoBox:
    """Return the ground around an outline, on which its stretch is fitted.

    Parameters
    ----------
    box : (left, top, right, bottom)
        In the place's frame.
    """
    left, top, right, bottom = box
    side = int(max(_AROUND * (right - left), _AROUND * (bottom - top), _LEAST))
    coarser = 1
    while side / coarser > _MOST:
        coarser *= 2
    length = side // coarser
    corner = (round((left + right - side) / 2), round((top + bottom - side) / 2))
    return place.grid(corner, (length, length), coarser)


def stretch_of(
    place: Place, scenes: tuple[Scene, Scene], look: Look, grid: GeoBox, *, reader: OpenScenes
) -> Stretch:
    """Fit the stretch that two scenes have in a look, as chips do; for one scene name it twice."""
    first, second = scenes

    def valid(scene: Scene) -> NDArray[np.float32]:
        pixels: NDArray[np.float32] = place.draw(scene, grid, look.bands, reader).to_numpy()
        return pixels[:, np.isfinite(pixels).all(axis=0)]

    return fit_stretch(
        valid(first),
        valid(second),
        same_sensor=first.sensor == second.sensor and first.units == second.units,
        photograph=all(set(scene.band_names) == {"red", "green", "blue"} for scene in scenes),
    )
