"""Re-make the weights of `sitewatch.models.fine` and print the table of leave-out scores.

``python -m training.fit_fine --data ../shared/data [--without levir,levir256,dsifn]``

Every scene is scored by networks that saw neither it nor its neighbours (`training.scenes.fold_of`). The
shipped numbers are fitted on all scenes, each network on what those below it say of scenes that they have not
seen. About 25 minutes on one core; the features take some 12 GB in a temporary folder.
"""

import argparse
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sitewatch.models.fine.network import Network
from sitewatch.models.fine.stages import (
    both_ways,
    change_inputs,
    change_order,
    roof_maps,
    softmax,
    verdict_inputs,
    verdict_order,
)
from training.descent import Recipe, fit_changes, fit_roofs
from training.pairs import SETS, read_pairs
from training.samples import Chosen, change_cells, roof_cells
from training.scenes import FOLDS, Scene, build_scenes
from training.table import print_table

Array = NDArray[np.float32]
Inputs = Callable[[int], Array]

_ROOF = Recipe(hidden=(48, 24), epochs=4)
_CHANGE = Recipe(hidden=(64, 32), epochs=4)
_VERDICT = Recipe(hidden=(64, 24), epochs=5)
# The last "fold" holds no scene: what leaves it out is fitted on everything, and shipped.
_SHIPPED = FOLDS


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit, print the table, write the weights."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with MANIFEST.csv")
    parser.add_argument("--without", default="", help="sets to leave out altogether, comma-separated")
    parser.add_argument("--siblings", action="store_true", help="spread LEVIR's scenes over the folds")
    parser.add_argument("--out", type=Path, default=Path("src/sitewatch/models/fine/weights.npz"))
    options = parser.parse_args(arguments)
    sets = tuple(name for name in SETS if name not in options.without.split(","))
    with tempfile.TemporaryDirectory() as folder:
        scenes = build_scenes(read_pairs(options.data, sets), Path(folder), siblings=options.siblings)
        shipped, logits = fit_all(scenes)
    print_table(scenes, [softmax(planes) for planes in logits])
    write_weights(options.out, shipped)


def fit_all(scenes: Sequence[Scene]) -> tuple[dict[str, Network], list[Array]]:
    """Fit the three networks one after the other; return those to ship, and each scene's left-out logits."""
    draw = np.random.default_rng(0)
    roofs = _fit_roof_stage(scenes, draw)
    inputs = [
        lambda i: change_inputs(scenes[i].features(), roofs[1][i]),
        lambda i: verdict_inputs(scenes[i].features(), roofs[1][i], changes[1][i]),
    ]
    change_sample = [change_cells(scene, draw, (1500, 1500), None) for scene in scenes]
    changes = _fit_stage(scenes, inputs[0], change_order(), sample=change_sample, recipe=_CHANGE)
    hard = [1 - softmax(planes)[0] for planes in changes[1]]
    sample = [change_cells(scene, draw, (1500, 3000), h) for scene, h in zip(scenes, hard, strict=True)]
    verdicts = _fit_stage(scenes, inputs[1], verdict_order(), sample=sample, recipe=_VERDICT)
    return {"roof": roofs[0], "change": changes[0], "verdict": verdicts[0]}, verdicts[1]


def _fit_roof_stage(scenes: Sequence[Scene], draw: np.random.Generator) -> tuple[Network, list[Array]]:
    """Return the roof network to ship, and each scene's left-out roof logits (before, after)."""
    sample = [roof_cells(scene, draw, 1200) for scene in scenes]
    networks = []
    for fold in range(FOLDS + 1):
        kept = [part for part, scene in zip(sample, scenes, strict=True) if scene.fold != fold]
        x, y = (np.concatenate(column) for column in zip(*kept, strict=True))
        networks.append(fit_roofs(x, y, np.ones(len(y), np.float32), recipe=_ROOF))
    return networks[_SHIPPED], [roof_maps(networks[scene.fold], scene.features()) for scene in scenes]


def _fit_stage(
    scenes: Sequence[Scene],
    inputs: Inputs,
    order: NDArray[np.intp],
    *,
    sample: Sequence[Chosen],
    recipe: Recipe,
) -> tuple[Network, list[Array]]:
    """Return the network to ship, and each scene's left-out logits (built, burnt, removed, regrown)."""
    rows = [_taken(inputs(i), chosen) for i, chosen in enumerate(sample)]
    networks = []
    for fold in range(FOLDS + 1):
        kept = [i for i, scene in enumerate(scenes) if scene.fold != fold]
        x = np.concatenate([rows[i] for i in kept])
        labels = np.concatenate([sample[i].labels for i in kept])
        weights = np.concatenate([sample[i].weights for i in kept])
        networks.append(fit_changes(x, order, labels, weights, recipe=recipe))
    logits = [both_ways(networks[scene.fold], inputs(i), order) for i, scene in enumerate(scenes)]
    return networks[_SHIPPED], logits


def _taken(planes: Array, chosen: Chosen) -> Array:
    return np.ascontiguousarray(planes.reshape(len(planes), -1)[:, chosen.places].T)


def write_weights(path: Path, networks: dict[str, Network]) -> None:
    """Write the networks as float32 arrays, in a fixed order."""
    arrays = {}
    for name, network in networks.items():
        arrays |= {f"{name}.mean": network.mean, f"{name}.scale": network.scale}
        for i, (weight, bias) in enumerate(network.layers):
            arrays |= {f"{name}.weight{i}": weight, f"{name}.bias{i}": bias}
    np.savez(path, **arrays)


if __name__ == "__main__":
    main()
