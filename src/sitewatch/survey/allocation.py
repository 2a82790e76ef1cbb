"""How a sample is shared out among strata."""

from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sitewatch.errors import SurveyError

Allocation: TypeAlias = Literal["proportional", "neyman"]
# From a single site of a stratum no variance can be had.
LEAST = 2
_LAST = 1e-6


def allocate(
    total: int, population: NDArray[np.float64], spread: NDArray[np.float64] | None = None
) -> NDArray[np.int64]:
    """Share out a sample among strata.

    Parameters
    ----------
    total : int
        Sites to draw.
    population : (H,) float
        Sites of each stratum, 1 or more.
    spread : (H,) float, optional
        Standard deviation of a reading in each stratum: more is drawn where readings differ more (Neyman
        1934). By default as if it were the same everywhere: in proportion to the population.

    Returns
    -------
    (H,) int
        At least 2 of each stratum (or all of it), at most all of it; they sum to `total`.

    Raises
    ------
    SurveyError
        If there are not so many sites, or too few for 2 a stratum.
    """
    least, most = np.minimum(LEAST, population), population
    if not least.sum() <= total <= most.sum():
        raise SurveyError(
            f"a sample of {total} from {most.sum():.0f} sites in {population.size} strata",
            f"{least.sum():.0f} (2 of each stratum) to {most.sum():.0f} can be drawn",
            "choose another size, or join strata",
        )
    wanted = population
    if spread is not None and spread.any():
        # A stratum whose sites are all expected alike gets more than 2 only when the others are drawn whole.
        wanted = population * np.maximum(spread, _LAST * spread.max())
    exact = _scaled(wanted, total, least, most)
    sizes = np.floor(exact + 1e-9)
    # What rounding down left over goes to the largest remainders, the first where they are equal.
    rest = np.where(sizes < most, exact - sizes, -np.inf)
    sizes[np.argsort(-rest, kind="stable")[: int(total - sizes.sum())]] += 1
    return sizes.astype(np.int64)


def _scaled(
    wanted: NDArray[np.float64], total: int, least: NDArray[np.float64], most: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return ``clip(k wanted, least, most)`` for the k at which it sums to `total`."""
    low, high = 0.0, float(most.max() / wanted.min())
    for _ in range(100):
        middle = (low + high) / 2
        if np.clip(middle * wanted, least, most).sum() < total:
            low = middle
        else:
            high = middle
    return np.clip(low * wanted, least, most)
