"""Which model looks at a pair: by the size of its pixels, and by its bands."""

import math
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from typing import Any

from sitewatch.kernels.objects import Growth
from sitewatch.models import coarse, examiner, own, plain
from sitewatch.models.scores import KindScores
from sitewatch.pipeline.fitting import Sample
from sitewatch.pipeline.prepare import Prepared

# The examiner knows buildings by their shape, up to this pixel size, in natural colour.
FINE_UP_TO_M = 3.0
_COLOURS = {"red", "green", "blue"}


@dataclass(frozen=True, slots=True)
class Scorer:
    """A model, fitted on a pair and ready to look at any part of it.

    Attributes
    ----------
    name : str
        ``fine`` or ``coarse``; ``plain``, where fine imagery is to be judged with nothing learned; or the
        name of a network of the user's own.
    reach_px : int
        How far around a pixel the model looks.
    block_multiple : int
        Corners of blocks must be multiples of this.
    score : callable
        From a prepared window to its probabilities.
    growth : Growth
        How objects start and grow on this model's probabilities, by default.
    side : float or None
        Probability at which the side of a building lies; None where no right angles are looked for.
    facts : mapping
        JSON-ready: what the model was fitted to.
    """

    name: str
    reach_px: int
    block_multiple: int
    score: Callable[[Prepared], KindScores]
    growth: Growth
    side: float | None
    facts: dict[str, Any]


def fit_scorer(
    sample: Sample,
    bands: tuple[str, ...],
    noise: tuple[float, ...],
    *,
    gsd_m: float,
    without: Collection[str] = (),
    network: own.Network | None = None,
) -> Scorer:
    """Choose the model for a pair and fit it.

    Parameters
    ----------
    sample : Sample
        Windows of the pair in one radiometry.
    noise : tuple of float
        Standard deviation a band on unchanged ground.
    gsd_m : float
        Pixel size of the grid that is judged, metres.
    without : collection of str
        Kinds of evidence that are left out of the scores: ``spectral``, ``structural``, ``contextual``,
        ``learned``. The examiner of fine imagery is learned as a whole: the others act on the rules only
        that stand in for it.
    network : Network, optional
        Of the user's own: it takes the place of the models that come with sitewatch.

    Raises
    ------
    SceneError
        If the scenes lack a band that `network` takes.
    """
    if network is not None:
        return _own(sample, bands, gsd_m, network)
    if gsd_m > FINE_UP_TO_M or not set(bands) >= _COLOURS:
        return _coarse(sample, bands, noise, gsd_m=gsd_m, without=without)
    if "learned" in without:
        return _plain(bands, noise, gsd_m=gsd_m, without=without)
    return _fine(sample, bands, gsd_m)


def _fine(sample: Sample, bands: tuple[str, ...], gsd_m: float) -> Scorer:
    before, after, usable = sample.columns()
    stretch = examiner.fit_stretch(
        examiner.select_rgb(before, bands), examiner.select_rgb(after, bands), usable
    )
    multiple = examiner.block_multiple(gsd_m)

    def score(window: Prepared) -> KindScores:
        return examiner.examine(
            examiner.select_rgb(window.before, bands),
            examiner.select_rgb(window.after, bands),
            window.usable,
            stretch,
            gsd_m=gsd_m,
        )

    return Scorer(
        name="fine",
        reach_px=math.ceil(examiner.reach_px(gsd_m) / multiple) * multiple,
        block_multiple=multiple,
        score=score,
        growth=examiner.growth(gsd_m),
        side=examiner.SIDE,
        facts={"name": "fine", "stretch": asdict(stretch)},
    )


def _plain(
    bands: tuple[str, ...], noise: tuple[float, ...], *, gsd_m: float, without: Collection[str]
) -> Scorer:
    colours = tuple(noise[bands.index(name)] for name in ("red", "green", "blue"))
    return Scorer(
        name="plain",
        reach_px=plain.REACH_PX,
        block_multiple=1,
        score=lambda window: plain.plain_scores(
            examiner.select_rgb(window.before, bands),
            examiner.select_rgb(window.after, bands),
            window.usable,
            colours,
            without=without,
        ),
        growth=plain.growth(gsd_m),
        side=None,
        facts={"name": "plain", "noise": list(colours)},
    )


def _coarse(
    sample: Sample,
    bands: tuple[str, ...],
    noise: tuple[float, ...],
    *,
    gsd_m: float,
    without: Collection[str],
) -> Scorer:
    windows = [(window.before, window.after, window.usable) for window in sample.windows]
    fit = coarse.fit_coarse(windows, bands=bands, noise=noise)
    if not {"learned", "contextual"} & set(without):
        fit = coarse.with_prevalence(fit, windows, bands=bands)
    return Scorer(
        name="coarse",
        reach_px=coarse.REACH_PX,
        block_multiple=1,
        score=lambda window: coarse.coarse_scores(
            window.before, window.after, window.usable, fit, bands=bands, without=without
        ),
        growth=coarse.growth(gsd_m),
        side=None,
        facts={"name": "coarse", "fit": fit.to_dict()},
    )


def _own(sample: Sample, bands: tuple[str, ...], gsd_m: float, network: own.Network) -> Scorer:
    before, after, usable = sample.columns()
    feed = own.fit_feed(
        network.sidecar.normalisation,
        own.select_bands(before, bands, network),
        own.select_bands(after, bands, network),
        usable,
    )
    cut = own.tiling(network, gsd_m)

    def score(window: Prepared) -> KindScores:
        before, after = (own.select_bands(image, bands, network) for image in (window.before, window.after))
        return own.own_scores((before, after), window.usable, feed, cut, network=network)

    return Scorer(
        name=network.name,
        reach_px=cut.reach,
        block_multiple=cut.step,
        score=score,
        growth=own.growth(network),
        side=None,
        facts={"name": network.name, "sha256": network.sha256, "feed": asdict(feed), "tiles": asdict(cut)},
    )
