"""A change network of the user's own, in any imagery whose bands it takes.

*Fit* (`fit_feed`), then *focal* (`Tiling.run` inside `own_scores`, reach `Tiling.reach`). The ONNX file has a
sidecar that says how it is fed and what its outputs mean (`Sidecar`).
"""

import numpy as np
from numpy.typing import NDArray

from sitewatch.errors import SceneError
from sitewatch.kernels.objects import Growth
from sitewatch.models.own.feed import Feed, fit_feed
from sitewatch.models.own.network import Network
from sitewatch.models.own.sidecar import Sidecar
from sitewatch.models.own.tiles import Tiling
from sitewatch.models.scores import KindScores
from sitewatch.records import KINDS

__all__ = [
    "Feed",
    "Network",
    "Sidecar",
    "Tiling",
    "fit_feed",
    "growth",
    "own_scores",
    "select_bands",
    "tiling",
]

Images = NDArray[np.float32]

# Pixels that objects take in, as a share of the probability that starts one.
_GROW = 0.8
_LEAST_PX = 2


def select_bands(image: Images, bands: tuple[str, ...], network: Network) -> Images:
    """Return the network's bands of an image, in its order.

    Raises
    ------
    SceneError
        If the scenes do not have one of them in common.
    """
    missing = [name for name in network.sidecar.bands if name not in bands]
    if missing:
        raise SceneError(
            f"the scenes have {', '.join(bands)} in common, and not {', '.join(missing)}",
            f"the network takes {', '.join(network.sidecar.bands)}",
            "choose scenes with these bands, name them with --bands, or use another network",
        )
    return image[[bands.index(name) for name in network.sidecar.bands]]


def tiling(network: Network, gsd_m: float) -> Tiling:
    """Return how images with pixels of `gsd_m` metres are cut for a network."""
    sidecar = network.sidecar
    return Tiling.fit(sidecar.tile, sidecar.overlap, (sidecar.pixel_m or gsd_m) / gsd_m)


def own_scores(
    images: tuple[Images, Images], usable: NDArray[np.bool_], feed: Feed, cut: Tiling, *, network: Network
) -> KindScores:
    """Score a registered pair, or a block of it.

    Parameters
    ----------
    images : (before, after), (bands, rows, columns) float32 each
        The network's bands (`select_bands`), registered, in one radiometry; NaN where not usable.
    usable : (rows, columns) bool
    feed : Feed
        From `fit_feed` on the whole pair.
    cut : Tiling
        From `tiling`.

    Returns
    -------
    KindScores
        NaN where not usable. ``any`` change is `other`: nobody says of which kind it is. A block gives the
        same as the whole if it is read with `Tiling.reach` around it and its corner lies on a whole
        `Tiling.step`.
    """
    seen = usable & np.isfinite(images[0]).all(axis=0) & np.isfinite(images[1]).all(axis=0)
    fed = np.concatenate([feed.apply(image, seen) for image in images])
    classes = network.sidecar.classes
    planes = cut.run(fed, len(classes), network.look)
    named = ["other" if name == "any" else name for name in classes]
    layers = [
        sum((plane for plane, name in zip(planes, named, strict=True) if name == kind), np.zeros(seen.shape))
        for kind in KINDS
    ]
    # Outputs that do not know of one another may together promise more than certainty.
    shares = np.asarray(np.stack(layers) / np.maximum(np.sum(layers, axis=0), 1), np.float32)
    shares[:, ~seen] = np.nan
    return KindScores(*shares)


def growth(network: Network) -> Growth:
    """Return how objects start and grow: from the sidecar's threshold, two pixels at least."""
    start = network.sidecar.threshold
    return Growth(seed=(start,) * 4, grow=(_GROW * start,) * 4, smooth_px=1.0, open_px=1, least_px=_LEAST_PX)
