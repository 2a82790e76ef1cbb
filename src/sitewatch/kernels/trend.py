"""What similar ground did between two dates: the usual change of a value, by what the value was before.

A *fit*: samples of a pair to a few numbers. Fields of one greenness ripen alike wherever they lie, so what a
season did to a place is told by all ground like it, and not by its neighbours, which may be a road.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float32]

# Classes of ground, of as many pixels each, and the least a class is told from.
_CLASSES = 8
_LEAST = 200
# Between its quarters a normal distribution has 1.35 standard deviations.
_QUARTERS = 1.35
_SMALLEST_SPREAD = 1e-3


@dataclass(frozen=True, slots=True)
class Trend:
    """Usual change and its spread, by the value before.

    Attributes
    ----------
    before, change, spread : tuple of float
        Middles of the classes, rising, and the median change and its standard deviation in each, all in the
        value's unit.
    """

    before: tuple[float, ...]
    change: tuple[float, ...]
    spread: tuple[float, ...]

    def expected(self, before: float) -> tuple[float, float]:
        """Return the usual change of ground that was so before, and its spread; NaN for NaN."""
        return (
            float(np.interp(before, self.before, self.change)),
            float(np.interp(before, self.before, self.spread)),
        )


def fit_trend(before: Values, after: Values) -> Trend | None:
    """Take the usual change of eight classes of ground from pixels of both dates.

    Medians and quarters: what changed by itself is the smaller part of its class.

    Parameters
    ----------
    before, after : (n,) float32
        NaN where not usable.

    Returns
    -------
    Trend or None
        None with fewer than 1600 usable pixels.
    """
    known = np.isfinite(before) & np.isfinite(after)
    first, change = before[known].astype(np.float64), (after - before)[known].astype(np.float64)
    if len(first) < _CLASSES * _LEAST:
        return None
    parts = np.array_split(np.argsort(first, kind="stable"), _CLASSES)
    low, middle, high = np.array([np.percentile(change[part], (25, 50, 75)) for part in parts]).T
    spread = np.maximum((high - low) / _QUARTERS, _SMALLEST_SPREAD)
    levels = [float(np.median(first[part])) for part in parts]
    return Trend(tuple(levels), tuple(middle.tolist()), tuple(spread.tolist()))
