"""Construction: cleared soil first, then structure - houses in rows, a walled compound, a ground station."""

import numpy as np
from shapely import unary_union
from shapely.geometry.base import BaseGeometry

from sitewatch.simulate.compound import build_compound
from sitewatch.simulate.deed import Deed, merged
from sitewatch.simulate.layout import Layout
from sitewatch.simulate.plot import Plot
from sitewatch.simulate.recipe import Recipe
from sitewatch.simulate.settlement import STYLES, draw_house
from sitewatch.simulate.shapes import meander, ribbon
from sitewatch.simulate.station import build_station
from sitewatch.simulate.world import Lane, Patch, World

_ROAD_M = 4.0  # a lane of this width or more is a road


def facility(layout: Layout, recipe: Recipe, rng: np.random.Generator) -> World:
    """Return the compound or the station of the recipe's theme, as a world of its own."""
    build = build_compound if recipe.theme == "walled_compound" else build_station
    return build(layout.plots[0], recipe.ground, rng)


def construct(layout: Layout, recipe: Recipe, rng: np.random.Generator) -> tuple[World, list[Deed]]:
    """Return what is built, as a world of its own, and the deeds."""
    build = _estate if recipe.theme == "settlement" else facility
    new = build(layout, recipe, rng)
    around = [surface.area for surface in new.surface]
    around += [ribbon(wall.line, max(wall.width, 1.0)) for wall in new.walls]
    doubtful = unary_union(around).buffer(1.5)
    return new, [
        Deed("construction", area, doubtful, area, height)
        for area, height in merged(_solid(new), recipe.resolution_m)
    ]


def _solid(new: World) -> list[tuple[BaseGeometry, float]]:
    """Return what an analyst would outline, with its height: buildings, dishes, roads (not walls)."""
    roads = [thing for thing in new.surface if isinstance(thing, Lane) and thing.width >= _ROAD_M]
    return [
        *((house.footprint, house.height) for house in new.buildings),
        *((dish.footprint, dish.height) for dish in new.dishes),
        *((road.area, 0.0) for road in roads),
    ]


def _estate(layout: Layout, recipe: Recipe, rng: np.random.Generator) -> World:
    """Rows of new houses on cleared plots, each with a track that leads to them."""
    worlds = [_row_houses(plot, recipe, rng) for plot in layout.plots]
    whole = World(recipe.ground)
    for world in worlds:
        whole = whole.with_(world)
    return whole


def _row_houses(plot: Plot, recipe: Recipe, rng: np.random.Generator) -> World:
    style = STYLES[recipe.ground]
    columns, rows = max(int(plot.length // 18), 1), max(int(plot.depth // 16), 1)
    places = [
        ((col + 0.5) / columns - 0.5, (row + 0.5) / rows - 0.5)
        for col in range(columns)
        for row in range(rows)
    ]
    houses = [
        draw_house(
            plot.point(x * plot.length + rng.normal(0, 0.7), y * plot.depth + rng.normal(0, 0.7)),
            plot.angle + rng.normal(0, 0.02),
            style,
            rng,
        )
        for x, y in places
        if rng.random() < 0.92 or (x, y) == places[0]
    ]
    cleared = plot.box((0, 0), (plot.length + 5, plot.depth + 5))
    ragged = max(2.0, 0.6 * recipe.resolution_m)
    away = np.asarray(recipe.frame_m) / 2 - plot.centre
    away = plot.centre + away * min(1.0, 60.0 / max(float(np.hypot(*away)), 1.0))
    track = Lane(meander(plot.centre, away, 2.0, rng), 2.6, "soil_bare", 0.95)
    return World(
        recipe.ground, (Patch(cleared, "soil_bare", 1.05, None, ragged), track), buildings=tuple(houses)
    )
