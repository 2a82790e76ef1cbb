"""Crops for fitting: turned, zoomed, shifted against one another, in other light, both ways round in time."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from training.examiner.labels import NOTHING, SWAPPED, Sets, bits, to_cells
from training.examiner.light import relight
from training.examiner.scenes import Scene, chances

# A crop's side in pixels, and the pixels of a cell of the decoder.
SIDE, CELL = 192, 2
_NEAR_A_CHANGE = 0.6
_ZOOM = (0.8, 1.25)
# Standard deviation of what registration leaves between the dates, pixels.
_MOVED = 0.6
_EMPTY = 127
# How near a crop's centre may come to the edge of the scene, in sides; what lies beyond the edge is mirrored.
_EDGE = 0.4

Image = NDArray[np.float32]
Batch = tuple[Image, Image, Sets]


class Crops:
    """Endless batches from some scenes; the same seed gives the same crops."""

    def __init__(self, scenes: Sequence[Scene], seed: int) -> None:
        self._scenes = scenes
        self._chances = chances(scenes)
        self._changed = [_changed(scene.sets) for scene in scenes]
        self._draw = np.random.default_rng(seed)

    def batch(self, number: int) -> Batch:
        """Return before and after, (n, 3, side, side) in -1..1, and the possibilities of the cells, uint8."""
        crops = [self._crop() for _ in range(number)]
        before, after, sets = zip(*crops, strict=True)
        return np.stack(before), np.stack(after), np.stack(sets)

    def _crop(self) -> tuple[Image, Image, Sets]:
        draw = self._draw
        index = int(draw.choice(len(self._scenes), p=self._chances))
        scene, changed = self._scenes[index], self._changed[index]
        rows, cols = scene.sets.shape
        centre = draw.uniform((0, 0), (rows, cols))
        if len(changed) and draw.random() < _NEAR_A_CHANGE:
            centre = changed[draw.integers(len(changed))] + draw.uniform(-SIDE / 3, SIDE / 3, 2)
        middle = np.minimum(np.array((rows, cols)) / 2, _EDGE * SIDE)
        place = _placed(np.clip(centre, middle, (rows, cols) - middle), draw)
        dates = []
        for image in scene.images:
            moved = place.copy()
            moved[:, 2] += draw.normal(0, _MOVED, 2)
            dates.append(_warped(image, moved))
        if draw.random() < 0.7:
            dates = [relight(date, draw) for date in dates]
        sets = cv2.warpAffine(
            scene.sets, place, (SIDE, SIDE), flags=cv2.INTER_NEAREST, borderMode=cv2.BORDER_REFLECT_101
        )
        cells = to_cells(np.asarray(sets, np.uint8), CELL)
        if draw.random() < 0.5:
            dates, cells = dates[::-1], SWAPPED[cells]
        before, after = ((date - np.float32(_EMPTY)) / np.float32(128) for date in dates)
        return before, after, cells


def _changed(sets: Sets) -> NDArray[np.intp]:
    """Return every eighth pixel, (row, column), that is sure to have changed."""
    return np.argwhere((sets & bits(NOTHING)) == 0)[::8]


def _placed(centre: NDArray[np.float64], draw: np.random.Generator) -> NDArray[np.float64]:
    """Return the affine map from the scene to a crop around `centre` (row, column)."""
    angle = draw.uniform(0, 360) if draw.random() < 0.5 else 90 * int(draw.integers(4))
    zoom = np.exp(draw.uniform(*np.log(_ZOOM))) if draw.random() < 0.6 else 1.0
    place = np.asarray(cv2.getRotationMatrix2D((float(centre[1]), float(centre[0])), angle, zoom), np.float64)
    place[:, 2] += SIDE / 2 - centre[::-1]
    if draw.random() < 0.5:
        place[0] = [0, 0, SIDE] - place[0]
    return place


def _warped(image: NDArray[np.uint8], place: NDArray[np.float64]) -> Image:
    pixels = np.ascontiguousarray(image.transpose(1, 2, 0))
    warped = cv2.warpAffine(
        pixels, place, (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101
    )
    return warped.transpose(2, 0, 1).astype(np.float32)
