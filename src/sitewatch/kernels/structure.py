"""What one image shows of buildings and of ground: edges, corners, right angles, roofs, shadows, texture.

Every function is *focal*: a pixel's answer depends on its surroundings up to a reach, which each docstring
gives in pixels. Images are float32 (rows, columns), in any unit, with no NaN: whoever calls fills unusable
pixels first (`fill_unusable`), and blanks the answer there. Windows are squares of an odd number of pixels;
at the edge of the array images are continued by reflection.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.float32]

_BORDER = cv2.BORDER_REFLECT
# Below this a ratio has nothing to stand on: images are brought to about 0..1 before they come here.
_TINY = 1e-6


def window_mean(image: Image, size: int) -> Image:
    """Return the mean over a window; reach ``size // 2`` pixels.

    Parameters
    ----------
    image : (rows, columns) float32, no NaN
    size : int
        Side of the window in pixels, odd.
    """
    return np.asarray(cv2.boxFilter(image, cv2.CV_32F, (size, size), borderType=_BORDER), np.float32)


def window_deviation(image: Image, size: int) -> Image:
    """Return the standard deviation over a window, in the image's unit, >= 0; reach ``size // 2`` pixels."""
    centre = image - np.float32(image.flat[0] if image.size else 0.0)
    mean = window_mean(centre, size)
    square = cv2.sqrBoxFilter(centre, cv2.CV_32F, (size, size), borderType=_BORDER)
    deviation: Image = np.sqrt(np.maximum(square - mean * mean, 0.0))
    return deviation


def fill_unusable(image: Image, usable: NDArray[np.bool_], size: int) -> Image:
    """Give unusable pixels the mean of the usable ones around them, so that no window sees a hole's edge.

    Parameters
    ----------
    image : (rows, columns) float32
        NaN only where not usable.
    usable : (rows, columns) bool
    size : int
        Window of the mean in pixels, odd; reach ``size // 2``. Where it holds nothing usable the answer is 0.
    """
    if usable.all():
        return image
    weight = usable.astype(np.float32)
    known = np.where(usable, image, np.float32(0.0)).astype(np.float32)
    share = window_mean(weight, size)
    around = np.divide(window_mean(known, size), share, out=np.zeros_like(known), where=share > _TINY)
    filled: Image = np.where(usable, known, around).astype(np.float32)
    return filled


def gradient(image: Image) -> tuple[Image, Image]:
    """Return the image's slope along columns and along rows, a pixel, by Scharr's 3 x 3 filter; reach 1.

    Scharr's weights keep the direction of the slope true to a degree, which the right angles below live on.
    """
    along_columns = cv2.Scharr(image, cv2.CV_32F, 1, 0, scale=1 / 32, borderType=_BORDER)
    along_rows = cv2.Scharr(image, cv2.CV_32F, 0, 1, scale=1 / 32, borderType=_BORDER)
    return np.asarray(along_columns, np.float32), np.asarray(along_rows, np.float32)


def steepness(slopes: tuple[Image, Image]) -> Image:
    """Return the length of the gradient, >= 0; pointwise.

    Not `cv2.magnitude`, whose last digit depends on where the array happens to lie in memory: two runs would
    not give the same bytes.
    """
    x, y = slopes
    return np.sqrt(x * x + y * y)


@dataclass(frozen=True, slots=True)
class Edges:
    """What the gradients of a window say; each (rows, columns) float32.

    Attributes
    ----------
    energy : float32
        Root mean square slope over the window, image units a pixel, >= 0.
    corner : float32
        Square root of the smaller eigenvalue of the structure tensor (Shi and Tomasi 1994), same unit: high
        where edges run in more than one direction.
    coherence : float32
        0..1: 1 where all edges are parallel (Bigun 1987): roads, ditches, one long wall.
    right_angle : float32
        0..1: length of the mean of exp(4 i angle) weighted by squared slope. 1 where edges run only along two
        directions 90 degrees apart; parallel edges alone give 1 too, so read it beside `coherence`.
    """

    energy: Image
    corner: Image
    coherence: Image
    right_angle: Image


