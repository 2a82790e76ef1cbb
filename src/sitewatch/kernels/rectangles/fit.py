"""The rectangle that a thing with right angles fills, at any angle, its sides where the image shows edges.

A building in a map of coarse cells is a blob. The blob says which roof is meant; the image says where the
roof ends. *Global*: works on the window of one object.

Sum of weights inside a rectangle: Lampert, Blaschko and Hofmann (2008), there found by branch and bound, here
by turns along one axis and the other. Contrast across straight sides: Lin and Nevatia (1998).
"""

import math
from collections.abc import Sequence
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
        cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
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
    held = _summed(inside)
    box = _largest(inside, held)
    if box is None:
        return 0.0, (0, 0, 0, 0), 0.0
    return _snapped(box, _Worth(held, *_steps(frame.turned(image, angle, float("nan")))))


def _summed(layer: Layer) -> Sums:
    """Return the sum of all above and to the left of each corner of a pixel, (rows + 1, columns + 1)."""
    return np.asarray(cv2.integral(layer), np.float64)


def _steps(image: Layer) -> tuple[Layer, Layer]:
    """Return how much each pixel differs from the one above it, and from the one to its left."""
    down, across = np.zeros_like(image), np.zeros_like(image)
    cv2.absdiff(image[1:], image[:-1], down[1:])
    cv2.absdiff(image[:, 1:], image[:, :-1], across[:, 1:])
    for steps in (down, across):
        cv2.patchNaNs(steps, 0.0)
    return down, across


def _largest(weight: Layer, held: Sums) -> Box | None:
    """Return a box with the largest sum of weights that turns along rows and columns lead to."""
    wanted = np.flatnonzero((weight > 0).any(axis=1))
    if not len(wanted):
        return None
    quarter = (wanted[-1] + 1 - wanted[0]) // 4
    rows, cols = (int(wanted[0] + quarter), int(wanted[-1] + 1 - quarter)), (0, 0)
    most = 0.0
    for _ in range(_TURNS):
        before = cols
        cols, _ = _best_run(held[rows[1]] - held[rows[0]])
        if cols == before:
            break
        rows, worth = _best_run(held[:, cols[1]] - held[:, cols[0]])
        if worth <= most:
            break
        most = worth
    return (*rows, *cols) if min(rows[1] - rows[0], cols[1] - cols[0]) >= _SHORTEST else None


def _best_run(sums: Sums) -> tuple[tuple[int, int], float]:
    """Return start, stop and sum of the run of values with the largest sum, from their running sums."""
    gain = sums - np.minimum.accumulate(sums)
    stop = int(gain.argmax())
    return (int(sums[: stop + 1].argmin()), stop), float(gain[stop])


class _Worth:
    """What boxes hold and what their sides show, from sums that are worked out once."""

    def __init__(self, held: Sums, down: Layer, across: Layer) -> None:
        level, plumb = _summed(down), _summed(across)
        self.side = len(down)
        self.usual = float(level[-1, -1] + plumb[-1, -1]) / down.size / 2
        # Columns are the rows of what is turned over.
        self._tables = ((held, level, plumb), (held.T, plumb.T, level.T))

    def of(self, box: Sequence[int]) -> float:
        """Return what a box holds and shows."""
        top, bottom, left, right = box
        return _sum(self._tables[0][0], (top, bottom), (left, right)) + _CONTRAST * self.shown(box)

    def shown(self, box: Sequence[int]) -> float:
        """Return the sum of the steps along the four sides of a box."""
        top, bottom, left, right = box
        _, level, plumb = self._tables[0]
        return float(
            sum(_sum(level, (row, row + 1), (left, right)) for row in (top, bottom))
            + sum(_sum(plumb, (top, bottom), (col, col + 1)) for col in (left, right))
        )

    def best(self, sides: Sequence[int], which: int, places: slice) -> int:
        """Return where in `places` one side of a box is worth most, the others being where they are."""
        held, along, across = self._tables[which // 2]
        low, high = sides[2 - which // 2 * 2 : 4 - which // 2 * 2]
        shown = across[places, low + 1] - across[places, low]
        shown += across[places, high + 1] - across[places, high]
        rows = slice(places.start, places.stop + 1)
        strips = along[rows, high] - along[rows, low]
        # What the opposite side adds is the same at each place, and is left out.
        gain = held[places, high] - held[places, low] + _CONTRAST * shown
        moving = strips[1:] - strips[:-1]
        gain = _CONTRAST * moving + gain if which % 2 else _CONTRAST * moving - gain
        return int(places.start) + int(gain.argmax())


def _sum(table: Sums, rows: tuple[int, int], cols: tuple[int, int]) -> float:
    (top, bottom), (left, right) = rows, cols
    return float(table[bottom, right] - table[top, right] - table[bottom, left] + table[top, left])


def _snapped(box: Box, worth: _Worth) -> tuple[float, Box, float]:
    """Move one side after the other to where it is worth most, within reach of where it was."""
    sides, still = list(box), 0
    for which in range(4 * _TURNS):
        place = _moved(sides, which % 4, worth)
        still = still + 1 if place == sides[which % 4] else 0
        sides[which % 4] = place
        if still == 4:
            break
    top, bottom, left, right = sides
    length = 2 * (bottom - top + right - left)
    contrast = worth.shown(sides) / length / max(worth.usual, 1e-6)
    return worth.of(sides), (top, bottom, left, right), contrast


def _moved(sides: list[int], which: int, worth: _Worth) -> int:
    first, last = max(sides[which] - _REACH, 1), min(sides[which] + _REACH, worth.side - 1)
    other = sides[which ^ 1]
    if which % 2:
        first = max(first, other + _SHORTEST)
    else:
        last = min(last, other - _SHORTEST)
    return worth.best(sides, which, slice(first, last + 1)) if first <= last else sides[which]
