"""How the spectrum of a pixel changed, in units that carry from scene to scene.

*Pointwise*, but for `fit_background`, a *fit* (an image to a few numbers).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.float32]
_BINS = 256
# Spreads beyond which values are no scatter of unchanged ground.
_FURTHEST = 6.0
# Parks 2014: keeps the denominator of RBR from zero where NBR is -1.
_RBR_FLOOR = 1.001


@dataclass(frozen=True, slots=True)
class Background:
    """Where the values of unchanged ground lie.

    Attributes
    ----------
    mode : float
        The most frequent value: that of ground where nothing happened, wherever season and sensor put it.
    spread : float
        Standard deviation of that ground, from the side on which the change does not lie; > 0.
    split : float
        Threshold that best parts the values in two (Otsu 1979). Means something only where there are two.
    mirror: float
        How far above the mode a value lies before at most half as many lie as far below it, at most six
        spreads: what is as frequent on the other side is the scatter of unchanged ground, not change.
    """

    mode: float
    spread: float
    split: float
    mirror: float


def relative_change(before: Image, after: Image, floor: float) -> Image:
    """Return ``(after - before) / (|after| + |before| + floor)``: -1..1, NaN where either is NaN.

    Free of units and antisymmetric in time: half the logarithm of the ratio, to the first order. `floor`, in
    the images' units and > 0, keeps dark pixels from shouting.
    """
    change = (after - before) / (np.abs(after) + np.abs(before) + np.float32(floor))
    return np.asarray(change, np.float32)


def change_distance(difference: Image, noise: tuple[float, ...]) -> Image:
    """Return the length of the change vector in noise units (Malila 1980, scaled band by band).

    Parameters
    ----------
    difference : (bands, rows, columns) float32
        After minus before, same radiometry.
    noise : tuple of float
        Standard deviation a band where nothing changed, same units, > 0.

    Returns
    -------
    (rows, columns) float32
        Root of the mean square over bands: about 1 where nothing changed; NaN where a band is NaN.
    """
    total = np.zeros(difference.shape[1:], np.float32)
    for band, scale in zip(difference, noise, strict=True):
        total += np.square(band / np.float32(scale))
    distance: Image = np.sqrt(total / np.float32(len(noise)))
    return distance


def relativised_burn_ratio(before: Image, after: Image) -> Image:
    """Return ``(before - after) / (before + 1.001)`` of an index in -1..1 (RBR).

    Parks 2014, doi:10.3390/rs6031827.

    Parameters
    ----------
    before, after : (rows, columns) float32
        NBR; where a scene has no short-wave infrared the same form serves with NDVI.

    Returns
    -------
    (rows, columns) float32
        > 0 where vegetation was lost; NaN where either is NaN.
    """
    ratio: Image = (before - after) / (before + np.float32(_RBR_FLOOR))
    return ratio


def fit_background(values: NDArray[np.float32]) -> Background:
    """Find the mode and spread of unchanged ground in a mixture with change on its upper side.

    The mode is the top of a smoothed histogram, and the spread comes from the distances of the values below
    it, so that neither is moved by how much of the scene changed (as long as it is less than most of it).

    Parameters
    ----------
    values : (n,) float32
        NaN is left out.

    Returns
    -------
    Background
        Zero with a spread of one where fewer than 16 values are finite or all are the same.
    """
    finite = values[np.isfinite(values)].astype(np.float64)
    low, high = np.percentile(finite, (0.5, 99.5)) if len(finite) >= 16 else (0.0, 0.0)
    if high <= low:
        return Background(0.0, 1.0, 0.0, 1.0)
    counts, edges = np.histogram(finite, _BINS, (low, high))
    mode = edges[_smooth(counts).argmax()] + 0.5 * (high - low) / _BINS
    below = finite[finite <= mode]
    spread = 1.4826 * float(np.median(mode - below)) if len(below) else 0.0
    spread = max(spread, (high - low) / _BINS)
    # Fine imagery does without it, and it takes long to import.
    from skimage.filters import threshold_otsu

    split = threshold_otsu(np.clip(finite, low, high))
    return Background(float(mode), spread, float(split), _mirror(finite - mode, spread))


def _mirror(distance: NDArray[np.float64], spread: float) -> float:
    """Find the distance beyond which there are always twice as many values above the mode as below it."""
    steps = spread * np.linspace(0.1, _FURTHEST, 60)
    ordered = np.sort(distance)
    above = len(ordered) - np.searchsorted(ordered, steps)
    below = np.searchsorted(ordered, -steps)
    alike = np.flatnonzero(2 * below > above)
    return float(steps[min(alike[-1] + 1, len(steps) - 1)] if len(alike) else steps[0])


def _smooth(counts: NDArray[np.intp]) -> NDArray[np.float64]:
    taps = np.exp(-0.5 * (np.arange(-12, 13) / 4.0) ** 2)
    return np.convolve(counts.astype(np.float64), taps, "same")
