"""What stands on the ground: whether the pattern of light and dark is still there, edges and right angles.

*Focal*, with the reaches that `correlation_reach_px` and `edges_reach_px` give.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

Layer = NDArray[np.float32]
Exact = NDArray[np.float64]
Mask = NDArray[np.bool_]


def correlation_reach_px(window: int, reach: int) -> int:
    """Return how far around a pixel `local_correlation` looks, pixels."""
    # Twice the window: what is not usable is filled from around it first.
    return 2 * (window // 2) + 2 * reach


def local_correlation(before: Layer, after: Layer, noise: float, *, window: int, reach: int) -> Layer:
    """Return how much of the pattern around each pixel is still there, best of small shifts.

    The structure term of SSIM (Wang 2004, doi:10.1109/TIP.2003.819861) between windows, with the noise as
    its constant: ``(cov + c) / sqrt((var_1 + c) (var_2 + c))``, ``c = noise^2``. Two patterns give their
    correlation, two flat windows 1, a pattern and a flat window about ``noise / sd``. Of all shifts up to
    `reach` the best counts, and of the two directions (the old window sought in the new image, the new one in
    the old) the worse: what appeared finds no match in one of them, what went in the other.

    Parameters
    ----------
    before, after : (rows, columns) float32
        Brightness in one radiometry; NaN where not usable.
    noise : float
        Standard deviation where nothing changed, same unit, > 0.
    window : int
        Side, pixels, odd.
    reach : int
        Largest shift, pixels.

    Returns
    -------
    (rows, columns) float32
        -1..1; NaN where either is NaN.
    """
    known = np.isfinite(before) & np.isfinite(after)
    margin = window // 2 + reach
    # In double precision: a variance is a small difference of large squares, and must not hang on the block.
    wide = [_widened(_filled(image, known, window), margin).astype(np.float64) for image in (before, after)]
    floor = noise**2
    means = [_exact_mean(image, window) for image in wide]
    inverse = [
        1 / np.sqrt(np.maximum(_exact_mean(image * image, window) - mean * mean, 0) + floor)
        for image, mean in zip(wide, means, strict=True)
    ]
    there, back = (np.full(known.shape, -1, np.float32) for _ in range(2))
    for down in range(-reach, reach + 1):
        for across in range(-reach, reach + 1):
            first, second = _part(known.shape, margin, 0, 0), _part(known.shape, margin, down, across)
            shared = _shared(wide, (down, across), window, reach)
            shared -= means[0][first] * means[1][second]
            shared += floor
            shared *= inverse[0][first]
            shared *= inverse[1][second]
            here, moved = _overlap(known.shape, down, across)
            likeness = shared[here].astype(np.float32)
            np.maximum(there[here], likeness, out=there[here])
            np.maximum(back[moved], likeness, out=back[moved])
    worse: Layer = np.clip(np.minimum(there, back), -1, 1)
    worse[~known] = np.nan
    return worse


def edges_reach_px(window: int) -> int:
    """Return how far around a pixel `edges` looks, pixels."""
    return window // 2 + 2


def edges(image: Layer, noise: float, *, window: int) -> tuple[Layer, Layer]:
    """Return the strength of the edges around each pixel, and how far they stand at right angles.

    Strength is the mean of the gradient (Scharr). Angles are told by the mean direction vector of the edges,
    once doubled and once fourfold: with ``R_n = |sum m e^(i n phi)| / sum m``, `m` the gradient's length and
    `phi` its direction, ``right = R_4 (1 - R_2)``. Edges in one direction only give R_2 = R_4 = 1, edges in
    any direction 0 and 0, and those of a house R_2 = 0 and R_4 = 1: the doubled angle is that of the
    structure tensor (Bigun and Granlund 1987), the fourfold one takes a direction and its normal as the same.

    Parameters
    ----------
    image : (rows, columns) float32
        Brightness; NaN where not usable.
    noise : float
        Standard deviation where nothing is, same unit, > 0: weaker edges than that have no direction.
    window : int
        Side, pixels, odd.

    Returns
    -------
    strength : (rows, columns) float32
        In the image's unit a pixel, >= 0.
    right : (rows, columns) float32
        0..1. Both NaN where the image is NaN.
    """
    known = np.isfinite(image)
    across, down, size = _gradient(_filled(image, known, window))
    total = _mean(size, window)
    safe = np.maximum(size, np.float32(1e-12))
    across /= safe
    down /= safe
    # cos and sin of twice the direction, from its vector, and of four times from those.
    cos_2, sin_2 = across * across - down * down, 2 * across * down
    cos_4, sin_4 = cos_2 * cos_2 - sin_2 * sin_2, 2 * cos_2 * sin_2
    floor = total + np.float32(noise)
    alike_2, alike_4 = (
        np.sqrt(_mean(size * cos, window) ** 2 + _mean(size * sin, window) ** 2) / floor
        for cos, sin in ((cos_2, sin_2), (cos_4, sin_4))
    )
    right: Layer = np.clip(alike_4 * (1 - alike_2), 0, 1)
    total[~known] = right[~known] = np.nan
    return total, right


def _gradient(image: Layer) -> tuple[Layer, Layer, Layer]:
    """Return the slope to the right, downwards, and its length, a pixel."""
    across, down = (
        cv2.Scharr(image, cv2.CV_32F, *step, scale=1 / 32, borderType=cv2.BORDER_REFLECT_101)
        for step in ((1, 0), (0, 1))
    )
    size: Layer = np.sqrt(across * across + down * down)
    return np.asarray(across, np.float32), np.asarray(down, np.float32), size


def _shared(pair: Sequence[Exact], shift: tuple[int, int], window: int, reach: int) -> Exact:
    """Average the product of the first image and the moved second one over windows of the inner part."""
    half = window // 2
    shape = (pair[0].shape[0] - 2 * reach, pair[0].shape[1] - 2 * reach)
    product = pair[0][_part(shape, reach, 0, 0)] * pair[1][_part(shape, reach, *shift)]
    inner = slice(half, -half or None)
    return _exact_mean(product, window)[inner, inner]


def _part(shape: tuple[int, int], margin: int, down: int, across: int) -> tuple[slice, slice]:
    return (
        slice(margin + down, margin + down + shape[0]),
        slice(margin + across, margin + across + shape[1]),
    )


def _overlap(
    shape: tuple[int, int], down: int, across: int
) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """Return the part of an image that has a partner when moved, and where the partners lie."""
    here, moved = [], []
    for length, step in zip(shape, (down, across), strict=True):
        low = min(max(-step, 0), length)
        high = max(length - max(step, 0), low)
        here.append(slice(low, high))
        moved.append(slice(low + step, high + step))
    return (here[0], here[1]), (moved[0], moved[1])


def _widened(image: Layer, margin: int) -> Layer:
    return np.asarray(
        cv2.copyMakeBorder(image, margin, margin, margin, margin, cv2.BORDER_REFLECT_101), np.float32
    )


def _filled(image: Layer, known: Mask, window: int) -> Layer:
    """Put the mean of what is known around it where nothing is known, so that it adds no pattern."""
    if known.all():
        return image
    plain = np.where(known, image, np.float32(0))
    weight = np.maximum(_mean(known.astype(np.float32), window), np.float32(1e-3))
    return np.where(known, plain, _mean(plain, window) / weight).astype(np.float32)


def _mean(image: Layer, window: int) -> Layer:
    return np.asarray(cv2.blur(image, (window, window), borderType=cv2.BORDER_REFLECT_101), np.float32)


def _exact_mean(image: Exact, window: int) -> Exact:
    return np.asarray(cv2.blur(image, (window, window), borderType=cv2.BORDER_REFLECT_101), np.float64)
