"""Cars and carts: they are somewhere else on every date, and mean nothing."""

from dataclasses import replace

import numpy as np

from sitewatch.simulate.shapes import rectangle
from sitewatch.simulate.world import Building, Lane, Patch, World

_PAINTS = ("roof_white", "roof_grey", "asphalt", "roof_blue", "metal", "tile")
_APART_M = 90.0  # mean distance from one car to the next along a lane


def with_traffic(world: World, rng: np.random.Generator) -> World:
    """Put cars on the wider lanes."""
    water = [thing.area for thing in world.surface if isinstance(thing, Patch) and thing.material == "water"]
    cars = [
        car
        for lane in world.surface
        if isinstance(lane, Lane) and lane.width > 4
        for car in _on(lane, rng)
        if not any(sea.intersects(car.footprint) for sea in water)
    ]
    return replace(world, buildings=world.buildings + tuple(cars))


def _on(lane: Lane, rng: np.random.Generator) -> list[Building]:
    runs = np.diff(lane.line, axis=0)
    lengths = np.hypot(*runs.T)
    cars = []
    for index in np.flatnonzero(rng.random(len(runs)) < lengths / _APART_M):
        along = runs[index] / max(lengths[index], 1e-9)
        side = rng.choice([-1.0, 1.0]) * lane.width / 4
        at = lane.line[index] + runs[index] * rng.random() + np.array([-along[1], along[0]]) * side
        paint, angle = _PAINTS[int(rng.integers(len(_PAINTS)))], float(np.arctan2(along[1], along[0]))
        cars.append(Building(rectangle(at, (4.4, 1.9), angle), 1.5, paint, False, rng.uniform(0.8, 1.1)))
    return cars
