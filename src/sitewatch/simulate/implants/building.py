"""One building of a wished area that is built, burned or torn down: what stands there on each date."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sitewatch.simulate.deed import Deed
from sitewatch.simulate.destruction import burn
from sitewatch.simulate.recipe import Conditions, Event, Recipe
from sitewatch.simulate.settlement import STYLES
from sitewatch.simulate.shapes import Outline, rectangle
from sitewatch.simulate.sun import shadow_tip
from sitewatch.simulate.world import Building, World

# Most elongated footprint, length by width.
_LONGEST = 2.0
# Share of roofs that take their colour from the place, where the place offers one.
OWN_ROOFS = 0.5
# Larger houses have flat roofs.
_GABLE_UP_TO_M2 = 400.0
# Houses up to this size are roofed as the villages that are drawn elsewhere; nobody spans a hall with thatch.
_VILLAGE_UP_TO_M2 = 150.0
_WIDE_ROOFS = ("metal", "metal_rust", "tile", "roof_grey", "roof_white", "roof_blue", "concrete")
_AROUND_M = 4.0
_FINEST_M, _COARSEST_M = 0.3, 30.0


@dataclass(frozen=True, slots=True, eq=False)
class Implant:
    """A change of known kind and size, drawn about its own middle.

    Attributes
    ----------
    kind : Event
    area_m2 : float
        Of the building's footprint.
    outline : (4, 2)
        The footprint, metres: x to the east, y to the south, from the middle.
    before, after : World or None
        What is put on the ground on each date, metres from the top left corner of a square of side
        ``2 * reach_m`` about the middle; None: the ground stays as it is.
    reach_m : float
        How far from the middle anything is drawn.
    roof : mapping of band to float, or None
        Reflectance of the roof, where it is not the material's own.
    """

    kind: Event
    area_m2: float
    outline: Outline
    before: World | None
    after: World | None
    reach_m: float
    roof: Mapping[str, float] | None = None


def half_diagonal_m(area_m2: float) -> float:
    """Return how far from its middle the longest footprint of an area reaches, metres."""
    return math.sqrt(area_m2 * (_LONGEST + 1 / _LONGEST)) / 2


def make_implant(
    kind: Event,
    area_m2: float,
    rng: np.random.Generator,
    *,
    resolution_m: float,
    sun: tuple[Conditions, Conditions],
) -> Implant:
    """Draw up a building of the wished area, and what happens to it.

    Parameters
    ----------
    kind : Event
        ``construction``: it stands on the after date only; ``demolition``: on the before date only;
        ``burning``: on the before date, and on the after date what fire leaves of it.
    rng : Generator
        Chooses proportions (1 to 2), turn, height and roof.
    resolution_m : float
        Of the images: in coarse ones the yard around a burned house is charred with it, as an analyst
        would see it.
    sun : (Conditions, Conditions)
        How each date is lit: shadows make it reach further.
    """
    longest = rng.uniform(1.0, _LONGEST)
    size = (math.sqrt(area_m2 * longest), math.sqrt(area_m2 / longest))
    height = rng.uniform(0.8, 1.2) * (3.0 + 5.0 * min(area_m2, 1000.0) / 1000.0)
    shadow = max(math.hypot(*shadow_tip(height, date)) for date in sun)
    coarse_edge = 2.0 * resolution_m
    reach = 1.7 * half_diagonal_m(area_m2) + shadow + _AROUND_M + coarse_edge
    turn = rng.uniform(0, np.pi)
    material, gable = _roof(area_m2, rng)
    house = Building(
        rectangle((reach, reach), size, turn),
        height,
        material,
        gable,
        rng.uniform(0.85, 1.1),
    )
    standing = World("farmland", buildings=(house,))
    before, after = (None, standing) if kind == "construction" else (standing, None)
    if kind == "burning":
        after, _ = _burned(standing, house, rng, resolution_m=resolution_m)
    return Implant(kind, area_m2, house.outline - reach, before, after, reach)


def _roof(area_m2: float, rng: np.random.Generator) -> tuple[str, bool]:
    """Return a roof's material, and whether it has two sides."""
    style = STYLES[("farmland", "forest", "desert")[int(rng.integers(3))]]
    roofs, shares = zip(*style.roofs, strict=True)
    if area_m2 > _VILLAGE_UP_TO_M2:
        roofs, shares = _WIDE_ROOFS, (1 / len(_WIDE_ROOFS),) * len(_WIDE_ROOFS)
    material = str(rng.choice(np.array(roofs), p=np.array(shares)))
    return material, area_m2 <= _GABLE_UP_TO_M2 and rng.random() < style.gable


def _burned(
    world: World, house: Building, rng: np.random.Generator, *, resolution_m: float
) -> tuple[World, list[Deed]]:
    recipe = Recipe(resolution_m=min(max(resolution_m, _FINEST_M), _COARSEST_M))
    return burn(world, (house,), recipe, rng)
