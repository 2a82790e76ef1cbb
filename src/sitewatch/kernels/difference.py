"""How two registered images of a place differ, when registration is never quite right.

Misregistration by a pixel or two, and buildings that lean away from the sensor, look like change along every
edge. The answer of Theiler and Wohlberg (2012) is to ask of each pixel of one image whether its like is found
*anywhere within a small shift* in the other, and the same the other way round. What the first image shows and
the second nowhere near has gone; what the second shows and the first nowhere near is new: the two directions
tell removal from appearance, and change places when the images do.

All functions are *focal*, with their reach in pixels in the docstring. Images are float32 with no NaN
(whoever calls fills unusable pixels and blanks the answer there), continued by reflection at the edge of the
array.
"""

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.float32]

_BORDER = cv2.BORDER_REFLECT


def offsets(reach: int) -> list[tuple[int, int]]:
    """List the whole-pixel shifts (rows, columns) of a disc of radius `reach`, the zero shift among them."""
    span = range(-reach, reach + 1)
    return [(row, col) for row in span for col in span if row * row + col * col <= reach * reach + 1]


def least_difference(first: Image, second: Image, *, shift: int, size: int) -> tuple[Image, Image]:
    """Return the smallest colour distance over small shifts, each way (Theiler and Wohlberg 2012).

    ``gone(x) = min over s of sqrt(mean over the window at x of |first(x) - second(x + s)|^2)``, and ``new``
    the same with the images exchanged.

    Parameters
    ----------
    first, second : (bands, rows, columns) float32, no NaN
    shift : int
        Largest shift tried, pixels.
    size : int
        Window over which a shift must fit, pixels, odd.

    Returns
    -------
    gone, new : (rows, columns) float32
        Image units, >= 0. Reach ``2 * shift + size // 2``.
    """
    margin = 2 * shift + size // 2
    first, second = _widen(first, margin), _widen(second, margin)
    gone = np.full(first.shape[1:], np.inf, np.float32)
    new = gone.copy()
    for offset, moved in _shifted(second, shift):
        distance = np.square(first - moved).sum(axis=0)
        distance = cv2.boxFilter(distance, cv2.CV_32F, (size, size), borderType=_BORDER)
        np.minimum(gone, distance, out=gone)
        np.minimum(new, _move(distance, (-offset[0], -offset[1])), out=new)
    # Running sums may end a hair below zero.
    gone, new = (np.sqrt(np.maximum(_narrow(least, margin), 0)) for least in (gone, new))
    return gone, new


def best_correlation(
    first: Image, second: Image, *, shift: int, size: int, floor: float
) -> tuple[Image, Image]:
    """Return the best normalised cross-correlation of a window over small shifts, each way.

    Parameters
    ----------
    first, second : (rows, columns) float32, no NaN
        Grey values or gradient magnitudes.
    shift : int
        Largest shift tried, pixels.
    size : int
        Window, pixels, odd.
    floor : float
        Deviation, in image units, that is added to the windows' own: plain ground, whose correlation is that
        of noise, comes out near 0 and not at random.

    Returns
    -------
    kept, found : (rows, columns) float32
        -1..1: how well the window of `first` is found again in `second`, and of `second` in `first`. Reach
        ``2 * shift + size // 2``.
    """
    margin = 2 * shift + size // 2
    first, second = _widen(first, margin), _widen(second, margin)
    mean_1, spread_1 = _moments(first, size)
    mean_2, spread_2 = _moments(second, size)
    stack = np.stack([second, mean_2, spread_2])
    kept = np.full(first.shape, -1.0, np.float32)
    found = kept.copy()
    for offset, (moved, moved_mean, moved_spread) in _shifted(stack, shift):
        joint = cv2.boxFilter(first * moved, cv2.CV_32F, (size, size), borderType=_BORDER)
        score = (joint - mean_1 * moved_mean) / (spread_1 * moved_spread + floor * floor)
        np.maximum(kept, score, out=kept)
        np.maximum(found, _move(score, (-offset[0], -offset[1])), out=found)
    return np.clip(_narrow(kept, margin), -1, 1), np.clip(_narrow(found, margin), -1, 1)


def against_surroundings(difference: Image, usable: NDArray[np.bool_], size: int) -> Image:
    """Take away what the neighbourhood did: a season, haze, a wet field, rather than a thing that changed.

    The neighbourhood's part is the mean over a window of the difference, clipped at twice its mean absolute
    value there, so that the thing itself hardly weighs in.

    Parameters
    ----------
    difference : (rows, columns) float32, no NaN
        Signed difference, any unit.
    usable : (rows, columns) bool
        Which pixels count.
    size : int
        Window in pixels, odd; reach ``2 * (size // 2)``.

    Returns
    -------
    (rows, columns) float32
        Same unit; 0 where the window holds nothing usable.
    """
    weight = usable.astype(np.float32)
    share = np.maximum(_wide_mean(weight, size), np.float32(1e-6))
    limit = 2 * _wide_mean(np.abs(difference) * weight, size) / share
    clipped: Image = np.clip(difference, -limit, limit) * weight
    return np.asarray(difference - _wide_mean(clipped, size) / share, np.float32)


def _wide_mean(image: Image, size: int) -> Image:
    return np.asarray(cv2.boxFilter(image, cv2.CV_32F, (size, size), borderType=_BORDER), np.float32)


def _moments(image: Image, size: int) -> tuple[Image, Image]:
    """Mean and standard deviation over a window."""
    mean = _wide_mean(image, size)
    square = np.asarray(cv2.sqrBoxFilter(image, cv2.CV_32F, (size, size), borderType=_BORDER), np.float32)
    spread: Image = np.sqrt(np.maximum(square - mean * mean, 0.0))
    return mean, spread


def _widen(image: Image, margin: int) -> Image:
    """Continue by reflection, so far that no shifted window meets the edge of the array."""
    flat = ((0, 0),) * (image.ndim - 2)
    return np.pad(image, (*flat, (margin, margin), (margin, margin)), mode="symmetric")


def _narrow(image: Image, margin: int) -> Image:
    return image[margin:-margin, margin:-margin]


def _shifted(stack: Image, shift: int) -> Iterator[tuple[tuple[int, int], Image]]:
    """Yield each offset with the views ``stack[..., row + offset, column + offset]``."""
    padded = np.pad(stack, ((0, 0), (shift, shift), (shift, shift)), mode="symmetric")
    rows, cols = stack.shape[1:]
    for row, col in offsets(shift):
        top, left = shift + row, shift + col
        yield (row, col), padded[:, top : top + rows, left : left + cols]


def _move(image: Image, offset: tuple[int, int]) -> Image:
    """Return ``image[row + offset, column + offset]``, the edge repeated."""
    rows, cols = image.shape
    pad = max(abs(offset[0]), abs(offset[1]))
    padded = np.pad(image, pad, mode="edge")
    top, left = pad + offset[0], pad + offset[1]
    moved: Image = padded[top : top + rows, left : left + cols]
    return moved
