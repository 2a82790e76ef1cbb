"""From correlation surfaces of many tiles to one map: robust and affine, plus what is left locally.

A single tile of real imagery, half of it changed or out of season, rarely has one clear peak. So each
tile's surface is averaged with those of its neighbours before its peak is read: weak peaks that agree add up,
accidents do not.
"""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, map_coordinates

from sitewatch.kernels.align.shift import peak

Table = NDArray[np.float64]

# Fewer tiles than this carry one common shift, more an affine map.
ENOUGH_FOR_AFFINE = 8
# A rotation or scale beyond this is a wrong fit and not a satellite image: providers stay far below.
MOST_SKEW = 0.03
# Neighbours are averaged with this spread, in steps of the lattice: a fifth of it, two steps at most.
_SMOOTHING = (0.2, 0.7, 2.0)
_LOCAL_LIMIT = 6.0
# By how much the local part must raise the correlation to be kept.
_LOCAL_GAIN = 0.005


@dataclass(frozen=True, slots=True)
class Alignment:
    """Where the after scene shows the ground of the before scene, in pixels of the grid it was fitted on.

    ``x' = matrix[0] x + matrix[1] y + matrix[2]`` and ``y' = matrix[3] x + matrix[4] y + matrix[5]`` for
    pixel centres counted from 0, plus the local part, bilinear between its nodes and held beyond them.

    Attributes
    ----------
    matrix : six floats
    node_x, node_y : tuple of float
        Columns and rows of the nodes of the local part; empty if there is none.
    local_dx, local_dy : tuple of tuple of float
        One row a node row; pixels.
    tiles : int
        How many tiles agree with the map.
    residual : float
        Median distance of the tiles from the map, pixels; NaN if none was measured. Of a map that was refined
        by pixels: by how much its two halves differ at most.
    peak, unshifted : float
        Mean normalised correlation of edges over the tiles with the map, and without any.
    refined : bool
        Whether pixels had the last word (`refine.refine`), and not tiles.
    """

    matrix: tuple[float, float, float, float, float, float] = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
    node_x: tuple[float, ...] = ()
    node_y: tuple[float, ...] = ()
    local_dx: tuple[tuple[float, ...], ...] = ()
    local_dy: tuple[tuple[float, ...], ...] = ()
    tiles: int = 0
    residual: float = math.nan
    peak: float = math.nan
    unshifted: float = math.nan
    refined: bool = False

    def displacement(self, x: Table, y: Table) -> tuple[Table, Table]:
        """Return ``x' - x`` and ``y' - y`` at pixel centres `x`, `y` (any one shape)."""
        a, b, c, d, e, f = self.matrix
        dx, dy = (a - 1) * x + b * y + c, d * x + (e - 1) * y + f
        if self.node_x:
            dx = dx + self._local(self.local_dx, x, y)
            dy = dy + self._local(self.local_dy, x, y)
        return dx, dy

    def _local(self, values: tuple[tuple[float, ...], ...], x: Table, y: Table) -> Table:
        table = np.asarray(values)
        col = np.interp(x, self.node_x, np.arange(len(self.node_x)))
        row = np.interp(y, self.node_y, np.arange(len(self.node_y)))
        left, top = np.floor(col).astype(int), np.floor(row).astype(int)
        right, bottom = np.minimum(left + 1, table.shape[1] - 1), np.minimum(top + 1, table.shape[0] - 1)
        across, down = col - left, row - top
        upper = table[top, left] * (1 - across) + table[top, right] * across
        lower = table[bottom, left] * (1 - across) + table[bottom, right] * across
        blend: Table = upper * (1 - down) + lower * down
        return blend

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready mapping; NaN becomes None."""
        facts = asdict(self)
        return {
            key: None if isinstance(value, float) and math.isnan(value) else value
            for key, value in facts.items()
        }

    @classmethod
    def from_dict(cls, facts: dict[str, Any]) -> "Alignment":
        """Make an alignment from what `to_dict` gave, also after a round trip through JSON."""
        values: dict[str, Any] = {
            key: math.nan if value is None else _tuples(value) for key, value in facts.items()
        }
        return cls(**values)


def fit_alignment(
    surfaces: NDArray[np.float32],
    lattice: tuple[Sequence[float], Sequence[float]],
    known: tuple[Table, Table],
    *,
    local: bool = True,
    matrix: tuple[float, float, float, float, float, float] | None = None,
) -> Alignment | None:
    """Fit one map through the correlation surfaces of a lattice of tiles.

    Parameters
    ----------
    surfaces : (node rows, node columns, 2 reach + 1, 2 reach + 1) float32
        From `correlate`, NaN throughout where a tile was empty.
    lattice : (columns, rows)
        Centres of the tiles, pixels.
    known : (node rows, node columns) twice
        Displacement that was already applied when a tile's surface was made: dx and dy, pixels.
    local : bool
        Whether to look for a local part; kept only if the tiles correlate better with it than without.
    matrix : six floats, optional
        An affine map from elsewhere, to which only a local part is fitted.

    Returns
    -------
    Alignment or None
        None if fewer than three tiles have a peak.
    """
    place_x, place_y = np.meshgrid(np.asarray(lattice[0], float), np.asarray(lattice[1], float))
    moved, clarity = _peaks(surfaces)
    found = clarity > 0
    if found.sum() < 3:
        return None
    total = moved + np.stack(known, axis=-1)
    xy = np.column_stack([place_x[found], place_y[found]])
    coefficients, agree = _robust_affine(xy, total[found], clarity[found])
    fit = _affine(coefficients)
    if matrix is not None:
        fit, coefficients = matrix, _coefficients(matrix)
        agree = _agreeing(np.hypot(*(total[found] - _design(xy) @ coefficients).T))
    left = total[found] - _design(xy) @ coefficients
    nodes = np.zeros((2, *found.shape))
    nodes[:, found] = np.clip(left, -_LOCAL_LIMIT, _LOCAL_LIMIT).T
    node_dx, node_dy = _settled(nodes, found, clarity)
    bent = Alignment(fit, _row(lattice[0]), _row(lattice[1]), _rounded(node_dx), _rounded(node_dy))
    straight = Alignment(fit)
    height = {
        candidate: _height(surfaces, candidate, (place_x, place_y), known)
        for candidate in (bent, straight, Alignment())
    }
    keep_bent = local and height[bent] > height[straight] + _LOCAL_GAIN
    best = bent if keep_bent else straight
    return Alignment(
        best.matrix,
        best.node_x,
        best.node_y,
        best.local_dx,
        best.local_dy,
        tiles=int(agree.sum()),
        residual=float(np.median(np.hypot(*left[agree].T))),
        peak=height[best],
        unshifted=height[Alignment()],
    )


def _peaks(surfaces: NDArray[np.float32]) -> tuple[Table, Table]:
    """Read each tile's peak off its neighbourhood's surfaces: (..., 2) shifts, and their clarity >= 0."""
    rows, cols, size, _ = surfaces.shape
    known = np.isfinite(surfaces[..., 0, 0])
    share = _blur(known.astype(np.float32))
    smooth = _blur(np.nan_to_num(surfaces).reshape(rows, cols, -1)) / np.maximum(share, 1e-3)[..., None]
    usual = np.median(smooth, axis=-1)
    spread = 1.4826 * np.median(np.abs(smooth - usual[..., None]), axis=-1)
    height = (smooth.max(axis=-1) - usual) / np.maximum(spread, 1e-6)
    moved, clarity = np.zeros((rows, cols, 2)), np.zeros((rows, cols))
    for row, col in zip(*np.nonzero(known), strict=True):
        place = peak(smooth[row, col].reshape(size, size))
        if place is not None:
            moved[row, col] = place[0] - size // 2, place[1] - size // 2
            clarity[row, col] = max(float(height[row, col]) - 3, 0.01)
    return moved, clarity


def _blur(planes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Average neighbours in a lattice, (node rows, node columns) or with any number of values a node."""
    share, least, most = _SMOOTHING
    spread = min(max(share * min(planes.shape[:2]), least), most)
    # Nothing is taken from beyond the lattice.
    return np.asarray(gaussian_filter(planes, spread, mode="constant", axes=(0, 1)), np.float32)


