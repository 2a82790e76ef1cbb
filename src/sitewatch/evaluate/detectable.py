"""From implanted changes of known size, found or not, to the size that is found nine times in ten.

The share found is taken to rise with the logarithm of the area along a logistic curve that stays below one:

    p(area) = (1 - lapse) / (1 + exp(-(ln area - middle) / width))

A lapse is a change that no size helps with: a roof of the ground's own colour. The three numbers are not
fitted but weighed: a grid of them, each by its prior times the likelihood of what was found. The size that
is stated is the smallest at which the *mean* share over that posterior reaches the aim. Where the prior is
right, implants of that size are found at the aim's rate on average over sites, however few there were; fewer
implants make the size larger, not the promise weaker. A best fit would promise too much: the curve is steep
below the aim and flat above, so that an error downwards costs more than one upwards gains.

Wichmann and Hill 2001 (lapse rates); Kuss, Jaekel and Wichmann 2005 (Bayesian psychometric functions).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

AIM = 0.9

# How steep the curve may be, in units of ln area: from found or not within a fifth of the area, to a share
# that takes two octaves to rise.
_WIDTHS = np.geomspace(0.1, 1.2, 8)
_LAPSES = np.array([0.0, 0.01, 0.02, 0.03, 0.045, 0.06, 0.08, 0.1, 0.13, 0.17, 0.23, 0.3, 0.4, 0.55, 0.75])
_MIDDLES = 48
# The middle of the curve may lie this factor beyond the sizes that can be tried.
_BEYOND = 6.0
# Weight of a lapse: the density of a beta distribution, Beta(1, _AGAINST_LAPSES), mean one in five, as real
# pairs have them. With a mean of one in thirteen, 87.5 % of other implants of the stated size were found.
_AGAINST_LAPSES = 4.0
_SIZES = 200


@dataclass(frozen=True, slots=True)
class Tried:
    """One implanted change.

    Attributes
    ----------
    area_m2 : float
    found : bool
    """

    area_m2: float
    found: bool


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """How likely a change of some size is found.

    Attributes
    ----------
    low_m2, high_m2 : float
        Sizes that can be tried: the curve says nothing beyond.
    tried, found : int
        Implants that it rests on.
    """

    low_m2: float
    high_m2: float
    tried: int
    found: int
    _log_sizes: NDArray[np.float64]
    _shares: NDArray[np.float64]

    def share(self, area_m2: float) -> float:
        """Return the expected share of changes of this size that are found, 0..1."""
        return float(np.interp(math.log(area_m2), self._log_sizes, self._shares))

    def smallest(self, aim: float = AIM) -> float:
        """Return the smallest size found with probability `aim`, m2; NaN if none up to `high_m2` is."""
        reached = np.flatnonzero(self._shares >= aim)
        return float(np.exp(self._log_sizes[reached[0]])) if len(reached) else math.nan


def fit_curve(tried: Sequence[Tried], low_m2: float, high_m2: float) -> Curve:
    """Weigh curves by the implants that were found and those that were not.

    Parameters
    ----------
    tried : sequence of Tried
        None of them: the curve is the prior's.
    low_m2, high_m2 : float
        The smallest and the largest size that can be tried, 0 < low <= high.

    Returns
    -------
    Curve
        Its share never falls with the size.
    """
    low, high = math.log(low_m2), math.log(max(high_m2, low_m2))
    middles = np.linspace(low - math.log(_BEYOND), high + math.log(_BEYOND), _MIDDLES)
    prior = (1 - _LAPSES) ** (_AGAINST_LAPSES - 1) * np.gradient(_LAPSES)
    weight = np.log(np.broadcast_to(prior, (len(middles), len(_WIDTHS), len(_LAPSES))))
    for one in tried:
        share = np.clip(_share(math.log(one.area_m2), middles), 1e-9, 1 - 1e-9)
        weight = weight + (np.log(share) if one.found else np.log1p(-share))
    weight = np.exp(weight - weight.max())
    weight /= weight.sum()
    sizes = np.linspace(low, high, _SIZES)
    shares = np.array([float((weight * _share(size, middles)).sum()) for size in sizes])
    return Curve(low_m2, high_m2, len(tried), sum(one.found for one in tried), sizes, shares)


def _share(log_area: float, middles: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the share found on the grid of curves, (middles, widths, lapses)."""
    steps = (middles[:, None, None] - log_area) / _WIDTHS[None, :, None]
    share: NDArray[np.float64] = (1 - _LAPSES) / (1 + np.exp(np.minimum(steps, 50.0)))
    return share
