"""The common direction in which tall things moved from one image to the other."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from sitewatch.kernels.parallax.correlate import (
    HALF_ANGLE,
    LEAST_PX,
    REACH_M,
    Layer,
    Picture,
    best_of,
    correlate,
    least_px,
    plain,
)

Image = NDArray[np.float32]

# Pixels of a first look, metres, and what it must find for the finer ones to be asked, as `_LEAST_EXCESS`: a
# quarter of the work tells that nothing moved together.
_LOOK_M, _LOOK_EXCESS = 1.0, 4.0
# Side of the patches that vote, metres and pixels, and how many of each date are looked for in all.
_PATCH_M, _SMALLEST_PX = 13.0, 9
_PATCHES = 150
# Directions among which the common one is chosen, degrees apart.
_STEP = 3.0
# A patch votes if it is found again this well, and so much better than where it was.
_FOUND, _BETTER = 0.6, 0.15
# What its match is above this is the weight of a vote.
_WEIGHTLESS = 0.55
# Votes in the common direction above what chance puts there, in standard deviations of a count.
_LEAST_EXCESS = 6.0


@dataclass(frozen=True, slots=True)
class Direction:
    """The direction in which roofs moved from the first image to the second.

    Attributes
    ----------
    angle : float
        Degrees from the image's right towards its bottom.
    share : float
        Of the votes within 15 degrees of it, 0..1; chance gives 0.08.
    places : int
        How many patches voted.
    """

    angle: float
    share: float
    places: int

    @property
    def bearing(self) -> float:
        """Degrees clockwise from the image's top, 0..360."""
        return (self.angle + 90) % 360


def fit_direction(windows: Iterable[tuple[Image, Image]], *, pixel_m: float) -> Direction | None:
    """Find the direction in which things moved that are no longer where they were.

    Patches with a strong pattern that is another one on the other date are looked for around. Each that is
    found votes for the direction from the first image to the second; chance finds go anywhere.

    Parameters
    ----------
    windows : iterable of (before, after)
        (bands, rows, columns) float32, registered and in one radiometry; NaN where not usable.
    pixel_m : float
        Metres a pixel.

    Returns
    -------
    Direction or None
        None where no direction holds more votes than chance puts there by six standard deviations.
    """
    pairs = list(windows)
    coarser = max(1, round(_LOOK_M / pixel_m))
    if coarser > 1:
        view = [(_averaged(before, coarser), _averaged(after, coarser)) for before, after in pairs]
        if _common(view, coarser * pixel_m, _LOOK_EXCESS) is None:
            return None
    return _common(pairs, pixel_m, _LEAST_EXCESS)


