"""Both scenes of a pair on one grid, registered: the pixels that the recipe works on and that chips show."""

from collections.abc import Callable, Sequence
from typing import Literal, TypeAlias

import numpy as np
import xarray as xr
from affine import Affine
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox

from sitewatch.catalogue.pairs import shared_bands
from sitewatch.errors import CoverageError
from sitewatch.grid import coarsened, gsd_m, require_crs
from sitewatch.io.rasters import load
from sitewatch.kernels.align import REACH_PX, sample
from sitewatch.pipeline.registration import Places, Registration
from sitewatch.records import Pair, Scene

Frame: TypeAlias = Literal["before", "after"]
Move: TypeAlias = Callable[[NDArray[np.float64], NDArray[np.float64]], Places]
Pixels: TypeAlias = NDArray[np.float32]

# Positions are worked out exactly at every sixteenth pixel and interpolated between: map projections and
# alignments bend far less than a hundredth of a pixel over that distance.
_MESH = 16
# Places this close to the middles of pixels are those pixels: finer steps the interpolation does not know.
_WHOLE = 1 / 64
# What the interpolation reads around the place it draws, pixels of its source.
_MARGIN = REACH_PX + 1


def load_registered(
    pair: Pair,
    registration: Registration,
    grid: GeoBox,
    *,
    bands: Sequence[str] | None = None,
    frame: Frame = "before",
) -> tuple[xr.DataArray, xr.DataArray]:
    """Read both dates on one grid, showing the same ground at the same pixel.

    Parameters
    ----------
    grid : GeoBox
        In any CRS; pixels of about the coarser scene's size or coarser invent no detail.
    bands : sequence of str, optional
        Names that both scenes have; those they share by default.
    frame : {"before", "after"}
        By whose georeference the grid is understood: that scene is drawn where it says it is, and the other
        one is moved onto it.

    Returns
    -------
    before, after : DataArray of float32, dims (band, y, x)
        NaN where a scene has no valid pixel.
    """
    names = tuple(bands) if bands is not None else shared_bands(pair.before, pair.after)
    if frame == "before":
        return load(pair.before, grid, names), draw_after(pair, registration, grid, names)
    return (
        draw(pair.before, grid, names, _in_crs(registration.to_before, registration, grid)),
        load(pair.after, grid, names),
    )


def draw_after(pair: Pair, registration: Registration, grid: GeoBox, bands: Sequence[str]) -> xr.DataArray:
    """Draw the after scene on a grid of the before scene's georeference, as `load_registered` does."""
    return draw(pair.after, grid, bands, _in_crs(registration.to_after, registration, grid))


def draw_mixed(
    pair: Pair,
    registration: Registration,
    grid: GeoBox,
    bands: Sequence[str],
    *,
    mix: Callable[[Pixels], Pixels],
) -> Pixels:
    """Draw what becomes of the after scene's bands when they are mixed, as `draw_after` draws the bands.

    Parameters
    ----------
    mix : callable
        From (bands, rows, columns) to (planes, rows, columns) float32; NaN where unusable.

    Returns
    -------
    (planes, rows, columns) float32
        NaN where the scene has nothing.
    """
    return _drawn(pair.after, grid, bands, _in_crs(registration.to_after, registration, grid), mix=mix)


def draw(scene: Scene, grid: GeoBox, bands: Sequence[str], move: Move) -> xr.DataArray:
    """Draw a scene on a grid at moved places, in one interpolation.

    Parameters
    ----------
    move : callable
        From positions in the grid's CRS to those (same CRS) where the scene shows them.

    Returns
    -------
    DataArray of float32, dims (band, y, x)
        Averaged to about the grid's pixel first where the scene is finer; NaN where it has nothing.
    """
    return xr.DataArray(
        _drawn(scene, grid, bands, move),
        dims=("band", "y", "x"),
        coords={"band": list(bands)},
        name=scene.id,
        attrs={"crs": str(grid.crs), "transform": tuple(grid.affine)[:6], "units": scene.units},
    )


def positions(scene_grid: GeoBox, grid: GeoBox, move: Move) -> tuple[Pixels, Pixels]:
    """Return, for each pixel of `grid`, the column and row of `scene_grid` that shows it (float32)."""
    rows, cols = grid.shape
    node_x = np.arange(0, cols + _MESH, _MESH, dtype=float)
    node_y = np.arange(0, rows + _MESH, _MESH, dtype=float)
    across, down = np.meshgrid(node_x + 0.5, node_y + 0.5)
    east, north = _apply(grid, across, down)
    east, north = move(east, north)
    if grid.crs != scene_grid.crs:
        transform = require_crs(grid).transformer_to_crs(require_crs(scene_grid), always_xy=True)
        east, north = transform(east, north)
    inverse = ~scene_grid.affine
    x = inverse.a * east + inverse.b * north + inverse.c - 0.5
    y = inverse.d * east + inverse.e * north + inverse.f - 0.5
    return _between(x, (rows, cols)), _between(y, (rows, cols))


