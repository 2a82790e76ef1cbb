"""Makes labelled change out of pairs in which nothing happened: real buildings are erased from one date.

A building erased from the before image is construction, one erased from the after image demolition. One over
which the ruin of a real house is laid, or whose place is strewn with ash, has burned or was destroyed. Ground
copied over ground is a change that is none of these.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.measure import label, regionprops

from training.examiner.labels import PASSING
from training.examiner.pairs import Labelled
from training.examiner.ruins import BURNED, WRECKED, Ruin, fitted

Image = NDArray[np.float32]
Mask = NDArray[np.bool_]
Window = tuple[slice, slice]

_REACH_M = 130.0
_MARGIN_M, _FEATHER_M = 2.5, 1.0
_AREA_M2 = (40.0, 3000.0)
_SHARE = 0.33
_COPIES = 12
# Odds of construction, burning, demolition; and of a ruin, where one is at hand, not bare ground or ash.
_KINDS = ((1, BURNED, WRECKED), (0.4, 0.24, 0.36))
_RUINED = 0.6


@dataclass(frozen=True, slots=True)
class _Patch:
    """The window around one building, its outline, and a soft mask over it and its surroundings."""

    window: Window
    outline: Mask
    soft: Image


def alter(pair: Labelled, seed: int, ruins: Sequence[Ruin] = ()) -> Labelled:
    """Return the pair with about a third of its unhurt buildings erased or ruined in one of the dates."""
    draw = np.random.default_rng(seed)
    images, truth = [date.astype(np.float32) for date in (pair.before, pair.after)], pair.truth.copy()
    blocked = _grown(pair.buildings > 0, pair.gsd_m) | ~pair.usable | (truth != 0)
    for patch in _buildings(pair):
        if draw.random() > _SHARE:
            continue
        kind = int(draw.choice(_KINDS[0], p=_KINDS[1]))
        image = images[0 if kind == 1 else 1]
        ground = _open_ground(image, patch, blocked, draw, gsd_m=pair.gsd_m)
        if ground is None:
            continue
        alike = [ruin for ruin in ruins if ruin.kind == kind]
        if alike and draw.random() < _RUINED:
            ground = fitted(alike[int(draw.integers(len(alike)))], ground, draw)
        elif kind == BURNED:
            ground = _ashen(ground, draw, pair.gsd_m)
        _lay(image, patch, ground)
        _mark(truth[patch.window], patch.outline, kind, pair.gsd_m)
    for _ in range(_COPIES):
        _copy_ground(images[int(draw.integers(2))], truth, blocked, draw, gsd_m=pair.gsd_m)
    before, after = (np.clip(image, 0, 255).round().astype(np.uint8) for image in images)
    return replace(pair, before=before, after=after, truth=truth)


def _buildings(pair: Labelled) -> list[_Patch]:
    """Unhurt buildings of common size whose window lies inside the image."""
    margin = round(2.5 * _MARGIN_M / pair.gsd_m)
    patches = []
    for region in regionprops(label(pair.buildings == 1)):
        top, left, bottom, right = region.bbox
        window = (slice(top - margin, bottom + margin), slice(left - margin, right + margin))
        inside = min(top, left) >= margin and all(
            part.stop <= length for part, length in zip(window, pair.truth.shape, strict=True)
        )
        if inside and _AREA_M2[0] <= region.area * pair.gsd_m**2 <= _AREA_M2[1]:
            patches.append(_patch(window, np.pad(region.image, margin), pair.gsd_m))
    return patches


def _patch(window: Window, outline: Mask, gsd_m: float) -> _Patch:
    grown = _grown(outline, gsd_m).astype(np.float32)
    return _Patch(
        window, outline, np.asarray(cv2.GaussianBlur(grown, (0, 0), _FEATHER_M / gsd_m), np.float32)
    )


def _open_ground(
    image: Image, patch: _Patch, blocked: Mask, draw: np.random.Generator, *, gsd_m: float
) -> Image | None:
    """Return pixels of a place within reach where the patch's mask meets (nearly) no building."""
    covered = patch.soft > 0.5
    rows, cols = covered.shape
    reach = _REACH_M / gsd_m
    best, least = None, 0.03
    for _ in range(60):
        top, left = (part.start + round(float(draw.uniform(-reach, reach))) for part in patch.window)
        if min(top, left) < 0 or top + rows > blocked.shape[0] or left + cols > blocked.shape[1]:
            continue
        share = float(blocked[top : top + rows, left : left + cols][covered].mean())
        if share < least:
            best, least = image[:, top : top + rows, left : left + cols].copy(), share
        if share == 0:
            break
    return best


def _ashen(ground: Image, draw: np.random.Generator, gsd_m: float) -> Image:
    """Char and ash: grey, darker or brighter than the ground, grainy at half a metre to a metre."""
    grey = ground.mean(axis=0, keepdims=True)
    grain = draw.standard_normal(grey.shape[1:]).astype(np.float32)
    grain = np.asarray(cv2.GaussianBlur(grain, (0, 0), draw.uniform(0.5, 1.0) / gsd_m), np.float32)
    grain *= draw.uniform(5, 25) / grain.std()
    ashen: Image = (0.3 * ground + 0.7 * grey) * draw.uniform(0.4, 1.3) + grain + draw.uniform(-5, 40)
    return ashen


def _lay(image: Image, patch: _Patch, ground: Image) -> None:
    part = image[:, *patch.window]
    part += patch.soft * (np.clip(ground, 0, 255) - part)


def _mark(truth: NDArray[np.uint8], outline: Mask, kind: int, gsd_m: float) -> None:
    """Label the building; the margin that went with it is not labelled."""
    truth[_grown(outline, gsd_m) & ~outline & (truth == 0)] = 255
    truth[outline] = kind


def _copy_ground(
    image: Image, truth: NDArray[np.uint8], blocked: Mask, draw: np.random.Generator, *, gsd_m: float
) -> None:
    """Copy a rectangle of open ground over other open ground: a change that is no building."""
    size = [round(float(draw.uniform(18, 50)) / gsd_m) for _ in range(2)]
    top, left = (int(draw.integers(0, n - s)) for n, s in zip(blocked.shape, size, strict=True))
    window = (slice(top, top + size[0]), slice(left, left + size[1]))
    if blocked[window].any():
        return
    pad = round(2.5 * _MARGIN_M / gsd_m)
    outline = np.zeros(size, bool)
    outline[pad:-pad, pad:-pad] = True
    patch = _patch(window, outline, gsd_m)
    ground = _open_ground(image, patch, blocked, draw, gsd_m=gsd_m)
    if ground is not None:
        _lay(image, patch, ground)
        truth[window][(patch.soft > 0.1) & (truth[window] == 0)] = PASSING


def _grown(mask: Mask, gsd_m: float) -> Mask:
    size = max(1, round(_MARGIN_M / gsd_m))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * size + 1, 2 * size + 1))
    return np.asarray(cv2.dilate(mask.astype(np.uint8), disc), np.uint8) > 0
