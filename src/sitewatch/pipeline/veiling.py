"""Clouds and their shadows that one date of a pair betrays by what it lost against the other."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox

from sitewatch.catalogue.usable import CLOUD, NODATA, SHADOW, Seeing, fit_seeing, seen
from sitewatch.grid import coarsened, gsd_m
from sitewatch.io.rasters import load
from sitewatch.kernels import shadows
from sitewatch.kernels.clouds import veil
from sitewatch.kernels.clouds.discs import SHARP_BELOW_M, within
from sitewatch.kernels.clouds.veil import VeilFit
from sitewatch.records import Scene

Mask = NDArray[np.bool_]
Bands = Mapping[str, NDArray[np.float32]]

# Largest side of the view that the fit is made on, pixels.
_VIEW = 1024
_LOOKED_AT = ("blue", "green", "red", "nir", "swir16", "swir22")
# How far a shadow is looked for in pixels that show a house: each block is read so much wider.
_LONGEST_FINE_M = 600.0
# The clouds must be the shade: under drawn clouds, moved by the right offset, 0.44 to 0.79 of the ground is
# found darkened, and 0.67 and more of what is darkened lies there; beside a real cloud over a flood, whose
# water darkened streets and lawns, 0.2 and 0.39.
_COVERED, _EXPLAINED = 0.4, 0.6
# In pixels up to this size the least core is four pixels across: where such a view shows none, none is there.
_TELLS_UP_TO_M = 2.0
# What is found here is followed to its thin rim already: it is widened less than a cloud that is not.
_WIDEN_M, _WIDEN_PX = 5.0, 1.0


@dataclass(frozen=True, slots=True)
class Veiling:
    """What hides ground of one date, seen against the other.

    Attributes
    ----------
    fit : VeilFit
    offset_m : (float, float) or None
        From a cloud to its shadow, metres to the right and down; None where no shift was better than chance.
    overcast : bool
        Whether clouds cover most of the scene: then no shift stands out, and all darkened ground is shadow.
    """

    fit: VeilFit
    offset_m: tuple[float, float] | None
    overcast: bool

    def reach_px(self, grid: GeoBox) -> int:
        """Return how far around a pixel `hide` looks beyond what finds single clouds, pixels of `grid`."""
        metres = gsd_m(grid)
        far = veil.reach_m(metres) + _WIDEN_M + (shadows.beside_m(self.offset_m) if self.offset_m else 0.0)
        return math.ceil(far / metres) + 5


@lru_cache(maxsize=16)
def fit_veilings(before: Scene, after: Scene, *, provider: bool) -> tuple[Veiling | None, Veiling | None]:
    """Take from coarse views of both scenes what the search on each date needs; kept for the pairs met last.

    Parameters
    ----------
    provider : bool
        Whether the provider's masks are used where there are some.

    Returns
    -------
    (Veiling or None, Veiling or None)
        Of the before and the after scene: None where nothing is looked for, as there is nothing like a cloud,
        no blue, green and red, or a mask of the provider's.

    Raises
    ------
    RasterError
        If a file cannot be read.
    """
    scenes, fits = (before, after), (fit_seeing(before), fit_seeing(after))
    if any(fit.clouds is None for fit in fits) or not all(set(s.band_names) >= veil.NEEDED for s in scenes):
        return None, None
    if provider and all(scene.masks for scene in scenes):
        return None, None
    view = coarsened(before.grid, math.ceil(max(before.grid.shape) / _VIEW))
    names = [name for name in _LOOKED_AT if all(name in scene.band_names for scene in scenes)]
    pixels = (load(before, view, names, quick=True), load(after, view, names, quick=True))
    first, second = (
        None if provider and scene.masks else _fit_veiling(scene, view, dates, seeing)
        for scene, dates, seeing in zip(scenes, (pixels[::-1], pixels), (fits[::-1], fits), strict=True)
    )
    return first, second


def hide(
    reasons: NDArray[np.uint8],
    pixels: tuple[Bands, Bands],
    known: Mask,
    veiling: Veiling,
    *,
    pixel_m: float,
    grow_m: float,
) -> NDArray[np.uint8]:
    """Add the clouds of a date, and their shadows, to the reasons why it cannot be judged.

    Parameters
    ----------
    reasons : (rows, columns) uint8
        Codes of `catalogue.usable.REASONS`, of the date alone.
    pixels : (clear, veiled)
        The other date and this one, registered.
    known : (rows, columns) bool
        Clouds that this date alone shows, not widened.
    grow_m : float
        How far clouds and shadows are widened at most, metres.

    Returns
    -------
    (rows, columns) uint8
        Focal: depends on what lies within `Veiling.reach_px`, if `known` is right that far.
    """
    clouds = veil.find_veil(*pixels, veiling.fit, pixel_m, known=known)
    shade = np.zeros_like(clouds)
    if veiling.offset_m is not None or veiling.overcast:
        shade = veil.find_darkened(*pixels, veiling.fit, pixel_m) & ~clouds
    if veiling.offset_m is not None:
        # Of a scene with clouds one sees the shadows of those beside it, too.
        shade &= shadows.beside(clouds, veiling.offset_m, pixel_m, beyond=True)
    wide = min(grow_m, _WIDEN_M + _WIDEN_PX * pixel_m) / pixel_m
    out = reasons.copy()
    out[within(shade, wide) & (reasons != NODATA) & (reasons != CLOUD)] = SHADOW
    out[within(clouds, wide) & (reasons != NODATA)] = CLOUD
    return out


def _fit_veiling(
    scene: Scene, view: GeoBox, pixels: tuple[xr.DataArray, xr.DataArray], fits: tuple[Seeing, Seeing]
) -> Veiling | None:
    """Fit a scene, which comes second, against the other date of its pair."""
    clear, veiled = (fit.clouds for fit in fits)
    if clear is None or veiled is None:
        return None
    metres = gsd_m(view)
    both = by_name(pixels[0]), by_name(pixels[1])
    usable = np.isfinite(np.concatenate([date.to_numpy() for date in pixels])).all(axis=0)
    known = seen(scene, view, pixels[1], provider=False, fit=fits[1]).clouds & usable
    fit = veil.fit_veil(*both, usable, metres, gains=(clear.gain, veiled.gain), known=known)
    if not fit.present:
        return None
    clouds = veil.find_veil(*both, fit, metres, known=known)
    if not clouds.any():
        # A view that holds every core tells it as well as the pixels do.
        return None if metres <= _TELLS_UP_TO_M else Veiling(fit, None, overcast=False)
    shade = veil.find_darkened(*both, fit, metres) & ~clouds
    longest = _LONGEST_FINE_M if gsd_m(scene.grid) < SHARP_BELOW_M else shadows.LONGEST_M
    offset = shadows.fit_offset(clouds, shade, metres, sun_azimuth=scene.view.sun_azimuth, longest_m=longest)
    if offset is not None:
        covered, explained = shadows.agreement(clouds, shade, offset, metres)
        offset = offset if covered >= _COVERED and explained >= _EXPLAINED else None
    overcast = offset is None and clouds.sum() > 0.5 * usable.sum()
    return Veiling(fit, offset, bool(overcast))


def by_name(pixels: xr.DataArray) -> dict[str, NDArray[np.float32]]:
    """Return the bands of an image by their names."""
    return {str(name): pixels.sel(band=name).to_numpy() for name in pixels.coords["band"].to_numpy()}
