"""Which ground a scene shows: the provider's masks where there are some, rules of our own otherwise.

`fit_seeing` takes what is needed from a coarse view of the whole scene; `seen` is then *focal*: with the same
fit, a block with `reach_px` around it gives what the whole scene gives.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

import cv2
import numpy as np
import xarray as xr
from affine import Affine
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox

from sitewatch.catalogue.provider import provider_layers
from sitewatch.catalogue.sensors import find_sensor
from sitewatch.grid import coarsened, from_shapely, gsd_m, require_crs
from sitewatch.io.rasters import burn, load
from sitewatch.kernels import blank, clouds, shadows
from sitewatch.kernels.clouds import CloudFit
from sitewatch.kernels.shadows import ShadowFit
from sitewatch.records import UNSEEN, Scene, Site

Mask = NDArray[np.bool_]

NODATA, CLOUD, SHADOW, SATURATED, BLANK, SNOW = range(1, 7)
# Of a pair of scenes only: `pipeline.seeing`.
STALE = 7
REASONS: Mapping[int, str] = MappingProxyType(dict(enumerate(("usable", *UNSEEN[:STALE]))))
# Largest side of the view that the fit is made on, and of the one that a share is counted on, pixels.
_VIEW = 1024
_SHARE_VIEW = 512
_VISIBLE = ("blue", "green", "red")
_LOOKED_AT = (*_VISIBLE, "nir", "swir16", "swir22")
# A patch of this radius is no roof, metres: white ones in pictures, and those that a provider calls cloud.
_NO_ROOF_M = 25.0
_EIGHT_BITS = 1 / 255


@dataclass(frozen=True, slots=True)
class Seen:
    """What could be seen on a grid.

    Attributes
    ----------
    usable : (rows, columns) bool
    reasons : (rows, columns) uint8
        A code of `REASONS`; 0 where usable.
    """

    usable: NDArray[np.bool_]
    reasons: NDArray[np.uint8]

    def shares(self, within: Mask | None = None) -> dict[str, float]:
        """Return the share of each reason that occurs, of all pixels or of those in `within`."""
        codes = self.reasons if within is None else self.reasons[within]
        counts = np.bincount(codes.ravel(), minlength=len(REASONS))
        return {REASONS[code]: float(n) / max(codes.size, 1) for code, n in enumerate(counts) if n}


@dataclass(frozen=True, slots=True)
class Seeing:
    """What `fit_seeing` took from the whole scene.

    Attributes
    ----------
    clouds : CloudFit or None
        None if the scene has no blue, green and red: then nothing of ours looks for clouds.
    shadows : ShadowFit or None
        None if the scene shows no shadow of a cloud.
    black : float
        Largest number that a collar may have.
    ceiling : float
        Number from which a band is saturated.
    picture : bool
        8-bit numbers, made for looking at: sunlit roofs may be at the ceiling.
    """

    clouds: CloudFit | None
    shadows: ShadowFit | None = None
    black: float = 0.0
    ceiling: float = math.inf
    picture: bool = False


@lru_cache(maxsize=64)
def fit_seeing(scene: Scene) -> Seeing:
    """Take from a coarse view of the whole scene what `seen` needs; kept for the scenes met last.

    Raises
    ------
    RasterError
        If a file cannot be read.
    """
    if not set(_VISIBLE) <= set(scene.band_names):
        return Seeing(None)
    view = coarsened(scene.grid, math.ceil(max(scene.grid.shape) / _VIEW))
    metres = gsd_m(view)
    pixels = load(scene, view, _looked_at(scene), quick=True)
    bands = _by_name(pixels)
    usable = np.isfinite(pixels.to_numpy()).all(axis=0)
    cloud_fit = clouds.fit_clouds(bands, usable, gain=_known_gain(scene, pixels))
    shadow_fit = None
    if set(bands) >= shadows.NEEDED:
        cloudy = clouds.find_clouds(bands, cloud_fit, metres)
        shadow_fit = shadows.fit_shadows(bands, cloudy, usable, metres, sun_azimuth=scene.view.sun_azimuth)
    if cloud_fit.gain == _EIGHT_BITS:
        return Seeing(cloud_fit, shadow_fit, black=5.0, ceiling=255.0, picture=True)
    # Reflectance above 2 is not reflectance.
    return Seeing(cloud_fit, shadow_fit, ceiling=2.0 if scene.units == "reflectance" else 65_535.0)


def seen(
    scene: Scene,
    grid: GeoBox,
    pixels: xr.DataArray | None = None,
    *,
    provider: bool = True,
    grow_m: float = 60.0,
    fit: Seeing | None = None,
) -> Seen:
    """Find what a scene shows on a grid.

    Parameters
    ----------
    pixels : DataArray (band, y, x), optional
        The scene on this grid, if it is loaded already.
    provider : bool
        Use the provider's mask where there is one.
    grow_m : float
        How far clouds and their shadows are widened, metres.
    fit : Seeing, optional
        Of `fit_seeing`, which is asked if it is not given.

    Returns
    -------
    Seen
        Focal: depends on what lies within `reach_px`.

    Raises
    ------
    RasterError
        If a file cannot be read.
    """
    fit = fit or fit_seeing(scene)
    pixels = load(scene, grid, _looked_at(scene)) if pixels is None else pixels
    values = pixels.to_numpy()
    metres = gsd_m(grid)
    layers = _provided(scene, grid) if provider and scene.masks else _found(_by_name(pixels), fit, metres)
    none = np.zeros(grid.shape, np.bool_)
    full = blank.find_saturated(values, fit.ceiling, _NO_ROOF_M / metres if fit.picture else 0.0)
    # Later ones cover earlier ones.
    reasons = np.zeros(grid.shape, np.uint8)
    reasons[blank.find_blank(values, fit.black, fit.ceiling)] = BLANK
    reasons[full | layers.get("saturated", none)] = SATURATED
    reasons[layers.get("snow", none)] = SNOW
    reasons[_grown(layers.get("shadow", none), grow_m / metres)] = SHADOW
    reasons[_grown(layers.get("cloud", none), grow_m / metres)] = CLOUD
    reasons[~np.isfinite(values).all(axis=0) | layers.get("nodata", none)] = NODATA
    return Seen(reasons == 0, reasons)


def reach_px(fit: Seeing, grid: GeoBox, grow_m: float = 60.0) -> int:
    """How far around a pixel `seen` looks on a grid with a scene's fit, pixels."""
    metres = gsd_m(grid)
    own = clouds.reach_m(metres) if fit.clouds is not None else 0.0
    own += shadows.reach_m(fit.shadows, metres) if fit.shadows is not None else 0.0
    return max(blank.REACH, math.ceil((max(own, 5 * _NO_ROOF_M) + grow_m) / metres) + 2)


