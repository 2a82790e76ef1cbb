"""What happens to a place: construction, burning, demolition, each in its own quarter."""

from collections.abc import Sequence

import numpy as np

from sitewatch.simulate.construction import construct, facility
from sitewatch.simulate.deed import Deed
from sitewatch.simulate.destruction import burn, demolish
from sitewatch.simulate.layout import Layout
from sitewatch.simulate.recipe import Recipe
from sitewatch.simulate.shapes import middle
from sitewatch.simulate.world import Building, World

_MOST = 150  # houses that one event takes


def happen(layout: Layout, recipe: Recipe, rng: np.random.Generator) -> tuple[World, World, tuple[Deed, ...]]:
    """Return the world before the events, the world after them, and the deeds.

    A facility is what gets built; with no construction in the recipe it stands from the start, and is what
    gets burned or demolished.
    """
    start, within = layout.world, list(layout.world.buildings)
    if recipe.theme != "settlement" and "construction" not in recipe.events:
        standing = facility(layout, recipe, rng)
        start, within = start.with_(standing), list(standing.buildings)
    world, deeds = start, []
    for kind, act in (("burning", burn), ("demolition", demolish)):
        chosen = _cluster(within, recipe, rng)
        if kind in recipe.events:
            within = [house for house in within if all(house is not other for other in chosen)]
            world, done = act(world, chosen, recipe, rng)
            deeds += done
    if "construction" in recipe.events:
        new, done = construct(layout, recipe, rng)
        world = world.with_(new)
        deeds += done
    return start, world, tuple(deeds)


def _cluster(houses: Sequence[Building], recipe: Recipe, rng: np.random.Generator) -> list[Building]:
    """Choose neighbours well inside the frame: the share that the recipe asks for."""
    frame = np.array(recipe.frame_m)
    places = np.array([middle(house.outline) for house in houses]).reshape(-1, 2)
    inside = np.flatnonzero(np.all((places > 0.06 * frame) & (places < 0.94 * frame), axis=1))
    if not len(inside):
        return []
    seed = places[inside[int(rng.integers(len(inside)))]]
    far = np.hypot(*(places[inside] - seed).T)
    count = min(max(round(recipe.share * len(inside)), 1), _MOST)
    return [houses[inside[k]] for k in np.argsort(far, kind="stable")[:count]]
