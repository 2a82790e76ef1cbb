"""What rivals are held against at every object of a pair: the whole pair, and ground that is alike."""

import math
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sitewatch.kernels import indices
from sitewatch.kernels.darkest import Veil, fit_veil
from sitewatch.kernels.radiometry import Normalisation
from sitewatch.kernels.sharpness import sharpness_ratio
from sitewatch.kernels.trend import Trend, fit_trend
from sitewatch.pipeline.casting import Castings, casting_in
from sitewatch.pipeline.fitting import Sample
from sitewatch.pipeline.leaning import Leanings, leaning_in
from sitewatch.pipeline.prepare import Preparation, Shelf

# Indices that tell vegetation, the better first.
_VEGETATION = ("ndvi", "gli")
# Pixels from which the usual change of similar ground is taken.
_SAMPLE = 200_000


@dataclass(frozen=True, slots=True)
class Conditions:
    """What was measured of a whole pair, and is the same for all of its objects.

    Attributes
    ----------
    trend : Trend or None
        Of the vegetation index; None where no band tells vegetation, or too little ground is seen.
    response : Trend or None
        Of the brightness: what one radiometry leaves between the dates on ground as bright.
    sharpness : float
        How much more fine detail the after scene has; 1 if as sharp, NaN if that could not be measured.
    veil : Veil or None
        Difference of the darkest ground; None without a blue and a red band.
    """

    trend: Trend | None = None
    response: Trend | None = None
    sharpness: float = math.nan
    veil: Veil | None = None


@dataclass(frozen=True, slots=True)
class Backdrop:
    """What the objects of a pair are held against.

    Attributes
    ----------
    leaning : callable or None
        Measures lean at objects, as `leaning_in` gives it.
    casting : callable or None
        Measures shadows at objects, as `casting_in` gives it.
    conditions : Conditions
    """

    leaning: Leanings | None
    casting: Castings | None
    conditions: Conditions


def backdrop(
    source: tuple[Sample, Shelf, Executor | None], preparation: Preparation, *, pixel_m: float
) -> Backdrop:
    """Take from a pair's sample what its objects are held against."""
    sample, shelf, pool = source
    bands = preparation.bands
    return Backdrop(
        leaning_in(source, bands, pixel_m=pixel_m),
        casting_in((shelf, pool), bands, preparation.pair, pixel_m=pixel_m),
        _conditions(sample, bands, preparation.normalisation),
    )


def _conditions(sample: Sample, bands: Sequence[str], normalisation: Normalisation) -> Conditions:
    before, after, usable = sample.columns()
    places = np.flatnonzero(usable)
    places = places[:: max(1, len(places) // _SAMPLE)]
    dates = [
        dict(zip(bands, image.reshape(len(image), -1)[:, places], strict=True)) for image in (before, after)
    ]
    name = next((name for name in _VEGETATION if name in indices.available(tuple(bands))), None)
    return Conditions(
        trend=None if name is None else fit_trend(*(indices.index(name, date) for date in dates)),
        response=fit_trend(*(indices.brightness(date) for date in dates)),
        sharpness=_sharpness(sample, bands),
        veil=_veil(dates, bands, normalisation),
    )


def _sharpness(sample: Sample, bands: Sequence[str]) -> float:
    """Return the middle of the windows' ratios."""
    ratios = [
        sharpness_ratio(
            *(indices.brightness(dict(zip(bands, image, strict=True))) for image in (one.before, one.after))
        )
        for one in sample.windows
    ]
    known = [ratio for ratio in ratios if math.isfinite(ratio)]
    return float(np.median(known)) if known else math.nan


def _veil(
    dates: Sequence[Mapping[str, NDArray[np.float32]]], bands: Sequence[str], fit: Normalisation
) -> Veil | None:
    if not {"blue", "red"} <= set(bands):
        return None
    # One radiometry took the veil away: back to the after scene's own.
    own = {
        name: (dates[1][name] - np.float32(offset)) / np.float32(gain)
        for name, gain, offset in zip(bands, fit.gain, fit.offset, strict=True)
        if gain
    }
    if not {"blue", "red"} <= set(own):
        return None
    return fit_veil((dates[0]["blue"], dates[0]["red"]), (own["blue"], own["red"]))
