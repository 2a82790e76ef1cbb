"""dNBR: the loss of the normalised burn ratio (Key and Benson 2006)."""

import numpy as np
from numpy.typing import NDArray

# The lower limit of "low severity" of Key and Benson.
BURNED = 0.1


def score(
    before: NDArray[np.float32], after: NDArray[np.float32], usable: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Return ``NBR(before) - NBR(after)``, with ``NBR = (nir - swir22) / (nir + swir22)``.

    Parameters
    ----------
    before, after : (2, rows, columns) float
        Near infrared and shortwave infrared at 2.2 micrometres, reflectance.
    usable : (rows, columns) bool

    Returns
    -------
    (rows, columns) float32
        -2..2, higher where it burned; NaN where not usable, or where a date reflects nothing.
    """
    first, second = (_ratio(image) for image in (before, after))
    return np.where(usable, first - second, np.float32(np.nan))


def _ratio(image: NDArray[np.float32]) -> NDArray[np.float32]:
    nir, swir = image
    total = nir + swir
    return np.divide(nir - swir, total, out=np.full_like(total, np.nan), where=total > 0)
