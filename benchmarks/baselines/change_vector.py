"""Change vector analysis: how far a pixel moved in the space of the bands (Malila 1980)."""

import numpy as np
from numpy.typing import NDArray


def score(
    before: NDArray[np.float32], after: NDArray[np.float32], usable: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Return the length of the change vector of z-scored bands.

    ``sqrt(sum_b (z(after_b) - z(before_b))^2)``, each band of each date with mean 0 and standard deviation 1
    on usable ground.

    Parameters
    ----------
    before, after : (bands, rows, columns) float
    usable : (rows, columns) bool

    Returns
    -------
    (rows, columns) float32
        >= 0; NaN where not usable.
    """
    gap = standardised(after, usable) - standardised(before, usable)
    length: NDArray[np.float32] = np.sqrt(np.square(gap).sum(axis=0)).astype(np.float32)
    return np.where(usable, length, np.float32(np.nan))


def standardised(image: NDArray[np.float32], usable: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the bands with mean 0 and standard deviation 1 where usable; a constant band becomes 0."""
    out = np.zeros(image.shape, np.float64)
    for band, drawn in zip(image, out, strict=True):
        known = band[usable].astype(np.float64)
        spread = known.std() if known.size else 0.0
        if spread > 0:
            drawn[usable] = (known - known.mean()) / spread
    return out
