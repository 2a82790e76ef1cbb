"""What rivals are held against at every object of a pair: how roofs lean, and what similar ground did."""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np

from sitewatch.kernels import indices
from sitewatch.kernels.trend import Trend, fit_trend
from sitewatch.pipeline.fitting import Sample
from sitewatch.pipeline.leaning import Leanings, leaning_in
from sitewatch.pipeline.prepare import Shelf

# Indices that tell vegetation, the better first.
_VEGETATION = ("ndvi", "gli")
# Pixels from which the usual change of similar ground is taken.
_SAMPLE = 200_000


@dataclass(frozen=True, slots=True)
class Backdrop:
    """What is known of the whole pair.

    Attributes
    ----------
    leaning : callable or None
        Measures lean at objects, as `leaning_in` gives it.
    trend : Trend or None
        Of the vegetation index; None where no band tells vegetation, or too little ground is seen.
    """

    leaning: Leanings | None
    trend: Trend | None


def backdrop(
    source: tuple[Sample, Shelf, Executor | None], bands: Sequence[str], *, pixel_m: float
) -> Backdrop:
    """Take from a pair's sample what its objects are held against."""
    return Backdrop(leaning_in(source, bands, pixel_m=pixel_m), _trend(source[0], bands))


def _trend(sample: Sample, bands: Sequence[str]) -> Trend | None:
    name = next((name for name in _VEGETATION if name in indices.available(tuple(bands))), None)
    if name is None:
        return None
    before, after, usable = sample.columns()
    places = np.flatnonzero(usable)
    places = places[:: max(1, len(places) // _SAMPLE)]
    values = [
        indices.index(name, dict(zip(bands, image.reshape(len(image), -1)[:, places], strict=True)))
        for image in (before, after)
    ]
    return fit_trend(*values)
