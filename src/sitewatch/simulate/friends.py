"""False friends: what changes between two dates and is none of the three kinds.

Some are things on the ground (harvest, flood, ...): they rewrite the world that the after scene shows, away
from what the events did. Some are ways of seeing (shadow, lean, ...): they change its conditions.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from shapely import Polygon, box, unary_union
from shapely.geometry.base import BaseGeometry

from sitewatch.simulate.deed import Deed, polygons
from sitewatch.simulate.layout import SHORE
from sitewatch.simulate.recipe import Conditions, Friend, Recipe
from sitewatch.simulate.shapes import Outline, blob
from sitewatch.simulate.world import Building, Patch, Scar, World

_CROPS = ("crop_green", "crop_young", "crop_ripe", "grass_green")
_PAINTS = ("roof_blue", "roof_white", "tile", "roof_grey", "metal", "metal_rust")


@dataclass(frozen=True, slots=True, eq=False)
class Passing:
    """One thing that changed and is none of the three kinds; `area` in metres, None for the whole frame."""

    name: Friend
    area: BaseGeometry | None


@dataclass(slots=True, eq=False)
class _Scene:
    """The after scene while false friends come to it."""

    world: World
    recipe: Recipe
    taken: BaseGeometry
    rng: np.random.Generator

    def free(self, area: BaseGeometry) -> BaseGeometry:
        """Return the part of an area that lies in the frame and away from what the events did."""
        return area.intersection(box(0, 0, *self.recipe.frame_m)).difference(self.taken)

    def open_place(self, radius: float) -> Outline:
        """Return a place whose surroundings overlap least with what the events did, (2,)."""
        frame = np.array(self.recipe.frame_m)
        places = self.rng.uniform(0.1 * frame, 0.9 * frame, (24, 2))
        rounds = [Polygon(blob(place, radius, self.rng, 0.0)) for place in places]
        cost = [shape.intersection(self.taken).area for shape in rounds]
        chosen: Outline = places[int(np.argmin(cost))]
        return chosen


def befriend(
    world: World, deeds: Sequence[Deed], recipe: Recipe, rng: np.random.Generator
) -> tuple[World, tuple[Passing, ...]]:
    """Let the false friends of a recipe come to the world that the after scene shows.

    Returns
    -------
    World, tuple of Passing
        A friend that finds nothing to change (a harvest with no crop) leaves no entry.
    """
    taken = unary_union([deed.area.union(deed.doubtful).buffer(3.0) for deed in deeds])
    scene = _Scene(world, recipe, taken, rng)
    passing = []
    for name in recipe.friends:
        if name in _ON_GROUND:
            areas = _ON_GROUND[name](scene)
            passing += [Passing(name, part) for area in areas for part in polygons(scene.free(area))]
        else:
            passing.append(Passing(name, None))
    return scene.world, tuple(passing)


def seen_after(recipe: Recipe) -> Conditions:
    """Return the conditions of the after scene, changed by the friends that are ways of seeing."""
    seen = recipe.after
    for name in recipe.friends:
        if name in _WAYS_OF_SEEING:
            seen = _WAYS_OF_SEEING[name](recipe, seen)
    return seen


def _harvest(scene: _Scene) -> Sequence[BaseGeometry]:
    standing = [field for field in scene.world.fields if field.material in _CROPS]
    return _till(scene, standing, ("stubble", "soil_bare", "stubble"))


def _plough(scene: _Scene) -> Sequence[BaseGeometry]:
    idle = [
        field for field in scene.world.fields if field.material in ("stubble", "grass_green", "crop_ripe")
    ]
    return _till(scene, idle, ("soil_ploughed",))


def _till(scene: _Scene, fields: Sequence[Patch], into: tuple[str, ...]) -> Sequence[BaseGeometry]:
    """Turn about half of the fields into something else."""
    chosen = {id(field): field for field in fields if scene.rng.random() < 0.55}
    tilled = {
        key: replace(
            field,
            material=into[int(scene.rng.integers(len(into)))],
            tint=scene.rng.uniform(0.9, 1.1),
            rows=(scene.rng.uniform(0, np.pi), scene.rng.uniform(1.2, 3.5), scene.rng.uniform(0.06, 0.18)),
        )
        for key, field in chosen.items()
    }
    surface = tuple(tilled.get(id(thing), thing) for thing in scene.world.surface)
    scene.world = replace(scene.world, surface=surface)
    return [field.area for field in chosen.values()]


def _flood(scene: _Scene) -> Sequence[BaseGeometry]:
    return _spread(scene, "water_turbid", reach=0.15, strength=0.96, count=1)


def _wet(scene: _Scene) -> Sequence[BaseGeometry]:
    return _spread(scene, "soil_wet", reach=0.07, strength=0.75, count=4)


def _snow(scene: _Scene) -> Sequence[BaseGeometry]:
    return _spread(scene, "snow", reach=0.14, strength=0.95, count=6)


def _spread(
    scene: _Scene, material: str, *, reach: float, strength: float, count: int
) -> Sequence[BaseGeometry]:
    """Lay ragged traces of a material, each about `reach` of the frame in radius."""
    scars = []
    for _ in range(count):
        radius = reach * min(scene.recipe.frame_m) * scene.rng.uniform(0.75, 1.25)
        outline = blob(scene.open_place(radius), radius, scene.rng, 0.35)
        scars.append(Scar(outline, material, strength, 0.12 * radius))
    scene.world = replace(scene.world, scars=scene.world.scars + tuple(scars))
    return [unary_union([Polygon(scar.outline).buffer(0) for scar in scars])]


def _tide(scene: _Scene) -> Sequence[BaseGeometry]:
    """Let the sea rise along its shore."""
    rise = 0.8 * SHORE * scene.recipe.frame_m[1]
    surface, gained = [], []
    for thing in scene.world.surface:
        if not (isinstance(thing, Patch) and thing.material == "water"):
            surface.append(thing)
            continue
        higher = replace(thing, outline=thing.outline - np.array([0.0, rise]))
        below = replace(thing, outline=thing.outline)
        surface += [higher, below]
        gained.append(higher.area.difference(thing.area))
    scene.world = replace(scene.world, surface=tuple(surface))
    return gained


def _smoke(scene: _Scene) -> Sequence[BaseGeometry]:
    """Let smoke drift across the frame; the air draws it."""
    frame = np.array(scene.recipe.frame_m)
    start = scene.rng.uniform(0.2 * frame, 0.8 * frame)
    turn, length = scene.rng.uniform(0, 2 * np.pi), 0.55 * float(frame.min())
    along, across = np.array([np.cos(turn), np.sin(turn)]), np.array([-np.sin(turn), np.cos(turn)])
    end = start + along * length
    near, far = 0.02 * length * across, 0.2 * length * across
    plume = np.array([start - near, end - far, end + far, start + near])
    scene.world = replace(scene.world, smoke=(*scene.world.smoke, plume))
    return [Polygon(plume)]


def _repaint(scene: _Scene) -> Sequence[BaseGeometry]:
    """Give about a quarter of the houses a roof of another colour."""
    homes = [h for h in scene.world.buildings if h.height > 2 and not h.footprint.intersects(scene.taken)]
    count = min(max(round(0.25 * len(homes)), 1), len(homes))
    chosen = {id(homes[k]) for k in scene.rng.choice(len(homes), count, replace=False)} if homes else set()
    houses = [_painted(house, scene.rng) if id(house) in chosen else house for house in scene.world.buildings]
    scene.world = replace(scene.world, buildings=tuple(houses))
    return [house.footprint for house in homes if id(house) in chosen]


def _painted(house: Building, rng: np.random.Generator) -> Building:
    colours = [paint for paint in _PAINTS if paint != house.material]
    return replace(house, material=colours[int(rng.integers(len(colours)))], tint=0.95)


def _other_sun(_: Recipe, seen: Conditions) -> Conditions:
    return replace(
        seen,
        sun_azimuth=(seen.sun_azimuth + 80) % 360,
        sun_elevation=max(seen.sun_elevation - 20, 22.0),
    )


def _other_season(recipe: Recipe, seen: Conditions) -> Conditions:
    return replace(seen, greenness=0.08 if recipe.before.greenness >= 0.5 else 0.95)


def _oblique(recipe: Recipe, seen: Conditions) -> Conditions:
    return replace(seen, off_nadir=28.0, view_azimuth=(recipe.before.view_azimuth + 150) % 360)


def _hazy(_: Recipe, seen: Conditions) -> Conditions:
    return replace(seen, haze=max(seen.haze, 0.35))


def _other_sensor(_: Recipe, seen: Conditions) -> Conditions:
    return replace(
        seen, gain=seen.gain * 1.12, offset=seen.offset + 0.02, cast=0.16, blur=0.75, noise=2 * seen.noise
    )


_ON_GROUND: dict[str, Callable[[_Scene], Sequence[BaseGeometry]]] = {
    "harvest": _harvest,
    "ploughing": _plough,
    "flood": _flood,
    "wet_soil": _wet,
    "snow": _snow,
    "tide": _tide,
    "smoke": _smoke,
    "repaint": _repaint,
}
_WAYS_OF_SEEING: dict[str, Callable[[Recipe, Conditions], Conditions]] = {
    "shadow": _other_sun,
    "season": _other_season,
    "lean": _oblique,
    "haze": _hazy,
    "sensor": _other_sensor,
}
