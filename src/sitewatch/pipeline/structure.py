"""Layers that say what stands on the ground, whether it is still there, and what the land around did."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from sitewatch.kernels import indices
from sitewatch.kernels.context import apartness, reach_px
from sitewatch.kernels.lean import tolerant_difference
from sitewatch.kernels.structure import correlation_reach_px, edges, edges_reach_px, local_correlation
from sitewatch.kernels.texture import (
    building_index,
    building_reach_px,
    cast_shadow,
    contrast,
    contrast_reach_px,
)

Layer = NDArray[np.float32]

# By how much registration may be out, or a roof lean, pixels.
TOLERATED_PX = 1
# Spreads of the windows of a pixel's own change and of the land around, pixels.
_NEAR, _RING = 1.4, 12.0
# What a house with its yard measures, metres; the window that holds it, and how far its shadow may fall.
_HOUSE_M = 12.0
_SMALLEST_PX, _LARGEST_PX = 5, 21


def window_px(gsd_m: float) -> int:
    """Return the side of the window in which structure is looked at: a house's, odd, 5 to 21 pixels."""
    side = round(_HOUSE_M / gsd_m)
    return min(max(side + 1 - side % 2, _SMALLEST_PX), _LARGEST_PX)


def structure_reach_px(gsd_m: float) -> int:
    """Return how far around a pixel these layers look, pixels."""
    window = window_px(gsd_m)
    return max(
        correlation_reach_px(window, TOLERATED_PX),
        edges_reach_px(window),
        contrast_reach_px(window, 1),
        building_reach_px((3, window)),
        window,
        reach_px(_RING),
    )


def standing_layers(
    pixels: Layer, names: Sequence[str], noise: float, *, gsd_m: float, sun_azimuth: float | None
) -> dict[str, Layer]:
    """Work out what stands on one date.

    Parameters
    ----------
    pixels : (bands, rows, columns) float32
        In the before scene's radiometry.
    noise : float
        Standard deviation of its brightness where nothing changed.
    sun_azimuth : float or None
        Degrees clockwise from north; without it shadows are not looked for.

    Returns
    -------
    dict of str to (rows, columns) float32
        ``edges`` (slope of the brightness a pixel) and ``contrast`` in the image's unit, ``building`` as a
        share of the brightness, ``right_angles`` and ``cast_shadow`` 0..1; NaN where not usable.
    """
    bright = indices.brightness(dict(zip(names, pixels, strict=True)))
    window = window_px(gsd_m)
    strength, right = edges(bright, noise, window=window)
    level: Layer = np.maximum(np.abs(bright), 1e-6).astype(np.float32)
    layers: dict[str, Layer] = {
        "edges": strength,
        "right_angles": right,
        "contrast": contrast(bright, window=window, step=1),
        "building": np.asarray(building_index(bright, lengths=(3, window)) / level, np.float32),
    }
    if sun_azimuth is not None:
        layers["cast_shadow"] = cast_shadow(bright, azimuth=sun_azimuth, length=window // 2)
    return layers


def compared_layers(
    before: Layer, after: Layer, names: Sequence[str], noise: Sequence[float], *, gsd_m: float
) -> dict[str, Layer]:
    """Work out what both dates say together.

    Returns
    -------
    dict of str to (rows, columns) float32
        ``pattern`` (correlation of light and dark, best of small shifts, -1..1), ``difference`` (what no
        small shift explains, standard deviations of unchanged ground) and ``apart`` (root mean square over
        bands of how far the change stands out of what the land around did, in its spreads); NaN where not
        usable.
    """
    known: NDArray[np.bool_] = np.isfinite(before - after).all(axis=0)
    bright = [indices.brightness(dict(zip(names, image, strict=True))) for image in (before, after)]
    steps = (after - before) / np.asarray(noise, np.float32)[:, None, None]
    apart = apartness(steps, known, near=_NEAR, ring=_RING)
    return {
        "pattern": local_correlation(
            bright[0],
            bright[1],
            brightness_noise(names, noise),
            window=window_px(gsd_m),
            reach=TOLERATED_PX,
        ),
        "difference": tolerant_difference(before, after, tuple(noise), reach=TOLERATED_PX),
        "apart": np.where(known, np.sqrt(np.mean(np.square(apart), axis=0)), np.nan).astype(np.float32),
    }


def brightness_noise(names: Sequence[str], noise: Sequence[float]) -> float:
    """Return the noise of the brightness: the mean of its bands', which mostly vary together."""
    table: Mapping[str, float] = dict(zip(names, noise, strict=True))
    visible = [table[name] for name in ("blue", "green", "red") if name in table] or list(noise)
    return math.fsum(visible) / len(visible)
