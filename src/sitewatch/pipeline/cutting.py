"""Pieces of both images of a pair for its registration: from images drawn once, or read piece by piece."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Protocol, TypeAlias

import numpy as np
from affine import Affine
from odc.geo.geobox import GeoBox

from sitewatch.io.rasters import load
from sitewatch.kernels.align import Matrix, Patch, edges, mix, sample_edges
from sitewatch.pipeline.registration import Registration
from sitewatch.pipeline.view import Pixels, draw_mixed, positions
from sitewatch.records import Pair

# From the row and column of a square's corner on the grid, and its side, to both images' edges in it.
Cut: TypeAlias = Callable[[int, int, int], tuple[Pixels, Pixels]]

# Pieces of a large scene that are looked at for its refinement: how many a side, and their side in pixels.
_PIECES = 4
_SIDE = 192


class Source(Protocol):
    """Where pieces come from."""

    def cutter(self, registration: Registration) -> Cut:
        """Return what cuts windows of both images' edges at a registration."""

    def patches(self, registration: Registration) -> tuple[list[Patch], Matrix]:
        """Return pieces in grey, and the map at which their after images were drawn."""


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """Both images on a grid and around it, drawn once.

    Attributes
    ----------
    grid : GeoBox
        With what lies around.
    margin : int
        How much lies around, pixels.
    registration : Registration
        By a whole-image shift, at which the after image was drawn.
    greys : (1, rows, columns) float32 twice
        Before and after, NaN where unusable.
    first, second : (2, rows, columns) float32
        Their edges.
    """

    grid: GeoBox
    margin: int
    registration: Registration
    greys: tuple[Pixels, Pixels]
    first: Pixels
    second: Pixels

    @classmethod
    def at(cls, pair: Pair, registration: Registration, bands: Sequence[str], *, margin: int) -> "Drawn":
        """Draw both images at a whole-image shift."""
        grid = registration.grid.pad(margin)
        drawn = greys(pair, registration, grid, bands)
        return cls(grid, margin, registration, drawn, *map(edges, drawn))

    @property
    def inner(self) -> tuple[Pixels, Pixels]:
        """The edges on the grid itself."""
        inner = slice(self.margin, -self.margin)
        return self.first[:, inner, inner], self.second[:, inner, inner]

    def cutter(self, registration: Registration) -> Cut:
        """Return what cuts windows of both images' edges at a registration.

        Edges are so smooth that moving them is as good as moving the image and drawing them anew.
        """
        col, row = positions(self.grid, self.grid, registration.to_after)
        _, _, dx, _, _, dy = self.registration.alignment.matrix
        across, down = col - np.float32(dx), row - np.float32(dy)

        def cut(row: int, col: int, side: int) -> tuple[Pixels, Pixels]:
            top, left = row + self.margin, col + self.margin
            part = (slice(top, top + side), slice(left, left + side))
            return self.first[:, *part], sample_edges(self.second, across[part], down[part])

        return cut

    def patches(self, _: Registration) -> tuple[list[Patch], Matrix]:
        """Return all that is drawn as one piece, or pieces all over it."""
        first, second = (grey[0] for grey in self.greys)
        matrix, margin = self.registration.alignment.matrix, self.margin
        if first.size <= _PIECES**2 * _SIDE**2:
            return [Patch(first, second, (-margin, -margin))], matrix
        parts = [(slice(row, row + _SIDE), slice(col, col + _SIDE)) for row, col in _corners(first.shape)]
        pieces = [Patch(first[at], second[at], (at[1].start - margin, at[0].start - margin)) for at in parts]
        return pieces, matrix


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """Windows of scenes that are too large to be drawn whole."""

    pair: Pair
    bands: Sequence[str]

    def cutter(self, registration: Registration) -> Cut:
        """Return what reads windows of both images at a registration and draws their edges."""

        def cut(row: int, col: int, side: int) -> tuple[Pixels, Pixels]:
            first, second = self._read(registration, row, col, side)
            return edges(first), edges(second)

        return cut

    def patches(self, registration: Registration) -> tuple[list[Patch], Matrix]:
        """Read pieces all over the grid."""
        pieces = []
        for row, col in _corners(registration.grid.shape):
            first, second = self._read(registration, row, col, _SIDE)
            pieces.append(Patch(first[0], second[0], (col, row)))
        return pieces, registration.alignment.matrix

    def _read(self, registration: Registration, row: int, col: int, side: int) -> tuple[Pixels, Pixels]:
        grid = registration.grid
        window = GeoBox((side, side), grid.affine * Affine.translation(col, row), grid.crs)
        return greys(self.pair, registration, window, self.bands)


def _corners(shape: Iterable[int]) -> list[tuple[int, int]]:
    """Return the first row and column of each piece."""
    tops, lefts = (np.linspace(0, length - _SIDE, _PIECES).round().astype(int).tolist() for length in shape)
    return list(product(tops, lefts))


def greys(
    pair: Pair, registration: Registration, grid: GeoBox, bands: Sequence[str]
) -> tuple[Pixels, Pixels]:
    """Draw both images in grey on a grid, the after image where a registration says; (1, rows, columns)."""
    first = mix(load(pair.before, grid, bands).to_numpy())
    return first, draw_mixed(pair, registration, grid, bands, mix=mix)
