"""Lays out a place before anything happens to it: land, villages, and plots where something may be built."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree
from shapely import LineString

from sitewatch.simulate.ground import clear_of, country_road, parcels, scattered, trees_on, woods
from sitewatch.simulate.plot import Plot
from sitewatch.simulate.recipe import Recipe
from sitewatch.simulate.settlement import Hamlet, draw_village
from sitewatch.simulate.shapes import middle
from sitewatch.simulate.world import Building, Patch, Tree, World

# From this pixel size on single trees are not drawn: a closed canopy is.
COARSE_M = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """A place before anything happens to it; `plots` are open ground on which something may be built."""

    world: World
    plots: tuple[Plot, ...]


def lay_out(recipe: Recipe, rng: np.random.Generator) -> Layout:
    """Lay out the place of a recipe."""
    width, height = recipe.frame_m
    plots = _plots(recipe, rng)
    land, trees = _land(recipe, rng)
    villages = [draw_village(hamlet, recipe.ground, plots, rng) for hamlet in _hamlets(recipe, rng)]
    through = (width * rng.uniform(0.4, 0.6), height * rng.uniform(0.4, 0.6))
    road = country_road((width, height), through, 5.5, rng)
    street = LineString(road.line).buffer(road.width / 2 + 2)
    houses = tuple(
        house for village in villages for house in village.buildings if not house.footprint.intersects(street)
    )
    lanes = (road, *(lane for village in villages for lane in village.lanes))
    yards = tuple(patch for village in villages for patch in village.patches)
    garden = tuple(tree for village in villages for tree in village.trees)
    taken = [house.outline for house in houses] + [plot.outline for plot in plots]
    clearing = tuple(Patch(plot.outline, "grass_green") for plot in plots if recipe.ground == "forest")
    patches = (*_beyond(land, houses), *clearing, *yards)
    return Layout(
        World(recipe.ground, patches, lanes, (), houses, (), clear_of(trees + garden, lanes, taken)),
        tuple(plots),
    )


def _land(recipe: Recipe, rng: np.random.Generator) -> tuple[tuple[Patch, ...], tuple[Tree, ...]]:
    frame, coarse = recipe.frame_m, recipe.resolution_m > COARSE_M
    if recipe.ground == "farmland":
        fields = parcels(frame, rng, max(45.0, 10 * recipe.resolution_m) if coarse else 45.0)
        return fields, () if coarse else scattered(frame, rng, 32.0, 3.0)
    if recipe.ground == "forest":
        patches = woods(frame, rng, 0.62, 120.0 if coarse else 24.0)
        return patches, () if coarse else trees_on(patches, frame, rng, 6.2)
    return (), () if coarse else scattered(frame, rng, 14.0, 1.0)


def _hamlets(recipe: Recipe, rng: np.random.Generator) -> list[Hamlet]:
    width, height = recipe.frame_m
    least = min(width, height)
    if recipe.theme != "settlement":
        return [Hamlet((0.18 * width, 0.8 * height), min(0.15 * least, 180.0))]
    if least < 700:
        centre = (width * rng.uniform(0.45, 0.55), height * rng.uniform(0.45, 0.55))
        return [Hamlet(centre, 0.42 * least)]
    across = max(round(least / 1100), 1)
    return [
        Hamlet(
            (width * (col + rng.uniform(0.4, 0.6)) / across, height * (row + rng.uniform(0.4, 0.6)) / across),
            min(rng.uniform(200, 330), 0.35 * least / across),
        )
        for row in range(across)
        for col in range(across)
    ]


def _plots(recipe: Recipe, rng: np.random.Generator) -> list[Plot]:
    width, height = recipe.frame_m
    least = min(width, height)
    if recipe.theme == "walled_compound":
        side = min(0.55 * least, max(220.0, 24 * recipe.resolution_m))
        return [Plot((0.58 * width, 0.42 * height), side, 0.75 * side, rng.uniform(-0.3, 0.3))]
    if recipe.theme == "ground_station":
        side = min(0.5 * least, max(90.0, 16 * recipe.resolution_m))
        return [Plot((0.57 * width, 0.43 * height), side, 0.7 * side, rng.uniform(-0.4, 0.4))]
    length, depth = max(44.0, 14 * recipe.resolution_m), max(32.0, 10 * recipe.resolution_m)
    places = np.array([(0.22, 0.25), (0.76, 0.3), (0.7, 0.78)]) + rng.uniform(-0.05, 0.05, (3, 2))
    return [Plot(place * (width, height), length, depth, rng.uniform(0, np.pi)) for place in places]


def _beyond(land: Sequence[Patch], houses: Sequence[Building]) -> tuple[Patch, ...]:
    """Leave out the fields whose middle lies among houses; woods may surround them."""
    if not houses:
        return tuple(land)
    homes = cKDTree([middle(house.outline) for house in houses])
    return tuple(
        patch for patch in land if patch.material == "canopy" or homes.query(middle(patch.outline))[0] > 22
    )