def _drawn(
    scene: Scene,
    grid: GeoBox,
    bands: Sequence[str],
    move: Move,
    *,
    mix: Callable[[Pixels], Pixels] = np.asarray,
) -> Pixels:
    """Draw a scene at moved places, its bands mixed first."""
    x, y = positions(scene.grid, grid, move)
    corner = _corner(x, y)
    if corner is not None:
        part = GeoBox(grid.shape, scene.grid.affine * Affine.translation(*corner), scene.grid.crs)
        return mix(load(scene, part, bands).to_numpy())
    source, x, y = _source(scene, grid, (x, y))
    if source is None:
        return mix(np.full((len(bands), *grid.shape), np.nan, np.float32))
    return sample(mix(load(scene, source, bands).to_numpy()), x, y)


def _corner(x: Pixels, y: Pixels) -> tuple[int, int] | None:
    """Return where places start that are whole pixels side by side; None if they are not."""
    left, top = round(float(x[0, 0])), round(float(y[0, 0]))
    # Between nodes places lie on straight lines.
    rows, cols = (np.append(np.arange(0, length, _MESH), length - 1) for length in x.shape)
    off_x = np.abs(x[np.ix_(rows, cols)] - cols - left).max()
    off_y = np.abs(y[np.ix_(rows, cols)] - rows[:, None] - top).max()
    return (left, top) if max(off_x, off_y) <= _WHOLE else None


def _source(
    scene: Scene, grid: GeoBox, places: tuple[Pixels, Pixels]
) -> tuple[GeoBox | None, Pixels, Pixels]:
    """Cut the part of the scene's grid that is needed, coarsened to about the pixel of `grid`."""
    x, y = places
    factor = max(1, round(gsd_m(grid) / gsd_m(scene.grid)))
    rows, cols = scene.grid.shape
    reach = _MARGIN * factor
    left, right = _span(x, cols, reach, factor)
    top, bottom = _span(y, rows, reach, factor)
    if left >= right or top >= bottom:
        return None, x, y
    source = coarsened(scene.grid[top:bottom, left:right], factor)
    # The centre of a coarse pixel lies between those of its parts.
    return source, _coarse(x, left, factor), _coarse(y, top, factor)


def _coarse(places: Pixels, start: int, factor: int) -> Pixels:
    return np.asarray((places - start + 0.5) / factor - 0.5, np.float32)


def _span(places: Pixels, length: int, reach: int, factor: int) -> tuple[int, int]:
    low, high = float(places.min()), float(places.max())
    start = min(max(int(np.floor(low)) - reach, 0) // factor * factor, length)
    stop = max(min(int(np.ceil(high)) + reach + 1, length), 0)
    return start, start + (stop - start) // factor * factor


def _apply(grid: GeoBox, x: NDArray[np.float64], y: NDArray[np.float64]) -> Places:
    step = grid.affine
    return step.a * x + step.b * y + step.c, step.d * x + step.e * y + step.f


def _between(nodes: NDArray[np.float64], shape: tuple[int, int]) -> Pixels:
    """Interpolate linearly between nodes that lie `_MESH` pixels apart."""
    # Relative to their smallest, so that float32 keeps a thousandth of a pixel however large the scene is.
    start = float(np.floor(nodes.min()))
    table = _stretched(_stretched((nodes - start).astype(np.float32).T).T[: shape[0]])[:, : shape[1]]
    table += np.float32(start)
    return table


def _stretched(nodes: Pixels) -> Pixels:
    """Put `_MESH` values in the place of each column of nodes, on the way to the next; the last goes."""
    share = np.arange(_MESH, dtype=np.float32) / _MESH
    way: Pixels = np.repeat(np.diff(nodes, axis=1), _MESH, axis=1)
    way *= np.tile(share, nodes.shape[1] - 1)
    way += np.repeat(nodes[:, :-1], _MESH, axis=1)
    return way


def _in_crs(move: Move, registration: Registration, grid: GeoBox) -> Move:
    """Let a move that speaks the registration's CRS be called with positions in the grid's CRS."""
    if grid.crs == registration.grid.crs:
        return move
    if registration.grid.crs is None:
        raise CoverageError(
            "a registration without a CRS was met", "its grid must have one", "run the detection again"
        )
    there = require_crs(grid).transformer_to_crs(registration.grid.crs, always_xy=True)
    back = registration.grid.crs.transformer_to_crs(require_crs(grid), always_xy=True)

    def moved(east: NDArray[np.float64], north: NDArray[np.float64]) -> Places:
        east, north = back(*move(*there(east, north)))
        return east, north

    return moved
