"""Construction, burning and demolition in fine imagery (<= 3 m): what a network sees in each date, compared.

An EfficientNet-lite0 looks at each date at about 1 m; a small decoder looks at both and says for every cell
of about 2 m whether something was removed, burned, built, or changed otherwise. Both were fitted together on
labelled pairs. The decoder is read in both orders of time with the same numbers, so exchanging the dates
exchanges construction and demolition exactly.

*Fit* (`fit_stretch`), then *focal* (`examine`, reach `reach_px`). ``card.md`` beside this file says what the
networks were fitted on, and how well it does on scenes that were left out.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sitewatch.kernels.objects import Growth
from sitewatch.models.examiner.view import Stretch, View, fit_stretch
from sitewatch.models.scores import KindScores

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

__all__ = [
    "SIDE",
    "Stretch",
    "block_multiple",
    "examine",
    "fit_stretch",
    "growth",
    "networks_from",
    "reach_px",
    "select_rgb",
]

Image = NDArray[np.float32]

# In the networks' pixels. What lies farther off could reach 257, and changes no probability by a thousandth.
REACH_PX = 160
_CELL = 2
# Where each kind stands among the decoder's planes: nothing, removed, burned, built, regrown, other.
_OTHER, _REGROWN, _BUILT, _BURNED, _REMOVED = 5, 4, 3, 2, 1
# Fires are few among what was learned from, and their ruins differ: on fires that were left out the odds of
# burning come out too low, by about this factor.
_BURNED_ODDS = np.float32(5)
# Probability at which the side of a building lies: where cells blur it, its rim is seen as less than even.
SIDE = 0.55
# Where the networks lie: the last one counts.
_FOLDERS = [Path(__file__).parent]


@contextmanager
def networks_from(folder: Path) -> Iterator[None]:
    """Look with the networks of another folder for a while: those that are to be tried before they ship.

    It acts on all threads.
    """
    _FOLDERS.append(folder)
    try:
        yield
    finally:
        _FOLDERS.pop()


def select_rgb(image: Image, bands: tuple[str, ...]) -> Image:
    """Return the red, green and blue planes of an image; ValueError if one is missing."""
    places = [bands.index(name) for name in ("red", "green", "blue")]
    first = places[0]
    # Side by side already, they need not be copied.
    return image[first : first + 3] if places == [first, first + 1, first + 2] else image[places]


def block_multiple(gsd_m: float) -> int:
    """Return the number of pixels that the corner of a block must be a multiple of, to match the whole."""
    return View.for_gsd(gsd_m).alignment


def reach_px(gsd_m: float) -> int:
    """Return how far around a pixel the networks look, in pixels of the image."""
    view = View.for_gsd(gsd_m)
    return math.ceil(REACH_PX * view.shrink / view.enlarge)


def examine(
    before: Image, after: Image, usable: NDArray[np.bool_], stretch: Stretch, *, gsd_m: float
) -> KindScores:
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
    KindScores
        NaN where not usable. A block gives the same as the whole if it is read with `reach_px` around it and
        its corner lies on a multiple of `block_multiple` pixels.
    """
    view = View.for_gsd(gsd_m)
    seen = usable & np.isfinite(before).all(axis=0) & np.isfinite(after).all(axis=0)
    dates = [view.gather(image, seen, stretch) for image in (before, after)]
    shares = _verdict(*(_features(image) for image in dates))
    # Its twin in reversed time as well, so that the exchange of dates stays exact.
    shares[[_BURNED, _REGROWN]] *= _BURNED_ODDS
    shares /= shares.sum(axis=0)
    layers = view.spread(shares[[_BUILT, _BURNED, _REMOVED, _OTHER]], usable.shape, _CELL)
    layers[:, ~seen] = np.nan
    return KindScores(*layers)


def growth(gsd_m: float) -> Growth:
    """Return how objects start and grow: no building is smaller than 20 m2 or narrower than 2 m."""
    return Growth(
        seed=(0.3, 0.3, 0.3, 0.5),
        grow=(0.25, 0.25, 0.25, 0.4),
        smooth_px=4.0 / gsd_m,
        open_px=max(1, round(2.0 / gsd_m)),
        least_px=max(4, math.ceil(20.0 / gsd_m**2)),
        divide_px=max(8, math.ceil(40.0 / gsd_m**2)),
    )


def _features(image: Image) -> list[Image]:
    levels: list[Image] = _session("features", _FOLDERS[-1]).run(None, {"image": image[None]})
    return levels


def _verdict(before: list[Image], after: list[Image]) -> Image:
    named = {
        f"{date}{i}": level
        for date, levels in (("before", before), ("after", after))
        for i, level in enumerate(levels)
    }
    shares: Image = _session("decoder", _FOLDERS[-1]).run(None, named)[0][0]
    return shares


@cache
def _session(name: str, folder: Path) -> "InferenceSession":
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # One thread a session: blocks run side by side already, and sums in one order give the same bytes.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    path = str(folder / f"{name}.onnx")
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
