"""Make an affine map finer: least squares over the pixels themselves, which no tile can match.

Tiles move as a whole, their peaks are read to a few tenths of a pixel, and where one edge stayed and its
neighbour wandered their peak lies between the two. Here each pixel counts by how well it agrees: shadows that
moved with the sun, and what was built or torn down, lose their say (steps: Lucas and Kanade 1981, Baker and
Matthews 2004; weights: Geman and McClure 1987).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from sitewatch.kernels.align.shift import edges

Plane: TypeAlias = NDArray[np.float32]
Matrix: TypeAlias = tuple[float, float, float, float, float, float]

# Two passes: blur before the gradient, pixels, and how many median squared residuals count in full. The wide
# one finds the way, the narrow one tells an edge from its neighbour.
_PASSES = ((1.5, 8.0), (0.7, 3.0))
# All but the weakest edges count alike: noise is small beside them.
_CAP = 70.0
_ROUNDS = 12
# A step that moves no corner by more than this is the last, pixels.
_STILL = 0.003
# Pixels looked at: more hardly add to what they say.
_MOST = 90_000
# Further than this from where tiles put a corner it has followed something else, pixels.
_ASTRAY = 4.0
# What an affine map has beyond shift, rotation and scale is noise if it moves the corners by less than this.
_SKEW = 0.15
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


def refine(patches: Sequence[Patch], start: Matrix) -> Matrix | None:
    """Refine an affine map by all pixels of some pieces.

    Parameters
    ----------
    patches : sequence of Patch
    start : six floats
        Map as in `Alignment.matrix`, right to about a pixel.

    Returns
    -------
    six floats or None
        None if the pixels do not hold the map, or lead away from where it started.
    """
    frame = _Frame.around(patches)
    first = place = frame.table(start)
    for blur, tolerance in _PASSES:
        points = [_Points.of(patch, frame, blur, len(patches)) for patch in patches]
        settled = _settle([each for each in points if each is not None], place, tolerance, frame)
        if settled is None:
            return None
        place = settled
    if frame.apart(first, place) > _ASTRAY:
        return None
    plain = _without_skew(place)
    return frame.matrix(plain if frame.apart(plain, place) < _SKEW else place)


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

    def table(self, matrix: Matrix) -> NDArray[np.float64]:
        """Return displacements (2, 3): constant, and rise across and down, for each direction."""
        a, b, c, d, e, f = matrix
        x, y = self.middle
        rises = np.array([[a - 1, b], [d, e - 1]])
        return np.column_stack([rises @ (x, y) + (c, f), rises * self.half])

    def matrix(self, table: NDArray[np.float64]) -> Matrix:
        """Turn displacements back into a map."""
        rises = table[:, 1:] / self.half
        c, f = table[:, 0] - rises @ self.middle
        (a, b), (d, e) = rises
        return 1 + float(a), float(b), float(c), float(d), 1 + float(e), float(f)

    def apart(self, one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
        """Return by how much two maps differ at most at the corners around the whole, pixels."""
        corners = np.array([[1, 1, 1, 1], [-1, 1, 1, -1], [-1, -1, 1, 1]])
        return float(np.hypot(*((one - other) @ corners)).max())


@dataclass(frozen=True, slots=True, eq=False)
class _Points:
    """Edges of a piece's before image at chosen pixels, and those of the after image to be looked up."""

    design: NDArray[np.float32]
    place: NDArray[np.float32]
    value: NDArray[np.float32]
    slope: NDArray[np.float32]
    after: tuple[Plane, ...]

    @classmethod
    def of(cls, patch: Patch, frame: _Frame, blur: float, pieces: int) -> "_Points | None":
        first, second = (edges(image[None], blur=blur, cap=_CAP) for image in (patch.before, patch.after))
        rows, cols = np.nonzero(first.any(axis=0))
        if not rows.size:
            return None
        thin = slice(None, None, max(1, -(-rows.size * pieces // _MOST)))
        rows, cols = rows[thin], cols[thin]
        across, down = cols + patch.corner[0] - frame.middle[0], rows + patch.corner[1] - frame.middle[1]
        design = np.stack([np.ones(rows.size), across / frame.half, down / frame.half])
        slopes = np.stack([plane[rows, cols] for edge in first for plane in _slopes(edge)])
        return cls(
            design.astype(np.float32),
            np.stack([cols, rows]).astype(np.float32),
            first[:, rows, cols],
            slopes,
            (*second, *(plane for edge in second for plane in _slopes(edge))),
        )

    def seen(self, table: NDArray[np.float64]) -> NDArray[np.float32]:
        """Look the after image up: two edges and their four slopes, (6, points)."""
        x, y = self.place + table.astype(np.float32) @ self.design
        return np.stack([_look_up(plane, x, y) for plane in self.after])


def _settle(
    points: Sequence[_Points], table: NDArray[np.float64], tolerance: float, frame: _Frame
) -> NDArray[np.float64] | None:
    """Take Gauss-Newton steps until nothing moves."""
    if not points:
        return None
    design, value, slope = (
        np.concatenate([getattr(each, name) for each in points], axis=1)
        for name in ("design", "value", "slope")
    )
    weight = np.ones(design.shape[1], np.float32)
    for _ in range(_ROUNDS):
        found = np.concatenate([each.seen(table) for each in points], axis=1)
        gain = np.sqrt((weight * found[:2] ** 2).sum() / max(float((weight * value**2).sum()), 1e-12))
        if not gain > 0:
            return None
        found /= gain
        left = found[:2] - value
        square = (left**2).sum(axis=0)
        weight = (1 + square / (tolerance * max(float(np.median(square)), 1e-12))) ** -2
        weight[~found[:2].any(axis=0)] = 0
        step = _step(design, (found[2:] + slope) / 2, left, weight)
        if step is None:
            return None
        table = table - step
        if frame.apart(step, np.zeros((2, 3))) < _STILL:
            break
    return table


def _step(
    design: NDArray[np.float32], slope: NDArray[np.float32], left: NDArray[np.float32], weight: Plane
) -> NDArray[np.float64] | None:
    normal, pull = np.zeros((6, 6)), np.zeros(6)
    for edge in (0, 1):
        rise = np.concatenate([slope[2 * edge] * design, slope[2 * edge + 1] * design])
        weighted = rise * weight
        normal += weighted @ rise.T
        pull += weighted @ left[edge]
    if np.linalg.cond(normal) > 1e6:
        return None
    return np.asarray(np.linalg.solve(normal, pull), np.float64).reshape(2, 3)


def _without_skew(table: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the nearest map of shift, rotation and scale alone."""
    (c, a, b), (f, d, e) = table
    scale, turn = (a + e) / 2, (d - b) / 2
    return np.array([[c, scale, -turn], [f, turn, scale]])


def _slopes(plane: Plane) -> tuple[Plane, Plane]:
    across, down = (cv2.Sobel(plane, cv2.CV_32F, *direction, scale=1 / 8) for direction in ((1, 0), (0, 1)))
    return np.asarray(across, np.float32), np.asarray(down, np.float32)


def _look_up(plane: Plane, x: Plane, y: Plane) -> Plane:
    parts = [slice(start, start + _ROW) for start in range(0, x.size, _ROW)]
    found = [cv2.remap(plane, x[None, at], y[None, at], cv2.INTER_CUBIC, borderValue=0.0)[0] for at in parts]
    return np.asarray(np.concatenate(found), np.float32)
