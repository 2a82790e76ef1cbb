"""How much brighter the darkest ground of a date is than it should be: the veil that haze lays over it.

Dark-object subtraction (Chavez 1988, doi:10.1016/0034-4257(88)90019-3) takes the level of the darkest ground
for light that the air scattered. Here it is a share of the bright ground of the same date and band, so that a
sensor's gain cancels; an offset of its numbers does not.

A *fit*: samples of a pair to two numbers.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float32]

# The darkest and the bright ground, percent; and the least pixels they are told from.
_DARKEST, _BRIGHT = 1.0, 98.0
_LEAST = 1000


@dataclass(frozen=True, slots=True)
class Veil:
    """By how much the darkest ground of the after scene is lighter than that of the before scene.

    Attributes
    ----------
    blue, red : float
        Difference of the dark levels, each as a share of its band's bright ground: -1..1; negative where
        the before scene is the hazier one.
    """

    blue: float
    red: float

    @property
    def depth(self) -> float:
        """Mean of both bands."""
        return (self.blue + self.red) / 2


def fit_veil(before: tuple[Values, Values], after: tuple[Values, Values]) -> Veil | None:
    """Compare the darkest ground of two dates.

    Parameters
    ----------
    before, after : (blue, red), (n,) float32 each
        The same ground on either date, each in its own radiometry, where zero is no light; NaN where not
        usable.

    Returns
    -------
    Veil or None
        None with fewer than 1000 pixels that both dates show, or if a band is dark throughout.
    """
    known = np.isfinite(np.stack([*before, *after])).all(axis=0)
    if int(known.sum()) < _LEAST:
        return None
    first, second = ([_dark(band[known]) for band in date] for date in (before, after))
    veil = Veil(second[0] - first[0], second[1] - first[1])
    return veil if math.isfinite(veil.blue) and math.isfinite(veil.red) else None


def _dark(values: Values) -> float:
    darkest, bright = np.percentile(values, (_DARKEST, _BRIGHT))
    return float(darkest / bright) if bright > 0 else math.nan
