"""Fit ``models/damage/weights.json``: what was measured inside the footprints of destroyed buildings.

    python -m training.fit_damage --data ../shared/data

Every pair beside which a ``buildings.tif`` lies (1 intact, 2 minor, 3 major, 4 destroyed) is registered and
measured as a run does it; buildings of major damage are left out, as they are neither. What is printed is for
groups of sets that were left out whole; what is written is fitted on all, each group with about the same
weight. About four minutes of processor time.
"""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from sitewatch import blocks
from sitewatch.grid import gsd_m
from sitewatch.io.rasters import load_labels
from sitewatch.kernels.logistic import fit_logistic
from sitewatch.models.damage import INTERCEPT, TERMS, DamageModel, scaled, terms
from sitewatch.pipeline.buildings import LEAST_PX, LEAST_SEEN, beside, named, reference
from sitewatch.pipeline.changes import measure_objects
from sitewatch.pipeline.checks import require_bands
from sitewatch.pipeline.fitting import fit_preparation
from sitewatch.pipeline.prepare import Shelf
from sitewatch.pipeline.register import register
from sitewatch.pipeline.seeing import fit_sight
from sitewatch.pipeline.structure import structure_reach_px
from sitewatch.runs.compare import open_pair
from sitewatch.runs.ground import whole_ground
from sitewatch.settings import Settings

TARGET = Path(__file__).parents[1] / "src" / "sitewatch" / "models" / "damage" / "weights.json"
GROUPS = {"tornado": "tornado", "wildfire": "wildfire", "michael": "michael", "xbd": "xbd", "ida": "xbd"}
MAJOR, DESTROYED = 3, 4
# Each evidence alone, and whether it falls where a building is destroyed.
ALONE = {
    "difference": 1, "pattern_kept": -1, "d_right_angles": -1, "d_edges": 1,
    "difference_beside_pair": 1, "pattern_kept_beside_pair": -1,
}  # fmt: skip
# Rows that each group counts as; how strongly weights are held at nothing; where scores become words.
_ROWS, _PULL, _SURE, _POSSIBLE = 600, 3.0, 0.5, 0.15
# Off by more than this in the mean on a group that was left out, a score is no probability.
_FARTHEST = 0.1
_DECIMALS = 4
_FREE = 1e-3
_BLOCK = 1024

Vector = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Known:
    """A building whose damage is known.

    Attributes
    ----------
    group : str
        Of sets that are left out together.
    grade : int
    evidence : mapping of str to float
    """

    group: str
    grade: int
    evidence: Mapping[str, float]


def known(file: Path, group: str) -> Iterator[Known]:
    """Yield the buildings of a pair, measured as in a run."""
    pair = open_pair(file.with_name("before.tif"), file.with_name("after.tif"), {})
    grid, bands, settings = whole_ground(pair), require_bands(pair), Settings()
    labels, grades = footprints(load_labels(file, grid))
    if not grades:
        return
    moving, masking = settings.registration, settings.masking
    registration = register(pair, grid, bands, max_shift_m=moving.max_shift_m, local=moving.local)
    sight = fit_sight(pair, provider=masking.provider, grow_m=masking.grow_m)
    preparation, _ = fit_preparation(pair, registration, bands, sight)
    shelf = Shelf(preparation.prepare, grid, sight.reach_px(grid))
    rows, cols = grid.shape
    cut = blocks.cut((rows, cols), _BLOCK, structure_reach_px(gsd_m(grid)))
    measured = measure_objects(labels, len(grades), preparation, (cut, shelf, None))
    seen = preparation.prepare(grid).usable
    whole, pixels = (
        np.bincount(part.ravel(), minlength=len(grades) + 1)[1:] for part in (labels, labels[seen])
    )
    tables = [
        (grade, named(one))
        for grade, one, px, share in zip(grades, measured, pixels, pixels / whole, strict=True)
        if px >= LEAST_PX and share >= LEAST_SEEN
    ]
    middle = reference([table for _, table in tables])
    for grade, table in tables:
        yield Known(group, grade, table | beside(table, middle))


def footprints(grades: NDArray[np.uint8]) -> tuple[NDArray[np.int32], list[int]]:
    """Tell the buildings of a raster of grades apart: touching pixels of one grade are one; 0 is none."""
    labels, found = np.zeros(grades.shape, np.int32), []
    for grade in range(1, DESTROYED + 1):
        number, parts = cv2.connectedComponents((grades == grade).astype(np.uint8), connectivity=4)
        labels[parts > 0] = parts[parts > 0] + len(found)
        found += [grade] * (number - 1)
    return labels, found


