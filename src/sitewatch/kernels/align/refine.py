"""Make an affine map finer: least squares over the pixels themselves, which no tile can match.

Tiles move as a whole, their peaks are read to a few tenths of a pixel, and where one edge stayed and its
neighbour wandered their peak lies between the two. Here each pixel counts by how well it agrees: shadows that
moved with the sun, and what was built or torn down, lose their say (steps: Lucas and Kanade 1981, Baker and
Matthews 2004; weights: Geman and McClure 1987).

The pixels are parted like the squares of a chessboard. White and black squares each find a map, and each map
is judged on the squares that had no say in it (cross-validation: Stone 1974). Only if both fit clearly better
there than the map of the tiles, both say the same, and they lie near the tiles, is their mean believed. Where
buildings lean or ground rises no affine map is right, and the halves differ.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from sitewatch.kernels.align.shift import edges

Plane: TypeAlias = NDArray[np.float32]
Table: TypeAlias = NDArray[np.float64]
Matrix: TypeAlias = tuple[float, float, float, float, float, float]

# Blur before the gradient, pixels.
_BLUR = 0.7
# All but the weakest edges count alike: noise is small beside them.
_CAP = 70.0
# How many median squared residuals count in full, how many rounds there are at most, and which step of the
# corners is the last, pixels. The wide tolerance finds the way, the narrow one tells neighbours apart.
_PASSES = ((8.0, 4, 0.05), (3.0, 4, 0.005))
# Pixels of each colour looked at: more hardly add to what they say.
_MOST = 10_000
# Side of a square, pixels.
_SQUARE = 32
# Squares of a colour that can judge a map.
_JUDGES = 6
# Standard errors over squares by which pixels must agree more.
_CLEARLY = 2.0
# Two maps say the same if they differ by less than this at every corner, pixels.
_SAME = 0.1
# Further than this from where tiles put a corner it has followed something else, pixels.
_ASTRAY = 1.0
# OpenCV's limit for a list of places in one row.
_ROW = 30_000


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """A piece of both images.

    Attributes
    ----------
    before, after : (rows, columns) float32
        Grey values (`shift.mix`), NaN where unusable.
    corner : (float, float)
        Column and row of the piece's first pixel in the whole.
    """

    before: Plane
    after: Plane
    corner: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Refined:
    """A map that both halves of the pixels found.

    Attributes
    ----------
    matrix : six floats
        As in `Alignment.matrix`: the mean of the two maps.
    apart : float
        By how much the two differ at most at the corners, pixels.
    """

    matrix: Matrix
    apart: float


def refine(patches: Sequence[Patch], start: Matrix) -> Refined | None:
    """Refine an affine map by all pixels of some pieces.

    Parameters
    ----------
    patches : sequence of Patch
    start : six floats
        Map as in `Alignment.matrix`, right to about a pixel.

    Returns
    -------
    Refined or None
        None if the pixels hold no map, or none that is clearly better than `start` where it was not fitted.
    """
    frame = _Frame.around(patches)
    first = frame.table(start)
    every = [_Points.of(patch, frame, len(patches)) for patch in patches]
    halves = [[points.of_colour(colour) for points in every] for colour in (0, 1)]
    found = []
    for fitted, judging in (halves, halves[::-1]):
        table = _settle(fitted, first, frame)
        if table is None or not _better(judging, table, first):
            return None
        found.append(table)
    middle = (found[0] + found[1]) / 2
    apart = frame.apart(*found)
    if apart > _SAME or frame.apart(middle, first) > _ASTRAY:
        return None
    return Refined(frame.matrix(middle), apart)


@dataclass(frozen=True, slots=True)
class _Frame:
    """Coordinates from -1 to 1 over the whole, in which the six numbers of a map are of one size."""

    middle: tuple[float, float]
    half: float

    @classmethod
    def around(cls, patches: Sequence[Patch]) -> "_Frame":
        low = np.min([patch.corner for patch in patches], axis=0)
        ends = [np.add(patch.corner, patch.before.shape[::-1]) for patch in patches]
        high = np.max(ends, axis=0) - 1
        return cls(tuple((low + high) / 2), float((high - low).max()) / 2)

    def table(self, matrix: Matrix) -> Table:
        """Return displacements (2, 3): constant, and rise across and down, for each direction."""
        a, b, c, d, e, f = matrix
        x, y = self.middle
        rises = np.array([[a - 1, b], [d, e - 1]])
        return np.column_stack([rises @ (x, y) + (c, f), rises * self.half])

    def matrix(self, table: Table) -> Matrix:
        """Turn displacements back into a map."""
        rises = table[:, 1:] / self.half
        c, f = table[:, 0] - rises @ self.middle
        (a, b), (d, e) = rises
        return 1 + float(a), float(b), float(c), float(d), 1 + float(e), float(f)

    def apart(self, one: Table, other: Table) -> float:
        """Return by how much two maps differ at most at the corners around the whole, pixels."""
        corners = np.array([[1, 1, 1, 1], [-1, 1, 1, -1], [-1, -1, 1, 1]])
        return float(np.hypot(*((one - other) @ corners)).max())


@dataclass(frozen=True, slots=True, eq=False)
class _Points:
    """Edges of a piece's before image at chosen pixels, and those of the after image to be looked up."""

    design: Plane
    place: Plane
    square: NDArray[np.int_]
    value: Plane
    slope: Plane
    after: tuple[Plane, ...]

    @classmethod
    def of(cls, patch: Patch, frame: _Frame, pieces: int) -> "_Points":
        first, second = (edges(image[None], blur=_BLUR, cap=_CAP) for image in (patch.before, patch.after))
        rows, cols = np.nonzero(first.any(axis=0))
        thin = slice(None, None, max(1, -(-rows.size * pieces // (2 * _MOST))))
        rows, cols = rows[thin], cols[thin]
        x, y = cols + patch.corner[0], rows + patch.corner[1]
        design = np.stack(
            [np.ones(x.size), (x - frame.middle[0]) / frame.half, (y - frame.middle[1]) / frame.half]
        )
        return cls(
            design.astype(np.float32),
            np.stack([cols, rows]).astype(np.float32),
            np.stack([x, y]).astype(int) // _SQUARE,
            first[:, rows, cols],
            np.stack([plane[rows, cols] for edge in first for plane in _slopes(edge)]),
            (*second, *(plane for edge in second for plane in _slopes(edge))),
        )

    def of_colour(self, colour: int) -> "_Points":
        """Return those in the white or in the black squares."""
        part = self.square.sum(axis=0) % 2 == colour
        names = ("design", "place", "square", "value", "slope")
        return replace(self, **{name: getattr(self, name)[:, part] for name in names})

    def seen(self, table: Table, planes: slice) -> Plane:
        """Look the after image up: two edges and their four slopes, (6, points), or some of these."""
        x, y = self.place + table.astype(np.float32) @ self.design
        return np.stack([_look_up(plane, x, y) for plane in self.after[planes]])


def _settle(points: Sequence[_Points], table: Table, frame: _Frame) -> Table | None:
    """Take Gauss-Newton steps until nothing moves."""
    design, value, slope = (
        np.concatenate([getattr(each, name) for each in points], axis=1)
        for name in ("design", "value", "slope")
    )
    if not value.size:
        return None
    weight = np.ones(design.shape[1], np.float32)
    for tolerance, rounds, still in _PASSES:
        for _ in range(rounds):
            found = np.concatenate([each.seen(table, slice(None)) for each in points], axis=1)
            gain = np.sqrt((weight * found[:2] ** 2).sum() / max(float((weight * value**2).sum()), 1e-12))
            if not gain > 0:
                return None
            found /= gain
            left = found[:2] - value
            off = (left**2).sum(axis=0)
            weight = _weights(off, tolerance * float(np.median(off)))
            weight[~found[:2].any(axis=0)] = 0
            step = _step(design, (found[2:] + slope) / 2, left, weight)
            if step is None:
                return None
            table = table - step
            if frame.apart(step, np.zeros((2, 3))) < still:
                break
    return table


def _weights(off: Plane, usual: float) -> Plane:
    """Say how far pixels count by the squares of their residuals."""
    return (1 + off / np.float32(max(usual, 1e-12))) ** -2


def _step(design: Plane, slope: Plane, left: Plane, weight: Plane) -> Table | None:
    normal, pull = np.zeros((6, 6)), np.zeros(6)
    for edge in (0, 1):
        rise = np.concatenate([slope[2 * edge] * design, slope[2 * edge + 1] * design])
        weighted = rise * weight
        normal += weighted @ rise.T
        pull += weighted @ left[edge]
    if np.linalg.cond(normal) > 1e6:
        return None
    return np.asarray(np.linalg.solve(normal, pull), np.float64).reshape(2, 3)


def _better(points: Sequence[_Points], table: Table, other: Table) -> bool:
    """Tell whether pixels agree more clearly more at one map than at another."""
    value, square = (
        np.concatenate([getattr(each, name) for each in points], axis=1) for name in ("value", "square")
    )
    off = []
    for each in (other, table):
        found = np.concatenate([part.seen(each, slice(2)) for part in points], axis=1)
        gain = float(np.sqrt((found**2).sum() / max(float((value**2).sum()), 1e-12)))
        off.append(((found / np.float32(max(gain, 1e-12)) - value) ** 2).sum(axis=0))
    usual = _PASSES[-1][0] * float(np.median(off[0])) if value.size else 0.0
    agree = [_weights(each, usual) for each in off]
    places = np.ravel_multi_index(
        tuple(square - square.min(axis=1, keepdims=True)), np.ptp(square, axis=1) + 1
    )
    count = np.bincount(places)
    gains = (np.bincount(places, agree[1] - agree[0]) / np.maximum(count, 1))[count > 0]
    if gains.size < _JUDGES:
        return False
    return float(gains.mean()) > _CLEARLY * float(gains.std(ddof=1)) / math.sqrt(gains.size)


def _slopes(plane: Plane) -> tuple[Plane, Plane]:
    across, down = (cv2.Sobel(plane, cv2.CV_32F, *direction, scale=1 / 8) for direction in ((1, 0), (0, 1)))
    return np.asarray(across, np.float32), np.asarray(down, np.float32)


def _look_up(plane: Plane, x: Plane, y: Plane) -> Plane:
    if not x.size:
        return np.zeros(0, np.float32)
    parts = [slice(start, start + _ROW) for start in range(0, x.size, _ROW)]
    # OpenCV's cubic would not do: it moves a slope by up to half as much again as it is told.
    found = [
        cv2.remap(plane, x[None, at], y[None, at], cv2.INTER_LANCZOS4, borderValue=0.0)[0] for at in parts
    ]
    return np.asarray(np.concatenate(found), np.float32)
