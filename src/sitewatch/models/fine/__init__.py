"""Construction, burning and demolition in fine imagery (<= 3 m) from hand-made features and small networks.

Three perceptrons of a few thousand numbers each, one on the shoulders of the other: how like a *roof* each
date looks; what *changed* in a cell, from both dates' features, how the two differ, and the roofs around; and
the *verdict* of a cell, from what was said of the cells around it. The change networks see every pair both
ways round and share their numbers, so the answer is symmetric in time by construction: exchange the dates and
construction and demolition change places exactly.

*Fit* (`fit_stretch`, a whole pair or a decimated view to two numbers), then *focal* (`fine_scores`, reach
`REACH_M`). ``weights.md`` beside this file says what the numbers were learned on, and how well they do.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sitewatch.errors import SceneError
from sitewatch.models.fine.context import context
from sitewatch.models.fine.features import DIRECTED, SINGLE, PairFeatures, pair_features
from sitewatch.models.fine.network import Network, load_networks
from sitewatch.models.fine.view import Cells, Stretch, fit_stretch

__all__ = ["REACH_M", "FineScores", "Stretch", "alignment", "fine_scores", "fit_stretch", "select_rgb"]

Image = NDArray[np.float32]
Order = NDArray[np.intp]

# 76 cells for the features and 16 for each of the two layers of context, each cell at most 1.5 m.
REACH_M = 165.0

_VERDICT_SINGLE = ("greenness", "right_angle_25", "energy_9", "plain", "grey_15", "shadow_near")
_VERDICT_DIRECTED = ("gone_far", "kept_grey_17", "kept_edges_25", "rise_grey", "rise_greenness")


@dataclass(frozen=True, slots=True)
class FineScores:
    """Probabilities a pixel; each (rows, columns) float32 in 0..1, NaN where not usable. They sum to 1.

    Attributes
    ----------
    construction, burning, demolition : float32
    other : float32
        Nothing, or something that is none of the three.
    """

    construction: Image
    burning: Image
    demolition: Image
    other: Image


def select_rgb(image: Image, bands: tuple[str, ...]) -> Image:
    """Return the red, green and blue planes of an image; SceneError if one is missing."""
    missing = [name for name in ("red", "green", "blue") if name not in bands]
    if missing:
        raise SceneError(
            f"bands {', '.join(bands)}", f"{', '.join(missing)} as well", "name the bands with --bands"
        )
    return image[[bands.index(name) for name in ("red", "green", "blue")]]


def alignment(gsd_m: float) -> int:
    """Return the number of pixels that the corner of a block must be a multiple of, to match the whole."""
    return Cells.for_gsd(gsd_m).shrink


def fine_scores(
    before: Image,
    after: Image,
    usable: NDArray[np.bool_],
    stretch: Stretch,
    *,
    gsd_m: float,
) -> FineScores:
    """Score a registered pair, or a block of it.

    Parameters
    ----------
    before, after : (3, rows, columns) float32
        Red, green, blue (`select_rgb`), registered, in one radiometry; NaN where not usable.
    usable : (rows, columns) bool
    stretch : Stretch
        From `fit_stretch` on the whole pair.
    gsd_m : float
        Pixel size, metres; up to 3.

    Returns
    -------
    FineScores
        *Focal* with a reach of `REACH_M`. A block gives the same as the whole if it is read with that much
        around it and its corner lies on a multiple of `alignment` pixels.
    """
    cells = Cells.for_gsd(gsd_m)
    seen = usable & np.isfinite(before).all(axis=0) & np.isfinite(after).all(axis=0)
    seen_cells = cells.usable(seen)
    first, second = (cells.gather(image, seen, stretch) for image in (before, after))
    probabilities = softmax(_score(pair_features(first, second, seen_cells)))
    built, burnt, removed = (
        np.where(seen, cells.spread(plane, seen.shape), np.float32(np.nan)) for plane in probabilities[1:4]
    )
    return FineScores(built, burnt, removed, 1 - built - burnt - removed)


def change_inputs(features: PairFeatures, networks: dict[str, Network]) -> tuple[Image, Image]:
    """Return what the change network sees, and the two roof maps (before, after) on the way to it."""
    roofs = np.concatenate(
        [networks["roof"].logits(features.before), networks["roof"].logits(features.after)]
    )
    inputs = np.concatenate([
        features.before, features.after, features.forward, features.backward,
        context(roofs[0]), context(roofs[1]),
    ])  # fmt: skip
    return inputs, roofs


def verdict_inputs(features: PairFeatures, roofs: Image, changes: Image) -> Image:
    """Return what the verdict network sees: the maps around a cell, and a few features to tell them by."""
    single = [SINGLE.index(name) for name in _VERDICT_SINGLE]
    directed = [DIRECTED.index(name) for name in _VERDICT_DIRECTED]
    return np.concatenate([
        *(context(plane) for plane in changes), *(context(plane) for plane in roofs),
        features.before[single], features.after[single],
        features.forward[directed], features.backward[directed],
    ])  # fmt: skip


def both_ways(network: Network, inputs: Image, order: Order) -> Image:
    """Return built, burnt, removed and regrown: two logits of the pair, two of the pair reversed in time."""
    return np.concatenate([network.logits(inputs), network.logits(inputs, order)])


def _score(features: PairFeatures) -> Image:
    networks = _networks()
    inputs, roofs = change_inputs(features, networks)
    changes = both_ways(networks["change"], inputs, change_order())
    return both_ways(networks["verdict"], verdict_inputs(features, roofs, changes), verdict_order())


@cache
def _networks() -> dict[str, Network]:
    return load_networks(("roof", "change", "verdict"))


@cache
def change_order() -> Order:
    """Order that turns the change network's inputs into those of the pair reversed in time."""
    return _exchange((len(SINGLE), len(DIRECTED), 9))


@cache
def verdict_order() -> Order:
    """Order that turns the verdict network's inputs into those of the pair reversed in time."""
    return _exchange((18, 9, len(_VERDICT_SINGLE), len(_VERDICT_DIRECTED)))


def _exchange(widths: tuple[int, ...]) -> Order:
    """Exchange the halves of couples of equal width that follow one another."""
    order, start = [], 0
    for width in widths:
        order += [np.arange(width) + start + width, np.arange(width) + start]
        start += 2 * width
    return np.concatenate(order)


def softmax(logits: Image) -> Image:
    """Probabilities of nothing (logit 0), built, burnt, removed, regrown."""
    padded = np.concatenate([np.zeros_like(logits[:1]), logits])
    power = np.exp(padded - padded.max(axis=0))
    shares: Image = power / power.sum(axis=0)
    return shares
