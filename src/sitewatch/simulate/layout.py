"""Lays out a place before anything happens to it: land, villages, and plots where something may be built."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from shapely import MultiPoint
from shapely.geometry.base import BaseGeometry

from sitewatch.simulate.ground import (
    coast,
    country_road,
    gardens,
    parcels,
    scattered,
    stream_beds,
    trees_on,
    woods,
)
from sitewatch.simulate.plot import Plot
from sitewatch.simulate.recipe import Recipe
from sitewatch.simulate.settlement import Hamlet, Village, draw_village
from sitewatch.simulate.shapes import middle
from sitewatch.simulate.world import Building, Lane, Patch, Surface, Tree, World, standing

# From this pixel size on single trees are not drawn: a closed canopy is.
COARSE_M = 2.0
# How far the sea reaches into the frame, as a share of its height, where a recipe has a tide.
SHORE = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """A place before anything happens to it.

    Attributes
    ----------
    world : World
    plots : tuple of Plot
        Open ground on which something may be built.
    places : tuple of shapely Polygon
        What an analyst would watch, metres: the villages, or the plot of a facility.
    """

    world: World
    plots: tuple[Plot, ...]
    places: tuple[BaseGeometry, ...]


def lay_out(recipe: Recipe, rng: np.random.Generator) -> Layout:
    """Lay out the place of a recipe."""
    width, height = recipe.frame_m
    plots = _plots(recipe, rng)
    land, trees = _land(recipe, rng)
    villages = [draw_village(hamlet, recipe.ground, plots, rng) for hamlet in _hamlets(recipe, rng)]
    through = (width * rng.uniform(0.4, 0.6), height * rng.uniform(0.4, 0.6))
    # The village beside a facility lies in the lower left; the road to it keeps clear of that corner.
    turn = rng.uniform(0, np.pi) if recipe.theme == "settlement" else rng.uniform(0.1, 1.4)
    paved = recipe.ground == "farmland" and rng.random() < 0.5
    road = replace(
        country_road((width, height), through, turn, rng), material="asphalt" if paved else "soil_bare"
    )
    sea = _sea(recipe, rng)
    houses = _dry(villages, road, recipe)
    surface: tuple[Surface, ...] = (
        *_beyond(land, houses),
        *_on_plots(plots, recipe, rng),
        *(patch for village in villages for patch in village.patches),
        *(lane for village in villages for lane in village.lanes),
        road,
        *sea,
    )
    trees += tuple(tree for village in villages for tree in village.trees)
    bare = [house.footprint.buffer(1) for house in houses] + [plot.area for plot in plots]
    bare += [lane.area.buffer(1) for village in villages for lane in village.lanes] + [road.area.buffer(1)]
    trees = standing(trees, bare + [patch.area for patch in sea])
    world = World(recipe.ground, surface, buildings=houses, trees=trees)
    return Layout(world, tuple(plots), _places(recipe, villages, plots))


def _land(recipe: Recipe, rng: np.random.Generator) -> tuple[tuple[Patch, ...], tuple[Tree, ...]]:
    frame, coarse = recipe.frame_m, recipe.resolution_m > COARSE_M
    side = max(45.0, 10 * recipe.resolution_m) if coarse else 45.0
    if recipe.ground == "farmland":
        return parcels(frame, rng, side), () if coarse else scattered(frame, rng, 32.0, 3.0)
    tilled = gardens(np.array(frame) * rng.uniform(0.08, 0.2, 2), rng, 0.6 * side)
    if recipe.ground == "forest":
        if coarse:
            return tilled, ()
        patches = woods(frame, rng, 0.62, 24.0)
        trees = trees_on(patches, frame, rng, 6.2)
        return (*patches, *tilled), standing(trees, [patch.area for patch in tilled])
    shrubs = () if coarse else scattered(frame, rng, 14.0, 1.0)
    return (*stream_beds(frame, rng), *tilled), shrubs


def _on_plots(plots: Sequence[Plot], recipe: Recipe, rng: np.random.Generator) -> tuple[Patch, ...]:
    """Return what covers the plots: a clearing in a wood; some are cleared to bare soil long beforehand."""
    grass = [
        Patch(plot.outline, "grass_green", 1.0, None, 3.0) for plot in plots if recipe.ground == "forest"
    ]
    bare = [
        Patch(plot.box((0, 0), (plot.length + 5, plot.depth + 5)), "soil_bare", 1.05, None, 2.0)
        for plot in plots
        if recipe.theme == "settlement" and rng.random() < 0.25
    ]
    return (*grass, *bare)


def _sea(recipe: Recipe, rng: np.random.Generator) -> tuple[Patch, ...]:
    if "tide" not in recipe.friends:
        return ()
    width, height = recipe.frame_m
    return (Patch(coast((width, height), SHORE * height, rng), "water"),)


def _dry(villages: Sequence[Village], road: Lane, recipe: Recipe) -> tuple[Building, ...]:
    """Return the houses that stand neither on the road nor where the sea comes."""
    street = road.area.buffer(2)
    shore = recipe.frame_m[1] * (1 - 2.5 * SHORE * ("tide" in recipe.friends))
    return tuple(
        house
        for village in villages
        for house in village.buildings
        if not house.footprint.intersects(street)
        and (house.outline[:, 1].max() < shore or "tide" not in recipe.friends)
    )


def _hamlets(recipe: Recipe, rng: np.random.Generator) -> list[Hamlet]:
    width, height = recipe.frame_m
    least = min(width, height)
    if recipe.theme != "settlement":
        return [Hamlet((0.2 * width, 0.78 * height), min(0.19 * least, 180.0))]
    if least < 700:
        centre = (width * rng.uniform(0.45, 0.55), height * rng.uniform(0.45, 0.55))
        return [Hamlet(centre, 0.42 * least)]
    across = 1 if least < 2000 else 2
    return [
        Hamlet(
            (width * (col + rng.uniform(0.4, 0.6)) / across, height * (row + rng.uniform(0.4, 0.6)) / across),
            min(rng.uniform(220, 360), 0.35 * least / across),
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
    length, depth = max(54.0, 15 * recipe.resolution_m), max(34.0, 10 * recipe.resolution_m)
    places = np.array([(0.22, 0.24), (0.74, 0.76)]) + rng.uniform(-0.05, 0.05, (2, 2))
    return [Plot(place * (width, height), length, depth, rng.uniform(0, np.pi)) for place in places]


def _places(recipe: Recipe, villages: Sequence[Village], plots: Sequence[Plot]) -> tuple[BaseGeometry, ...]:
    margin = max(25.0, 4 * recipe.resolution_m)
    if recipe.theme != "settlement":
        return tuple(plot.area.buffer(margin, join_style="mitre") for plot in plots)
    homes = [[house.outline for house in village.buildings] for village in villages]
    return tuple(MultiPoint(np.concatenate(group)).convex_hull.buffer(margin) for group in homes if group)


def _beyond(land: Sequence[Patch], houses: Sequence[Building]) -> tuple[Patch, ...]:
    """Leave out the fields whose middle lies among houses; woods may surround them."""
    if not houses:
        return tuple(land)
    # `scipy.spatial` takes long to import, and only those who draw scenes need it.
    from scipy.spatial import cKDTree

    homes = cKDTree([middle(house.outline) for house in houses])
    return tuple(patch for patch in land if patch.rows is None or homes.query(middle(patch.outline))[0] > 22)
