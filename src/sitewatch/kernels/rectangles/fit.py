"""The rectangle that a thing with right angles fills, at any angle, its sides where the image shows edges.

A building in a map of coarse cells is a blob. The blob says which roof is meant; the image says where the
roof ends. *Global*: works on the window of one object.

Sum of weights inside a rectangle: Lampert, Blaschko and Hofmann (2008), there found by branch and bound, here
by turns along one axis and the other. Contrast across straight sides: Lin and Nevatia (1998).
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from sitewatch.kernels.rectangles.rectangle import Rectangle

Layer = NDArray[np.float32]
Sums = NDArray[np.float64]
# Half-open ranges of rows and columns in a turned window: top, bottom, left, right.
Box = tuple[int, int, int, int]

# Angles that are tried first, degrees, and how far around the best one is looked after that.
_ANGLES = (0.0, 15.0, 30.0, 45.0, 60.0, 75.0)
_NARROWER = (7.5, 4.0, 2.0, 1.0)
# What a pixel's length of side with full contrast is worth, in pixels of full weight.
_CONTRAST = 2.0
# How far a side is moved to find an edge, pixels, and the shortest side.
_REACH = 5
_SHORTEST = 3
# Turns until the box stands still; more than four were never needed.
_TURNS = 6


@dataclass(frozen=True, slots=True)
class _Frame:
    """A square window that turns about the middle of an object.

    Attributes
    ----------
    x, y : float
        Column and row of the middle, in the object's window.
    side : int
        Of the square, pixels.
    """

    x: float
    y: float
    side: int

    @classmethod
    def around(cls, rows: NDArray[np.int64], cols: NDArray[np.int64]) -> "_Frame":
        x, y = float(cols.mean()), float(rows.mean())
        return cls(x, y, 2 * int(np.hypot(cols - x, rows - y).max() + _REACH + 3))

    def turn(self, angle: float) -> NDArray[np.float64]:
        """Map places in the turned square to places in the window, (2, 3)."""
        cos, sin = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
        half = (self.side - 1) / 2
        return np.array([[cos, -sin, self.x - half * (cos - sin)], [sin, cos, self.y - half * (sin + cos)]])

    def turned(self, layer: Layer, angle: float, beyond: float) -> Layer:
        return np.asarray(
            cv2.warpAffine(
                layer,
                self.turn(angle),
                (self.side, self.side),
                flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
                borderMode=cv2.BORDER_CONSTANT,
                borderValue=beyond,
            ),
            np.float32,
        )

    def placed(self, box: Box, angle: float, contrast: float) -> Rectangle:
        top, bottom, left, right = box
        # A box's edges lie between pixels, half a pixel before the centre of its first one.
        middle = np.array([(left + right) / 2 - 0.5, (top + bottom) / 2 - 0.5, 1.0])
        x, y = self.turn(angle) @ middle + 0.5
        length, width = float(right - left), float(bottom - top)
        quarters, rest = divmod(np.deg2rad(angle), np.pi / 2)
        if quarters % 2:
            length, width = width, length
        return Rectangle(float(x), float(y), length, width, float(rest), contrast)


def fit_rectangle(weight: Layer, image: Layer) -> Rectangle | None:
    """Fit a rectangle to the window of one object.

    Parameters
    ----------
    weight : (rows, columns) float32
        How much a pixel should lie inside (above 0) or outside (below 0), about -1 to 1; no NaN.
    image : (rows, columns) float32
        In which the thing is seen, 0 to 1; NaN where unusable: no edge is seen there.

    Returns
    -------
    Rectangle or None
        None if no rectangle with sides of three pixels holds more of what is wanted than of what is not.
    """
    rows, cols = np.nonzero(weight > 0)
    if not len(rows):
        return None
    frame = _Frame.around(rows, cols)
    found = {angle: _at(weight, image, angle, frame) for angle in _ANGLES}
    best = max(found, key=lambda angle: found[angle][0])
    for step in _NARROWER:
        for angle in (best - step, best + step):
            found[angle] = _at(weight, image, angle, frame)
        best = max(found, key=lambda angle: found[angle][0])
    worth, box, contrast = found[best]
    return frame.placed(box, best, contrast) if worth > 0 else None


def _at(weight: Layer, image: Layer, angle: float, frame: _Frame) -> tuple[float, Box, float]:
    """Return the best box at one angle: what it is worth, the box, and the contrast of its sides."""
    inside = frame.turned(weight, angle, -1.0)
    seen = frame.turned(image, angle, float("nan"))
    down, across = _steps(seen)
    box = _largest(inside)
    if box is None:
        return 0.0, (0, 0, 0, 0), 0.0
    return _snapped(box, _Sums(inside, down, across))


def _steps(image: Layer) -> tuple[Layer, Layer]:
    """Return how much each pixel differs from the one above it, and from the one to its left."""
    down, across = np.zeros_like(image), np.zeros_like(image)
    down[1:] = np.nan_to_num(np.abs(image[1:] - image[:-1]))
    across[:, 1:] = np.nan_to_num(np.abs(image[:, 1:] - image[:, :-1]))
    return down, across


def _largest(weight: Layer) -> Box | None:
    """Return a box with the largest sum of weights that turns along rows and columns lead to."""
    held = np.flatnonzero((weight > 0).any(axis=1))
    if not len(held):
        return None
    quarter = (held[-1] + 1 - held[0]) // 4
    top, bottom, left, right = int(held[0] + quarter), int(held[-1] + 1 - quarter), 0, 0
    most = 0.0
    for _ in range(_TURNS):
        left, right, _ = _best_run(weight[top:bottom].sum(axis=0))
        top, bottom, worth = _best_run(weight[:, left:right].sum(axis=1))
        if worth <= most:
            break
        most = worth
    box = (top, bottom, left, right)
    return box if min(bottom - top, right - left) >= _SHORTEST else None


def _best_run(values: Layer) -> tuple[int, int, float]:
    """Return start, stop and sum of the run of values with the largest sum."""
    sums = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
    gain = sums - np.minimum.accumulate(sums)
    stop = int(gain.argmax())
    start = int(sums[: stop + 1].argmin())
    return start, stop, float(gain[stop])


class _Sums:
    """What boxes hold and what their sides show, from sums that are worked out once."""

    def __init__(self, weight: Layer, down: Layer, across: Layer) -> None:
        self.side = weight.shape[0]
        self._weight = np.zeros((self.side + 1, self.side + 1))
        self._weight[1:, 1:] = weight.cumsum(axis=0, dtype=np.float64).cumsum(axis=1)
        self._level = np.zeros((self.side, self.side + 1))
        self._level[:, 1:] = down.cumsum(axis=1, dtype=np.float64)
        self._plumb = np.zeros((self.side + 1, self.side))
        self._plumb[1:] = across.cumsum(axis=0, dtype=np.float64)
        self.usual = float(down.mean() + across.mean()) / 2

    def worth(self, box: list[int] | list[NDArray[np.int64]]) -> Sums:
        top, bottom, left, right = box
        held = (
            self._weight[bottom, right] - self._weight[top, right] - self._weight[bottom, left]
        ) + self._weight[top, left]
        return np.asarray(held + _CONTRAST * self.shown(box))

    def shown(self, box: list[int] | list[NDArray[np.int64]]) -> Sums:
        top, bottom, left, right = box
        level = [self._level[row, right] - self._level[row, left] for row in (top, bottom)]
        plumb = [self._plumb[bottom, col] - self._plumb[top, col] for col in (left, right)]
        return np.asarray(sum(level) + sum(plumb))


def _snapped(box: Box, sums: _Sums) -> tuple[float, Box, float]:
    """Move one side after the other to where it is worth most, within reach of where it was."""
    sides = list(box)
    for _ in range(_TURNS):
        before = list(sides)
        for which in range(4):
            sides[which] = _moved(sides, which, sums)
        if sides == before:
            break
    top, bottom, left, right = sides
    length = 2 * (bottom - top + right - left)
    contrast = float(sums.shown(sides)) / length / max(sums.usual, 1e-6)
    return float(sums.worth(sides)), (top, bottom, left, right), contrast


def _moved(sides: list[int], which: int, sums: _Sums) -> int:
    other = sides[which ^ 1]
    places = np.arange(max(sides[which] - _REACH, 1), min(sides[which] + _REACH, sums.side - 1) + 1)
    room = places - other if which % 2 else other - places
    places = places[room >= _SHORTEST]
    if not len(places):
        return sides[which]
    tried: list[NDArray[np.int64]] = [
        places if i == which else np.full_like(places, side) for i, side in enumerate(sides)
    ]
    return int(places[sums.worth(tried).argmax()])
