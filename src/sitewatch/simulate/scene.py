"""One drawn scene: a world painted, lit, veiled by the air, and sampled by a sensor."""

import datetime as dt
import math
from dataclasses import dataclass

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from odc.geo.crs import CRS
from odc.geo.geobox import GeoBox

from sitewatch.grid import WGS84
from sitewatch.records import View
from sitewatch.simulate.canvas import Canvas, Frame
from sitewatch.simulate.light import Fields, draw_fields, reflected
from sitewatch.simulate.paint import paint
from sitewatch.simulate.recipe import RGB, Conditions, Recipe, Shift
from sitewatch.simulate.sensor import digitise, forward, sample
from sitewatch.simulate.traffic import with_traffic
from sitewatch.simulate.weather import draw_air, through_air
from sitewatch.simulate.world import World

# Up to this pixel size cars are drawn.
_FINE_M = 1.2


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


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """What all scenes of one place share."""

    recipe: Recipe
    frame: Frame
    fields: Fields


def set_stage(recipe: Recipe, rng: np.random.Generator) -> Stage:
    """Prepare the canvas and the fractal fields of a recipe's place."""
    factor = 2 if recipe.resolution_m <= 1 else 3
    # The margin holds what a shift, a turn or a shrinking of the after scene brings into the frame.
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * recipe.size[::-1]
    place = forward(recipe.shift, recipe.size)
    back = (corners - place[:, 2]) @ np.linalg.inv(place[:, :2]).T
    margin = math.ceil(float(np.abs(back - corners).max())) + 4
    frame = Frame(recipe.resolution_m / factor, factor, margin, recipe.size)
    return Stage(recipe, frame, draw_fields(frame, rng))


def shoot(
    stage: Stage, world: World, seen: Conditions, *, shift: Shift, rng: np.random.Generator
) -> DrawnScene:
    """Draw a world as one date sees it.

    Parameters
    ----------
    shift : Shift
        Where the scene shows the ground, against its own georeference.
    rng : Generator
        Of what differs from date to date: air, noise, traffic.
    """
    recipe, frame = stage.recipe, stage.frame
    canvas = Canvas(frame, stage.fields.fine, stage.fields.grass)
    if recipe.resolution_m <= _FINE_M:
        world = with_traffic(world, rng)
    paint(world, canvas, seen)
    air = draw_air(recipe, seen, world.smoke, rng)
    place = forward(shift, recipe.size)
    ground = reflected(canvas, stage.fields, recipe, seen)
    light = [
        through_air(sample(band, frame, place, seen.blur), name, air)
        for name, band in zip(recipe.bands, ground, strict=True)
    ]
    return DrawnScene(
        pixels=digitise(np.stack(light), recipe.bands, seen, rng),
        bands=recipe.bands,
        grid=grid_of(recipe),
        datetime=seen.datetime,
        sensor=_sensor(recipe),
        view=View(seen.sun_azimuth, seen.sun_elevation, seen.off_nadir, seen.view_azimuth),
        valid=np.ones(recipe.size, bool),
        clear=air.clear,
    )


def grid_of(recipe: Recipe) -> GeoBox:
    """Return a north-up grid in the UTM zone of the recipe's corner, on whole pixels."""
    zone = int((recipe.longitude + 180) // 6) + 1
    epsg = (32_600 if recipe.latitude >= 0 else 32_700) + zone
    to_utm = CRS(WGS84).transformer_to_crs(f"EPSG:{epsg}", always_xy=True)
    east, north = to_utm(recipe.longitude, recipe.latitude)
    step = recipe.resolution_m
    left, top = round(east / step) * step, round(north / step) * step
    return GeoBox(recipe.size, Affine(step, 0, left, 0, -step, top), f"EPSG:{epsg}")


def _sensor(recipe: Recipe) -> str:
    kind = "rgb" if recipe.bands == RGB else f"{len(recipe.bands)}-band"
    return f"drawn-{kind}-{recipe.resolution_m:g}m"
