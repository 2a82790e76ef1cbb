"""Drawn pairs of fine imagery, with other light, season, sensor and false friends at each seed."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from sitewatch.simulate.pair import DrawnPair, draw_pair
from sitewatch.simulate.recipe import AFTER, BEFORE, FRIENDS, GROUNDS, THEMES, Recipe
from sitewatch.simulate.truth import covered
from training.examiner.labels import PASSING
from training.examiner.pairs import UNLABELLED, Labelled

# Seeds below this are for tests and benchmarks.
_FIRST = 500


def draw(seed: int) -> Labelled:
    """Draw a pair and stretch it as the pipeline does."""
    rng = np.random.default_rng(seed + _FIRST)
    look = {"haze": float(rng.choice([0.02, 0.1, 0.25])), "blur": float(rng.uniform(0.35, 0.8))}
    green = float(rng.uniform(0.2, 1))
    before = replace(BEFORE, greenness=green, sun_azimuth=float(rng.uniform(90, 200)))
    after = replace(AFTER, greenness=float(np.clip(green + rng.normal(0, 0.25), 0, 1)), **look)
    resolution = float(rng.choice([0.5, 0.5, 0.5, 1.0, 1.0, 2.0, 3.0]))
    recipe = Recipe(
        size=(512, 512) if resolution < 1 else (256, 256),
        resolution_m=resolution,
        theme=THEMES[seed % len(THEMES)],
        ground=GROUNDS[seed // len(THEMES) % len(GROUNDS)],
        events=("construction", "burning", "demolition") if rng.random() < 0.8 else (),
        friends=tuple(rng.choice(FRIENDS, 2, replace=False).tolist()),
        before=before,
        after=after,
    )
    pair = draw_pair(recipe, seed + _FIRST)
    usable = pair.before.valid & pair.after.valid & pair.before.clear & pair.after.clear
    images = _stretched([scene.pixels.astype(np.float32) for scene in (pair.before, pair.after)])
    truth = _truth(pair)
    return Labelled("drawn", str(seed), resolution, *images, usable, truth, np.zeros_like(truth))


def _truth(pair: DrawnPair) -> NDArray[np.uint8]:
    truth = pair.truth.copy()
    for friend in pair.friends:
        if friend.outline is not None:
            truth[_inside(friend.outline, truth.shape) & (truth == 0)] = PASSING
    truth[pair.doubtful] = UNLABELLED
    return truth


def _inside(outline: BaseGeometry, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    return covered([outline], (shape[0], shape[1]))


def _stretched(images: list[NDArray[np.float32]]) -> list[NDArray[np.uint8]]:
    values = np.concatenate([image.reshape(3, -1) for image in images], axis=1)
    low, high = np.percentile(values, (2, 98), axis=1)[..., None, None]
    return [np.clip((i - low) / (high - low) * 200 + 25, 0, 255).round().astype(np.uint8) for i in images]
