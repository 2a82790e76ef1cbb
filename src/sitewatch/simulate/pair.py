"""Draws a before and an after scene whose truth is known."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox
from shapely.geometry.base import BaseGeometry

from sitewatch.simulate.deed import Deed
from sitewatch.simulate.events import happen
from sitewatch.simulate.friends import Passing, befriend, seen_after
from sitewatch.simulate.layout import Layout, lay_out
from sitewatch.simulate.recipe import Friend, Recipe, Shift
from sitewatch.simulate.scene import DrawnScene, Stage, set_stage, shoot
from sitewatch.simulate.truth import (
    TrueChange,
    covered,
    doubtful_area,
    in_pixels,
    to_wgs84,
    true_changes,
    truth_raster,
)
from sitewatch.simulate.world import World


@dataclass(frozen=True, slots=True)
class FalseFriend:
    """Something that changed and is none of the three kinds.

    Attributes
    ----------
    name : Friend
    outline : shapely geometry or None
        In pixels of the before scene's grid, where the after scene shows it; None: the whole frame.
    geometry : shapely geometry or None
        The same in WGS84.
    """

    name: Friend
    outline: BaseGeometry | None
    geometry: BaseGeometry | None


@dataclass(frozen=True, slots=True, eq=False)
class DrawnPair:
    """Two drawn scenes and the truth about them.

    Attributes
    ----------
    truth : (rows, columns) uint8
        Codes of `records.KIND_CODES`, 0 where nothing of the three kinds changed.
    doubtful : (rows, columns) bool
        Ground that changed with an object (a graded yard, singed grass): neither to count nor to blame.
    objects : tuple of TrueChange
    friends : tuple of FalseFriend
    places : tuple of shapely Polygon
        WGS84 outlines of what an analyst would watch: villages, plots.
    """

    before: DrawnScene
    after: DrawnScene
    truth: NDArray[np.uint8]
    doubtful: NDArray[np.bool_]
    objects: tuple[TrueChange, ...]
    friends: tuple[FalseFriend, ...]
    places: tuple[BaseGeometry, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Story:
    """A place and what happens there, not yet seen by a sensor."""

    stage: Stage
    layout: Layout
    before: World
    after: World
    deeds: tuple[Deed, ...]
    passing: tuple[Passing, ...]


def tell(recipe: Recipe, seed: int) -> Story:
    """Lay out the place of a recipe and let happen what it says."""
    streams = [np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(4)]
    place, land, deed, friend = streams
    recipe = replace(recipe, after=seen_after(recipe))
    layout = lay_out(recipe, place)
    before, after, deeds = happen(layout, recipe, deed)
    if recipe.reverse:
        before, after = after, before
    after, passing = befriend(after, deeds, recipe, friend)
    return Story(set_stage(recipe, land), layout, before, after, deeds, passing)


def draw_pair(recipe: Recipe, seed: int) -> DrawnPair:
    """Draw a pair: the same recipe and seed give the same bytes.

    Both scenes have the same grid; `recipe.shift` says by how much the after scene lies about it.

    Returns
    -------
    DrawnPair
    """
    return film(tell(recipe, seed), seed)


def film(story: Story, seed: int) -> DrawnPair:
    """Draw the two scenes of a story, and its truth."""
    first, second = (np.random.default_rng(s) for s in np.random.SeedSequence((seed, 1)).spawn(2))
    stage, recipe = story.stage, story.stage.recipe
    before = shoot(stage, story.before, recipe.before, shift=Shift(), rng=first)
    after = shoot(stage, story.after, recipe.after, shift=recipe.shift, rng=second)
    changes = true_changes(story.deeds, recipe, before.grid)
    truth = truth_raster(changes, recipe.size)
    return DrawnPair(
        before=before,
        after=after,
        truth=truth,
        doubtful=covered(doubtful_area(story.deeds, recipe), recipe.size) & (truth == 0),
        objects=changes,
        friends=tuple(_friend(passing, recipe, before.grid) for passing in story.passing),
        places=tuple(
            to_wgs84(in_pixels(place, 0.0, recipe, in_after=False), before.grid)
            for place in story.layout.places
        ),
    )


def _friend(passing: Passing, recipe: Recipe, grid: GeoBox) -> FalseFriend:
    if passing.area is None:
        return FalseFriend(passing.name, None, None)
    outline = in_pixels(passing.area, 0.0, recipe, in_after=True)
    return FalseFriend(passing.name, outline, to_wgs84(outline, grid))
