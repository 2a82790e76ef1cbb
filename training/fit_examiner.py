"""Re-make the networks of `sitewatch.models.examiner`; with `--folds`, say how they do on scenes left out.

    pip install '.[train]'
    python -m training.fit_examiner --data ../shared/data --cache FOLDER

EfficientNet-lite0 (ImageNet) and a decoder of both dates are fitted together: on real labels, on real
buildings erased or ruined in one date of quiet pairs, and on drawn scenes. About forty minutes on one core
and 4 GB of memory, after some three minutes for reading and registering the pairs once; each of the folds
takes as long again.
"""

import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Collection, Sequence
from pathlib import Path

import torch

from training.examiner.export import TARGET, export
from training.examiner.fit import Course, fit
from training.examiner.network import Examiner
from training.examiner.pairs import Labelled, read_pairs
from training.examiner.report import look, report
from training.examiner.scenes import FOLDS, NON_COMMERCIAL, SETS, Scene, altered, drawn, real

_TEST_SEED = 9_000


class _Workshop:
    """The scenes, and what is done with them."""

    def __init__(self, given: Namespace) -> None:
        self._given = given
        self._start = time.monotonic()
        without = NON_COMMERCIAL if "non-commercial" in given.without else given.without
        sets = [name for name in SETS if name not in without]
        self._pairs: list[Labelled] = read_pairs(given.data, given.cache, sets)
        self._scenes = [*real(self._pairs), *drawn(given.drawn)]
        self.say(f"{len(self._scenes)} scenes read")

    def say(self, line: str) -> None:
        sys.stdout.write(f"{time.monotonic() - self._start:6.0f} s  {line}\n")
        sys.stdout.flush()

    def fit(self, folds: Collection[int]) -> Examiner:
        """Fit on the scenes of some folds."""
        chosen = [scene for scene in self._scenes if scene.fold in folds]
        chosen += altered(self._pairs, sorted(folds), self._given.seed)
        self.say(f"fitting on {len(chosen)} scenes of folds {sorted(folds)}, seed {self._given.seed}")
        course = Course(steps=self._given.steps)
        return fit(chosen, self._given.seed, course, self.say)

    def left_out(self, fold: int, model: Examiner) -> None:
        """Say how a model does on the scenes of a fold that it was not fitted on."""
        scenes = [scene for scene in self._scenes if scene.fold == fold]
        scenes += altered(self._pairs, [fold], _TEST_SEED)
        _say_table(scenes, model, self)


def _say_table(scenes: Sequence[Scene], model: Examiner, workshop: _Workshop) -> None:
    for line in report(scenes, [look(model, scene) for scene in scenes]):
        workshop.say(line)


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit, print, and write the networks."""
    given = _parser().parse_args(arguments)
    torch.set_num_threads(given.threads)
    given.cache.mkdir(parents=True, exist_ok=True)
    workshop = _Workshop(given)
    for fold in given.folds:
        model = workshop.fit([other for other in range(FOLDS) if other != fold])
        export(model, given.cache / f"fold-{fold}-seed-{given.seed}")
        workshop.left_out(fold, model)
    if not given.folds:
        export(workshop.fit(range(FOLDS)), given.out)
        workshop.say(f"written to {given.out}")


def _parser() -> ArgumentParser:
    parser = ArgumentParser(description="Fit the examiner of fine imagery.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument(
        "--cache", type=Path, required=True, help="folder for prepared pairs and fitted folds"
    )
    parser.add_argument("--out", type=Path, default=TARGET, help="folder to write the networks to")
    parser.add_argument("--drawn", type=int, default=150, help="number of drawn scenes")
    parser.add_argument("--steps", type=int, default=Course().steps)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument(
        "--without", nargs="*", default=[], choices=[*SETS, "non-commercial"], help="sets to leave out"
    )
    parser.add_argument(
        "--folds",
        type=int,
        nargs="*",
        default=[],
        help="fit without these folds and say how they do; nothing is put into the package",
    )
    return parser


if __name__ == "__main__":
    main()
