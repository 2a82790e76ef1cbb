"""Difference of two images that may lie a pixel or two apart, or show buildings leaning another way.

*Focal*, with a reach of the largest shift.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Images = NDArray[np.float32]
Layer = NDArray[np.float32]


def tolerant_difference(before: Images, after: Images, noise: tuple[float, ...], *, reach: int) -> Layer:
    """Return the colour difference that no small shift explains (Theiler and Wohlberg 2012).

    ``max(min_s d(before(x), after(x + s)), min_s d(after(x), before(x + s)))`` over all shifts `s` of up to
    `reach` pixels, with ``d`` the root of the mean square over bands in noise units. Both directions are
    needed: a new roof finds no match in the old image, though each pixel of the old lawn finds a lawn in the
    new one. doi:10.1109/TGRS.2012.2230334

    Parameters
    ----------
    before, after : (bands, rows, columns) float32
        Registered and in one radiometry; NaN where not usable.
    noise : tuple of float
        Standard deviation a band where nothing changed, same units, > 0.
    reach : int
        Pixels, >= 0; with 0 this is the plain length of the change vector.

    Returns
    -------
    (rows, columns) float32
        >= 0, noise units; NaN where either image is NaN.
    """
    scale = np.asarray(noise, np.float32)[:, None, None]
    first, second = before / scale, after / scale
    known = np.isfinite(first).all(axis=0) & np.isfinite(second).all(axis=0)
    there, back = (np.full(known.shape, np.inf, np.float32) for _ in range(2))
    for here, moved in _shifts(known.shape, reach):
        gap = _square(first[:, *here], second[:, *moved])
        np.fmin(there[here], gap, out=there[here])
        np.fmin(back[moved], gap, out=back[moved])
    difference: Layer = np.sqrt(np.maximum(there, back) / np.float32(len(first)))
    difference[~known] = np.nan
    return difference


def _square(first: Images, second: Images) -> Layer:
    """Return the sum over bands of the squared difference."""
    total = np.zeros(first.shape[1:], np.float32)
    for one, other in zip(first, second, strict=True):
        step = one - other
        step *= step
        total += step
    return total


def _shifts(shape: tuple[int, int], reach: int) -> Iterator[tuple[tuple[slice, slice], tuple[slice, slice]]]:
    """Yield every shift as the part of the image that has a partner, and where the partners lie."""
    span = range(-reach, reach + 1)
    for down in span:
        for across in span:
            pairs = [_overlap(length, step) for length, step in zip(shape, (down, across), strict=True)]
            yield (pairs[0][0], pairs[1][0]), (pairs[0][1], pairs[1][1])


def _overlap(length: int, step: int) -> tuple[slice, slice]:
    low, high = max(-step, 0), length - max(step, 0)
    # An image narrower than the shift has no partner for it.
    high = max(high, low)
    return slice(low, high), slice(low + step, high + step)
