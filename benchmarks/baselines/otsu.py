"""Where a score is cut: the threshold that parts its values best."""

import numpy as np
from numpy.typing import NDArray
from skimage.filters import threshold_otsu

# Finer than usual: the scores have long tails, and most of their values lie in a few of the bins.
BINS = 1024


def otsu(score: NDArray[np.float32]) -> float:
    """Return the threshold with the largest variance between the classes (Otsu 1979).

    It is taken on the score itself: on its logarithm the same scores give other, mostly worse, maps.
    doi:10.1109/TSMC.1979.4310076

    Parameters
    ----------
    score : (...) float
        NaN where not usable.

    Returns
    -------
    float
        Infinite where all values are alike: nothing stands out.
    """
    values = score[np.isfinite(score)]
    if not values.size or values.min() == values.max():
        return float("inf")
    return float(threshold_otsu(values, nbins=BINS))
