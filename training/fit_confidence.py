"""Fit ``models/last_stage/weights.json``: how often detections with some evidence are right.

    python -m training.left_out --data ../shared/data --cache FOLDER --out FINE
    sitewatch benchmark --manifest ../shared/data/MANIFEST.csv --set calfire --set landsat --out COARSE
    python -m training.fit_confidence FINE COARSE --manifest ../shared/data/MANIFEST.csv

A detection is right if at least 30 % of it is truth of its kind, as in the benchmark. What is printed is for
groups of sets that were left out of the fit; what is written is fitted on all of them. A model whose
confidence does not hold on groups that were left out gets none: its weights are written as what
`sitewatch train` starts from. A minute or two.
"""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sitewatch.evaluate.decisions import decide
from sitewatch.evaluate.truth import load_truth
from sitewatch.io.digests import digest
from sitewatch.io.rasters import describe
from sitewatch.io.results import Run
from sitewatch.models.last_stage import (
    AS_THE_MODEL_SAYS,
    Figures,
    LastStage,
    ModelStage,
    Reviewed,
    choose_strength,
    fit_stage,
    foretold,
    reliability,
    told_left_out,
)
from sitewatch.runs.benchmark import Trial, plan
from sitewatch.runs.reviewed import DECIDED, Detected, detections

TARGET = Path(__file__).parents[1] / "src" / "sitewatch" / "models" / "last_stage" / "weights.json"
# Sets that show the same places are left out together.
GROUPS = {"levir256": "levir", "mexico-more": "mexico"}
# A model with fewer detections than this, or fewer groups, has no confidence.
OF_A_MODEL = 300
LEAST_GROUPS = 4
# Nor has one whose mean confidence is off by more than this in a bin of `MANY` detections that were left out.
FARTHEST = 0.15
MANY = 30

Told = NDArray[np.float64]


def judged(runs: Path, manifest: Path) -> Iterator[tuple[Detected, Reviewed]]:
    """Yield every detection of a benchmark that lies on labelled ground, with whether it was right.

    A quiet pair counts with buildings planted into it, if it was tried so: what is right and what is wrong
    then lie on the same ground, and no place is known by having nothing but false alarms.
    """
    for trial in plan(manifest):
        folder = runs / "runs" / trial.folder
        truth_file = truth_of(runs, trial)
        if truth_file is None or not (folder / "run.json").is_file():
            continue
        run = Run.open(folder)
        grid = describe(run.raster("change")).require_grid()
        truth = load_truth(truth_file, grid, turned=trial.variant == "reversed")
        group = GROUPS.get(trial.entry.set, trial.entry.set)
        decided = decide(run, truth, grid)
        for one in detections(run):
            if decided[one.id] in DECIDED and one.kind != "other":
                yield one, replace(one.reviewed(), confirmed=decided[one.id] == "confirmed", place=group)


def truth_of(runs: Path, trial: Trial) -> Path | None:
    """Return the labels that tell kinds on the ground of a trial; None if it is not to be counted."""
    if not trial.entry.kind_told:
        return None
    if trial.variant == "planted":
        return runs / "planted" / trial.entry.set / trial.entry.pair / "truth.tif"
    return None if trial.entry.footprints is not None else trial.entry.truth


def holds(seen: Sequence[Reviewed], told: Told) -> bool:
    """Tell whether a confidence on groups left out means about what it says."""
    right = np.array([one.confirmed for one in seen])
    wide = [bin_ for bin_ in reliability(told, right) if bin_.detections >= MANY]
    enough = len(seen) >= OF_A_MODEL and len({one.place for one in seen}) >= LEAST_GROUPS
    return enough and all(abs(bin_.told - bin_.right) <= FARTHEST for bin_ in wide)


def lines(model: str, seen: Sequence[Reviewed], told: Told) -> Iterator[str]:
    """Say how well detections of groups left out are foretold."""
    right = np.array([one.confirmed for one in seen])
    yield f"{model}: {len(seen)} detections of {len({one.place for one in seen})} groups, {right.sum()} right"
    yield "| confidence | detections | mean confidence | right |"
    yield "| --- | ---: | ---: | ---: |"
    for found in reliability(told, right):
        span = f"{found.low:.1f} to {found.high:.1f}"
        yield f"| {span} | {found.detections} | {found.told:.2f} | {found.right:.2f} |"
    for name, said in (
        ("the model's own probability", foretold(AS_THE_MODEL_SAYS, seen)),
        ("left out", told),
    ):
        figures = Figures.of(said, right)
        bins = reliability(said, right)
        apart = sum(one.detections * abs(one.told - one.right) for one in bins) / len(seen)
        yield (
            f"{name}: expected calibration error {apart:.3f}, Brier score {figures.brier:.3f}, "
            f"log loss {figures.log_loss:.3f}"
        )


def fit(seen: Sequence[Reviewed]) -> ModelStage:
    """Fit the stage of one model on all its detections."""
    return fit_stage(seen, AS_THE_MODEL_SAYS, choose_strength(seen, AS_THE_MODEL_SAYS, seed=0))


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit, print how well it holds on groups left out, and write the weights."""
    parser = ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("runs", type=Path, nargs="+", help="folders of benchmarks")
    parser.add_argument("--manifest", type=Path, required=True)
    parser.add_argument("--dry", action="store_true", help="print only")
    given = parser.parse_args(arguments)
    found = [one for runs in given.runs for one in judged(runs, given.manifest)]
    models, counts = {}, {}
    for model in sorted({one.model for one, _ in found}):
        seen = [reviewed for one, reviewed in found if one.model == model]
        told = told_left_out(seen, AS_THE_MODEL_SAYS, seed=0)
        for line in lines(model, seen, told):
            sys.stdout.write(line + "\n")
        models[model] = fit(seen).model_copy(update={"calibrated": holds(seen, told)})
        counts[model] = len(seen)
        sys.stdout.write(f"calibrated: {models[model].calibrated}\n\n")
    if not given.dry:
        provenance = {"detections": counts, "manifest_sha256": digest(given.manifest)}
        TARGET.write_text(LastStage(version=1, models=models, provenance=provenance).to_text(), "utf-8")


if __name__ == "__main__":
    main()
