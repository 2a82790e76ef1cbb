"""What can be said of a pair by rules alone, with nothing learned: what the learned models are held against.

A place changed where its colour differs from everything within a pixel or two of it on the other date, and
its pattern of light and dark is not there any more. It was built if the pattern became stronger, demolished
if it became weaker, and burned if it turned dark instead.
"""

import math
from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from sitewatch.kernels.context import local_mean, local_spread, reach_px
from sitewatch.kernels.lean import tolerant_difference
from sitewatch.kernels.objects import Growth
from sitewatch.kernels.structure import correlation_reach_px, local_correlation
from sitewatch.models.scores import KindScores

Images = NDArray[np.float32]
Layer = NDArray[np.float32]

# Pixels by which registration may be out, or a roof lean.
_TOLERATED_PX = 1
# Windows in which a pattern is looked at: side, and spread of the Gaussian, pixels.
_WINDOW_PX = 9
_SPREAD_PX = 2.5
# Noise units at which a difference is as likely a change as not, and how fast the odds grow.
_EVEN, _SLOPE = 3.0, 3.0
# Relative darkening at which a change is as likely a burn scar as not.
_CHARRED = 0.3
REACH_PX = max(correlation_reach_px(_WINDOW_PX, _TOLERATED_PX), reach_px(_SPREAD_PX))


def plain_scores(
    before: Images,
    after: Images,
    usable: NDArray[np.bool_],
    noise: tuple[float, ...],
    *,
    without: Collection[str] = (),
) -> KindScores:
    """Score a registered pair, or a block of it.

    Parameters
    ----------
    before, after : (bands, rows, columns) float32
        Visible bands, registered and in one radiometry; NaN where not usable.
    usable : (rows, columns) bool
    noise : tuple of float
        Standard deviation a band where nothing changed, > 0.
    without : collection of str
        Leaves the difference of colour (``spectral``) or the loss of the pattern (``structural``) out.

    Returns
    -------
    KindScores
        NaN where not usable. *Focal* with a reach of `REACH_PX`.
    """
    changed: Layer = np.ones(usable.shape, np.float32)
    if "spectral" not in without:
        difference = tolerant_difference(before, after, noise, reach=_TOLERATED_PX)
        changed = _logistic(np.float32(_SLOPE) * np.log(np.maximum(difference, np.float32(1e-3)) / _EVEN))
    kinds = structural_kinds(before.mean(axis=0), after.mean(axis=0), usable, math.fsum(noise) / len(noise))
    if "structural" in without:
        kinds[:3] /= np.maximum(kinds[:3].sum(axis=0), np.float32(1e-6))
        kinds[3] = 0
    shares = changed * kinds
    shares[:, ~usable] = np.nan
    return KindScores(shares[0], shares[1], shares[2], shares[3])


def structural_kinds(before: Layer, after: Layer, usable: NDArray[np.bool_], noise: float) -> Images:
    """Share a change out among the kinds by what became of the pattern of light and dark.

    Parameters
    ----------
    before, after : (rows, columns) float32
        Brightness in one radiometry; anything may stand where not usable.
    noise : float
        Its standard deviation where nothing changed, > 0.

    Returns
    -------
    (4, rows, columns) float32
        Construction, burning, demolition, other; sums to 1. What kept its pattern is *other*.
    """
    first, second = (
        np.where(usable, image, np.float32(np.nan)).astype(np.float32) for image in (before, after)
    )
    kept = local_correlation(first, second, noise, window=_WINDOW_PX, reach=_TOLERATED_PX)
    lost = np.clip(1 - np.nan_to_num(kept), 0, 1)
    means = local_mean(np.nan_to_num(np.stack([first, second])), usable, _SPREAD_PX)
    old, new = (
        np.nan_to_num(local_spread(np.nan_to_num(image), mean, usable, _SPREAD_PX))
        for image, mean in zip((first, second), means, strict=True)
    )
    level = np.nan_to_num(np.abs(means))
    darker = (level[0] - level[1]) / np.maximum(level[0], np.float32(noise))
    stronger = (new - old) / (new + old + np.float32(noise))
    burned = _logistic(12 * (darker - np.float32(_CHARRED)))
    built = _logistic(6 * stronger) * (1 - burned)
    return np.stack([lost * built, lost * burned, lost * (1 - built - burned), 1 - lost])


def growth(gsd_m: float) -> Growth:
    """Return how objects start and grow: no building is smaller than 20 m2."""
    return Growth(
        seed=(0.6, 0.6, 0.6, 0.8),
        grow=(0.4, 0.4, 0.4, 0.5),
        smooth_px=1.5,
        open_px=1,
        least_px=max(4, math.ceil(20.0 / gsd_m**2)),
    )


def _logistic(value: Layer) -> Layer:
    return np.asarray(1 / (1 + np.exp(-np.clip(value, -30, 30))), np.float32)
