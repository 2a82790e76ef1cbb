"""A ground station: dishes on pads, a hut, a fence, a track."""

import numpy as np

from sitewatch.simulate.plot import Plot
from sitewatch.simulate.recipe import Ground
from sitewatch.simulate.world import Building, Dish, Lane, Patch, World


def build_station(plot: Plot, ground: Ground, rng: np.random.Generator) -> World:
    """Build a ground station on a plot and return what is new, as a world of its own."""
    length, depth = plot.length, plot.depth
    count = int(rng.integers(3, 5))
    pitch = (length - 16) / count
    dishes, pads = [], []
    for k in range(count):
        at = ((k + 0.5 - count / 2) * pitch, depth * (rng.normal(0, 0.05) - 0.16))
        radius = min(rng.uniform(3.5, 7.0), 0.4 * pitch)
        x, y = plot.point(*at)
        dishes.append(Dish(float(x), float(y), radius, radius * 1.6, bool(rng.random() < 0.4)))
        pads.append(Patch(plot.box(at, (2.6 * radius, 2.6 * radius)), "concrete", rng.uniform(0.95, 1.1)))
    gate, yard = plot.point(0.2 * length, depth / 2), plot.point(0.2 * length, 0.18 * depth)
    return World(
        ground,
        surface=(
            Patch(plot.box((0, 0), (length + 5, depth + 5)), "gravel", 1.05, None, 1.2),
            *pads,
            Lane(np.stack([gate, plot.point(0.2 * length, 1.1 * depth)]), 5.0, "gravel", 0.9),
            Lane(np.stack([gate, yard]), 5.0, "asphalt"),
            Lane(np.stack([plot.point(-0.4 * length, 0.08 * depth), plot.point(0.4 * length, 0.08 * depth)]),
                 3.0, "asphalt", 1.1),
        ),
        walls=plot.ring(0, 0.25, 2.4),
        buildings=(
            Building(plot.box((-0.15 * length, 0.28 * depth), (16.0, 8.0)), 4.0, "roof_white", False, 0.85),
            Building(plot.box((0.36 * length, 0.3 * depth), (7.0, 5.0)), 3.2, "roof_grey"),
        ),
        dishes=tuple(dishes),
    )  # fmt: skip
