"""What happens to a place: construction, burning, demolition; and the truth about it.

Each event takes a world and gives the world after it, and what it did to which area.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from shapely import Point, Polygon, unary_union
from shapely.geometry.base import BaseGeometry

from sitewatch.simulate.compound import build_compound
from sitewatch.simulate.layout import Layout
from sitewatch.simulate.recipe import Event, Recipe
from sitewatch.simulate.settlement import STYLES, draw_house
from sitewatch.simulate.shapes import Outline, blob, middle, rectangle, ribbon
from sitewatch.simulate.station import build_station
from sitewatch.simulate.world import Building, Lane, Patch, Scar, Tree, World


@dataclass(frozen=True, slots=True, eq=False)
class Deed:
    """One thing that an event did.

    Attributes
    ----------
    kind : Event
    area : shapely Polygon
        What an analyst would outline, metres.
    doubtful : shapely geometry
        Ground around it that changed too, but that one would neither count nor blame: a graded yard,
        scattered debris, singed grass.
    built : shapely geometry
        The building itself; it is what remains of the truth when time runs backwards.
    height : float
        Of the building, metres: in an oblique view it is seen displaced.
    """

    kind: Event
    area: Polygon
    doubtful: BaseGeometry
    built: BaseGeometry
    height: float = 0.0


def happen(layout: Layout, recipe: Recipe, rng: np.random.Generator) -> tuple[World, World, tuple[Deed, ...]]:
    """Return the world before the events, the world after them, and the deeds."""
    start = layout.world
    if recipe.theme != "settlement" and "construction" not in recipe.events:
        start = _joined(start, _facility(layout, recipe, rng))
    world, deeds = start, []
    free = list(start.buildings)
    if "construction" in recipe.events:
        world, new = _construct(world, layout, recipe, rng)
        deeds += new
    for kind, act in (("burning", _burn), ("demolition", _demolish)):
        if kind in recipe.events:
            chosen = _cluster(free, recipe, rng)
            free = [house for house in free if all(house is not other for other in chosen)]
            world, new = act(world, chosen, recipe, rng)
            deeds += new
    return start, world, tuple(deeds)


def _facility(layout: Layout, recipe: Recipe, rng: np.random.Generator) -> World:
    build = build_compound if recipe.theme == "walled_compound" else build_station
    return build(layout.plots[0], layout.world, rng)


def _construct(
    world: World, layout: Layout, recipe: Recipe, rng: np.random.Generator
) -> tuple[World, list[Deed]]:
    build = _estate if recipe.theme == "settlement" else _facility
    new = build(layout, recipe, rng)
    pads = unary_union([Polygon(patch.outline) for patch in new.patches])
    walls = unary_union([ribbon(lane.line, max(lane.width, 1.0)) for lane in new.lanes if lane.height])
    solid = [(house.footprint, house.height) for house in new.buildings]
    solid += [(Point(dish.x, dish.y).buffer(dish.radius), dish.height) for dish in new.dishes]
    solid += [(ribbon(lane.line, lane.width), 0.0) for lane in new.lanes if not lane.height]
    doubtful = unary_union([pads, walls]).buffer(1.0)
    deeds = [
        Deed("construction", area, doubtful, area, height)
        for area, height in _merged(solid, recipe.resolution_m)
    ]
    return _joined(world, new), deeds


def _estate(layout: Layout, recipe: Recipe, rng: np.random.Generator) -> World:
    """Rows of new houses on cleared plots."""
    style = STYLES[recipe.ground]
    patches, houses = [], []
    for plot in layout.plots:
        cleared = blob(plot.centre, 0.62 * plot.length, rng, 0.12)
        patches.append(Patch(cleared, "soil_bare", 1.05))
        columns, rows = max(int(plot.length // 17), 1), max(int(plot.depth // 15), 1)
        for col in range(columns):
            for row in range(rows):
                x, y = (col + 0.5) / columns - 0.5, (row + 0.5) / rows - 0.5
                at = plot.point(x * plot.length, y * plot.depth)
                houses.append(draw_house(at, plot.angle, style, rng))
    return World(layout.world.ground, tuple(patches), buildings=tuple(houses))


def _burn(
    world: World, chosen: Sequence[Building], recipe: Recipe, rng: np.random.Generator
) -> tuple[World, list[Deed]]:
    scars, stubs, areas = [], [], []
    for house in chosen:
        size = float(np.hypot(*(house.outline[2] - house.outline[0])))
        outline = blob(middle(house.outline), 0.62 * size + 1.5, rng, 0.25)
        scars += [
            Scar(outline, "char", rng.uniform(0.8, 0.95), 1.6),
            Scar(house.outline, "ash", rng.uniform(0.25, 0.7), 1.2),
        ]
        stubs += _stubs(house, rng)
        areas.append((Polygon(outline).buffer(0).union(house.footprint), 0.0))
    merged = _merged(areas, recipe.resolution_m)
    if recipe.resolution_m > 2:
        scars += [Scar(np.asarray(area.exterior.coords)[:-1], "char", 0.7, 4.0) for area, _ in merged]
    burned = unary_union([area for area, _ in merged])
    trees = tuple(_singed(tree, burned) for tree in world.trees)
    gone = _without(world, chosen)
    after = replace(gone, scars=gone.scars + tuple(scars), lanes=gone.lanes + tuple(stubs), trees=trees)
    built = unary_union([house.footprint for house in chosen])
    return after, [Deed("burning", area, area.buffer(3.0), built.intersection(area)) for area, _ in merged]


def _demolish(
    world: World, chosen: Sequence[Building], recipe: Recipe, rng: np.random.Generator
) -> tuple[World, list[Deed]]:
    merged = _merged([(house.footprint, house.height) for house in chosen], recipe.resolution_m)
    patches, scars, chunks = [], [], []
    if recipe.resolution_m > 2:
        patches += [
            Patch(np.asarray(area.buffer(3).exterior.coords)[:-1], "soil_bare", 1.0) for area, _ in merged
        ]
    for house in chosen:
        size = float(np.hypot(*(house.outline[2] - house.outline[0])))
        patches.append(Patch(house.outline, "soil_bare", rng.uniform(0.9, 1.05)))
        if rng.random() < 0.7:
            scars.append(
                Scar(blob(middle(house.outline), 0.5 * size, rng, 0.25), "rubble", rng.uniform(0.7, 1.0), 1.5)
            )
            chunks += _chunks(house, rng)
    gone = _without(world, chosen)
    after = replace(
        gone,
        patches=gone.patches + tuple(patches),
        scars=gone.scars + tuple(scars),
        buildings=gone.buildings + tuple(chunks),
    )
    return after, [Deed("demolition", area, area.buffer(3.0), area, height) for area, height in merged]


def _cluster(houses: Sequence[Building], recipe: Recipe, rng: np.random.Generator) -> list[Building]:
    """Choose neighbours: about a quarter of the houses of a small frame, a village's worth of a large one."""
    width, height = recipe.frame_m
    inside = [
        h
        for h in houses
        if 0.06 * width < h.outline[:, 0].mean() < 0.94 * width
        and 0.06 * height < h.outline[:, 1].mean() < 0.94 * height
    ]
    if not inside:
        return []
    seed = inside[int(rng.integers(len(inside)))].outline.mean(axis=0)
    far = [float(np.hypot(*(house.outline.mean(axis=0) - seed))) for house in inside]
    count = min(max(round(0.25 * len(inside)), 1), 90)
    return [inside[k] for k in np.argsort(far, kind="stable")[:count]]


