"""Score a run against labelled changes.

Rows are the kinds, ``any`` (construction, burning, demolition: what ``score.tif`` ranks) and ``change``
(these and ``other``: any change of the ground, for labels that do not tell kinds apart).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sitewatch.errors import CoverageError, RunError
from sitewatch.evaluate.counts import ObjectCounts, PixelCounts
from sitewatch.evaluate.objects import count, find, kinds_given, min_pixels
from sitewatch.evaluate.ranking import Ranking, merge, rank
from sitewatch.evaluate.truth import load_truth
from sitewatch.grid import pixel_area_m2
from sitewatch.io.rasters import describe
from sitewatch.io.results import Run
from sitewatch.records import KIND_CODES, KINDS, NOT_ASSESSABLE

_NAMED = tuple(code for kind, code in KIND_CODES.items() if kind != "other")
ROWS: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {**{kind: (KIND_CODES[kind],) for kind in KINDS}, "any": _NAMED, "change": tuple(KIND_CODES.values())}
)
MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Scores:
    """What a run is worth, on labelled ground only.

    Attributes
    ----------
    pixels, objects : mapping of row to counts
    ranking : Ranking
        ``score.tif`` against the truth of ``any``.
    typed : mapping of kind to mapping of kind (or ``missed``) to int
        Truth objects of a kind, by the kind that detections give them.
    labelled_m2, unseen_m2 : float
        Labelled ground, and the part of it that the run calls not assessable.
    """

    pixels: Mapping[str, PixelCounts]
    objects: Mapping[str, ObjectCounts]
    ranking: Ranking
    typed: Mapping[str, Mapping[str, int]]
    labelled_m2: float
    unseen_m2: float

    def false_alarms_km2(self, row: str = "any") -> float:
        """Count the detections that are not right, a square kilometre of labelled ground."""
        return self.objects[row].false_alarms / (self.labelled_m2 / 1e6) if self.labelled_m2 else float("nan")

    @property
    def kind_right(self) -> float:
        """Share of the found truth objects whose kind is right; NaN if none was found."""
        found = sum(n for row in self.typed.values() for kind, n in row.items() if kind != MISSED)
        right = sum(row.get(kind, 0) for kind, row in self.typed.items())
        return right / found if found else float("nan")

    def to_dict(self) -> dict[str, Any]:
        """Return everything measured, ready for JSON (NaN where it was not)."""
        return {
            "pixels": {row: _pixel_dict(counts) for row, counts in self.pixels.items()},
            "objects": {row: self._object_dict(row) for row in self.objects},
            "average_precision": self.ranking.average_precision,
            "auc": self.ranking.auc,
            "fpr_at_tpr_90": self.ranking.false_positive_rate(0.90),
            "typed": {kind: dict(row) for kind, row in self.typed.items()},
            "kind_right": self.kind_right,
            "labelled_km2": self.labelled_m2 / 1e6,
            "unseen_km2": self.unseen_m2 / 1e6,
        }

    def _object_dict(self, row: str) -> dict[str, Any]:
        counts = self.objects[row]
        return {
            "truth": counts.truth,
            "found": counts.found,
            "detections": counts.detections,
            "right": counts.right,
            "recall": counts.recall,
            "recall_interval": list(counts.recall_interval),
            "precision": counts.precision,
            "precision_interval": list(counts.precision_interval),
            "f1": counts.f1,
            "false_alarms_km2": self.false_alarms_km2(row),
        }


def evaluate(truth: Path | None, run: Run | Path, *, site: str | None = None, turned: bool = False) -> Scores:
    """Score a run against labelled changes.

    Parameters
    ----------
    truth : Path or None
        A raster of codes, or polygons with ``kind``; None if nothing changed. See `load_truth`, also for
        `turned`.
    run : Run or Path
    site : str, optional
        Whose rasters; by default the whole overlap, or all sites pooled.

    Raises
    ------
    CoverageError
        If nothing of the run is labelled.
    RunError
        If the run has no rasters (of that site).
    """
    run = run if isinstance(run, Run) else Run.open(run)
    names = _names(run, site)
    if not names:
        raise RunError(f"{run.path} has no rasters", "a run that judged something is needed", "run it again")
    found = [scores for name in names if (scores := _of_site(truth, run, name, turned)).labelled_m2]
    if not found:
        raise CoverageError(
            f"{truth} labels nothing of {run.path}",
            "labels must lie where the run looked",
            "check that truth and run belong together",
        )
    return pool(found)


def score_arrays(
    truth: NDArray[np.uint8],
    change: NDArray[np.uint8],
    score: NDArray[np.float32],
    pixel_m2: float,
) -> Scores:
    """Score arrays of one grid, all (rows, columns).

    Parameters
    ----------
    truth, change : uint8
        Codes of `records.KIND_CODES`, 0 none; 255 in truth is unlabelled and left out, 255 in change is not
        assessable and counts as not detected.
    score : float32
        0..1, NaN not assessable.
    pixel_m2 : float
        Area of a pixel, square metres.
    """
    labelled = truth != NOT_ASSESSABLE
    true_objects = find(truth, change).at_least(min_pixels(pixel_m2))
    detections = find(np.where(change == NOT_ASSESSABLE, 0, change), truth).labelled()
    known, claimed = truth[labelled], change[labelled]
    return Scores(
        pixels={row: _pixels(np.isin(known, codes), np.isin(claimed, codes)) for row, codes in ROWS.items()},
        objects={row: count(true_objects, detections, codes) for row, codes in ROWS.items()},
        ranking=rank(score[labelled], np.isin(known, _NAMED)),
        typed=_typed(true_objects.codes, kinds_given(true_objects, ROWS["change"])),
        labelled_m2=float(labelled.sum() * pixel_m2),
        unseen_m2=float((claimed == NOT_ASSESSABLE).sum() * pixel_m2),
    )


def pool(scores: Iterable[Scores]) -> Scores:
    """Add up scores of several scenes: each pixel and each object counts once, whatever its scene."""
    parts = list(scores)
    return Scores(
        pixels={row: sum((part.pixels[row] for part in parts), PixelCounts()) for row in ROWS},
        objects={row: sum((part.objects[row] for part in parts), ObjectCounts()) for row in ROWS},
        ranking=merge(part.ranking for part in parts),
        typed={
            kind: {given: sum(part.typed[kind][given] for part in parts) for given in (*KINDS, MISSED)}
            for kind in KINDS
        },
        labelled_m2=sum(part.labelled_m2 for part in parts),
        unseen_m2=sum(part.unseen_m2 for part in parts),
    )


def _names(run: Run, site: str | None) -> Sequence[str]:
    if site is not None:
        return (site,)
    names = run.sites_with_rasters
    return ("overlap",) if "overlap" in names else names


def _of_site(truth: Path | None, run: Run, name: str, turned: bool) -> Scores:
    grid = describe(run.raster("change", name)).require_grid()
    return score_arrays(
        load_truth(truth, grid, turned=turned),
        run.change_at(name).values,
        run.score_at(name).values,
        pixel_area_m2(grid),
    )


def _pixels(true: NDArray[np.bool_], detected: NDArray[np.bool_]) -> PixelCounts:
    both, one, other = int((true & detected).sum()), int(detected.sum()), int(true.sum())
    return PixelCounts(both, one - both, other - both, true.size - one - other + both)


def _typed(codes: NDArray[np.int64], given: NDArray[np.int64]) -> dict[str, dict[str, int]]:
    columns: list[tuple[str, int]] = [*KIND_CODES.items(), (MISSED, 0)]
    return {
        kind: {name: int(((codes == code) & (given == column)).sum()) for name, column in columns}
        for kind, code in KIND_CODES.items()
    }


def _pixel_dict(counts: PixelCounts) -> dict[str, Any]:
    return {
        "true_positive": counts.true_positive,
        "false_positive": counts.false_positive,
        "false_negative": counts.false_negative,
        "true_negative": counts.true_negative,
        "precision": counts.precision,
        "recall": counts.recall,
        "f1": counts.f1,
        "iou": counts.iou,
        "kappa": counts.kappa,
    }
