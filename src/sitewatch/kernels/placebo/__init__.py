"""A site's change compared with the same footprint laid elsewhere: placements, statistic, rank."""

from sitewatch.kernels.placebo.footprint import (
    Placements,
    Spread,
    lay,
    mean,
    robust_spread,
    thin,
    top_tenth,
)
from sitewatch.kernels.placebo.rank import Likeness, nearest, rank

__all__ = [
    "Likeness",
    "Placements",
    "Spread",
    "lay",
    "mean",
    "nearest",
    "rank",
    "robust_spread",
    "thin",
    "top_tenth",
]
