"""Score the whole chain on fine imagery that the examiner was not fitted on.

    python -m training.fit_examiner --data ../shared/data --cache FOLDER --folds 0 1
    python -m training.left_out --data ../shared/data --cache FOLDER --out RUNS

As `sitewatch benchmark`, but every pair is looked at by the networks that were fitted on the other half of
the pairs. `RUNS` is then what the confidence is fitted on (`training.fit_confidence`): on pairs that the
networks know by heart it would come out too sure.
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

Pair = tuple[str, str]


def folds(data: Path, sets: Sequence[str] = SETS) -> dict[Pair, int]:
    """Return the fold of each pair, by set and name."""
    known = entries(data, sets)
    return {(entry.set, entry.pair): fold_of(place) for place, entry in enumerate(known)}


class Unknowing:
    """Compares as `sitewatch.compare` does, with networks that do not know the pair."""

    def __init__(self, fold: Mapping[Pair, int], networks: Mapping[int, Path]) -> None:
        self._fold = fold
        self._networks = networks

    def __call__(self, before: Path, after: Path, **options: Any) -> Run:
        """Compare two files."""
        # Files of a pair lie in set/pair, those of one with buildings planted into it as well.
        fold = self._fold[before.parent.parent.name, before.parent.name]
        with networks_from(self._networks[fold]):
            return compare(before, after, **options)


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
    done = benchmark(todo, given.out, overwrite=True, compare=Unknowing(known, networks), step=_say)
    sys.stdout.write(done.table + "\n")


def _say(name: str) -> None:
    sys.stderr.write(name + "\n")


if __name__ == "__main__":
    main()
