"""Clouds and their shadows, from what one date of a registered pair lost against the other.

A cloud mixes ground and white: ``seen = (1 - a) ground + a white``. Ground of some metres' extent nearly
always holds something dark (the dark channel, He 2009), so the least value that is seen there rises by about
``a``: the *lift* of one date above the other. Where it is high, and the date white and smooth over more than
a roof, stands the core of a cloud. In fine pixels its edge must be soft: a new white roof is whiter, smoother
and lifted as well, but ends within three pixels. Thin parts are followed by their lift around the core.

A cloud's shadow scales the ground down and keeps its pattern. Burned and flooded ground is dark too and loses
it. Darkened ground alone is no shadow: the caller keeps what lies where a shadow of a cloud can fall.

A *fit* (`fit_veil`: views of both dates to two numbers) and *focal* searches with the reach `reach_m`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from sitewatch.kernels.clouds.discs import SHARP_BELOW_M, disc, opened, within

Image = NDArray[np.float32]
Mask = NDArray[np.bool_]
Bands = Mapping[str, Image]

# Bands without which nothing is looked for.
NEEDED = frozenset({"blue", "green", "red"})
# A core holds a disc of this radius, metres.
_CORE_M = 8.0
# Over these lengths means, the dark channel and the pattern are taken, metres.
_MEAN_M, _DARK_M, _PATTERN_M = 7.0, 5.0, 15.0
# How far from a core its thin parts are followed, and the edges of cores are judged together, metres.
_FOLLOW_M, _FOLLOW_COARSE_M, _VOTE_M = 60.0, 200.0, 60.0
# Least lift of a core and of a thin part: shares of the brightness of a thick cloud.
_THICK, _THIN = 0.25, 0.06
# No haze of a whole scene lifts its ground by more than this against the other date.
_HAZE = 0.2
# Measured on real pairs of 0.5 to 2 m: half of a roof's edge rises in less than 2.6 to 4.3 pixels, half of a
# cloud's in more than 6.8.
_SOFT_PX = 4.5
# Where a date is darker than this share of the other its ground may lie in shadow: visible light, infrared.
_SHADE_VISIBLE, _SHADE_INFRARED = 0.91, 0.84
# Least correlation of both dates' pattern in a shadow, averaged over its window.
_KEPT = 0.2
# Least size of a shadow: what a disc of this radius covers, metres.
_SHADE_M = 5.0


@dataclass(frozen=True, slots=True)
class VeilFit:
    """What `fit_veil` took from the whole pair, for one date as the veiled one.

    Attributes
    ----------
    clear_gain, veiled_gain : float
        ``value * gain`` is 1 for a bright cloud, by date.
    floor : float
        Lift of ground without clouds: what the haze of the scene adds, as a share of a bright cloud.
    level : float
        Brightness of the veiled date over that of the clear one on ground in the sun.
    present : bool
        Whether the view shows anything that may be a cloud; if not there is nothing to be looked for, and
        the level is not fitted, nor the floor where nothing is white.
    """

    clear_gain: float
    veiled_gain: float
    floor: float = 0.0
    level: float = 1.0
    present: bool = False


def reach_m(gsd_m: float) -> float:
    """Return how far around a pixel `find_veil` and `find_darkened` look, metres."""
    follow = _FOLLOW_M + _VOTE_M if gsd_m < SHARP_BELOW_M else _FOLLOW_COARSE_M
    return follow + 2 * _CORE_M + _MEAN_M + 2 * _DARK_M + 2 * _PATTERN_M + 24 * gsd_m


def fit_veil(
    clear: Bands, veiled: Bands, usable: Mask, gsd_m: float, *, gains: tuple[float, float], known: Mask
) -> VeilFit:
    """Take from views of both dates what the search needs.

    Parameters
    ----------
    clear, veiled : mapping of band name to (rows, columns) float32
        Decimated views of the same ground; need blue, green and red.
    usable : (rows, columns) bool
        Pixels that hold an image on both dates.
    gains : (float, float)
        As in `VeilFit`.
    known : (rows, columns) bool
        Clouds of the veiled date that were found already.
    """
    fit = VeilFit(*gains)
    # Whiteness is told first: most dates hold no white ground larger than a roof, and need no more.
    white = _white(veiled, fit, gsd_m) & usable
    core = max(0.5 * _CORE_M / gsd_m, 0.5)
    if not usable.any() or not (known.any() or opened(white, core).any()):
        return fit
    lift = _lift(clear, veiled, fit, gsd_m)
    # Ground without clouds agrees on one number; that of clouds is spread over larger ones.
    near = lift[usable & (lift > -_HAZE) & (lift < _HAZE)]
    floor = _peak(near, 0.02) if near.size else 0.0
    fit = VeilFit(*gains, floor)
    white &= lift - floor > _THICK
    present = bool(known.any() or opened(white, core).any())
    if not present:
        return VeilFit(*gains, floor)
    plain = usable & (np.abs(lift - floor) < _THIN)
    if not plain.any():
        return VeilFit(*gains, floor, present=True)
    # The brightest of the peaks is ground in the sun: much of what clouds leave may lie in their shadow.
    level = np.exp(_peak(np.log(_ratio(clear, veiled, fit, gsd_m)[plain]), 0.06))
    return VeilFit(*gains, floor, float(level), present=True)


def find_veil(clear: Bands, veiled: Bands, fit: VeilFit, gsd_m: float, *, known: Mask) -> Mask:
    """Find clouds of the veiled date.

    Parameters
    ----------
    clear, veiled : mapping of band name to (rows, columns) float32
        Registered; NaN where there is nothing; need blue, green and red.
    known : (rows, columns) bool
        Clouds of the veiled date that were found already: their thin parts are followed as well.

    Returns
    -------
    (rows, columns) bool
        False where a band of either date is NaN. Focal: depends on pixels within `reach_m` only.
    """
    valid = _valid(clear) & _valid(veiled)
    lift = _lift(clear, veiled, fit, gsd_m) - np.float32(fit.floor)
    cores = known.copy()
    if gsd_m < SHARP_BELOW_M:
        cores |= _cores(veiled, lift, fit, gsd_m) & valid
    follow = _FOLLOW_M if gsd_m < SHARP_BELOW_M else _FOLLOW_COARSE_M
    thin = (lift > _THIN) & within(cores, follow / gsd_m)
    return np.asarray((cores | opened(thin, 1.5)) & valid)


def find_darkened(clear: Bands, veiled: Bands, fit: VeilFit, gsd_m: float) -> Mask:
    """Find ground that the veiled date shows darker by one factor, its pattern kept.

    Parameters
    ----------
    clear, veiled : mapping of band name to (rows, columns) float32
        Registered; NaN where there is nothing. Infrared bands are used where both dates have them: less
        light from the sky falls into a shadow there.

    Returns
    -------
    (rows, columns) bool
        False where a band of either date is NaN. Focal: depends on pixels within `reach_m` only.
    """
    limit = _SHADE_INFRARED if _lit(clear, veiled) != ("red",) else _SHADE_VISIBLE
    dark = _ratio(clear, veiled, fit, gsd_m) < limit * fit.level
    side = _side(_PATTERN_M, gsd_m, 5)
    kept = _blurred(_correlation(_grey(clear), _grey(veiled), side), side) > _KEPT
    return opened(dark & kept & _valid(clear) & _valid(veiled), max(_SHADE_M / gsd_m, 1.5))


def _cores(veiled: Bands, lift: Image, fit: VeilFit, gsd_m: float) -> Mask:
    """Cores of clouds: lifted, white, smooth, more than a roof, and with soft edges."""
    if not (lift > _THICK).any():
        return np.zeros(lift.shape, np.bool_)
    white = _white(veiled, fit, gsd_m) & (lift > _THICK)
    if not white.any():
        return white
    cores = opened(white & (_rough(veiled, fit, gsd_m) < 0.06), _CORE_M / gsd_m)
    return cores & _soft_edged(cores, _grey(veiled) * np.float32(fit.veiled_gain), gsd_m)


def _white(veiled: Bands, fit: VeilFit, gsd_m: float) -> Mask:
    """Tell where a date is white and bright over some metres."""
    side = _side(_MEAN_M, gsd_m)
    gain = np.float32(fit.veiled_gain)
    red, green, blue = (_blurred(_filled(veiled[name]) * gain, side) for name in ("red", "green", "blue"))
    least = np.minimum(np.minimum(red, green), blue)
    bright = least > 0.5
    if not bright.any():
        return bright
    most = np.maximum(np.maximum(red, green), blue)
    return np.asarray(bright & (most - least < 0.18 * (most + 0.02)) & (blue > 0.9 * red))


def _rough(veiled: Bands, fit: VeilFit, gsd_m: float) -> Image:
    """Return how rough a date is over some metres, as a share of its mean."""
    side = _side(_MEAN_M, gsd_m)
    grey = _grey(veiled) * np.float32(fit.veiled_gain)
    mean = _blurred(grey, side)
    spread = np.sqrt(np.maximum(_blurred(grey * grey, side) - mean * mean, 0))
    return np.asarray(spread / (mean + np.float32(0.02)), np.float32)


def _soft_edged(cores: Mask, grey: Image, gsd_m: float) -> Mask:
    """Tell whether most of the edge of the cores around each pixel rises over more than some pixels.

    The width of an edge is the range of the brightness near it over its steepest slope.
    """
    if not cores.any():
        return cores
    smooth = cv2.GaussianBlur(grey, (0, 0), 1)
    # OpenCV's own magnitude is not the same to the bit in every run.
    slope = np.hypot(
        cv2.Sobel(smooth, cv2.CV_32F, 1, 0, scale=1 / 8), cv2.Sobel(smooth, cv2.CV_32F, 0, 1, scale=1 / 8)
    )
    near = disc(max(6 / gsd_m, 6))
    spread = cv2.dilate(smooth, near) - cv2.erode(smooth, near)
    sharp = spread < np.float32(_SOFT_PX) * cv2.dilate(slope, near)
    edge = (within(cores, 1.1) & ~cores).astype(np.float32)
    side = _side(2 * _VOTE_M, gsd_m)
    soft: Mask = _blurred(edge * sharp, side) <= 0.5 * _blurred(edge, side)
    return soft


def _lift(clear: Bands, veiled: Bands, fit: VeilFit, gsd_m: float) -> Image:
    side = _side(_DARK_M, gsd_m)
    gains = (fit.clear_gain, fit.veiled_gain)
    first, second = (
        _dark(bands, side) * np.float32(gain) for bands, gain in zip((clear, veiled), gains, strict=True)
    )
    return np.asarray(second - first, np.float32)


def _dark(bands: Bands, side: int) -> Image:
    """Return the dark channel: the least of the visible bands over a window, smoothed (He 2009)."""
    least = np.minimum(np.minimum(bands["red"], bands["green"]), bands["blue"])
    lowest = cv2.erode(_filled(least), np.ones((side, side), np.uint8))
    return _blurred(np.asarray(lowest, np.float32), side)


def _lit(clear: Bands, veiled: Bands) -> tuple[str, ...]:
    """Return the bands in which a shadow is darkest."""
    return tuple(name for name in ("nir", "swir16") if name in clear and name in veiled) or ("red",)


def _ratio(clear: Bands, veiled: Bands, fit: VeilFit, gsd_m: float) -> Image:
    """Return how bright the veiled date is against the clear one, without the haze of the scene."""
    side = _side(_MEAN_M, gsd_m)
    names = _lit(clear, veiled)
    haze = np.float32(fit.floor if names == ("red",) else 0.0)
    first, second = (
        _blurred(_filled(np.asarray(np.mean([bands[name] for name in names], axis=0), np.float32)), side)
        * np.float32(gain)
        for bands, gain in ((clear, fit.clear_gain), (veiled, fit.veiled_gain))
    )
    base = np.float32(0.02)
    return np.asarray((np.maximum(second - haze, 0) + base) / (first + base), np.float32)


def _correlation(first: Image, second: Image, side: int) -> Image:
    mean_1, mean_2 = _blurred(first, side), _blurred(second, side)
    both = _blurred(first * second, side) - mean_1 * mean_2
    spread = (_blurred(first * first, side) - mean_1 * mean_1) * (
        _blurred(second * second, side) - mean_2 * mean_2
    )
    return np.asarray(both / np.sqrt(np.maximum(spread, 1e-12)), np.float32)


def _peak(values: Image, step: float) -> float:
    """Return the largest number at which the histogram, in steps, has a peak nearly as high as any other."""
    bins = np.floor(values / np.float32(step)).astype(np.int64)
    lowest = int(bins.min())
    counts = np.convolve(np.bincount(bins - lowest), [1, 2, 1])
    inner = np.pad(counts, 1)
    peaks = (counts >= inner[:-2]) & (counts > inner[2:]) & (counts >= 0.3 * counts.max())
    # The convolution starts one step earlier.
    at = float(lowest + int(np.flatnonzero(peaks)[-1]) - 0.5)
    return at * step


def _grey(bands: Bands) -> Image:
    return _filled((bands["blue"] + bands["green"] + bands["red"]) / np.float32(3))


def _valid(bands: Bands) -> Mask:
    return np.asarray(np.isfinite(bands["blue"] + bands["green"] + bands["red"]))


def _filled(image: Image) -> Image:
    # A running sum would carry one NaN through the rest of its row.
    known = np.isfinite(image)
    return image if known.all() else np.where(known, image, np.float32(0))


def _side(length_m: float, gsd_m: float, least: int = 3) -> int:
    return max(least, round(length_m / gsd_m)) | 1


def _blurred(image: Image, side: int) -> Image:
    return np.asarray(cv2.blur(image, (side, side)), np.float32)
