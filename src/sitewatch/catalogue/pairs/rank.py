"""How well two scenes suit each other, by what is known without reading a pixel.

Each factor is 1 where nothing speaks against a pair and falls as more does; their product is the most that a
pair can score, before the share of the site that can be seen in each scene is multiplied in. The factors
order pairs; their steepness is a judgement, not a measurement: the opposite season costs as much as half of
the site under cloud, the sun on the other side a little less, a year of distance in time as much again.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sitewatch.catalogue.pairs.check import LEAN_GSD_M
from sitewatch.catalogue.pairs.when import scene_span, season_day
from sitewatch.records import Scene

Floats = NDArray[np.float64]

# What is not known costs a little, less than what is known to be bad.
UNKNOWN_SEASON, UNKNOWN_SUN, UNKNOWN_LEAN, UNKNOWN_SENSOR = 0.8, 0.9, 0.95, 0.95
OTHER_SENSOR = 0.9
OTHER_UNITS = 0.8
HALF_LIFE_DAYS = 365.0
_INFRARED = {"nir", "nir08", "nir09"}
_SHORTWAVE = {"swir16", "swir22"}


@dataclass(frozen=True, slots=True)
class Traits:
    """What counts of n scenes; every array has shape (n,), NaN where it is not known.

    Attributes
    ----------
    day : days since 1970
    season : day of the year
    sun : sun azimuth, degrees
    gsd : metres
    lean : degrees off nadir; 0 where pixels are too large for it to matter
    sensor, units : str
    bands : tuple of frozenset of str
    """

    day: Floats
    season: Floats
    sun: Floats
    gsd: Floats
    lean: Floats
    sensor: NDArray[np.str_]
    units: NDArray[np.str_]
    bands: tuple[frozenset[str], ...]


def traits(scenes: Sequence[Scene]) -> Traits:
    """Gather what counts of each scene."""
    spans = [scene_span(scene) for scene in scenes]
    return Traits(
        day=_floats([None if taken is None else taken.middle.timestamp() / 86_400 for taken in spans]),
        season=_floats([season_day(scene) for scene in scenes]),
        sun=_floats([scene.view.sun_azimuth for scene in scenes]),
        gsd=_floats([scene.gsd_m for scene in scenes]),
        lean=_floats([scene.view.off_nadir if scene.gsd_m <= LEAN_GSD_M else 0.0 for scene in scenes]),
        sensor=np.array([scene.sensor for scene in scenes], dtype=np.str_),
        units=np.array([scene.units for scene in scenes], dtype=np.str_),
        bands=tuple(frozenset(scene.band_names) for scene in scenes),
    )


def comparable(before: Traits, after: Traits) -> NDArray[np.bool_]:
    """Return which pairs can be compared at all, (before, after): in order, sharing a band, of like units."""
    # NaN compares as False: where a date is not known, the order is not held against a pair.
    ordered = ~(before.day[:, None] >= after.day[None, :])
    mixed = (before.units[:, None] != after.units[None, :]) & _same_sensor(before, after)
    allowed: NDArray[np.bool_] = ordered & ~mixed & (_band_factor(before, after) > 0)
    return allowed


def suitability(before: Traits, after: Traits) -> Floats:
    """Return the product of all factors but time and sight, (before, after), 0..1."""
    coarse = np.maximum(before.gsd[:, None], after.gsd[None, :])
    fine = np.minimum(before.gsd[:, None], after.gsd[None, :])
    finest = min(before.gsd.min(), after.gsd.min())
    product: Floats = (
        _season_factor(before, after)
        * _sun_factor(before, after)
        # The pair is as sharp as its coarser scene; a pair of unlike scenes suffers from both.
        * (finest / coarse) ** 0.25
        * (fine / coarse) ** 0.25
        * _sensor_factor(before, after)
        * _band_factor(before, after)
        * np.minimum(_lean_factor(before)[:, None], _lean_factor(after)[None, :])
        * np.where(before.units[:, None] == after.units[None, :], 1.0, OTHER_UNITS)
    )
    return product


def nearness(gap_days: Floats) -> Floats:
    """Return the factor of a distance in time: 1 at none, a half after a year; 0.5 where it is not known."""
    return np.nan_to_num(1.0 / (1.0 + np.maximum(gap_days, 0.0) / HALF_LIFE_DAYS), nan=0.5)


def _season_factor(before: Traits, after: Traits) -> Floats:
    turn = 2 * np.pi * (before.season[:, None] - after.season[None, :]) / 365.25
    return np.nan_to_num(1 - 0.5 * (1 - np.cos(turn)) / 2, nan=UNKNOWN_SEASON)


def _sun_factor(before: Traits, after: Traits) -> Floats:
    turn = np.deg2rad(before.sun[:, None] - after.sun[None, :])
    return np.nan_to_num(1 - 0.4 * (1 - np.cos(turn)) / 2, nan=UNKNOWN_SUN)


def _lean_factor(side: Traits) -> Floats:
    return np.nan_to_num(1 - 0.5 * np.minimum(np.abs(side.lean), 45.0) / 45.0, nan=UNKNOWN_LEAN)


def _sensor_factor(before: Traits, after: Traits) -> Floats:
    unknown = (before.sensor == "unknown")[:, None] | (after.sensor == "unknown")[None, :]
    known = np.where(_same_sensor(before, after), 1.0, OTHER_SENSOR)
    return np.where(unknown, UNKNOWN_SENSOR, known)


def _same_sensor(before: Traits, after: Traits) -> NDArray[np.bool_]:
    same: NDArray[np.bool_] = (before.sensor[:, None] == after.sensor[None, :]) & (
        before.sensor[:, None] != "unknown"
    )
    return same


def _band_factor(before: Traits, after: Traits) -> Floats:
    # Few sets of bands occur in a list of scenes, however long.
    kinds = list(dict.fromkeys((*before.bands, *after.bands)))
    table = np.array([[_shared(one & other) for other in kinds] for one in kinds])
    rows = np.array([kinds.index(bands) for bands in before.bands])
    columns = np.array([kinds.index(bands) for bands in after.bands])
    worth: Floats = table[rows[:, None], columns[None, :]]
    return worth


def _shared(bands: frozenset[str]) -> float:
    """Return what a set of shared bands is worth: burning and plants show best in the infrared."""
    if not bands:
        return 0.0
    if bands & _INFRARED:
        return 1.0 if bands & _SHORTWAVE else 0.97
    return 0.9 if len(bands) >= 3 else 0.7


def _floats(values: Sequence[float | None]) -> Floats:
    return np.array([np.nan if value is None else value for value in values], np.float64)
