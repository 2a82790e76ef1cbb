"""What the examiner is fitted on: pairs at the networks' pixel size, in groups, with folds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from sitewatch.models.examiner.view import View
from training.examiner.alter import alter
from training.examiner.drawn import draw
from training.examiner.labels import Sets, possible
from training.examiner.pairs import Labelled
from training.examiner.ruins import cut_out

# How often a crop is taken from each group, in hundredths; within a group every scene comes as often.
SHARES = {
    "levir": 18, "levir256": 5, "wildfire": 11, "tornado": 8, "michael": 8, "mexico": 12, "xbd": 5,
    "dsifn": 5, "altered": 22, "drawn": 20,
}  # fmt: skip
SETS = ("levir", "levir256", "wildfire", "tornado", "michael", "mexico", "mexico-more", "xbd", "dsifn")
# None of the labelled sets may be used for gain; what is left without them is drawn.
NON_COMMERCIAL = SETS
FOLDS = 2
_ALTERED = ("mexico", "mexico-more", "xbd", "michael", "wildfire")
# Square metres of unhurt building that make a pair worth altering.
_BUILT_UP_M2 = 1500.0


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A pair as the networks see it.

    Attributes
    ----------
    group : str
        One of `SHARES`.
    images : (2, 3, rows, columns) uint8
        Before and after; 127 where nothing is usable.
    sets : (rows, columns) uint8
        `labels.possible`.
    fold : int
        Of the place: it is scored by the networks that were fitted on the other fold.
    """

    group: str
    set: str
    name: str
    images: NDArray[np.uint8]
    sets: Sets
    fold: int


def fold_of(place: int) -> int:
    """Return the fold of the pair at a place in the list; its neighbours in the list are left out in turn."""
    return place % FOLDS


def real(pairs: Sequence[Labelled]) -> Iterator[Scene]:
    """Yield labelled pairs as they are."""
    for place, pair in enumerate(pairs):
        group = "mexico" if pair.set == "mexico-more" else pair.set
        yield at_pixel(pair, group, fold_of(place))


def altered(pairs: Sequence[Labelled], folds: Sequence[int], seed: int) -> Iterator[Scene]:
    """Yield pairs with buildings erased or ruined; ruins come from places of `folds` alone."""
    known = [pair for place, pair in enumerate(pairs) if fold_of(place) in folds]
    ruins = list(cut_out(known))
    for place, pair in enumerate(pairs):
        built_up = (pair.buildings == 1).sum() * pair.gsd_m**2 > _BUILT_UP_M2
        if fold_of(place) in folds and pair.set in _ALTERED and built_up:
            yield at_pixel(alter(pair, seed + place, ruins), "altered", fold_of(place))


def drawn(number: int) -> Iterator[Scene]:
    """Yield drawn pairs."""
    for seed in range(number):
        yield at_pixel(draw(seed), "drawn", fold_of(seed))


def at_pixel(pair: Labelled, group: str, fold: int) -> Scene:
    """Bring a pair to the networks' pixel size."""
    view = View.for_gsd(pair.gsd_m)
    images = np.stack(
        [_resized(np.where(pair.usable, date, 127), view) for date in (pair.before, pair.after)]
    )
    sets = possible(pair)
    if view.shrink > 1:
        start = view.shrink // 2
        sets = sets[start :: view.shrink, start :: view.shrink]
    sets = sets.repeat(view.enlarge, axis=0).repeat(view.enlarge, axis=1)
    rows, cols = (min(have, want) for have, want in zip(images.shape[2:], sets.shape, strict=True))
    return Scene(group, pair.set, pair.name, images[:, :, :rows, :cols], sets[:rows, :cols], fold)


def _resized(image: NDArray[np.uint8], view: View) -> NDArray[np.uint8]:
    rows, cols = (length * view.enlarge // view.shrink for length in image.shape[1:])
    how = cv2.INTER_AREA if view.shrink > 1 else cv2.INTER_LINEAR
    return np.stack([cv2.resize(band.astype(np.uint8), (cols, rows), interpolation=how) for band in image])


def chances(scenes: Sequence[Scene]) -> NDArray[np.float64]:
    """Return how likely a crop comes from each scene."""
    groups = [scene.group for scene in scenes]
    share = np.array([SHARES[group] / groups.count(group) for group in groups], np.float64)
    return np.asarray(share / share.sum())
