"""Spectral indices, as far as the bands allow: each a pointwise ratio in -1..1, NaN where a band is NaN.

| name | formula | source |
| --- | --- | --- |
| ndvi | (nir - red) / (nir + red) | Rouse 1974 |
| nbr | (nir - swir22) / (nir + swir22) | Key and Benson 2006 |
| ndbi | (swir16 - nir) / (swir16 + nir) | Zha 2003 |
| bsi | ((swir16 + red) - (nir + blue)) / ((swir16 + red) + (nir + blue)) | Rikimaru 2002 |
| ndwi | (green - nir) / (green + nir) | McFeeters 1996 |
| gli | (2 green - red - blue) / (2 green + red + blue) | Louhaichi 2001 |

`gli` tells vegetation from RGB alone. `brightness` is the mean of the visible bands, in the image's own
units.
"""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

Bands = Mapping[str, NDArray[np.float32]]

_NEEDS: dict[str, tuple[str, ...]] = {
    "ndvi": ("nir", "red"),
    "nbr": ("nir", "swir22"),
    "ndbi": ("swir16", "nir"),
    "bsi": ("swir16", "red", "nir", "blue"),
    "ndwi": ("green", "nir"),
    "gli": ("green", "red", "blue"),
}


def available(names: tuple[str, ...]) -> tuple[str, ...]:
    """Name the indices that the given bands allow, always in the same order."""
    return tuple(index for index, needs in _NEEDS.items() if set(needs) <= set(names))


def index(name: str, bands: Bands) -> NDArray[np.float32]:
    """Compute one index.

    Parameters
    ----------
    name : str
        One of the table above.
    bands : mapping of band name to (rows, columns) float32

    Returns
    -------
    (rows, columns) float32
        -1..1; NaN where a band is NaN or where the ratio has nothing to stand on.

    Raises
    ------
    KeyError
        If a band that the index needs is missing.
    """
    positive, negative = _TERMS[name](bands)
    total = np.abs(positive) + np.abs(negative)
    ratio: NDArray[np.float32] = np.divide(
        positive - negative, total, out=np.full_like(total, np.nan), where=total > 0
    )
    return ratio


def brightness(bands: Bands) -> NDArray[np.float32]:
    """Return the mean of the visible bands that are there, or of all bands if none is; NaN where any is."""
    visible = [bands[name] for name in ("blue", "green", "red") if name in bands] or list(bands.values())
    mean: NDArray[np.float32] = np.mean(visible, axis=0, dtype=np.float32)
    return mean


_TERMS: dict[str, Callable[[Bands], tuple[NDArray[np.float32], NDArray[np.float32]]]] = {
    "ndvi": lambda b: (b["nir"], b["red"]),
    "nbr": lambda b: (b["nir"], b["swir22"]),
    "ndbi": lambda b: (b["swir16"], b["nir"]),
    "bsi": lambda b: (b["swir16"] + b["red"], b["nir"] + b["blue"]),
    "ndwi": lambda b: (b["green"], b["nir"]),
    "gli": lambda b: (2 * b["green"], b["red"] + b["blue"]),
}
