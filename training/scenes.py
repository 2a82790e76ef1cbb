"""Labelled pairs on cells of about 1 m with their features, kept on disk; and which fold each belongs to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from sitewatch.models.fine import fit_stretch
from sitewatch.models.fine.features import DIRECTED, SINGLE, PairFeatures, pair_features
from sitewatch.models.fine.view import Cells
from training.clear import clear, open_grounds
from training.erase import erase
from training.pairs import UNLABELLED, Labelled

FOLDS = 5
# Neighbours stay together: all of LEVIR (one town and what lies around it), each disaster, runs of Mexico.
_FOLD = {
    "levir": 0, "levir256": 0, "tornado": 1, "santa": 1, "socal": 2, "florence": 2, "dsifn": 3,
    "harvey": 4, "hurricane": 4, "guatemala": 4, "midwest": 4,
}  # fmt: skip
# Cloud lies over most of these two; their "destroyed" houses are houses that nobody could see.
_CLOUDED = ("florence-4", "florence-9")
_ALTERABLE = ("mexico", "mexico-more", "xbd", "michael", "wildfire")
# Of the many Mexico tiles these are taken.
_EVERY = {"mexico-more": 3}


@dataclass(frozen=True, slots=True)
class Scene:
    """One pair, or one pair with buildings erased or neighbourhoods cleared.

    Attributes
    ----------
    set, name : str
    altered : str
        ``""`` as it was taken, ``erase`` or ``clear``.
    fold : int
    usable : (rows, columns) bool, on cells
    truth, buildings : (rows, columns) uint8, on cells
        As in `Labelled`; a cell has a label if most of it does.
    fires : bool
        Real houses burned here, so that the ground around them is not known to be unburned.
    path : Path
        The features: float16, (planes, rows, columns).
    """

    set: str
    name: str
    altered: str
    fold: int
    usable: NDArray[np.bool_]
    truth: NDArray[np.uint8]
    buildings: NDArray[np.uint8]
    fires: bool
    path: Path

    def features(self) -> PairFeatures:
        """Read the features back."""
        planes = np.load(self.path).astype(np.float32)
        ends = np.cumsum([len(SINGLE), len(SINGLE), len(DIRECTED)])
        return PairFeatures(*np.split(planes, ends))


def build_scenes(pairs: Sequence[Labelled], folder: Path, *, siblings: bool) -> list[Scene]:
    """Work out the features of every pair, and of altered copies where that can be done.

    `siblings` spreads LEVIR's scenes over the folds, to see what training on scenes of the same town gives.
    """
    kept = [p for i, p in enumerate(pairs) if p.name not in _CLOUDED and i % _EVERY.get(p.set, 1) == 0]
    grounds = open_grounds(kept, 5)
    scenes = []
    for number, pair in enumerate(kept):
        fold = number % FOLDS if siblings and pair.set.startswith("levir") else fold_of(pair)
        scenes += [
            _build(version, altered, fold, folder / f"{number:03d}{altered}.npy")
            for altered, version in _versions(pair, number, grounds)
        ]
    return scenes


def _versions(
    pair: Labelled, number: int, grounds: Sequence[NDArray[np.float32]]
) -> Iterator[tuple[str, Labelled]]:
    yield "", pair
    if pair.set in _ALTERABLE and (pair.buildings == 1).any() and not (pair.truth == 2).any():
        yield "erase", erase(pair, 1000 + number)
        if not pair.set.startswith("mexico") or number % 2:
            yield "clear", clear(pair, grounds, 3000 + number)


def _build(pair: Labelled, altered: str, fold: int, path: Path) -> Scene:
    cells = Cells.for_gsd(pair.gsd_m)
    stretch = fit_stretch(pair.before, pair.after, pair.usable)
    before, after = (cells.gather(image, pair.usable, stretch) for image in (pair.before, pair.after))
    usable = cells.usable(pair.usable)
    found = pair_features(before, after, usable)
    np.save(
        path, np.concatenate([found.before, found.after, found.forward, found.backward], dtype=np.float16)
    )
    truth, buildings = (_labels(labels, usable.shape) for labels in (pair.truth, pair.buildings))
    fires = bool((pair.truth == 2).any()) and not altered
    return Scene(pair.set, pair.name, altered, fold, usable, truth, buildings, fires, path)


def _labels(labels: NDArray[np.uint8], shape: tuple[int, ...]) -> NDArray[np.uint8]:
    found = np.zeros(shape, np.uint8)
    for code in np.unique(labels[labels > 0]):
        part = (labels == code).astype(np.float32)
        share = cv2.resize(part, (shape[1], shape[0]), interpolation=cv2.INTER_AREA)
        found[share > (0.3 if code == UNLABELLED else 0.5)] = code
    return found


def fold_of(pair: Labelled) -> int:
    """Return the fold of a pair: scenes that lie near one another share one."""
    if pair.set.startswith("mexico"):
        return int(pair.name) * FOLDS // 200
    if pair.set == "michael":
        return 2 + int(pair.name.split("-")[1]) % 2
    key = pair.set if pair.set in _FOLD else pair.name.replace("_", "-").split("-")[0]
    return _FOLD[key]
