"""Which model looks at a pair: by the size of its pixels, and by its bands."""

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from sitewatch.kernels.objects import Growth
from sitewatch.models import coarse, fine
from sitewatch.models.scores import KindScores
from sitewatch.pipeline.fitting import Sample
from sitewatch.pipeline.prepare import Prepared

# The fine model knows buildings by their shape, up to this pixel size, in natural colour.
FINE_UP_TO_M = 3.0
_COLOURS = {"red", "green", "blue"}
# Probability of construction, burning and demolition that starts an object, and to which it grows.
FINE_SEED = (0.5, 0.5, 0.5)
FINE_GROW = (0.4, 0.4, 0.4)
_NEVER = 2.0


@dataclass(frozen=True, slots=True)
class Scorer:
    """A model, fitted on a pair and ready to look at any part of it.

    Attributes
    ----------
    name : str
        ``fine`` or ``coarse``.
    reach_px : int
        How far around a pixel the model looks.
    align_px : int
        Corners of blocks must be multiples of this.
    score : callable
        From a prepared window to its probabilities.
    growth : Growth
        How objects start and grow on this model's probabilities, by default.
    facts : mapping
        JSON-ready: what the model was fitted to.
    """

    name: str
    reach_px: int
    align_px: int
    score: Callable[[Prepared], KindScores]
    growth: Growth
    facts: dict[str, Any]


def fit_scorer(sample: Sample, bands: tuple[str, ...], noise: tuple[float, ...], gsd_m: float) -> Scorer:
    """Choose the model for a pair and fit it.

    Parameters
    ----------
    sample : Sample
        Windows of the pair in one radiometry.
    noise : tuple of float
        Standard deviation a band on unchanged ground.
    gsd_m : float
        Pixel size of the grid that is judged, metres.
    """
    if gsd_m <= FINE_UP_TO_M and set(bands) >= _COLOURS:
        return _fine(sample, bands, gsd_m)
    return _coarse(sample, bands, noise, gsd_m)


def _fine(sample: Sample, bands: tuple[str, ...], gsd_m: float) -> Scorer:
    before, after, usable = sample.columns()
    stretch = fine.fit_stretch(fine.select_rgb(before, bands), fine.select_rgb(after, bands), usable)
    align = fine.alignment(gsd_m)

    def score(window: Prepared) -> KindScores:
        found = fine.fine_scores(
            fine.select_rgb(window.before, bands),
            fine.select_rgb(window.after, bands),
            window.usable,
            stretch,
            gsd_m=gsd_m,
        )
        # The model does not tell "nothing" from "something else": nothing is claimed of the latter.
        nothing = np.where(np.isnan(found.other), np.float32(np.nan), np.float32(0))
        return KindScores(found.construction, found.burning, found.demolition, nothing)

    return Scorer(
        name="fine",
        reach_px=math.ceil(fine.REACH_M / gsd_m / align) * align,
        align_px=align,
        score=score,
        growth=_fine_growth(gsd_m),
        facts={"name": "fine", "stretch": asdict(stretch)},
    )


def _fine_growth(gsd_m: float) -> Growth:
    """Return how objects grow in fine imagery: no building is smaller than 20 m2 or narrower than 2 m."""
    return Growth(
        seed=(*FINE_SEED, _NEVER),
        grow=(*FINE_GROW, _NEVER),
        smooth_px=1.0 / gsd_m,
        open_px=max(1, round(2.0 / gsd_m)),
        least_px=max(4, math.ceil(20.0 / gsd_m**2)),
    )


def _coarse(sample: Sample, bands: tuple[str, ...], noise: tuple[float, ...], gsd_m: float) -> Scorer:
    windows = [(window.before, window.after, window.usable) for window in sample.windows]
    fit = coarse.fit_coarse(windows, bands=bands, noise=noise)
    return Scorer(
        name="coarse",
        reach_px=coarse.REACH_PX,
        align_px=1,
        score=lambda window: coarse.coarse_scores(
            window.before, window.after, window.usable, fit, bands=bands
        ),
        growth=coarse.growth(gsd_m),
        facts={"name": "coarse", "fit": fit.to_dict()},
    )
