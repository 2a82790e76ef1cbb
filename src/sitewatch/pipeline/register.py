"""Bring the after scene onto the before scene: a fit on a decimated view and on full-resolution tiles.

The result is never worse than what the georeferences say: a map with which the tiles correlate no better than
without any is thrown away. A pair that shows nothing in common is refused.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from affine import Affine
from odc.geo.geobox import GeoBox

from sitewatch.errors import RegistrationError
from sitewatch.grid import coarsened, gsd_m
from sitewatch.kernels.align import (
    SIGNIFICANT,
    Alignment,
    Matrix,
    Refined,
    Shift,
    correlate,
    edges,
    find_shift,
    fit_alignment,
    refine,
)
from sitewatch.pipeline.cutting import Cut, Drawn, Read, Source, greys
from sitewatch.pipeline.registration import Registration
from sitewatch.pipeline.view import Pixels
from sitewatch.records import Pair

# Longest side of the decimated view, and of a scene that is read whole for its tiles, pixels.
VIEW = 1024
WHOLE = 2048
# Side of a tile, and most tiles a side: many small tiles fix a map better than few large ones (0.23 px
# against 0.55 px for tiles of 128, injected warps on real pairs).
TILE = 64
MOST_TILES = 10
# How far around its expected place a tile is looked for, pixels: first by the shift alone, then by the map.
# Averaging neighbours flattens a rotation, so it takes a few rounds to find all of it.
SEARCH = (10, 6, 4, 4)
# What is drawn around the ground to be judged: tiles at its edge are looked for there, pixels.
MARGIN = SEARCH[0] + 16
# Shifts tried to learn what chance gives.
CHANCE = 60
# Near the georeferenced place far fewer shifts compete, so less is needed to believe one.
NEAR_PX = 6
NEAR_SIGNIFICANT = 3.0
# Once a round moves nothing by more than this, the last one follows, pixels.
SETTLED = 0.1
# Displacements smaller than this (pixels) are left alone: moving the pixels would smear more than it mends.
NEGLIGIBLE = 0.1
# What is said where nothing could be fixed.
TRUSTED = "too little structure in common to fix a shift; the georeferences were trusted"


def register(
    pair: Pair, grid: GeoBox, bands: Sequence[str], *, max_shift_m: float, local: bool
) -> Registration:
    """Fit where the after scene shows the ground of the before scene.

    Parameters
    ----------
    grid : GeoBox
        The ground to be judged, on the before scene's grid (or coarser).
    bands : sequence of str
        Bands that both scenes have.
    max_shift_m : float
        Largest shift that is looked for, metres (at least three pixels are).
    local : bool
        Whether to refine the global map from place to place.

    Raises
    ------
    RegistrationError
        If the two scenes have no structure in common, wherever the one is moved on the other.
    """
    drawn = Drawn.at(pair, Registration(grid), bands, margin=MARGIN) if max(grid.shape) <= WHOLE else None
    start = _first_guess(pair, grid, bands, max_shift_m=max_shift_m, drawn=drawn)
    rough = Registration(grid, Alignment(matrix=(1.0, 0.0, start.dx, 0.0, 1.0, start.dy)))
    if start.significance < SIGNIFICANT:
        return Registration(
            grid,
            Alignment(peak=start.peak, unshifted=start.unshifted),
            TRUSTED,
        )
    if drawn is not None and max(abs(start.dx), abs(start.dy)) > NEAR_PX:
        drawn = Drawn.at(pair, rough, bands, margin=MARGIN)
    source = drawn if drawn is not None else Read(pair, bands)
    fit = _by_rounds(rough, source, local=local)
    if fit is None:
        return _by_shift_alone(grid, start)
    if not _worth_it(fit, grid):
        return Registration(grid, _unmoved(fit), "the georeferences agree; nothing was moved")
    return Registration(grid, fit, _in_words(fit, grid))


def _by_rounds(registration: Registration, source: Source, *, local: bool) -> Alignment | None:
    """Fit tiles again and again, each time cut where the last fit says; then refine the map by all pixels."""
    for search in SEARCH[:-1]:
        fit = _fit(registration, source.cutter(registration), search=search)
        if fit is None:
            return None
        before, registration = registration, Registration(registration.grid, fit)
        if _apart(before, registration) < SETTLED:
            break
    finer = _finer(registration, source)
    if finer is None:
        return _fit(registration, source.cutter(registration), search=SEARCH[-1], local=local)
    registration = Registration(registration.grid, Alignment(finer.matrix))
    cut = source.cutter(registration)
    fit = _fit(registration, cut, search=SEARCH[-1], local=local, matrix=finer.matrix)
    # Where shadows moved all tiles lie off alike: how well they agree says nothing of this map.
    return fit if fit is None or fit.node_x else replace(fit, residual=finer.apart, refined=True)


def _finer(registration: Registration, source: Source) -> Refined | None:
    patches, drawn_at = source.patches(registration)
    known, start = Affine(*drawn_at), Affine(*registration.alignment.matrix)
    found = refine(patches, tuple(~known * start)[:6])
    return None if found is None else replace(found, matrix=tuple(known * Affine(*found.matrix))[:6])


def _apart(one: Registration, other: Registration) -> float:
    """Return by how much two registrations differ at most, pixels."""
    rows, cols = one.grid.shape
    places = np.meshgrid(np.linspace(0, cols, 5), np.linspace(0, rows, 5))
    dx, dy = np.subtract(one.alignment.displacement(*places), other.alignment.displacement(*places))
    return float(np.hypot(dx, dy).max())


def _first_guess(
    pair: Pair, grid: GeoBox, bands: Sequence[str], *, max_shift_m: float, drawn: Drawn | None
) -> Shift:
    factor = max(1, math.ceil(max(grid.shape) / VIEW))
    view = coarsened(grid, factor)
    if factor == 1 and drawn is not None:
        first, second = drawn.inner
    else:
        first, second = map(edges, greys(pair, Registration(grid), view, bands))
    most = max(3, math.ceil(max_shift_m / gsd_m(view)))
    found = find_shift(first, second, most=most, reach=max(CHANCE, most))
    if found is None or found.significance < SIGNIFICANT:
        found = _near_guess(first, second, found)
    return Shift(found.dx * factor, found.dy * factor, found.peak, found.unshifted, found.significance)


def _near_guess(first: Pixels, second: Pixels, found: Shift | None) -> Shift:
    near = find_shift(first, second, most=NEAR_PX, reach=CHANCE)
    if near is None or near.significance < NEAR_SIGNIFICANT:
        best = found.peak if found is not None else 0.0
        raise RegistrationError(
            f"the two scenes have no structure in common (best correlation of edges {best:.2f})",
            "the same ground must be recognisable in both to bring one onto the other",
            "check that both show the same place, or choose scenes without cloud and of a like season",
        )
    return near


def _fit(
    registration: Registration, cut: Cut, *, search: int, local: bool = False, matrix: Matrix | None = None
) -> Alignment | None:
    """Measure a lattice of tiles around where a registration says that they lie, and fit a map to them.

    With a `matrix` that is known already only what is left of it is fitted.
    """
    grid = registration.grid
    rows, cols = grid.shape
    size = min(TILE, max(16, min(rows, cols) // 3))
    top, left = _starts(rows, size), _starts(cols, size)
    lattice = ([x + (size - 1) / 2 for x in left], [y + (size - 1) / 2 for y in top])
    surfaces = np.full((len(top), len(left), 2 * search + 1, 2 * search + 1), np.nan, np.float32)
    for i, row in enumerate(top):
        for j, col in enumerate(left):
            first, second = cut(row - search, col - search, size + 2 * search)
            surface = correlate(first[:, search : search + size, search : search + size], second)
            if surface is not None:
                surfaces[i, j] = surface
    known = registration.alignment.displacement(*np.meshgrid(*map(np.asarray, lattice)))
    return fit_alignment(surfaces, lattice, known, local=local, matrix=matrix)


def _starts(length: int, size: int) -> list[int]:
    count = min(MOST_TILES, max(1, length // size))
    return [int(start) for start in np.linspace(0, max(length - size, 0), count).round()]


def _worth_it(fit: Alignment, grid: GeoBox) -> bool:
    """Tell whether the map is a gain over leaving the images where they are."""
    rows, cols = grid.shape
    dx, dy = fit.displacement(*np.meshgrid(np.linspace(0, cols, 5), np.linspace(0, rows, 5)))
    # NaN: no tile could be looked at without moving it, so the scenes lie far apart.
    gain = not fit.peak <= fit.unshifted
    return gain and float(np.median(np.hypot(dx, dy))) > NEGLIGIBLE


def _by_shift_alone(grid: GeoBox, start: Shift) -> Registration:
    fit = Alignment((1.0, 0.0, start.dx, 0.0, 1.0, start.dy), peak=start.peak, unshifted=start.unshifted)
    return Registration(grid, fit, "registered by one whole-image shift, to the nearest pixel")


def _unmoved(fit: Alignment | None) -> Alignment:
    if fit is None:
        return Alignment()
    return Alignment(tiles=fit.tiles, residual=fit.residual, peak=fit.peak, unshifted=fit.unshifted)


def _in_words(fit: Alignment, grid: GeoBox) -> str:
    rows, cols = grid.shape
    dx, dy = fit.displacement(np.array([cols / 2]), np.array([rows / 2]))
    metres = float(np.hypot(dx, dy)[0]) * gsd_m(grid)
    how = (
        f"by pixels whose two halves agree to {fit.residual:.2f} px"
        if fit.refined
        else f"on {fit.tiles} tiles to {fit.residual:.2f} px{', with a local part' if fit.node_x else ''}"
    )
    return f"the after scene was moved by {metres:.1f} m in the middle, fitted {how}"
