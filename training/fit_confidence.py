"""Fit ``models/confidence.json``: how often detections of a given probability and size are right.

    sitewatch benchmark --manifest ../shared/data/MANIFEST.csv --out RUNS
    python -m training.fit_confidence RUNS --manifest ../shared/data/MANIFEST.csv

A detection is right if at least 30 % of it is truth of its kind, as in the benchmark. What is printed is for
scenes that were left out of the fit, a group of sets at a time; what is written is fitted on all of them.
"""

import json
import sys
from argparse import ArgumentParser
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox
from scipy.optimize import minimize
from shapely.geometry import shape

from sitewatch.evaluate.objects import ENOUGH, MIN_LABELLED
from sitewatch.evaluate.truth import load_truth
from sitewatch.io.rasters import burn, describe
from sitewatch.io.results import Run, read_features
from sitewatch.records import KIND_CODES, NOT_ASSESSABLE
from sitewatch.runs.benchmark import plan

TARGET = Path(__file__).parents[1] / "src" / "sitewatch" / "models" / "confidence.json"
# Sets that show the same places are left out together.
GROUPS = {"levir256": "levir", "mexico-more": "mexico"}
# A model with fewer detections than this gets no numbers, and so no confidence.
OF_A_MODEL = 300
# A kind with fewer detections than this, or fewer right or wrong ones, shares the numbers of all kinds.
OF_A_KIND = 60
RARE = 8
# Strength of the pull towards "as the model says" (0, 1, 0).
RIDGE = 2.0
_EDGE = 0.005


@dataclass(frozen=True, slots=True)
class Sighting:
    """One detection: what the model said of it, and whether it was right."""

    group: str
    model: str
    kind: str
    probability: float
    pixels: float
    right: bool


def sightings(runs: Path, manifest: Path) -> Iterator[Sighting]:
    """Yield every detection of a benchmark that lies on labelled ground."""
    for trial in plan(manifest):
        folder = runs / "runs" / trial.folder
        if not (folder / "run.json").is_file() or trial.entry.truth is None or trial.variant == "planted":
            continue
        run = Run.open(folder)
        grid = describe(run.raster("change")).require_grid()
        truth = load_truth(trial.entry.truth, grid, turned=trial.variant == "reversed")
        yield from _of_run(run, grid, truth, GROUPS.get(trial.entry.set, trial.entry.set))


def _of_run(run: Run, grid: GeoBox, truth: NDArray[np.uint8], group: str) -> Iterator[Sighting]:
    for feature in read_features(run, "changes"):
        said = feature["properties"]
        inside = truth[burn([(shape(feature["geometry"]), 1)], grid) > 0]
        known = inside[inside != NOT_ASSESSABLE]
        if said["kind"] == "other" or len(known) < max(1, MIN_LABELLED * len(inside)):
            continue
        yield Sighting(
            group=group,
            model=run.info["fits"]["overlap"]["model"]["name"],
            kind=said["kind"],
            probability=said["evidence"]["model_probability"]["value"],
            pixels=len(inside),
            right=float((known == KIND_CODES[said["kind"]]).mean()) >= ENOUGH,
        )


def fit(seen: Sequence[Sighting]) -> list[float]:
    """Fit a, b and c by penalised logistic regression."""
    inputs, right = _inputs(seen), np.array([one.right for one in seen], float)

    def loss(numbers: NDArray[np.float64]) -> float:
        logit = inputs @ numbers
        pull = RIDGE * float(((numbers - (0, 1, 0)) ** 2).sum())
        return float(np.logaddexp(0, logit).sum() - (right * logit).sum() + pull)

    return [round(float(value), 4) for value in minimize(loss, np.array([0.0, 1.0, 0.0])).x]


def foretell(numbers: Sequence[float], seen: Sequence[Sighting]) -> NDArray[np.float64]:
    """Return the confidence of each detection."""
    found: NDArray[np.float64] = 1 / (1 + np.exp(-_inputs(seen) @ np.asarray(numbers)))
    return found


def _inputs(seen: Sequence[Sighting]) -> NDArray[np.float64]:
    held = np.clip([one.probability for one in seen], _EDGE, 1 - _EDGE)
    size = np.log10(np.maximum([one.pixels for one in seen], 1))
    return np.column_stack([np.ones(len(seen)), np.log(held / (1 - held)), size])


def table(seen: Sequence[Sighting]) -> dict[str, dict[str, list[float]]]:
    """Fit every model and kind that has enough detections; ``any`` stands in for the rest."""
    numbers: dict[str, dict[str, list[float]]] = {}
    for model in sorted({one.model for one in seen}):
        mine = [one for one in seen if one.model == model]
        numbers[model] = {"any": fit(mine)}
        for kind in ("construction", "burning", "demolition"):
            some = [one for one in mine if one.kind == kind]
            right = sum(one.right for one in some)
            if len(some) >= OF_A_KIND and min(right, len(some) - right) >= RARE:
                numbers[model][kind] = fit(some)
    return numbers


def left_out(seen: Sequence[Sighting]) -> Iterator[tuple[Sighting, float]]:
    """Foretell each detection from the groups of sets that it does not belong to."""
    for group in sorted({one.group for one in seen}):
        numbers = table([one for one in seen if one.group != group])
        for one in seen:
            if one.group == group and one.model in numbers:
                mine = numbers[one.model]
                yield one, float(foretell(mine.get(one.kind, mine["any"]), [one])[0])


def reliability(pairs: Sequence[tuple[Sighting, float]]) -> Iterator[str]:
    """Say in lines how often detections of a confidence were right."""
    bins: dict[tuple[str, int], list[tuple[float, bool]]] = defaultdict(list)
    for one, told in pairs:
        bins[one.model, min(int(told * 5), 4)].append((told, one.right))
    yield "| model | confidence | detections | mean confidence | right |"
    yield "| --- | --- | ---: | ---: | ---: |"
    for (model, number), found in sorted(bins.items()):
        told, right = (float(np.mean([pair[side] for pair in found])) for side in (0, 1))
        span = f"{number / 5:.1f} to {(number + 1) / 5:.1f}"
        yield f"| {model} | {span} | {len(found)} | {told:.2f} | {right:.2f} |"
    brier = np.mean([(told - one.right) ** 2 for one, told in pairs])
    yield f"Brier score {brier:.3f} on {len(pairs)} detections of groups left out"


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit, print how well it holds on groups left out, and write the numbers."""
    parser = ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("runs", type=Path, help="folder that `sitewatch benchmark --out` wrote")
    parser.add_argument("--manifest", type=Path, required=True)
    parser.add_argument("--dry", action="store_true", help="print only")
    given = parser.parse_args(arguments)
    seen = list(sightings(given.runs, given.manifest))
    for line in reliability(list(left_out(seen))):
        sys.stdout.write(line + "\n")
    if not given.dry:
        counts = Counter(one.model for one in seen)
        enough = [one for one in seen if counts[one.model] >= OF_A_MODEL]
        facts: dict[str, Any] = {"detections": len(enough), "numbers": table(enough)}
        TARGET.write_text(json.dumps(facts, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