def _merged(shapes: Sequence[tuple[BaseGeometry, float]], resolution: float) -> list[tuple[Polygon, float]]:
    """Join what a sensor of this resolution cannot tell apart; the height is that of the tallest part."""
    grain = 0.8 * resolution if resolution > 2 else 0.1
    whole = unary_union([shape.buffer(grain, join_style="mitre") for shape, _ in shapes]).buffer(
        -grain, join_style="mitre"
    )
    parts = [
        part for part in getattr(whole, "geoms", [whole]) if isinstance(part, Polygon) and not part.is_empty
    ]
    return [
        (Polygon(part.exterior), max((h for shape, h in shapes if shape.intersects(part)), default=0.0))
        for part in parts
    ]


def _joined(world: World, new: World) -> World:
    """Put what is new on top of a world; trees that stand in its way are felled."""
    cleared = unary_union([Polygon(patch.outline).buffer(1) for patch in new.patches])
    return World(
        world.ground,
        world.patches + new.patches,
        world.lanes + new.lanes,
        world.scars + new.scars,
        world.buildings + new.buildings,
        world.dishes + new.dishes,
        tuple(tree for tree in world.trees if not cleared.contains(Point(tree.x, tree.y))),
    )


def _without(world: World, chosen: Sequence[Building]) -> World:
    gone = {id(house) for house in chosen}
    return replace(world, buildings=tuple(house for house in world.buildings if id(house) not in gone))


def _stubs(house: Building, rng: np.random.Generator) -> list[Lane]:
    """Remains of walls: some of the sides, low."""
    ring = np.concatenate([house.outline, house.outline[:1]])
    return [
        Lane(ring[k : k + 2], 0.5, "mud", rng.uniform(0.5, 1.6), rng.uniform(0.5, 0.9))
        for k in range(len(house.outline))
        if rng.random() < 0.6
    ]


def _chunks(house: Building, rng: np.random.Generator) -> list[Building]:
    """Pieces of a fallen building."""
    low, high = house.outline.min(axis=0), house.outline.max(axis=0)
    count = int(rng.integers(6, 14))
    return [
        Building(
            rectangle(
                rng.uniform(low, high), (rng.uniform(0.6, 2.4), rng.uniform(0.6, 2.4)), rng.uniform(0, np.pi)
            ),
            rng.uniform(0.2, 0.9),
            str(rng.choice(["rubble", "concrete", "wall"])),
            False,
            rng.uniform(0.6, 1.2),
        )
        for _ in range(count)
    ]


def _singed(tree: Tree, burned: BaseGeometry) -> Tree:
    return (
        replace(tree, material="scorched", tint=tree.tint) if burned.contains(Point(tree.x, tree.y)) else tree
    )


def outline_of(polygon: Polygon) -> Outline:
    """Return a polygon's exterior as an outline."""
    return np.asarray(polygon.exterior.coords)[:-1]
