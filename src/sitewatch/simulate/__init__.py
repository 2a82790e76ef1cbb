"""Draws scenes whose truth is known. Knows nothing of the detector, nor the detector of it.

A stand-in with the two names that benchmarks use, until the room itself is built.
"""

from dataclasses import dataclass

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox


@dataclass(frozen=True, slots=True)
class Recipe:
    """What is drawn."""

    resolution_m: float = 0.5
    size: tuple[int, int] = (512, 512)


@dataclass(frozen=True, slots=True, eq=False)
class DrawnScene:
    """One drawn scene."""

    pixels: NDArray[np.uint8]
    bands: tuple[str, ...]
    grid: GeoBox


@dataclass(frozen=True, slots=True, eq=False)
class DrawnPair:
    """Two drawn scenes."""

    before: DrawnScene
    after: DrawnScene


def draw_pair(recipe: Recipe, seed: int) -> DrawnPair:
    """Draw noise."""
    rng = np.random.default_rng(seed)
    step = recipe.resolution_m
    grid = GeoBox(recipe.size, Affine(step, 0, 500000, 0, -step, 27000), "EPSG:32631")
    first, second = (
        DrawnScene(rng.integers(1, 255, (3, *recipe.size), np.uint8), ("red", "green", "blue"), grid)
        for _ in range(2)
    )
    return DrawnPair(first, second)