def edges(slopes: tuple[Image, Image], size: int) -> Edges:
    """Gather the gradients of a window into energy, corners, coherence and right angles.

    Parameters
    ----------
    slopes : pair of (rows, columns) float32
        From `gradient`.
    size : int
        Window in pixels, odd; reach ``size // 2`` (one more with the gradient's own).
    """
    x, y = slopes
    square_x, square_y, product = x * x, y * y, x * y
    xx, yy, xy = (window_mean(part, size) for part in (square_x, square_y, product))
    power = xx + yy
    spread = np.sqrt((xx - yy) ** 2 + 4 * xy * xy)
    # exp(2 i angle) * slope^2 = (x + i y)^2; its square over slope^2 is exp(4 i angle) * slope^2.
    twice_real, twice_imaginary = square_x - square_y, 2 * product
    squared = square_x + square_y + np.float32(_TINY * _TINY)
    fourth_real = np.asarray((twice_real**2 - twice_imaginary**2) / squared, np.float32)
    fourth_imaginary = np.asarray(2 * twice_real * twice_imaginary / squared, np.float32)
    real, imaginary = window_mean(fourth_real, size), window_mean(fourth_imaginary, size)
    weight = power + _TINY * _TINY
    return Edges(
        energy=np.sqrt(np.maximum(power, 0.0)),
        corner=np.sqrt(np.maximum(0.5 * (power - spread), 0.0)),
        coherence=np.minimum(spread / weight, 1.0),
        right_angle=np.minimum(np.sqrt(real * real + imaginary * imaginary) / weight, 1.0),
    )


def plainness(image: Image, size: int) -> Image:
    """Return the smallest deviation of the windows that hold the pixel: low on a roof up to its very rim.

    The idea of Kuwahara's filter (1976): of the windows around a pixel take the plainest, so that a flat
    surface stays flat where it ends. Image units, >= 0; reach ``2 * (size // 2)`` pixels.
    """
    window = np.ones((size, size), np.uint8)
    plain = cv2.erode(window_deviation(image, size), window, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(plain, np.float32)


def top_hats(image: Image, lengths: tuple[int, ...]) -> tuple[Image, Image]:
    """Return how much a pixel stands out as part of a small bright and of a small dark thing.

    The morphological building index of Huang and Zhang (2011), and the shadow index that goes with it: white
    (black) top-hats by line segments in four directions, at several lengths; for each length the *smallest*
    of the four, because a road survives along itself and a roof in no direction; then the mean over lengths.

    Parameters
    ----------
    image : (rows, columns) float32, no NaN
    lengths : tuple of int
        Lengths of the segments in pixels, odd. Reach ``max(lengths) - 1``.

    Returns
    -------
    bright, dark : (rows, columns) float32
        Image units, >= 0.
    """
    bright, dark = np.zeros_like(image), np.zeros_like(image)
    for length in lengths:
        segments = _segments(length)
        opened = [cv2.morphologyEx(image, cv2.MORPH_OPEN, line) for line in segments]
        closed = [cv2.morphologyEx(image, cv2.MORPH_CLOSE, line) for line in segments]
        bright += image - np.maximum.reduce(opened)
        dark += np.minimum.reduce(closed) - image
    count = np.float32(len(lengths))
    return bright / count, dark / count


def _segments(length: int) -> list[NDArray[np.uint8]]:
    """Line segments through the centre at 0, 45, 90 and 135 degrees, about equally long."""
    slanted = max(3, 2 * round((length - 1) / (2 * 2**0.5)) + 1)
    row = np.ones((1, length), np.uint8)
    diagonal = np.eye(slanted, dtype=np.uint8)
    return [row, row.T.copy(), diagonal, diagonal[::-1].copy()]


def nearby_maximum(image: Image, size: int) -> Image:
    """Return the largest value in a window: for "a shadow lies beside"; reach ``size // 2`` pixels."""
    largest = cv2.dilate(image, np.ones((size, size), np.uint8), borderType=cv2.BORDER_REPLICATE)
    return np.asarray(largest, np.float32)
