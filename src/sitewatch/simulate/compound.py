"""A walled compound: perimeter with towers, long blocks in rows, a yard, a gate and a road to it."""

import numpy as np

from sitewatch.simulate.plot import Plot
from sitewatch.simulate.recipe import Ground
from sitewatch.simulate.world import Building, Lane, Patch, World

_MARGIN = 12.0  # between the wall and the blocks, metres


def build_compound(plot: Plot, ground: Ground, rng: np.random.Generator) -> World:
    """Build a compound on a plot and return what is new, as a world of its own."""
    length, depth = plot.length, plot.depth
    blocks = [_block(plot, at, size, rng) for at, size in _rows(plot, rng)]
    towers = [
        Building(plot.box((sx * (length / 2 - 3), sy * (depth / 2 - 3)), (4.5, 4.5)), 9.0, "roof_grey")
        for sx in (-1, 1)
        for sy in (-1, 1)
    ]
    office = Building(plot.box((0.32 * length, 0.31 * depth), (18.0, 11.0)), 6.5, "roof_white", False, 0.8)
    road = np.stack([plot.point(0, 0.34 * depth), plot.point(0, 1.1 * depth)])
    return World(
        ground,
        surface=(
            Patch(plot.box((0, 0), (length + 10, depth + 10)), "soil_bare", 1.0, None, 2.0),
            Patch(plot.box((0, 0.41 * depth), (length - 14, 0.13 * depth)), "concrete", 0.85),
            Lane(road, 6.0, "asphalt"),
            *_alleys(plot, len(blocks) > 1),
        ),
        walls=(*plot.ring(0, 0.7, 4.0), *plot.ring(6, 0.35, 2.5)),
        buildings=(*blocks, office, *towers),
    )


def _alleys(plot: Plot, wanted: bool) -> tuple[Lane, ...]:
    if not wanted:
        return ()
    sides = [
        np.stack([plot.point(x, -plot.depth / 2 + 9), plot.point(x, 0.36 * plot.depth)])
        for x in (-plot.length / 2 + 9, plot.length / 2 - 9)
    ]
    return tuple(Lane(side, 3.2, "concrete", 0.9) for side in sides)


def _rows(plot: Plot, rng: np.random.Generator) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """Return the places and sizes of the long blocks, in the plot's own coordinates."""
    length, depth = plot.length - 2 * _MARGIN, 0.74 * plot.depth - 16
    rows = max(int(depth // rng.uniform(21, 26)), 1)
    columns = 2 if length > 90 else 1
    pitch = depth / rows
    size = (length / columns - 8, min(13.0, 0.5 * pitch))
    top = -plot.depth / 2 + 14
    return [
        (((column - (columns - 1) / 2) * length / columns, top + (row + 0.5) * pitch), size)
        for row in range(rows)
        for column in range(columns)
        if rng.random() > 0.08 or (row, column) == (0, 0)
    ]


def _block(
    plot: Plot, at: tuple[float, float], size: tuple[float, float], rng: np.random.Generator
) -> Building:
    roof = str(rng.choice(["roof_blue", "roof_grey", "roof_grey", "tile"]))
    return Building(plot.box(at, size), rng.uniform(7, 12), roof, True, rng.uniform(0.92, 1.08))
