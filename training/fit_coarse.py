"""Re-make ``models/coarse/weights.json``: which kind a change in coarse imagery is.

    python -m training.fit_coarse --data ../shared/data

Prints how often a changed pixel gets its kind right on scenes that were left out: each real set as a whole,
and every tenth drawn scene. About ten minutes on one core.
"""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sitewatch.kernels.radiometry import apply_normalisation, fit_normalisation
from sitewatch.models.coarse.evidence import Parity, measure
from sitewatch.models.coarse.fit import fit_coarse
from sitewatch.models.coarse.groups import find_groups
from sitewatch.models.coarse.network import LIMIT, Network, reverse
from sitewatch.simulate.recipe import RGB, RGB_NIR, SIX
from training.coarse_scenes import UNKNOWN, Sample, drawn, flipped, real

Table = NDArray[np.float32]
TARGET = Path(__file__).parents[1] / "src" / "sitewatch" / "models" / "coarse" / "weights.json"
SETS = {"six": SIX, "swir2": ("blue", "green", "red", "nir", "swir22"), "nir": RGB_NIR, "visible": RGB}
# Pixels whose change vector is longer than this many noise units are asked for their kind.
CHANGED = 1.8
# And those whose vegetation fell by this share of the way to a burn scar.
SCARRED = 0.5
# Of one kind in one scene, at most so many pixels.
MOST, MOST_REAL = 400, 4000
HIDDEN = 24
_WEIGHT = {"landsat": 8.0, "calfire": 2.0, "series-naip": 4.0, "drawn": 1.0}


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Changed pixels of one scene: measurements (n, pixels), kinds and weights."""

    name: str
    group: str
    values: Table
    kinds: NDArray[np.int64]
    weights: NDArray[np.float64]
    names: tuple[str, ...]
    parities: tuple[Parity, ...]


def rows_of(sample: Sample, bands: tuple[str, ...], rng: np.random.Generator) -> Rows | None:
    """Measure the changed pixels of a scene with some of its bands; None if it has not all of them."""
    if not set(bands) <= set(sample.bands):
        return None
    places = [sample.bands.index(name) for name in bands]
    before, after = sample.before[places], sample.after[places]
    normal = fit_normalisation(before, after, sample.usable)
    after = apply_normalisation(after, normal)
    fit = fit_coarse([(before, after, sample.usable)], bands=bands, noise=normal.noise)
    found = measure(before, after, sample.usable, fit, groups=find_groups(bands))
    told = (found.distance > CHANGED) | (found.scar > SCARRED)
    asked = sample.usable & told & (sample.kinds != UNKNOWN)
    flat, kinds = found.values.reshape(len(found.values), -1), sample.kinds.ravel()
    chosen, weights = [], []
    for kind in range(4):
        at = np.flatnonzero(asked.ravel() & (kinds == kind))
        if len(at):
            most = MOST if sample.group == "drawn" else MOST_REAL
            some = at if len(at) <= most else rng.choice(at, most, replace=False)
            chosen.append(some)
            weights.append(np.full(len(some), len(at) ** 0.5 / len(some)))
    if not chosen:
        return None
    at = np.concatenate(chosen)
    weight = np.concatenate(weights) * _WEIGHT[sample.group]
    return Rows(sample.name, sample.group, flat[:, at], kinds[at], weight, found.names, found.parities)


def fit_network(rows: Sequence[Rows], *, seed: int = 0, epochs: int = 14) -> Network:
    """Fit by stochastic gradient descent (Adam), weighted so that the kinds count alike."""
    values = np.concatenate([one.values for one in rows], axis=1)
    kinds = np.concatenate([one.kinds for one in rows])
    weights = np.concatenate([one.weights for one in rows])
    weights = weights / np.bincount(kinds, weights, minlength=4)[kinds]
    parities = rows[0].parities
    shift, scale = _standard(values, parities)
    seen = [
        np.clip((table - shift[:, None]) * scale[:, None], -LIMIT, LIMIT).T.copy()
        for table in (values, reverse(values, parities))
    ]
    rng = np.random.default_rng(seed)
    numbers = _descend(seen, np.eye(4, dtype=np.float32)[kinds], weights / weights.mean(), rng, epochs=epochs)
    return Network(rows[0].names, shift, scale, *numbers)


def _standard(values: Table, parities: Sequence[Parity]) -> tuple[Table, Table]:
    """Shift and scale each measurement, both of a couple alike, so that reversing stays exact."""
    shift, scale = np.zeros(len(values), np.float32), np.ones(len(values), np.float32)
    for row, parity in enumerate(parities):
        if parity == "odd":
            scale[row] = 1 / (np.sqrt(np.mean(values[row] ** 2)) + 1e-6)
        elif parity == "even":
            shift[row], scale[row] = values[row].mean(), 1 / (values[row].std() + 1e-6)
        elif parity == "first":
            both = values[row : row + 2]
            shift[row : row + 2], scale[row : row + 2] = both.mean(), 1 / (both.std() + 1e-6)
    return shift, scale


def _descend(
    seen: Sequence[Table],
    right: Table,
    weights: NDArray[np.float64],
    rng: np.random.Generator,
    *,
    epochs: int,
) -> list[Table]:
    size, batch, rate, decay = seen[0].shape[1], 1024, 3e-3, 3e-3
    numbers = [
        rng.normal(0, np.sqrt(2 / size), (size, HIDDEN)).astype(np.float32),
        np.zeros(HIDDEN, np.float32),
        rng.normal(0, 0.1, (HIDDEN, 4)).astype(np.float32),
        np.zeros(4, np.float32),
    ]
    first, second = [np.zeros_like(n) for n in numbers], [np.zeros_like(n) for n in numbers]
    total = len(right)
    steps = epochs * (total // batch)
    for step in range(1, steps + 1):
        at = rng.integers(0, total, batch)
        slopes = _slopes(
            numbers, [table[at] for table in seen], right[at], weights[at, None].astype(np.float32)
        )
        pace = rate * 0.5 * (1 + np.cos(np.pi * step / steps))
        for i, slope in enumerate(slopes):
            pulled = slope + (decay * numbers[i] if i in (0, 2) else 0)
            first[i] = 0.9 * first[i] + 0.1 * pulled
            second[i] = 0.999 * second[i] + 0.001 * pulled**2
            moment, spread = first[i] / (1 - 0.9**step), second[i] / (1 - 0.999**step)
            numbers[i] -= (pace * moment / (np.sqrt(spread) + 1e-8)).astype(np.float32)
    return numbers


def _slopes(numbers: list[Table], seen: list[Table], right: Table, weights: Table) -> list[Table]:
    """Differentiate the cross-entropy of the log-odds that `Network.log_odds` gives."""
    hidden = [np.maximum(table @ numbers[0] + numbers[1], 0) for table in seen]
    looks = [active @ numbers[2] + numbers[3] for active in hidden]
    odds = looks[0].copy()
    odds[:, 0] += looks[1][:, 2]
    odds[:, 2] += looks[1][:, 0]
    odds[:, 3] += looks[1][:, 3]
    power = np.exp(odds - odds.max(axis=1, keepdims=True))
    wrong = (power / power.sum(axis=1, keepdims=True) - right) * weights / len(right)
    mirrored = np.stack([wrong[:, 2], np.zeros(len(right), np.float32), wrong[:, 0], wrong[:, 3]], axis=1)
    back = [
        (error @ numbers[2].T) * (active > 0) for error, active in zip((wrong, mirrored), hidden, strict=True)
    ]
    return [
        seen[0].T @ back[0] + seen[1].T @ back[1],
        back[0].sum(axis=0) + back[1].sum(axis=0),
        hidden[0].T @ wrong + hidden[1].T @ mirrored,
        wrong.sum(axis=0) + mirrored.sum(axis=0),
    ]


def told(network: Network, rows: Sequence[Rows]) -> Iterator[str]:
    """Say how the changed pixels of scenes are typed, a line a kind."""
    kinds = np.concatenate([one.kinds for one in rows])
    given = np.concatenate([network.log_odds(one.values, one.parities).argmax(axis=0) for one in rows])
    for kind, name in enumerate(("construction", "burning", "demolition", "other")):
        mine = kinds == kind
        if mine.any():
            shares = np.bincount(given[mine], minlength=4) / mine.sum()
            yield f"  {name:13} {mine.sum():7d}  " + "  ".join(f"{share:.2f}" for share in shares)


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit, print what holds on scenes left out, and write the numbers."""
    parser = ArgumentParser(description="Fit the kinds of change in coarse imagery.")
    parser.add_argument("--data", type=Path, required=True, help="folder with MANIFEST.csv")
    parser.add_argument("--drawn", type=int, default=200, help="how many scenes are drawn")
    parser.add_argument("--seed", type=int, default=0, help="of the start, the batches and the pixels taken")
    given = parser.parse_args(arguments)
    rng = np.random.default_rng(given.seed + 1)
    tables: dict[str, list[Rows]] = {name: [] for name in SETS}
    for sample in _samples(given.data / "MANIFEST.csv", given.drawn, rng):
        for name, bands in SETS.items():
            rows = rows_of(sample, bands, rng)
            if rows is not None:
                tables[name].append(rows)
    networks = {}
    for name, rows in tables.items():
        for group in ("landsat", "calfire", "drawn"):
            out = [one for one in rows if one.group == group and (group != "drawn" or one.name.endswith("3"))]
            if out:
                kept = [one for one in rows if one not in out]
                sys.stdout.write(f"{name}, left out: {group} (construction, burning, demolition, other)\n")
                for line in told(fit_network(kept, seed=given.seed), out):
                    sys.stdout.write(line + "\n")
        networks[name] = _plain(fit_network(rows, seed=given.seed))
    TARGET.write_text(json.dumps({"networks": networks}, separators=(",", ":")) + "\n", "utf-8")


def _samples(manifest: Path, number: int, rng: np.random.Generator) -> Iterator[Sample]:
    for sample in real(manifest):
        yield sample
        if sample.group in ("landsat", "calfire"):
            yield flipped(sample, rng)
    for seed in range(number):
        yield drawn(seed)


def _plain(network: Network) -> dict[str, object]:
    arrays = ("shift", "scale", "hidden", "hidden_bias", "out", "out_bias")
    numbers = {name: np.round(getattr(network, name), 4).tolist() for name in arrays}
    return {"names": list(network.names), **numbers}


if __name__ == "__main__":
    main()
