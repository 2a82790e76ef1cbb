"""Makes building sites out of quiet pairs: neighbourhoods of one date become open ground from elsewhere.

Erasing single houses leaves their surroundings as they are. Real building sites change altogether, streets,
yards and trees with the houses; only the houses are construction (or demolition, if the later date is
cleared).
"""

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.measure import label, regionprops

from training.pairs import Labelled

_SIDE_M = 200.0
_FEATHER_M = 1.5


def open_grounds(pairs: Sequence[Labelled], seed: int) -> list[NDArray[np.float32]]:
    """Collect squares of 200 m without any building, at 0.5 m, from pairs with outlines."""
    draw = np.random.default_rng(seed)
    found = []
    for pair in pairs:
        side = round(_SIDE_M / pair.gsd_m)
        if pair.set not in {"xbd", "michael", "wildfire", "mexico"} or side > min(pair.truth.shape):
            continue
        bad = (pair.buildings > 0) | ~pair.usable
        total = cv2.boxFilter(bad.astype(np.float32), -1, (side, side), normalize=False, anchor=(0, 0))
        corners = np.argwhere(total[: bad.shape[0] - side, : bad.shape[1] - side] < 0.002 * side * side)
        for row, col in corners[draw.permutation(len(corners))[:2]]:
            image = (pair.before, pair.after)[int(draw.integers(2))][:, row : row + side, col : col + side]
            found.append(_resized(image, round(_SIDE_M / 0.5)))
    return found


def clear(pair: Labelled, grounds: Sequence[NDArray[np.float32]], seed: int) -> Labelled:
    """Return the pair with one to three neighbourhoods cleared in one of the two dates."""
    draw = np.random.default_rng(seed)
    images, truth = [pair.before.copy(), pair.after.copy()], pair.truth.copy()
    houses = label(pair.buildings == 1)
    regions = regionprops(houses)
    if not regions:
        return pair
    for _ in range(int(draw.integers(1, 4))):
        centre = regions[int(draw.integers(len(regions)))].centroid
        soft = _blob(truth.shape, centre, draw, pair.gsd_m)
        date = int(draw.integers(2))
        ground = _laid(grounds[int(draw.integers(len(grounds)))], truth.shape, draw, pair.gsd_m)
        images[date] = images[date] + soft * (ground - images[date])
        _mark(truth, houses, soft, 3 if date else 1)
    return replace(pair, before=images[0], after=images[1], truth=truth)


def _mark(truth: NDArray[np.uint8], houses: NDArray[np.int64], soft: NDArray[np.float32], kind: int) -> None:
    """Houses that are quite gone are changed; those on the rim of the cleared ground are not labelled."""
    area = np.bincount(houses.ravel())
    inside = np.bincount(houses.ravel(), weights=soft.ravel()) / np.maximum(area, 1)
    touched = (truth != 0) & (soft > 0.05)
    gone, half = inside[houses] > 0.95, inside[houses] > 0.05
    truth[(houses > 0) & half & ~gone] = 255
    truth[(houses > 0) & gone] = kind
    truth[touched] = 255


def _blob(
    shape: tuple[int, int], centre: tuple[float, float], draw: np.random.Generator, gsd_m: float
) -> NDArray[np.float32]:
    mask = np.zeros(shape, np.uint8)
    axes = tuple(round(float(r)) for r in draw.uniform(25, 80, 2) / gsd_m)
    cv2.ellipse(mask, (round(centre[1]), round(centre[0])), axes, float(draw.uniform(0, 180)), 0, 360, 1, -1)
    return np.asarray(cv2.GaussianBlur(mask.astype(np.float32), (0, 0), _FEATHER_M / gsd_m), np.float32)


def _laid(
    ground: NDArray[np.float32], shape: tuple[int, int], draw: np.random.Generator, gsd_m: float
) -> NDArray[np.float32]:
    """Lay a square of ground over a whole image by reflection, from a random start, a little relit."""
    square = _resized(ground, round(_SIDE_M / gsd_m))
    rows, cols = (np.arange(length) + int(draw.integers(1000)) for length in shape)
    side = square.shape[1]
    fold = [np.minimum(i % (2 * side), 2 * side - 1 - i % (2 * side)) for i in (rows, cols)]
    laid = square[:, fold[0][:, None], fold[1][None, :]]
    return np.clip(laid * draw.uniform(0.85, 1.25) + draw.uniform(-15, 15), 0, 255).astype(np.float32)


def _resized(image: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    return np.stack([cv2.resize(band, (side, side), interpolation=cv2.INTER_AREA) for band in image])
