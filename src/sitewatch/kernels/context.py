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
    weight = _blur(usable.astype(np.float32), sigma)
    known = weight > _LEAST
    safe = np.where(known, weight, np.float32(np.nan))
    out = np.empty(images.shape, np.float32)
    for image, mean in zip(images, out, strict=True):
        mean[:] = _blur(np.where(usable, image, np.float32(0)), sigma) / safe
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


def _blur(image: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    size = 2 * reach_px(sigma) + 1
    return np.asarray(
        cv2.GaussianBlur(image, (size, size), sigma, borderType=cv2.BORDER_CONSTANT), np.float32
    )
