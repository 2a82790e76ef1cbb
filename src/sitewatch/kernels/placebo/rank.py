"""How a site ranks among placements that are like it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Likeness:
    """The placements of a pool that are most like a site.

    Attributes
    ----------
    which : (k,) int64
        Their numbers in the pool.
    distance : (k,) float64
        In feature space, ascending.
    """

    which: NDArray[np.int64]
    distance: Numbers


def nearest(features: Numbers, wanted: Numbers, number: int) -> Likeness:
    """Find the rows of a pool that are nearest to a site's features.

    Parameters
    ----------
    features : (rows, features)
        Scaled, so that one unit of each counts alike.
    wanted : (features,)
    number : int
        How many; all if there are fewer.
    """
    distance = np.sqrt(np.square(features - wanted).sum(axis=1))
    number = min(number, len(distance))
    which = np.argpartition(distance, number - 1)[:number] if number else np.zeros(0, np.int64)
    order = np.lexsort((which, distance[which]))
    return Likeness(which[order].astype(np.int64), distance[which][order])


def rank(value: float, others: Numbers) -> float:
    """Return the share of others that reach a value, with the value itself counted among them: 0 < p <= 1.

    The permutation p-value of Phipson and Smyth (2010): never 0, and at most as often below a level as the
    level says, if value and others are exchangeable.
    """
    return (1 + int((others >= value).sum())) / (1 + len(others))
