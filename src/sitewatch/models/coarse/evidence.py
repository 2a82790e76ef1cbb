"""What is measured at each pixel, and how each measurement behaves when time runs backwards."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sitewatch.kernels.context import local_mean, local_spread, reach_px
from sitewatch.kernels.spectral import Background, change_distance, relative_change, relativised_burn_ratio
from sitewatch.models.coarse.fit import NEAR, CoarseFit, level_floor, ratio, vigour
from sitewatch.models.coarse.groups import Groups

Images: TypeAlias = NDArray[np.float32]
Layer: TypeAlias = NDArray[np.float32]
# Under time reversal a measurement keeps its value, changes its sign, or changes places with the next one.
Parity: TypeAlias = Literal["even", "odd", "first", "second"]
Row: TypeAlias = tuple[str, Parity, Layer]

# Standard deviations of the windows, pixels: a pixel with its blur, and a quarter or a field.
SHARP = 0.8
WIDE = 5.0
REACH_PX = reach_px(WIDE) + reach_px(NEAR)
# Smallest distance between unchanged and burned that is taken for two modes: in spreads, and outright.
_PARTED = (4.0, 0.05)
# Relative brightening beyond which vegetation was rather cut, dried or built over than burned.
_BRIGHTER = {"visible": 0.15, "swir22": 0.3}
_STEEP = 6.0
# By the first part of a measurement's name; all others are spectral.
_SORTS = {"texture": "structural", "wide": "contextual"}


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
    distance = change_distance(sharp, fit.noise)
    rows: list[Row] = [
        *_changes("near", near, fit, groups),
        *_changes("wide", wide, fit, groups),
        *_states(near, fit, groups),
        *_texture(plain, usable, fit, groups),
    ]
    names, parities, layers = zip(*rows, strict=True)
    return Evidence(
        np.stack(layers), names, parities, distance, _scar(plain, near, usable, fit=fit, groups=groups)
    )


def _changes(where: str, pair: list[Images], fit: CoarseFit, groups: Groups) -> Iterator[Row]:
    first, second = pair
    floor = level_floor(fit.level)
    steps = (second - first) / np.asarray(fit.noise, np.float32)[:, None, None]
    yield f"{where}.distance", "even", np.log1p(change_distance(second - first, fit.noise))
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


def _texture(pair: list[Images], usable: NDArray[np.bool_], fit: CoarseFit, groups: Groups) -> Iterator[Row]:
    parities: tuple[Parity, Parity] = ("first", "second")
    for when, parity, image in zip(("before", "after"), parities, pair, strict=True):
        bright = image[list(groups.visible)].mean(axis=0) / np.float32(fit.level)
        mean = local_mean(bright[None], usable, NEAR)[0]
        spread = local_spread(bright, mean, usable, NEAR)
        yield f"texture.{when}", parity, np.nan_to_num(np.log(0.02 + spread / (np.abs(mean) + 0.1)))


def _scar(
    plain: list[Images], near: list[Images], usable: NDArray[np.bool_], *, fit: CoarseFit, groups: Groups
) -> Layer:
    """Place the fall of vigour between unchanged ground (0) and the parting of the two modes (1).

    Vegetation that was cut, dried or built over brightens, and drowned vegetation is water: what brightened
    beyond a limit, or is brighter in green than in near infrared, is set back.
    """
    floor = level_floor(fit.level)
    pixel = np.stack([vigour(image, groups, floor) for image in plain])
    old, new = np.nan_to_num(local_mean(pixel, usable, NEAR))
    fell = relativised_burn_ratio(old, new)
    scar = (fell - np.float32(fit.loss.mode)) / np.float32(_gap(fit.loss))
    for name, first, second in zip(groups.names, groups.planes(near[0]), groups.planes(near[1]), strict=True):
        if name in _BRIGHTER:
            brighter = relative_change(first, second, floor) - np.float32(_BRIGHTER[name])
            scar = scar - np.float32(_STEEP) * np.maximum(brighter, 0)
    if groups.nir is not None:
        green = near[1][groups.visible[len(groups.visible) // 2]]
        scar = scar - np.float32(_STEEP) * np.maximum(ratio(green, near[1][groups.nir], floor), 0)
    return np.asarray(np.clip(scar, -3, 3), np.float32)


def _gap(ground: Background) -> float:
    return max(ground.split - ground.mode, _PARTED[0] * ground.spread, _PARTED[1])