def _common(pairs: Sequence[tuple[Image, Image]], pixel_m: float, least_excess: float) -> Direction | None:
    """Return the direction with the most votes, if they are enough, in standard deviations of a count."""
    each = max(1, _PATCHES // max(len(pairs), 1))
    votes = np.concatenate([np.zeros((0, 2)), *(_votes(*pair, pixel_m, each) for pair in pairs)])
    if not len(votes):
        return None
    angles, weights = votes[:, 0], votes[:, 1]
    directions = np.arange(0, 360, _STEP)
    near = _apart(angles[None], directions[:, None]) < HALF_ANGLE
    held = near @ weights
    best = int(held.argmax())
    share = float(held[best] / weights.sum())
    chance = len(votes) * HALF_ANGLE / 180
    if share * len(votes) - chance < least_excess * math.sqrt(chance):
        return None
    turns = np.radians(angles[near[best]])
    down, across = weights[near[best]] @ np.sin(turns), weights[near[best]] @ np.cos(turns)
    return Direction(math.degrees(math.atan2(down, across)) % 360, share, len(votes))


def _averaged(image: Image, factor: int) -> Image:
    """Return means of `factor` x `factor` pixels; NaN where one is, and without what is left at the end."""
    rows, cols = (length // factor for length in image.shape[1:])
    if factor == 1 or not rows or not cols:
        return image
    whole = image[:, : rows * factor, : cols * factor]
    bands = [cv2.resize(band, (cols, rows), interpolation=cv2.INTER_AREA) for band in whole]
    return np.asarray(bands, np.float32)


def _votes(before: Image, after: Image, pixel_m: float, most: int) -> NDArray[np.float64]:
    """Return the angle and the weight of every patch that is found again elsewhere, (n, 2)."""
    side = max(_SMALLEST_PX, round(_PATCH_M / pixel_m)) | 1
    usable = np.isfinite(before).all(axis=0) & np.isfinite(after).all(axis=0)
    if min(usable.shape) <= 2 * side:
        return np.zeros((0, 2))
    whole = np.asarray(usable, np.float32)
    known = np.asarray(cv2.erode(whole, np.ones((side, side), np.uint8), borderValue=0)) > 0
    images = [plain(before), plain(after)]
    kept, spreads = _kept(images, side)
    found = []
    for own in (0, 1):
        lost = np.where(known, spreads[own] * (1 - np.clip(kept, 0, 1)), 0).astype(np.float32)
        for row, col in _peaks(lost, side, most):
            box = (
                slice(row - side // 2, row + side // 2 + 1),
                slice(col - side // 2, col + side // 2 + 1),
            )
            vote = _vote(images[own], images[1 - own], box, pixel_m)
            if vote is not None:
                # What the second date shows was moved the other way.
                found.append(((vote[0] + 180 * own) % 360, vote[1]))
    return np.array(found, float).reshape(-1, 2)


def _vote(
    own: Picture, other: Picture, box: tuple[slice, slice], pixel_m: float
) -> tuple[float, float] | None:
    """Return the direction in which a patch is found on the other date, degrees, and the weight of that."""
    reach = round(REACH_M / pixel_m)
    wide = tuple(
        slice(max(edge.start - reach, 0), min(edge.stop + reach, size))
        for edge, size in zip(box, own.shape, strict=False)
    )
    there = correlate(other[wide], own[box])
    down = (np.arange(there.shape[0]) + wide[0].start - box[0].start)[:, None]
    across = (np.arange(there.shape[1]) + wide[1].start - box[1].start)[None]
    far = np.hypot(down, across)
    away = (far > least_px(pixel_m)) & (far <= reach)
    # Most patches are found nowhere: whether they are like what stands around them need not be asked.
    still = best_of(there, far < LEAST_PX)
    if not away.any() or there[away].max() < _FOUND or not there[away].max() > still + _BETTER:
        return None
    here = correlate(own[wide], own[box])
    gain = np.where(away, there - np.maximum(here, 0), -np.inf)
    row, col = np.unravel_index(int(gain.argmax()), gain.shape)
    match = float(there[row, col])
    if match < _FOUND or not match > still + _BETTER:
        return None
    angle = math.degrees(math.atan2(int(down[row, 0]), int(across[0, col])))
    return angle, match - _WEIGHTLESS


def _kept(images: list[Picture], side: int) -> tuple[Layer, list[Layer]]:
    """Return the correlation of light and dark in a window, and the spread on either date."""
    grey = [np.asarray(sum(cv2.split(image)), np.float32) / np.float32(image.shape[2]) for image in images]
    # From a level in the middle: squares of large numbers would lose the digits.
    grey = [np.asarray(image - image.mean(), np.float32) for image in grey]
    means = [cv2.blur(image, (side, side)) for image in grey]
    squares = [
        np.maximum(cv2.blur(image * image, (side, side)) - mean * mean, 0)
        for image, mean in zip(grey, means, strict=True)
    ]
    both = cv2.blur(grey[0] * grey[1], (side, side)) - means[0] * means[1]
    kept = both / np.sqrt(np.maximum(squares[0] * squares[1], 1e-12))
    return kept.astype(np.float32), [np.sqrt(square) for square in squares]


def _peaks(layer: Layer, side: int, most: int) -> list[tuple[int, int]]:
    """Return the largest values that are the largest within a window around them."""
    top = (layer > 0) & (layer == cv2.dilate(layer, np.ones((side, side), np.uint8)))
    rows, cols = np.nonzero(top)
    order = np.argsort(-layer[rows, cols], kind="stable")[:most]
    return [(int(rows[i]), int(cols[i])) for i in order]


def _apart(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the angle between directions, 0..180 degrees."""
    return np.abs((one - other + 180) % 360 - 180)
