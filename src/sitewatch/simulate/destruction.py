"""Burning and demolition: what is left of buildings.

Burning: roofs gone, char and pale ash, stubs of walls, singed trees (NBR down, SWIR2 up against SWIR1).
Demolition: rubble and pieces, or bare cleared soil; brighter, and hardly a change of NBR.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from shapely import Point, Polygon, STRtree, unary_union

from sitewatch.simulate.deed import Deed, merged, outline_of
from sitewatch.simulate.layout import COARSE_M
from sitewatch.simulate.recipe import Recipe
from sitewatch.simulate.shapes import blob, middle, rectangle
from sitewatch.simulate.world import Building, Patch, Scar, Tree, Wall, World

# Around what happened the ground is littered or singed this far, metres: neither counted nor blamed.
_LITTER_M = 3.0


def burn(
    world: World, chosen: Sequence[Building], recipe: Recipe, rng: np.random.Generator
) -> tuple[World, list[Deed]]:
    """Burn buildings down; the yard around each is charred with it."""
    scars, stubs, areas = [], [], []
    for house in chosen:
        outline = blob(middle(house.outline), 0.55 * _diagonal(house) + 2.0, rng, 0.25)
        scars.append(Scar(outline, "char", rng.uniform(0.75, 0.95), 1.8))
        scars.append(Scar(house.outline, "ash", rng.uniform(0.1, 0.55), 1.2))
        stubs += _stubs(house, rng)
        areas.append((Patch(outline, "char").area.union(house.footprint), 0.0))
    joined = merged(areas, recipe.resolution_m)
    if recipe.resolution_m > COARSE_M:
        scars += [Scar(outline_of(area), "char", 0.85, 0.5 * recipe.resolution_m) for area, _ in joined]
    gone = world.without(chosen)
    after = replace(
        gone,
        scars=(*gone.scars, *scars),
        walls=(*gone.walls, *stubs),
        trees=_singed(gone.trees, [area for area, _ in joined]),
    )
    built = unary_union([house.footprint for house in chosen])
    return after, [
        Deed("burning", area, area.buffer(_LITTER_M), built.intersection(area)) for area, _ in joined
    ]


def demolish(
    world: World, chosen: Sequence[Building], recipe: Recipe, rng: np.random.Generator
) -> tuple[World, list[Deed]]:
    """Tear buildings down; most leave rubble, some are cleared to bare soil."""
    joined = merged([(house.footprint, house.height) for house in chosen], recipe.resolution_m)
    floors, scars, pieces = [], [], []
    if recipe.resolution_m > COARSE_M:
        floors += [Patch(outline_of(area.buffer(_LITTER_M)), "soil_bare") for area, _ in joined]
    for house in chosen:
        floors.append(Patch(house.outline, "soil_bare", rng.uniform(0.9, 1.05), None, 0.6))
        if rng.random() < 0.7:
            heap = blob(middle(house.outline), 0.5 * _diagonal(house), rng, 0.25)
            scars.append(Scar(heap, "rubble", rng.uniform(0.6, 0.95), 1.8))
            pieces += _pieces(house, rng)
    gone = world.without(chosen)
    after = replace(
        gone,
        surface=(*gone.surface, *floors),
        scars=(*gone.scars, *scars),
        buildings=(*gone.buildings, *pieces),
    )
    return after, [Deed("demolition", area, area.buffer(_LITTER_M), area, height) for area, height in joined]


def _diagonal(house: Building) -> float:
    return float(np.hypot(*(house.outline[2] - house.outline[0])))


def _stubs(house: Building, rng: np.random.Generator) -> list[Wall]:
    """Return what is left of the walls: some of the sides, low."""
    ring = np.concatenate([house.outline, house.outline[:1]])
    return [
        Wall(ring[k : k + 2], 0.5, rng.uniform(0.5, 1.6), "mud", rng.uniform(0.5, 0.9))
        for k in range(len(house.outline))
        if rng.random() < 0.6
    ]


def _pieces(house: Building, rng: np.random.Generator) -> list[Building]:
    """Return pieces of a fallen building: slabs, beams, sheets of its roof."""
    low, high = house.outline.min(axis=0), house.outline.max(axis=0)
    kinds = ("rubble", "concrete", house.material)
    return [
        Building(
            rectangle(
                rng.uniform(low, high), (rng.uniform(0.7, 3.2), rng.uniform(0.5, 1.8)), rng.uniform(0, np.pi)
            ),
            rng.uniform(0.2, 0.9),
            kinds[int(rng.integers(3))],
            False,
            rng.uniform(0.6, 1.05),
        )
        for _ in range(int(rng.integers(6, 14)))
    ]


def _singed(trees: tuple[Tree, ...], burned: Sequence[Polygon]) -> tuple[Tree, ...]:
    if not burned or not trees:
        return trees
    points = [Point(tree.x, tree.y) for tree in trees]
    hit = set(STRtree(list(burned)).query(points, predicate="intersects")[0].tolist())
    return tuple(
        replace(tree, material="scorched") if index in hit else tree for index, tree in enumerate(trees)
    )
