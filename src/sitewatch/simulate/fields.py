"""Fractal fields: soils, canopies, clouds and ash are rough at every scale, never flat."""

import cv2
import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.float32]


def fractal(
    shape: tuple[int, int], rng: np.random.Generator, *, roughness: float = 0.6, coarsest: int = 4
) -> Field:
    """Draw a field with zero mean, unit variance and about a power-law spectrum.

    A small grid of noise is doubled (cubic interpolation) and finer noise added until the field is as large
    as wanted: the midpoint displacement of Fournier, Fussell and Carpenter 1982.

    Parameters
    ----------
    shape : (rows, columns)
    roughness : float
        Factor of the amplitude from one octave to the next finer one: 0.4 is smooth, 0.9 is gravel.
    coarsest : int
        Cells along the longer side at the start; more makes the broadest blotches smaller.
    """
    longest = max(shape)
    levels = max(int(np.ceil(np.log2(longest / coarsest))), 0)
    sizes = [tuple(max(int(np.ceil(n / 2 ** (levels - k))), 1) for n in shape) for k in range(levels)]
    sizes.append(shape)
    field = rng.standard_normal(sizes[0], dtype=np.float32)
    amplitude = 1.0
    for rows, cols in sizes[1:]:
        amplitude *= roughness
        field = cv2.resize(field, (cols, rows), interpolation=cv2.INTER_CUBIC).astype(np.float32, copy=False)
        field += np.float32(amplitude) * rng.standard_normal((rows, cols), dtype=np.float32)
    return standardised(field)


def standardised(field: Field) -> Field:
    """Return a field moved and scaled to zero mean and unit variance."""
    mean, spread = cv2.meanStdDev(field)
    return (field - np.float32(mean[0, 0])) / np.float32(max(spread[0, 0], 1e-6))


def above(field: Field, share: float, softness: float) -> Field:
    """Turn a field into a soft mask, 0..1, that covers about `share` of the area.

    Parameters
    ----------
    softness : float
        Width of the edge, in standard deviations of the field.
    """
    if share <= 0:
        return np.zeros_like(field)
    sample = field[:: max(field.shape[0] // 256, 1), :: max(field.shape[1] // 256, 1)]
    level = np.float32(np.quantile(sample, 1 - min(share, 1.0)))
    mask: Field = np.clip((field - level) / np.float32(softness) + np.float32(0.5), 0, 1)
    return mask