def usable_share(scene: Scene, site: Site) -> float:
    """Return the share of a site that a scene shows, 0..1; ground beyond the scene's edge is not shown.

    Raises
    ------
    RasterError
        If a file cannot be read.
    """
    grid = _site_grid(scene, site)
    inside = burn([(site.geometry, 1)], grid) > 0
    if not inside.any():
        inside[:] = True
    pixels = load(scene, grid, _looked_at(scene), quick=True)
    return float(seen(scene, grid, pixels).usable[inside].mean())


def _site_grid(scene: Scene, site: Site) -> GeoBox:
    """Return the scene's grid around a site, coarser where the site is large, going on beyond the scene."""
    crs = require_crs(scene.grid)
    local = from_shapely(site.geometry).to_crs(crs).transform(lambda x, y: ~scene.grid.affine * (x, y))
    margin = 60.0 / gsd_m(scene.grid)
    left, top, right, bottom = (
        round(edge + side * margin) for edge, side in zip(local.boundingbox.bbox, (-1, -1, 1, 1), strict=True)
    )
    factor = max(1, math.ceil(max(right - left, bottom - top) / _SHARE_VIEW))
    shape = (math.ceil((bottom - top) / factor) + 1, math.ceil((right - left) / factor) + 1)
    return GeoBox(shape, scene.grid.affine * Affine.translation(left, top) * Affine.scale(factor), crs)


def _looked_at(scene: Scene) -> list[str]:
    return [name for name in _LOOKED_AT if name in scene.band_names] or list(scene.band_names)


def _by_name(pixels: xr.DataArray) -> dict[str, NDArray[np.float32]]:
    return {str(name): pixels.sel(band=name).to_numpy() for name in pixels.coords["band"].to_numpy()}


def _known_gain(scene: Scene, pixels: xr.DataArray) -> float | None:
    """Return what makes a bright cloud 1, where the product says it; None: it must be guessed."""
    if scene.units == "reflectance":
        return 2.0
    sensor = find_sensor(scene.sensor)
    if sensor is None or sensor.scale is None or not bool((pixels > 256).any()):
        return None
    return 2 * sensor.scale


def _provided(scene: Scene, grid: GeoBox) -> dict[str, Mask]:
    """Merge the provider's layers; what it calls cloud and is no larger than a roof is left alone."""
    merged: dict[str, Mask] = {}
    for layer in scene.masks:
        for word, where in provider_layers(layer, grid).items():
            merged[word] = merged[word] | where if word in merged else where
    if "cloud" in merged:
        merged["cloud"] = _no_roof(merged["cloud"], _NO_ROOF_M / gsd_m(grid))
    return merged


def _found(bands: Mapping[str, NDArray[np.float32]], fit: Seeing, metres: float) -> dict[str, Mask]:
    if fit.clouds is None or not set(_VISIBLE) <= set(bands):
        return {}
    found = {"cloud": clouds.find_clouds(bands, fit.clouds, metres)}
    if fit.shadows is not None:
        found["shadow"] = shadows.find_shadows(bands, found["cloud"], fit.shadows, metres)
    return found


def _no_roof(cloudy: Mask, radius: float) -> Mask:
    """Leave what lies around a disc of `radius` pixels that fits into the mask."""
    framed = np.pad(cloudy, 1, constant_values=True).astype(np.uint8)
    middles = np.asarray((cv2.distanceTransform(framed, cv2.DIST_L2, 5) > radius)[1:-1, 1:-1])
    return cloudy & _grown(middles, 3 * radius + 2)


def _grown(mask: Mask, pixels: float) -> Mask:
    if not mask.any():
        return mask
    return np.asarray(cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, 5) <= pixels)