def _design(xy: Table) -> Table:
    return np.column_stack([np.ones(len(xy)), xy])


def _robust_affine(xy: Table, moved: Table, weight: Table) -> tuple[Table, NDArray[np.bool_]]:
    """Fit by iteratively reweighted least squares from the median shift on (Cauchy weights, scale by MAD).

    Returns the (3, 2) coefficients (constant, x, y) and which tiles agree with them.
    """
    coefficients = np.zeros((3, 2))
    coefficients[0] = np.median(moved, axis=0)
    affine = len(xy) >= ENOUGH_FOR_AFFINE and min(np.ptp(xy, axis=0)) > 0
    for _ in range(30):
        distance = np.hypot(*(moved - _design(xy) @ coefficients).T)
        scale = max(1.4826 * float(np.median(distance)), 0.05)
        trust = weight / (1 + (distance / (2 * scale)) ** 2)
        if affine:
            root = np.sqrt(trust)[:, None]
            coefficients = np.linalg.lstsq(_design(xy) * root, moved * root, rcond=None)[0]
        else:
            coefficients[0] = np.average(moved, axis=0, weights=trust)
    if np.abs(coefficients[1:]).max() > MOST_SKEW:
        coefficients = np.zeros((3, 2))
        coefficients[0] = np.median(moved, axis=0)
    return coefficients, _agreeing(np.hypot(*(moved - _design(xy) @ coefficients).T))


