"""What is measured at each pixel, and how each measurement behaves when time runs backwards."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sitewatch.kernels.context import apartness, local_mean, reach_px
from sitewatch.kernels.spectral import change_distance, relative_change
from sitewatch.kernels.structure import correlation_reach_px, edges, local_correlation
from sitewatch.kernels.texture import building_index, contrast
from sitewatch.models.coarse.fit import NEAR, CoarseFit, level_floor, ratio, vigour
from sitewatch.models.coarse.groups import Groups
from sitewatch.models.coarse.scars import REACH_PX as SCAR_REACH_PX
from sitewatch.models.coarse.scars import burn_scar

Images: TypeAlias = NDArray[np.float32]
Layer: TypeAlias = NDArray[np.float32]
# Under time reversal a measurement keeps its value, changes its sign, or changes places with the next one.
Parity: TypeAlias = Literal["even", "odd", "first", "second"]
Row: TypeAlias = tuple[str, Parity, Layer]

# Standard deviations of the windows, pixels: a pixel with its blur, a quarter or a field, the land around.
SHARP = 0.8
WIDE = 5.0
RING = 12.0
# Side of the windows in which a pattern is looked at, and by how much it may have moved, pixels.
_PATTERN_PX = 5
_TOLERATED_PX = 1
# Scales of the texture, pixels; lengths between which a building lies.
_STEPS = (1, 2)
_TEXTURE_PX = 7
_BUILDING_PX = (3, 9)
REACH_PX = max(
    reach_px(WIDE) + reach_px(NEAR),
    reach_px(RING),
    correlation_reach_px(_PATTERN_PX, _TOLERATED_PX),
    SCAR_REACH_PX,
)
# How fast water becomes sure as green outshines near infrared.
_WATER_STEEP = 5.0
# By the first part of a measurement's name; all others are spectral.
_SORTS = {
    "texture": "structural",
    "pattern": "structural",
    "edges": "structural",
    "angles": "structural",
    "building": "structural",
    "shade": "structural",
    "wide": "contextual",
    "apart": "contextual",
    "ring": "contextual",
    "shore": "contextual",
}


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """Measurements of every pixel.

    Attributes
    ----------
    values : (n, rows, columns) float32
        Finite everywhere, meaningless where not usable.
    names : tuple of str
    parities : tuple of Parity
    distance : (rows, columns) float32
        Length of the change vector in noise units.
    scar : (rows, columns) float32
        How far the fall of vegetation's vigour is that of a burn scar: 0 unchanged, 1 parted from it.
    """

    values: Images
    names: tuple[str, ...]
    parities: tuple[Parity, ...]
    distance: Layer
    scar: Layer


def sort_of(name: str) -> str:
    """Say of which sort a measurement is: ``spectral``, ``structural`` or ``contextual``."""
    return _SORTS.get(name.partition(".")[0], "spectral")


def measure(
    before: Images, after: Images, usable: NDArray[np.bool_], fit: CoarseFit, *, groups: Groups
) -> Evidence:
    """Measure what there is to say about each pixel."""
    plain = [np.where(usable, np.nan_to_num(image), 0).astype(np.float32) for image in (before, after)]
    near = [np.nan_to_num(local_mean(image, usable, NEAR)) for image in plain]
    wide = [np.nan_to_num(local_mean(image, usable, WIDE)) for image in near]
    sharp = np.nan_to_num(local_mean(plain[1] - plain[0], usable, SHARP))
    rows: list[Row] = [
        *_changes("near", near, fit, groups),
        *_changes("wide", wide, fit, groups),
        *_states(near, fit, groups),
        *_surroundings(plain, usable, fit, groups),
        *_structure(plain, usable, fit, groups),
    ]
    names, parities, layers = zip(*rows, strict=True)
    return Evidence(
        np.stack(layers),
        names,
        parities,
        change_distance(sharp, fit.noise),
        burn_scar(plain[0], plain[1], usable, fit, groups=groups),
    )


def _changes(where: str, pair: list[Images], fit: CoarseFit, groups: Groups) -> Iterator[Row]:
    first, second = pair
    floor = level_floor(fit.level)
    steps = (second - first) / np.asarray(fit.noise, np.float32)[:, None, None]
    yield f"{where}.distance", "even", np.log1p(change_distance(second - first, fit.noise))
    yield f"{where}.vigour", "odd", vigour(second, groups, floor) - vigour(first, groups, floor)
    for name, old, new, step in zip(
        groups.names, groups.planes(first), groups.planes(second), groups.planes(steps), strict=True
    ):
        yield f"{where}.change.{name}", "odd", relative_change(old, new, floor)
        yield f"{where}.step.{name}", "odd", np.arcsinh(step)


def _states(pair: list[Images], fit: CoarseFit, groups: Groups) -> Iterator[Row]:
    """Say what each date shows: brightness, colour, vegetation, moisture."""
    states = [list(_state(image, fit, groups)) for image in pair]
    for (name, old), (_, new) in zip(*states, strict=True):
        yield f"{name}.before", "first", old
        yield f"{name}.after", "second", new


def _state(image: Images, fit: CoarseFit, groups: Groups) -> Iterator[tuple[str, Layer]]:
    floor = level_floor(fit.level)
    visible = image[list(groups.visible)]
    bright = visible.mean(axis=0)
    yield "brightness", (bright - fit.level) / (np.abs(bright) + fit.level)
    yield "redness", ratio(visible[-1], visible[0], floor)
    yield "vigour", vigour(image, groups, floor)
    if groups.nir is not None:
        yield "vegetation", ratio(image[groups.nir], visible[-1], floor)
        yield "water", ratio(visible[len(visible) // 2], image[groups.nir], floor)
    if groups.nir is not None and groups.swir1 is not None and groups.swir2 is not None:
        yield "built", ratio(image[groups.swir1], image[groups.nir], floor)
        yield "dryness", ratio(image[groups.swir2], image[groups.swir1], floor)


def _surroundings(
    pair: list[Images], usable: NDArray[np.bool_], fit: CoarseFit, groups: Groups
) -> Iterator[Row]:
    """Say how far the change stands out from what the land around did alike."""
    steps = (pair[1] - pair[0]) / np.asarray(fit.noise, np.float32)[:, None, None]
    planes = np.stack(list(groups.planes(steps)))
    apart = np.nan_to_num(apartness(planes, usable, near=NEAR, ring=RING))
    for name, layer in zip(groups.names, apart, strict=True):
        yield f"apart.{name}", "odd", np.arcsinh(layer)
    if groups.nir is not None:
        yield "shore.before", "first", _water_near(pair[0], usable, fit, groups)
        yield "shore.after", "second", _water_near(pair[1], usable, fit, groups)
    size = np.minimum(np.sqrt(np.mean(np.square(steps), axis=0)), np.float32(10))
    yield "ring.distance", "even", np.log1p(np.nan_to_num(local_mean(size[None], usable, RING)[0]))


def _water_near(image: Images, usable: NDArray[np.bool_], fit: CoarseFit, groups: Groups) -> Layer:
    """Return the share of the ground around that is water: brighter in green than in near infrared."""
    green, nir = image[groups.visible[len(groups.visible) // 2]], image[groups.nir or 0]
    water = np.clip(_WATER_STEEP * ratio(green, nir, level_floor(fit.level)), 0, 1)
    return np.asarray(np.nan_to_num(local_mean(water[None], usable, WIDE)[0]), np.float32)


def _structure(
    pair: list[Images], usable: NDArray[np.bool_], fit: CoarseFit, groups: Groups
) -> Iterator[Row]:
    """Say what stands on each date, and whether it is still there."""
    places = list(groups.visible)
    noise = math.fsum(fit.noise[place] for place in places) / len(places) / fit.level
    bright = [
        np.where(usable, image[places].mean(axis=0) / np.float32(fit.level), np.float32(np.nan))
        for image in pair
    ]
    kept = local_correlation(bright[0], bright[1], noise, window=_PATTERN_PX, reach=_TOLERATED_PX)
    yield "pattern.kept", "even", np.nan_to_num(kept)
    states = [list(_standing(image, noise)) for image in bright]
    for (name, old), (_, new) in zip(*states, strict=True):
        yield f"{name}.before", "first", old
        yield f"{name}.after", "second", new


def _standing(bright: Layer, noise: float) -> Iterator[tuple[str, Layer]]:
    strength, right = (np.nan_to_num(layer) for layer in edges(bright, noise, window=_PATTERN_PX))
    yield "edges", np.log(np.float32(0.02) + strength)
    yield "angles", right
    for step in _STEPS:
        texture = np.nan_to_num(contrast(bright, window=_TEXTURE_PX, step=step))
        yield f"texture.{step}", np.log(np.float32(0.02) + texture)
    yield "building", np.log(np.float32(0.02) + np.nan_to_num(building_index(bright, lengths=_BUILDING_PX)))
    yield "shade", np.log(np.float32(0.02) + np.nan_to_num(building_index(-bright, lengths=_BUILDING_PX)))
