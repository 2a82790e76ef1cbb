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
from sitewatch.models.fine.features import PairFeatures, pair_features
from sitewatch.models.fine.network import Network, load_networks
from sitewatch.models.fine.stages import (
    both_ways,
    change_inputs,
    change_order,
    roof_maps,
    softmax,
    verdict_inputs,
    verdict_order,
)
from sitewatch.models.fine.view import Cells, Stretch, fit_stretch

__all__ = ["REACH_M", "FineScores", "Stretch", "alignment", "fine_scores", "fit_stretch", "select_rgb"]

Image = NDArray[np.float32]

# 76 cells for the features and 16 for each of the two layers of context, each cell at most 1.5 m.
REACH_M = 165.0


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


def _score(features: PairFeatures) -> Image:
    networks = _networks()
    roofs = roof_maps(networks["roof"], features)
    changes = both_ways(networks["change"], change_inputs(features, roofs), change_order())
    return both_ways(networks["verdict"], verdict_inputs(features, roofs, changes), verdict_order())


@cache
def _networks() -> dict[str, Network]:
    return load_networks(("roof", "change", "verdict"))
