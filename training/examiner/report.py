"""How networks do on scenes that they were not fitted on."""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, precision_recall_curve

from sitewatch.models.examiner.view import STEP
from training.examiner.crops import CELL
from training.examiner.labels import BUILT, BURNED, NOTHING, REGROWN, REMOVED, WORDS, bits, to_cells
from training.examiner.network import Examiner
from training.examiner.scenes import Scene

Shares = NDArray[np.float32]

# What is looked for, and the possibilities of a cell that answer to it.
_LOOKED_FOR = {
    "built": (BUILT,),
    "burned": (BURNED,),
    "removed": (REMOVED,),
    "any": (REMOVED, BURNED, BUILT, REGROWN, len(WORDS) - 1),
}
HEADER = "set          scenes what       cells     AP  F1 .5   best    at quiet>.5"


def look(model: Examiner, scene: Scene) -> Shares:
    """Return the shares of the possibilities on the cells of a scene, (6, rows, columns)."""
    rows, cols = (length // STEP * STEP for length in scene.sets.shape)
    dates = [
        torch.from_numpy((image[None, :, :rows, :cols].astype(np.float32) - 127) / 128)
        for image in scene.images
    ]
    with torch.inference_mode():
        return np.asarray(model(*dates).softmax(dim=1)[0].numpy(), np.float32)


def report(scenes: Sequence[Scene], shares: Sequence[Shares]) -> Iterator[str]:
    """Yield a table: a line for each set and each thing looked for."""
    yield HEADER
    for name in dict.fromkeys(scene.set for scene in scenes if scene.group != "altered"):
        places = [i for i, scene in enumerate(scenes) if scene.set == name and scene.group != "altered"]
        yield from _lines(name, [scenes[i] for i in places], [shares[i] for i in places])
    places = [i for i, scene in enumerate(scenes) if scene.group == "altered"]
    if places:
        yield from _lines("altered", [scenes[i] for i in places], [shares[i] for i in places])


def _lines(name: str, scenes: Sequence[Scene], shares: Sequence[Shares]) -> Iterator[str]:
    sets = np.concatenate([_cells(scene, one).ravel() for scene, one in zip(scenes, shares, strict=True)])
    told = np.concatenate([one.reshape(len(WORDS), -1) for one in shares], axis=1)
    for word, planes in _LOOKED_FOR.items():
        wanted = bits(*planes)
        true = ((sets & wanted) > 0) & ((sets & ~wanted) == 0)
        known = true | ((sets & wanted) == 0)
        if word != "any" and not true.any() and not (sets == bits(NOTHING)).all():
            continue
        yield _line(f"{name:12} {len(scenes):6} {word:8}", true[known], told[list(planes)].sum(axis=0)[known])


def _line(start: str, true: NDArray[np.bool_], told: Shares) -> str:
    quiet = float((told[~true] > 0.5).mean())
    if not true.any():
        return f"{start} {0:7} {'':6} {'':6} {'':6} {'':5} {quiet:8.5f}"
    hit = told > 0.5
    at_half = 2 * (hit & true).sum() / max(hit.sum() + true.sum(), 1)
    precision, recall, levels = precision_recall_curve(true, told)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-9)
    best = int(f1.argmax())
    ap = average_precision_score(true, told)
    where = levels[min(best, len(levels) - 1)]
    return f"{start} {true.sum():7} {ap:6.3f} {at_half:6.3f} {f1[best]:6.3f} {where:5.2f} {quiet:8.5f}"


def _cells(scene: Scene, shares: Shares) -> NDArray[np.uint8]:
    cells = to_cells(scene.sets, CELL)
    return cells[: shares.shape[1], : shares.shape[2]]