def _agreeing(distance: Table) -> NDArray[np.bool_]:
    agree: NDArray[np.bool_] = distance <= max(3 * 1.4826 * float(np.median(distance)), 0.5)
    return agree


def _coefficients(matrix: tuple[float, float, float, float, float, float]) -> Table:
    a, b, c, d, e, f = matrix
    return np.array([[c, f], [a - 1, d], [b, e - 1]])


def _affine(coefficients: Table) -> tuple[float, float, float, float, float, float]:
    (c, a, b), (f, d, e) = coefficients.T
    return 1 + float(a), float(b), float(c), float(d), 1 + float(e), float(f)


def _settled(nodes: Table, found: NDArray[np.bool_], clarity: Table) -> tuple[Table, Table]:
    """Smooth the local part once more, nodes without a peak taking their neighbours' values."""
    weight = (found * np.minimum(clarity, 10.0)).astype(np.float32)
    share = _blur(weight) + 1e-3
    dx, dy = (_blur((plane * weight).astype(np.float32)) / share for plane in nodes)
    return dx.astype(np.float64), dy.astype(np.float64)


def _height(
    surfaces: NDArray[np.float32],
    alignment: Alignment,
    places: tuple[Table, Table],
    known: tuple[Table, Table],
) -> float:
    """Average the tiles' correlation where a map says that they lie; NaN if that is beyond all surfaces."""
    reach = surfaces.shape[-1] // 2
    dx, dy = alignment.displacement(*places)
    col, row = dx - known[0] + reach, dy - known[1] + reach
    inside = (np.minimum(col, row) >= 0) & (np.maximum(col, row) <= 2 * reach)
    i, j = np.nonzero(inside & np.isfinite(surfaces[..., 0, 0]))
    if not len(i):
        return math.nan
    heights = map_coordinates(np.nan_to_num(surfaces), [i, j, row[i, j], col[i, j]], order=1)
    return float(heights.mean())


def _row(values: Sequence[float]) -> tuple[float, ...]:
    return tuple(map(float, values))


def _rounded(table: Table) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(round(float(value), 4) for value in row) for row in table)


def _tuples(value: Any) -> Any:
    return tuple(_tuples(item) for item in value) if isinstance(value, (list, tuple)) else value
