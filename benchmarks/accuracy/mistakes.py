"""The worst false alarms and misses of a run of ours, as changes that can be drawn."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox
from odc.geo.geom import Geometry
from scipy import ndimage
from shapely.affinity import affine_transform
from shapely.geometry.base import BaseGeometry

from sitewatch.evaluate import ROWS
from sitewatch.evaluate.objects import ENOUGH, MIN_LABELLED, min_pixels
from sitewatch.evaluate.truth import load_truth
from sitewatch.grid import WGS84, pixel_area_m2, require_crs
from sitewatch.io.rasters import burn, describe, trace
from sitewatch.io.results import Run, read_features
from sitewatch.records import KIND_CODES, KINDS, NOT_ASSESSABLE, Change, Kind
from sitewatch.runs.benchmark import Trial
from sitewatch.runs.chips import to_change

_EIGHT = np.ones((3, 3), bool)


@dataclass(frozen=True, slots=True)
class Mistake:
    """A false alarm, or a miss.

    Attributes
    ----------
    change : Change
        What was claimed, or what was there; a miss has no confidence and no probabilities.
    weight : float
        How bad it is: area (square metres), for a false alarm times its confidence.
    words : str
        The confidence of a false alarm; why a miss was missed.
    """

    trial: Trial
    run: Run
    change: Change
    weight: float
    words: str


def false_alarms(trial: Trial, run: Run) -> Iterator[Mistake]:
    """Yield the detections of the three kinds of which less than 30 % is truth, where that is known.

    Their weight is area times confidence; where that is null, times the model's own probability.
    """
    truth, _, grid = _codes(trial, run)
    true = np.isin(truth, _rows(trial))
    for feature in read_features(run, "changes"):
        change = to_change(feature)
        if KIND_CODES[change.kind] not in _rows(trial):
            continue
        inside = burn([(change.geometry, 1)], grid) > 0
        known = inside & (truth != NOT_ASSESSABLE)
        judged = int(known.sum())
        if judged < max(1, MIN_LABELLED * inside.sum()) or true[known].mean() >= ENOUGH:
            continue
        sure, words = _sureness(change)
        yield Mistake(trial, run, change, sure * change.area_m2, words)


def misses(trial: Trial, run: Run) -> Iterator[Mistake]:
    """Yield the truth objects of which detections of any kind that counts cover less than 30 %."""
    truth, found, grid = _codes(trial, run)
    claimed, unseen = np.isin(found, _rows(trial)), found == NOT_ASSESSABLE
    pixel_m2 = pixel_area_m2(grid)
    for kind in KINDS:
        labels, count = ndimage.label(truth == KIND_CODES[kind], structure=_EIGHT)
        if not count:
            continue
        sizes, covered, hidden = (
            np.bincount(labels.ravel(), weights=weights.ravel(), minlength=count + 1)
            for weights in (np.ones(truth.shape), claimed, unseen)
        )
        missed = (sizes >= min_pixels(pixel_m2)) & (covered < ENOUGH * sizes)
        missed[0] = False
        outlines = trace(np.where(missed[labels], labels, 0).astype(np.int32))
        for label, outline in outlines.items():
            area = float(sizes[label] * pixel_m2)
            words = (
                "not assessable"
                if hidden[label] > sizes[label] / 2
                else _cover(covered[label] / sizes[label])
            )
            change = _change(f"truth {label}", kind, to_wgs84(outline, grid), area)
            yield Mistake(trial, run, change, area, words)


def worst(mistakes: Sequence[Mistake], most: int) -> list[Mistake]:
    """Return the worst mistakes first; of two alike, that whose pair and id come first."""
    return sorted(mistakes, key=lambda each: (-each.weight, each.trial.name, each.change.id))[:most]


def to_wgs84(shape: BaseGeometry, grid: GeoBox) -> BaseGeometry:
    """Return a shape in pixels of a grid as longitude and latitude."""
    step = grid.affine
    placed = affine_transform(shape, [step.a, step.b, step.d, step.e, step.c, step.f])
    return Geometry(placed, require_crs(grid)).to_crs(WGS84).geom


def _codes(trial: Trial, run: Run) -> tuple[NDArray[np.uint8], NDArray[np.uint8], GeoBox]:
    grid = describe(run.raster("change")).require_grid()
    truth = load_truth(trial.entry.truth, grid, turned=trial.variant == "reversed")
    return truth, run.change_at().to_numpy(), grid


def _rows(trial: Trial) -> tuple[int, ...]:
    return ROWS["any" if trial.entry.kind_told else "change"]


def _sureness(change: Change) -> tuple[float, str]:
    if not math.isnan(change.confidence):
        return change.confidence, f"confidence {change.confidence:.2f}"
    held = change.evidence["model_probability"].value
    return held, f"model probability {held:.2f}"


def _cover(share: float) -> str:
    return "nothing found" if share == 0 else f"{100 * share:.0f} % covered"


def _change(name: str, kind: Kind, outline: BaseGeometry, area_m2: float) -> Change:
    return Change(
        id=name, site_id=None, kind=kind, confidence=math.nan, kinds={}, area_m2=area_m2, geometry=outline
    )
