"""Opaque clouds, from the bands that are there; bright roofs stay.

Brightness alone never makes a cloud. With a short-wave infrared band the sign is *excess blue*: over clear
ground blue reflectance is about a quarter of that in the short-wave infrared (Kaufman 1997), and a cloud
lifts blue far above that line (the idea of the haze optimised transform, Zhang 2002). Without one the sign is
whiteness over a smooth area. The second sign is size, and in pixels finer than `SHARP_BELOW_M` the edge: a
roof ends within a pixel or two, a cloud fades. Thin haze is left alone: one sees through it.

A *fit* (`fit_clouds`: a view of the scene to two numbers), then a *focal* search; its reach is `reach_m`.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from sitewatch.kernels.clouds.discs import SHARP_BELOW_M, disc, opened, within

Image = NDArray[np.float32]
Mask = NDArray[np.bool_]
Bands = Mapping[str, Image]

# A cloud's core holds a disc of this radius, metres: with soft edges; with SWIR; by its whiteness alone.
_CORE_FINE_M, _CORE_SWIR_M, _CORE_VISIBLE_M = 20.0, 45.0, 75.0
# How far from its core a cloud's thinner parts are followed, metres: fine and coarse pixels.
_FOLLOW_FINE_M, _FOLLOW_M = 100.0, 200.0
# Radius within which the edge of a candidate is judged, metres.
_VOTE_M = 120.0
_EIGHT_BITS = 1 / 255


@dataclass(frozen=True, slots=True)
class CloudFit:
    """What `fit_clouds` took from the whole scene.

    Attributes
    ----------
    gain : float
        ``value * gain`` is 1 for a bright cloud: 2 for reflectance, 1/255 for 8-bit pictures.
    floor : float
        Excess blue of clear ground, in reflectance; 0 without a short-wave infrared band.
    """

    gain: float
    floor: float = 0.0


def reach_m(gsd_m: float) -> float:
    """How far around a pixel `find_clouds` looks, metres."""
    around = 2 * _CORE_VISIBLE_M + 10 + 8 * gsd_m
    if gsd_m < SHARP_BELOW_M:
        return _FOLLOW_FINE_M * math.sqrt(2) + around + _VOTE_M * math.sqrt(2)
    return _FOLLOW_M * math.sqrt(2) + around


def fit_clouds(bands: Bands, usable: Mask, *, gain: float | None = None) -> CloudFit:
    """Take from a view of the whole scene what the search for clouds needs.

    Parameters
    ----------
    bands : mapping of band name to (rows, columns) float32
        A decimated view; reflectance or digital numbers; needs blue, green and red.
    usable : (rows, columns) bool
        Pixels that hold an image.
    gain : float, optional
        As in `CloudFit`; guessed from how large the numbers get if it is not given.
    """
    gain = gain or _gain(bands, usable)
    swir = _swir(bands)
    if swir is None or not usable.any():
        return CloudFit(gain)
    # The lower quarter is clear ground even in a scene that is mostly cloud.
    floor = float(np.quantile((bands["blue"] - 0.25 * swir)[usable] * gain / 2, 0.25))
    # Where it is all cloud: no clear ground is as blue as 0.12, even through a hazy atmosphere. Raw 8-bit
    # numbers have a floor of their own.
    return CloudFit(gain, floor if gain == _EIGHT_BITS else min(floor, 0.12))


def find_clouds(bands: Bands, fit: CloudFit, gsd_m: float) -> Mask:
    """Find opaque clouds.

    Parameters
    ----------
    bands : mapping of band name to (rows, columns) float32
        NaN where there is nothing; needs blue, green and red.
    gsd_m : float
        Metres a pixel.

    Returns
    -------
    (rows, columns) bool
        False where a visible band is NaN. Focal: depends on pixels within `reach_m` only.
    """
    swir = _swir(bands)
    if swir is None:
        cores, thin = _white(bands, fit, gsd_m)
    else:
        thick, thin = _excess_blue(bands, swir, fit)
        cores = opened(thick, _CORE_SWIR_M / gsd_m)
    follow = _FOLLOW_FINE_M if gsd_m < SHARP_BELOW_M else _FOLLOW_M
    return _followed(cores, thin, follow / gsd_m) & np.isfinite(_brightness(bands))


def _excess_blue(bands: Bands, swir: Image, fit: CloudFit) -> tuple[Mask, Mask]:
    """Thick and thin cloud where a short-wave infrared band is there."""
    excess = (bands["blue"] - np.float32(0.25) * swir) * np.float32(fit.gain / 2) - np.float32(fit.floor)
    # In raw 8-bit numbers each band has a gain of its own, so white is not white: only the thickest count.
    # Elsewhere the least that calls nothing cloud in 15 clear scenes (the thinnest are missed all the same).
    thick = 0.14 if fit.gain == _EIGHT_BITS else 0.06
    return (excess > thick) & (_colourfulness(bands, fit) < 0.35), excess > 0.04


def _white(bands: Bands, fit: CloudFit, gsd_m: float) -> tuple[Mask, Mask]:
    """Cores and thin parts from the visible bands alone: white, bright and smooth over some metres.

    A core is larger than any roof, or has soft edges. Coarse pixels lose the edge as a sign, and pale dry
    fields are as smooth as clouds: there only the whitest, largest patches count.
    """
    side = max(3, round(7 / gsd_m)) | 1
    red, green, blue = (
        _blurred(bands[name] * np.float32(fit.gain), side) for name in ("red", "green", "blue")
    )
    least = np.minimum(np.minimum(red, green), blue)
    core = _CORE_FINE_M if gsd_m < SHARP_BELOW_M else _CORE_VISIBLE_M
    # Without a core nothing is followed: most dates are told by how little of them is bright.
    if not opened(least > 0.5, core / gsd_m).any():
        nowhere = np.zeros(least.shape, np.bool_)
        return nowhere, nowhere
    grey = _brightness(bands) * np.float32(fit.gain)
    mean = _blurred(grey, side)
    rough = np.sqrt(np.maximum(_blurred(grey * grey, side) - mean * mean, 0)) / (mean + 0.02)
    most = np.maximum(np.maximum(red, green), blue)
    pale = (most - least) / (most + 0.02)
    alike = (blue > 0.9 * red) & (rough < 0.06)
    cores = opened(alike & (least > 0.7) & (pale < 0.12), _CORE_VISIBLE_M / gsd_m)
    if gsd_m < SHARP_BELOW_M:
        smaller = opened(alike & (least > 0.5) & (pale < 0.18), _CORE_FINE_M / gsd_m)
        cores |= smaller & _soft_edged(smaller, grey, gsd_m)
    return cores, (least > 0.35) & (pale < 0.25) & (rough < 0.1)


def _soft_edged(cores: Mask, grey: Image, gsd_m: float) -> Mask:
    """Tell whether the edges of the cores around each pixel are mostly soft.

    Measured on pictures of 0.5 and 1 m: along clouds the steepest gradient within 6 m of the edge is 0.01 to
    0.035 of full scale a pixel, along roofs half to four fifths of the edge exceed 0.05.
    """
    if not cores.any():
        return cores
    smooth = cv2.GaussianBlur(np.nan_to_num(grey), (0, 0), 1)
    # OpenCV's own magnitude is not the same to the bit in every run.
    slope = np.hypot(
        cv2.Sobel(smooth, cv2.CV_32F, 1, 0, scale=1 / 8), cv2.Sobel(smooth, cv2.CV_32F, 0, 1, scale=1 / 8)
    )
    steepest = cv2.dilate(slope, disc(6 / gsd_m))
    edge = (within(cores, 1.1) & ~cores).astype(np.float32)
    side = round(2 * _VOTE_M / gsd_m) | 1
    soft: Mask = _blurred(edge * (steepest > 0.045), side) <= 0.25 * _blurred(edge, side)
    return soft


def _gain(bands: Bands, usable: Mask) -> float:
    """Guess from how large the numbers get whether they are reflectance, 8-bit, 11-bit or times 10,000."""
    visible = _brightness(bands)[usable]
    top = float(np.quantile(visible, 0.995)) if visible.size else 1.0
    # Only cameras of very high resolution deliver 11 bits, and they have no short-wave infrared.
    eleven_bits = 1 / 3000 if _swir(bands) is None else 2e-4
    ladder = ((1.6, 2.0), (256.0, _EIGHT_BITS), (2048.0, eleven_bits), (20_000.0, 2e-4))
    return next((gain for limit, gain in ladder if top <= limit), 1 / 65535)


def _swir(bands: Bands) -> Image | None:
    if "swir16" in bands:
        return bands["swir16"]
    # Over soil and vegetation reflectance at 1.6 um is about 1.3 times that at 2.2 um.
    return bands["swir22"] * np.float32(1.3) if "swir22" in bands else None


def _brightness(bands: Bands) -> Image:
    return (bands["blue"] + bands["green"] + bands["red"]) / np.float32(3)


def _colourfulness(bands: Bands, fit: CloudFit) -> Image:
    """Mean distance of the visible bands from their mean, as a share of it (whiteness, Zhu 2012)."""
    mean = _brightness(bands)
    spread = sum(np.abs(bands[name] - mean) for name in ("blue", "green", "red"))
    return np.asarray(spread / (mean + np.float32(0.02 / fit.gain)), np.float32)


def _blurred(image: Image, side: int) -> Image:
    # A running sum would carry one NaN through the rest of its row.
    known = np.isfinite(image)
    plain = image if known.all() else np.where(known, image, np.float32(0))
    return np.asarray(cv2.blur(plain, (side, side)), np.float32)


def _followed(cores: Mask, into: Mask, pixels: float) -> Mask:
    """Grow the cores through connected pixels of `into`, by not more than `pixels` steps."""
    if not cores.any():
        return cores
    allowed = (into | cores).astype(np.uint8)
    grown = cores.astype(np.uint8)
    neighbours = np.ones((3, 3), np.uint8)
    for _ in range(math.ceil(pixels)):
        grown = np.minimum(np.asarray(cv2.dilate(grown, neighbours), np.uint8), allowed)
    return grown > 0
