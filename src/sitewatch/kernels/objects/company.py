"""What the objects around say of one object: a storm, or a fire, seldom passes over a single house."""

import numpy as np
from numpy.typing import NDArray
from shapely import STRtree, points

Vector = NDArray[np.float64]

# The most that an object and its company may say, as log-odds: 50 to 1, and 12 to 1.
_OWN, _SAY = 4.0, 2.5


def with_company(log_odds: Vector, places: NDArray[np.float64], reach: float) -> Vector:
    """Add to each object's log-odds what the objects around it say in the mean.

    Parameters
    ----------
    log_odds : (n,)
        Of one thing against another, by each object's own pixels.
    places : (n, 2)
        Where they lie.
    reach : float
        Standard deviation of the Gaussian that weighs the others by their distance, in units of `places`.

    Returns
    -------
    (n,) float64
        An object without company keeps what it says itself. A surely one-sided object (beyond 12 to 1) is not
        turned by any company.
    """
    own = np.clip(log_odds, -_OWN, _OWN)
    if len(own) < 2:
        return own
    drawn = np.asarray(points(places))
    first, second = STRtree(drawn).query(drawn, predicate="dwithin", distance=3 * reach)
    others = first != second
    first, second = first[others], second[others]
    weight = np.exp(-0.5 * ((places[first] - places[second]) ** 2).sum(axis=1) / reach**2)
    said = np.bincount(first, weights=weight * own[second], minlength=len(own))
    number = np.bincount(first, weights=weight, minlength=len(own))
    # One neighbour more that says nothing: a single one is believed by half.
    together: Vector = own + np.clip(said / (number + 1), -_SAY, _SAY)
    return together
