"""Score the whole chain on fine imagery that the examiner was not fitted on.

    python -m training.fit_examiner --data ../shared/data --cache FOLDER --folds 0 1
    python -m training.left_out --data ../shared/data --cache FOLDER --out RUNS

As `sitewatch benchmark`, but every pair is looked at by the networks that were fitted on the other half of
the pairs. `RUNS` is then what the confidence is fitted on (`training.fit_confidence`) and what the pool of
placements is made of (`training.make_pool`): on pairs that the networks know by heart the one would come out
too sure, and the other too quiet. Sites are drawn over every pair, and judged
(`python -m benchmarks verdicts RUNS`).
"""

import sys
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sitewatch.io.results import Run
from sitewatch.models.examiner import networks_from
from sitewatch.runs.benchmark import benchmark, plan
from sitewatch.runs.compare import compare
from training.examiner.pairs import entries
from training.examiner.scenes import SETS, fold_of
from training.places import write_places

Pair = tuple[str, str]


def folds(data: Path, sets: Sequence[str] = SETS) -> dict[Pair, int]:
    """Return the fold of each pair, by set and name."""
    known = entries(data, sets)
    return {(entry.set, entry.pair): fold_of(place) for place, entry in enumerate(known)}


def sites(data: Path, folder: Path) -> dict[Pair, Path]:
    """Draw sites over every pair, and return their files by set and name."""
    files = {}
    for entry in entries(data, SETS):
        files[entry.set, entry.pair] = folder / entry.set / f"{entry.pair}.geojson"
        write_places(entry, files[entry.set, entry.pair])
    return files


class Unknowing:
    """Compares as `sitewatch.compare` does, with networks that do not know the pair."""

    def __init__(
        self, fold: Mapping[Pair, int], networks: Mapping[int, Path], sites: Mapping[Pair, Path]
    ) -> None:
        self._fold = fold
        self._networks = networks
        self._sites = sites

    def __call__(self, before: Path, after: Path, **options: Any) -> Run:
        """Compare two files."""
        # Files of a pair lie in set/pair, those of one with buildings planted into it as well.
        pair = before.parent.parent.name, before.parent.name
        with networks_from(self._networks[self._fold[pair]]):
            return compare(before, after, aoi=self._sites[pair], **options)


def main(arguments: Sequence[str] | None = None) -> None:
    """Compare, print the table, and keep the runs."""
    parser = ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument(
        "--cache", type=Path, required=True, help="folder that `fit_examiner --folds` wrote to"
    )
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--set", nargs="*", default=list(SETS), choices=SETS)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args(arguments)
    known = folds(given.data)
    networks = {fold: given.cache / f"fold-{fold}-seed-{given.seed}" for fold in set(known.values())}
    todo = [
        trial
        for trial in plan(given.data / "MANIFEST.csv", given.set)
        if (trial.entry.set, trial.entry.pair) in known
    ]
    compare_unknowing = Unknowing(known, networks, sites(given.data, given.cache / "sites"))
    done = benchmark(todo, given.out, overwrite=True, compare=compare_unknowing, step=_say)
    sys.stdout.write(done.table + "\n")


def _say(name: str) -> None:
    sys.stderr.write(name + "\n")


if __name__ == "__main__":
    main()
