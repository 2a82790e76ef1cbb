"""What lies around a pixel: means and spreads over a Gaussian window, unusable pixels left out.

*Focal*, with the reach that `reach_px` gives. The window is cut at the edge of the array and at unusable
pixels, and what is left of it is weighted up (normalised convolution, Knutsson and Westin 1993), so that a
block read with a halo of the reach gives the same answer as the whole.
"""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

Images = NDArray[np.float32]
# Beyond this many standard deviations a Gaussian holds 1 % of its weight.
_CUT = 2.6
# Where less of a window than this is usable, nothing is said.
_LEAST = 1e-3
# Changes beyond so many noise units do not count as what the neighbourhood does.
_HELD = 3.0
# Smallest believable variance of a neighbourhood, noise units.
_UNIT = 0.25


def reach_px(sigma: float) -> int:
    """Return how far a window of standard deviation `sigma` pixels reaches, pixels."""
    return math.ceil(_CUT * sigma)


def local_mean(images: Images, usable: NDArray[np.bool_], sigma: float) -> Images:
    """Return the Gaussian-weighted mean of the usable pixels around each pixel.

    Parameters
    ----------
    images : (n, rows, columns) float32
        Anything may stand where not usable.
    usable : (rows, columns) bool
    sigma : float
        Of the window, pixels.

    Returns
    -------
    (n, rows, columns) float32
        In the images' units; NaN where nothing usable is within reach.
    """
    whole = bool(usable.all())
    weight = _blur(usable.astype(np.float32), sigma)
    known = weight > _LEAST
    safe = np.where(known, weight, np.float32(np.nan))
    out = np.empty(images.shape, np.float32)
    for image, mean in zip(images, out, strict=True):
        plain = image if whole else np.where(usable, image, np.float32(0))
        np.divide(_blur(plain, sigma), safe, out=mean)
    return out


def local_spread(
    image: NDArray[np.float32], mean: NDArray[np.float32], usable: NDArray[np.bool_], sigma: float
) -> NDArray[np.float32]:
    """Return the Gaussian-weighted standard deviation around each pixel.

    Parameters
    ----------
    image : (rows, columns) float32
    mean : (rows, columns) float32
        As `local_mean` gives it for the same window.

    Returns
    -------
    (rows, columns) float32
        In the image's units, >= 0; NaN where nothing usable is within reach.
    """
    # Differences from a level in the middle of the image: squares of large numbers would lose the digits.
    square = local_mean(np.square(image)[None], usable, sigma)[0]
    spread: NDArray[np.float32] = np.sqrt(np.maximum(square - np.square(mean), 0))
    return spread


def apartness(change: Images, usable: NDArray[np.bool_], *, near: float, ring: float) -> Images:
    """Return how far a pixel's change stands out from what the ground around did alike, in robust units.

    ``(mean near - mean of the ring) / spread of the ring``: a season, haze or another sensor moves everything
    around in the same direction, something that was built moves by itself. For the mean and spread of the
    ring, changes count up to three units of noise only, so that what changed itself does not hide itself.

    Parameters
    ----------
    change : (n, rows, columns) float32
        After minus before, in noise units; anything may stand where not usable.
    usable : (rows, columns) bool
    near, ring : float
        Standard deviations of the two windows, pixels; near < ring.

    Returns
    -------
    (n, rows, columns) float32
        0 where the neighbourhood changed alike; NaN where nothing usable is within reach of the inner
        window. *Focal* with a reach of ``reach_px(ring)``.
    """
    plain = np.where(np.isfinite(change), change, np.float32(0))
    held = np.clip(plain, -_HELD, _HELD)
    middle, square = np.split(local_mean(np.concatenate([held, held * held]), usable, ring), 2)
    square -= middle * middle
    spread = np.sqrt(np.maximum(square, 0, out=square) + np.float32(_UNIT))
    apart = (local_mean(plain, usable, near) - middle) / spread
    return np.asarray(apart, np.float32)


def _blur(image: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    size = 2 * reach_px(sigma) + 1
    return np.asarray(
        cv2.GaussianBlur(image, (size, size), sigma, borderType=cv2.BORDER_CONSTANT), np.float32
    )
