"""Clouds and their shadows, from what one date of a registered pair lost against the other."""

from sitewatch.kernels.veil.discs import within
from sitewatch.kernels.veil.search import (
    NEEDED,
    SHARP_BELOW_M,
    VeilFit,
    find_darkened,
    find_veil,
    fit_veil,
    reach_m,
)

__all__ = [
    "NEEDED",
    "SHARP_BELOW_M",
    "VeilFit",
    "find_darkened",
    "find_veil",
    "fit_veil",
    "reach_m",
    "within",
]
