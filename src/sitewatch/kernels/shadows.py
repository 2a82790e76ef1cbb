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
from scipy import fft

Image = NDArray[np.float32]
Mask = NDArray[np.bool_]
Bands = Mapping[str, Image]

# Bands without which shadows are not told from water.
NEEDED = frozenset({"nir", "green"})
LONGEST_M = 3000.0
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
    return beside_m((fit.across_m, fit.down_m)) + 6 * gsd_m


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
    offset = fit_offset(clouds, shade, gsd_m, sun_azimuth=sun_azimuth)
    return None if offset is None else ShadowFit(dark, *offset)


def fit_offset(
    clouds: Mask, shade: Mask, gsd_m: float, *, sun_azimuth: float | None = None, longest_m: float = LONGEST_M
) -> tuple[float, float] | None:
    """Find the one shift that lays the clouds of a scene best on ground that may lie in shadow.

    Parameters
    ----------
    clouds, shade : (rows, columns) bool
    sun_azimuth : float, optional
        Degrees clockwise from the image's up; shadows are then looked for on the far side only.
    longest_m : float
        How far from its cloud a shadow is looked for, metres.

    Returns
    -------
    (float, float) or None
        Metres to the right and down; None where no shift is better than chance.
    """
    if not (clouds.any() and shade.any()):
        return None
    # Longer shifts may come round the edges of the transform: they are not looked at.
    longest = math.ceil(longest_m / gsd_m)
    size = [fft.next_fast_len(length + min(length, longest), real=True) for length in clouds.shape]
    by_chance = float(shade.sum()) / max(float((~clouds).sum()), 1.0)
    # By how much the moved clouds lie on more shade than chance puts under them.
    excess = (shade - by_chance * ~clouds).astype(np.float32)
    more = fft.irfft2(fft.rfft2(excess, size) * np.conj(fft.rfft2(clouds.astype(np.float32), size)), size)
    down = np.fft.fftfreq(size[0], 1 / size[0])[:, None] * gsd_m
    across = np.fft.fftfreq(size[1], 1 / size[1])[None, :] * gsd_m
    length = np.hypot(down, across)
    allowed = (length > 2 * gsd_m) & (length < longest_m)
    if sun_azimuth is not None:
        away = math.radians(sun_azimuth + 180)
        along = across * math.sin(away) - down * math.cos(away)
        allowed &= along > math.cos(math.radians(20)) * length
    more[~allowed] = 0
    row, col = np.unravel_index(int(np.argmax(more)), more.shape)
    # Where clouds leave little ground, most of it in shadow, no shift meets much more shade than chance does.
    clearly = more[row, col] >= 0.4 * (1 - by_chance) * float(shade.sum())
    offset = float(across[0, col]), float(down[row, 0])
    overlap = float((_moved(clouds, round(offset[0] / gsd_m), round(offset[1] / gsd_m)) & shade).sum())
    often = overlap >= max(1.5 * float(clouds.sum()) * float(shade.mean()), 0.1 * float(shade.sum()))
    return offset if (clearly or often) and overlap >= 1 else None


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
    shade = _without_specks(_shade(bands, fit.dark) & ~clouds)
    return shade & beside(clouds, (fit.across_m, fit.down_m), gsd_m)


def agreement(clouds: Mask, shade: Mask, offset_m: tuple[float, float], gsd_m: float) -> tuple[float, float]:
    """Say how well the clouds, moved by one offset, are the shade.

    Parameters
    ----------
    clouds, shade : (rows, columns) bool
    offset_m : (float, float)
        From a cloud to its shadow, metres to the right and down.

    Returns
    -------
    covered, explained : float
        Share of the ground under the moved clouds that is shade, and share of the shade that lies within 10 m
        and a pixel of the moved clouds; 0..1.
    """
    moved = _moved(clouds, round(offset_m[0] / gsd_m), round(offset_m[1] / gsd_m))
    near = _widened(moved, math.ceil(10 / gsd_m) + 1)
    under = moved & ~clouds
    return (
        float((shade & under).sum()) / max(float(under.sum()), 1.0),
        float((shade & near).sum()) / max(float(shade.sum()), 1.0),
    )


def beside_m(offset_m: tuple[float, float]) -> float:
    """Return how far from a pixel the clouds lie that `beside` looks at, metres, but for three pixels."""
    return _FARTHEST * math.hypot(*offset_m)


def beside(clouds: Mask, offset_m: tuple[float, float], gsd_m: float, *, beyond: bool = False) -> Mask:
    """Return where shadows of the clouds can fall.

    Parameters
    ----------
    clouds : (rows, columns) bool
    offset_m : (float, float)
        From a cloud to its shadow, metres to the right and down.
    beyond : bool
        Whether clouds may lie beyond the edge of the image.

    Returns
    -------
    (rows, columns) bool
        Focal: depends on clouds within half as far again as the offset is long, and three pixels.
    """
    zone = np.zeros(clouds.shape, np.bool_)
    if not clouds.any():
        return zone
    across, down = offset_m[0] / gsd_m, offset_m[1] / gsd_m
    for share in np.linspace(_NEAREST, _FARTHEST, max(2, math.ceil(math.hypot(across, down)))):
        zone |= _moved(clouds, round(across * share), round(down * share))
    if beyond:
        zone |= ~_moved(np.ones_like(clouds), round(across), round(down))
    return _widened(zone, 2)


def _shade(bands: Bands, dark: float) -> Mask:
    water = bands["green"] > bands["nir"]
    return np.asarray((_infrared(bands) < dark) & ~water)


def _infrared(bands: Bands) -> Image:
    return (bands["nir"] + bands["swir16"]) / np.float32(2) if "swir16" in bands else bands["nir"]


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