def fit(seen: Sequence[Known]) -> DamageModel:
    """Fit the weights, each group with about the same weight."""
    number = {one.group: sum(other.group == one.group for other in seen) for one in seen}
    rows = [one for one in seen for _ in range(max(1, round(_ROWS / number[one.group])))]
    raw = np.array([[terms(one.evidence)[name] for name in TERMS] for one in rows])
    scales = [
        (round(float(np.median(column)), _DECIMALS), round(float(np.std(column)), _DECIMALS))
        for column in raw.T
    ]
    inputs = np.array(
        [[1.0, *(scaled(value, scale) for value, scale in zip(row, scales, strict=True))] for row in raw]
    )
    pull = np.array([_FREE, *(_PULL for _ in TERMS)])
    destroyed = np.array([one.grade == DESTROYED for one in rows])
    weights = fit_logistic(inputs, destroyed, np.zeros(len(pull)), pull)
    return DamageModel(
        calibrated=False,
        scales=dict(zip(TERMS, scales, strict=True)),
        weights={
            name: round(float(value), _DECIMALS)
            for name, value in zip((INTERCEPT, *TERMS), weights, strict=True)
        },
        destroyed=_SURE,
        possible=_POSSIBLE,
        provenance={group: number[group] for group in sorted(number)},
    )


def area_under(values: Vector, right: Mask) -> float:
    """Return the area under the ROC curve, from ranks; NaN where one side is empty."""
    finite = np.isfinite(values)
    ranks, right = rankdata(values[finite]), right[finite]
    yes, no = int(right.sum()), int((~right).sum())
    return float((ranks[right].sum() - yes * (yes + 1) / 2) / (yes * no)) if yes and no else float("nan")


def average_precision(values: Vector, right: Mask) -> float:
    """Return the mean of the precision at each destroyed building, best first; NaN where there is none."""
    ordered = right[np.argsort(-values, kind="stable")]
    precision = np.cumsum(ordered) / np.arange(1, len(ordered) + 1)
    return float(precision[ordered].mean()) if ordered.any() else float("nan")


def calibration_error(told: Vector, right: Mask) -> float:
    """Return the expected calibration error over ten bins."""
    bins = np.minimum((told * 10).astype(int), 9)
    parts = [bins == number for number in np.unique(bins)]
    return float(sum(abs(told[part].mean() - right[part].mean()) * part.mean() for part in parts))


def lines(seen: Sequence[Known]) -> Iterator[tuple[str, float]]:
    """Yield a row of the table for each group left out, and its calibration error."""
    for group in sorted({one.group for one in seen}):
        model = fit([one for one in seen if one.group != group])
        out = [one for one in seen if one.group == group]
        right = np.array([one.grade == DESTROYED for one in out])
        told = np.array([model.score(one.evidence) for one in out])
        alone = [
            area_under(sign * np.array([one.evidence[name] for one in out]), right)
            for name, sign in ALONE.items()
        ]
        sure, possible = told >= model.destroyed, told >= model.possible
        error = calibration_error(told, right)
        hits = f"{right[sure].mean():.2f} ({sure.sum()})" if sure.any() else "- (0)"
        cells = [
            f"{group} | {right.sum()} | {(~right).sum()}",
            f"{area_under(told, right):.2f} | {average_precision(told, right):.2f}",
            f"{hits} | {sure[right].mean():.2f}",
            f"{possible[right].mean():.2f} | {possible[~right].mean():.2f} | {error:.2f}",
            " | ".join(f"{value:.2f}" for value in alone),
        ]
        yield f"| {' | '.join(cells)} |", error


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit, print how well it ranks groups that were left out, and write the weights."""
    parser = ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--dry", action="store_true", help="print only")
    given = parser.parse_args(arguments)
    files = [
        (file, group)
        for name, group in GROUPS.items()
        for file in sorted(given.data.glob(f"{name}/*/buildings.tif"))
    ]
    seen = [one for file, group in files for one in known(file, group) if one.grade != MAJOR]
    heads = [
        "left out",
        "destroyed",
        "intact, minor",
        "AUC",
        "AP",
        "precision at .5 (called)",
        "recall at .5",
    ]
    heads += ["destroyed >= .15", "others >= .15", "ECE", *(f"AUC {name}" for name in ALONE)]
    sys.stdout.write(f"| {' | '.join(heads)} |\n|{' --- |' * len(heads)}\n")
    errors = []
    for line, error in lines(seen):
        sys.stdout.write(line + "\n")
        errors.append(error)
    model = fit(seen).model_copy(update={"calibrated": max(errors) <= _FARTHEST})
    sys.stdout.write(f"calibrated: {model.calibrated}\n")
    if not given.dry:
        TARGET.write_text(json.dumps(model.model_dump(mode="json"), indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
