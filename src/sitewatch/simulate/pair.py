"""Draws a before and an after scene whose truth is known."""

import datetime as dt
import math
from dataclasses import dataclass

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from odc.geo.crs import CRS
from odc.geo.geobox import GeoBox
from shapely.geometry.base import BaseGeometry

from sitewatch.grid import WGS84
from sitewatch.records import View
from sitewatch.simulate.canvas import Canvas, Frame
from sitewatch.simulate.events import happen
from sitewatch.simulate.layout import lay_out
from sitewatch.simulate.light import Fields, draw_fields, reflected
from sitewatch.simulate.paint import paint
from sitewatch.simulate.recipe import RGB, Conditions, Recipe, Shift
from sitewatch.simulate.sensor import digitise, forward, sample
from sitewatch.simulate.truth import TrueChange, covered, doubtful_area, true_changes, truth_raster
from sitewatch.simulate.weather import draw_air, through_air
from sitewatch.simulate.world import World


@dataclass(frozen=True, slots=True, eq=False)
class DrawnScene:
    """One drawn scene.

    Attributes
    ----------
    pixels : (bands, rows, columns) uint8 or uint16
        Digital numbers, 0 where there is nothing. RGB alone is 8 bits; else reflectance times 10,000.
    bands : tuple of str
    grid : GeoBox
    datetime : datetime
        UTC.
    sensor : str
    view : View
        Angles of the sun and of the sensor.
    valid : (rows, columns) bool
        False where neither ground nor cloud was recorded.
    clear : (rows, columns) bool
        False under clouds and in their shadows.
    """

    pixels: NDArray[np.uint8] | NDArray[np.uint16]
    bands: tuple[str, ...]
    grid: GeoBox
    datetime: dt.datetime
    sensor: str
    view: View
    valid: NDArray[np.bool_]
    clear: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class FalseFriend:
    """Something that changed and is none of the three kinds; `outline` in pixels, None: the whole frame."""

    name: str
    outline: BaseGeometry | None
    geometry: BaseGeometry | None


@dataclass(frozen=True, slots=True, eq=False)
class DrawnPair:
    """Two drawn scenes and the truth about them.

    Attributes
    ----------
    truth : (rows, columns) uint8
        Codes of `records.KIND_CODES`, 0 where nothing of the three kinds changed.
    doubtful : (rows, columns) bool
        Ground that changed with an object (a graded yard, singed grass): neither to count nor to blame.
    objects : tuple of TrueChange
    friends : tuple of FalseFriend
    """

    before: DrawnScene
    after: DrawnScene
    truth: NDArray[np.uint8]
    doubtful: NDArray[np.bool_]
    objects: tuple[TrueChange, ...]
    friends: tuple[FalseFriend, ...]


def draw_pair(recipe: Recipe, seed: int) -> DrawnPair:
    """Draw a pair: the same recipe and seed give the same bytes.

    Returns
    -------
    DrawnPair
    """
    streams = [np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(5)]
    place, land, deed, first, second = streams
    frame = _frame(recipe)
    layout = lay_out(recipe, place)
    earlier, later, deeds = happen(layout, recipe, deed)
    if recipe.reverse:
        earlier, later = later, earlier
    shared = _Place(recipe, frame, draw_fields(frame, land))
    before = _draw_scene(shared, earlier, recipe.before, shift=Shift(), rng=first)
    after = _draw_scene(shared, later, recipe.after, shift=recipe.shift, rng=second)
    changes = true_changes(deeds, recipe, before.grid)
    truth = truth_raster(changes, recipe.size)
    doubtful = covered(doubtful_area(deeds, recipe), recipe.size) & (truth == 0)
    return DrawnPair(before, after, truth, doubtful, changes, ())


def _frame(recipe: Recipe) -> Frame:
    factor = 2 if recipe.resolution_m <= 1 else 3
    # The margin holds what a shift, a turn or a shrinking of the after scene brings into the frame.
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * recipe.size[::-1]
    place = forward(recipe.shift, recipe.size)
    back = (corners - place[:, 2]) @ np.linalg.inv(place[:, :2]).T
    margin = math.ceil(float(np.abs(back - corners).max())) + 4
    return Frame(recipe.resolution_m / factor, factor, margin, recipe.size)


@dataclass(frozen=True, slots=True, eq=False)
class _Place:
    """What both dates of a pair share."""

    recipe: Recipe
    frame: Frame
    fields: Fields


def _draw_scene(
    place: _Place, world: World, seen: Conditions, *, shift: Shift, rng: np.random.Generator
) -> DrawnScene:
    recipe, frame = place.recipe, place.frame
    canvas = Canvas(frame)
    paint(world, canvas, seen, place.fields.fine)
    air = draw_air(recipe.size, recipe.resolution_m, seen, rng)
    matrix = forward(shift, recipe.size)
    light = np.stack(
        [
            through_air(sample(band, frame, matrix, seen.blur), name, air)
            for name, band in zip(recipe.bands, reflected(canvas, place.fields, recipe, seen), strict=True)
        ]
    )
    pixels = digitise(light, recipe.bands, seen, rng)
    view = View(seen.sun_azimuth, seen.sun_elevation, seen.off_nadir, seen.view_azimuth)
    return DrawnScene(
        pixels, recipe.bands, _grid(recipe), seen.datetime, _sensor(recipe), view,
        np.ones(recipe.size, bool), air.clear,
    )  # fmt: skip


def _grid(recipe: Recipe) -> GeoBox:
    """Return a north-up grid in the UTM zone of the recipe's corner, on whole pixels."""
    zone = int((recipe.longitude + 180) // 6) + 1
    epsg = (32_600 if recipe.latitude >= 0 else 32_700) + zone
    to_utm = CRS(WGS84).transformer_to_crs(f"EPSG:{epsg}", always_xy=True)
    east, north = to_utm(recipe.longitude, recipe.latitude)
    step = recipe.resolution_m
    corner = (round(east / step) * step, round(north / step) * step)
    return GeoBox(recipe.size, Affine(step, 0, corner[0], 0, -step, corner[1]), f"EPSG:{epsg}")


def _sensor(recipe: Recipe) -> str:
    kind = "rgb" if recipe.bands == RGB else f"{len(recipe.bands)}-band"
    return f"drawn-{kind}-{recipe.resolution_m:g}m"
