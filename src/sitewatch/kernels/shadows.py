"""Shadows of clouds: dark in the infrared, no water, and where a cloud's shadow can fall.

Dark ground alone is no shadow: it may be burned. So shadows are looked for only with near infrared, only
where there are clouds, and only along the one direction in which the clouds, moved, lie best on dark ground
(the matching of Fmask, Zhu and Woodcock 2012, with one offset for the whole scene).

A *fit* (`fit_shadows`: a view of the whole scene to three numbers) and a *focal* search with the reach
`reach_m`.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.float32]
Mask = NDArray[np.bool_]
Bands = Mapping[str, Image]

# Bands without which shadows are not told from water.
NEEDED = frozenset({"nir", "green"})
_LONGEST_M = 3000.0
# Clouds of one scene differ in height: shadows are looked for from a fifth of the fitted offset to half as
# far again.
_NEAREST, _FARTHEST = 0.2, 1.5
# Shadow has less than this share of the infrared of clear ground.
_DARK = 0.65


@dataclass(frozen=True, slots=True)
class ShadowFit:
    """What `fit_shadows` took from the whole scene.

    Attributes
    ----------
    dark : float
        Infrared below which ground may lie in shadow, in the image's own units.
    across_m, down_m : float
        From a cloud to its shadow, metres to the right and down.
    """

    dark: float
    across_m: float
    down_m: float


def reach_m(fit: ShadowFit, gsd_m: float) -> float:
    """How far around a pixel `find_shadows` looks, metres; the clouds it is given must be right that far."""
    return _FARTHEST * math.hypot(fit.across_m, fit.down_m) + 6 * gsd_m


def fit_shadows(
    bands: Bands, clouds: Mask, usable: Mask, gsd_m: float, *, sun_azimuth: float | None = None
) -> ShadowFit | None:
    """Find where shadows fall from their clouds.

    Parameters
    ----------
    bands : mapping of band name to (rows, columns) float32
        A decimated view.
    clouds, usable : (rows, columns) bool
    sun_azimuth : float, optional
        Degrees clockwise from the image's up; shadows are then looked for on the far side only.

    Returns
    -------
    ShadowFit or None
        None without near infrared or green, without clouds, or where no direction is better than chance.
    """
    clear = usable & ~clouds
    if not set(bands) >= NEEDED or not clouds.any() or not clear.any():
        return None
    dark = _DARK * float(np.median(_infrared(bands)[clear]))
    shade = _shade(bands, dark) & clear
    offset = _best_offset(clouds, shade, gsd_m, sun_azimuth)
    return None if offset is None else ShadowFit(dark, *offset)


def find_shadows(bands: Bands, clouds: Mask, fit: ShadowFit, gsd_m: float) -> Mask:
    """Find the shadows of clouds.

    Parameters
    ----------
    bands : mapping of band name to (rows, columns) float32
        NaN where there is nothing; needs green and nir.
    clouds : (rows, columns) bool
    gsd_m : float
        Metres a pixel.

    Returns
    -------
    (rows, columns) bool
        False where a band is NaN, and on the clouds. Focal: depends on pixels within `reach_m` only.
    """
    zone = np.zeros(clouds.shape, np.bool_)
    across, down = fit.across_m / gsd_m, fit.down_m / gsd_m
    for share in np.linspace(_NEAREST, _FARTHEST, max(2, math.ceil(math.hypot(across, down)))):
        zone |= _moved(clouds, round(across * share), round(down * share))
    shade = _without_specks(_shade(bands, fit.dark) & ~clouds)
    return shade & _widened(zone, 2)


def _shade(bands: Bands, dark: float) -> Mask:
    water = bands["green"] > bands["nir"]
    return np.asarray((_infrared(bands) < dark) & ~water)


def _infrared(bands: Bands) -> Image:
    return (bands["nir"] + bands["swir16"]) / np.float32(2) if "swir16" in bands else bands["nir"]


def _best_offset(
    clouds: Mask, shade: Mask, gsd_m: float, sun_azimuth: float | None
) -> tuple[float, float] | None:
    """Find the one shift that lays the clouds best on dark ground, metres right and down."""
    size = [cv2.getOptimalDFTSize(2 * length) for length in clouds.shape]
    spectra = [np.fft.rfft2(mask, size) for mask in (shade, clouds)]
    overlap = np.fft.irfft2(spectra[0] * np.conj(spectra[1]), size)
    down = np.fft.fftfreq(size[0], 1 / size[0])[:, None] * gsd_m
    across = np.fft.fftfreq(size[1], 1 / size[1])[None, :] * gsd_m
    length = np.hypot(down, across)
    allowed = (length > 2 * gsd_m) & (length < _LONGEST_M)
    if sun_azimuth is not None:
        away = math.radians(sun_azimuth + 180)
        along = across * math.sin(away) - down * math.cos(away)
        allowed &= along > math.cos(math.radians(20)) * length
    overlap[~allowed] = 0
    row, col = np.unravel_index(int(np.argmax(overlap)), overlap.shape)
    by_chance = float(clouds.sum()) * float(shade.mean())
    if overlap[row, col] < max(1.5 * by_chance, 0.1 * float(shade.sum()), 1):
        return None
    return float(across[0, col]), float(down[row, 0])


def _without_specks(mask: Mask) -> Mask:
    """Open by 3 x 3 pixels; beyond the image's edge the mask goes on as it was at the edge."""
    square = np.ones((3, 3), np.uint8)
    opened = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, square, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(opened > 0)


def _widened(mask: Mask, pixels: int) -> Mask:
    side = 2 * pixels + 1
    return np.asarray(cv2.dilate(mask.astype(np.uint8), np.ones((side, side), np.uint8)) > 0)


def _moved(mask: Mask, across: int, down: int) -> Mask:
    rows, cols = mask.shape
    moved = np.zeros_like(mask)
    if abs(across) < cols and abs(down) < rows:
        moved[max(down, 0) : rows + min(down, 0), max(across, 0) : cols + min(across, 0)] = mask[
            max(-down, 0) : rows + min(-down, 0), max(-across, 0) : cols + min(-across, 0)
        ]
    return moved
