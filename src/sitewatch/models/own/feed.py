"""What a network of the user's own is fed: its bands, in its order, in its numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sitewatch.models.own.sidecar import MeanStd, MinMax, Percentiles

Images = NDArray[np.float32]

_SAMPLE = 200_000


@dataclass(frozen=True, slots=True)
class Feed:
    """``(value - shift) / scale`` a band, the same for both dates.

    Attributes
    ----------
    shift, scale : tuple of float
        In the image's unit; `scale` above 0.
    cut : bool
        Whether the result is cut to 0..1.
    """

    shift: tuple[float, ...]
    scale: tuple[float, ...]
    cut: bool

    def apply(self, image: Images, usable: NDArray[np.bool_]) -> Images:
        """Return (bands, rows, columns) float32, finite: 0 where not usable."""
        shift, scale = (np.array(values, np.float32)[:, None, None] for values in (self.shift, self.scale))
        fed = (image - shift) / scale
        fed = np.clip(fed, 0, 1) if self.cut else fed
        return np.where(usable, fed, np.float32(0)).astype(np.float32)


def fit_feed(
    normalisation: MeanStd | MinMax | Percentiles, before: Images, after: Images, usable: NDArray[np.bool_]
) -> Feed:
    """Settle the numbers of a normalisation on a whole pair or on a sample of it.

    Parameters
    ----------
    before, after : (bands, rows, columns) float32
        The network's bands, registered, in one radiometry; NaN where not usable.
    usable : (rows, columns) bool

    Returns
    -------
    Feed
        Percentiles of an empty or constant band are widened to a range of 1e-6 at least.
    """
    if isinstance(normalisation, MeanStd):
        return Feed(normalisation.mean, normalisation.std, cut=False)
    if isinstance(normalisation, MinMax):
        return _between(normalisation.low, normalisation.high)
    places = np.flatnonzero(usable)
    places = places[:: max(1, len(places) // _SAMPLE)]
    if not len(places):
        return Feed((0.0,) * len(before), (1.0,) * len(before), cut=True)
    both = np.concatenate([image.reshape(len(image), -1)[:, places] for image in (before, after)], axis=1)
    low, high = np.percentile(both, (normalisation.low, normalisation.high), axis=1)
    return _between([float(value) for value in low], [float(value) for value in high])


def _between(low: Sequence[float], high: Sequence[float]) -> Feed:
    scale = tuple(max(top - bottom, 1e-6) for bottom, top in zip(low, high, strict=True))
    return Feed(tuple(low), scale, cut=True)
