"""How often intervals of the changed area hold the true one, on runs of pairs that were left out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry
from training.fit_confidence import truth_of

from sitewatch.evaluate.table import markdown
from sitewatch.evaluate.truth import load_truth
from sitewatch.grid import from_shapely, gsd_m, require_crs
from sitewatch.io.rasters import burn, describe
from sitewatch.io.results import Run, read_features
from sitewatch.models.last_stage import shipped
from sitewatch.runs.benchmark import Trial, plan
from sitewatch.runs.reviewed import detections
from sitewatch.verdicts.area import COMMON_M, OWN_M, Part, area_interval

# The interval is of the ground that detections claim: true change this near to one is counted to it, metres.
NEAR_M = 4.0
# A site of which more than this is unlabelled is not counted.
UNKNOWN = 0.3


@dataclass(frozen=True, slots=True)
class Measured:
    """The changed area of a site in which something was detected.

    Attributes
    ----------
    set : str
    claimed_m2, low_m2, high_m2 : float
        What was detected, and its interval.
    near_m2, all_m2 : float
        What truly changed within 4 m of a detection, and in the whole site.
    """

    set: str
    claimed_m2: float
    low_m2: float
    high_m2: float
    near_m2: float
    all_m2: float


def measured(folders: Sequence[Path], manifest: Path) -> Iterator[Measured]:
    """Yield every site with detections of the benchmarks that lies on labelled ground."""
    for trial in plan(manifest):
        for folder in folders:
            path, truth = folder / "runs" / trial.folder, truth_of(folder, trial)
            if truth is not None and (path / "run.json").is_file():
                yield from _of_run(trial, Run.open(path), truth)


def _of_run(trial: Trial, run: Run, file: Path) -> Iterator[Measured]:
    grid = describe(run.raster("change")).require_grid()
    truth = load_truth(file, grid, turned=trial.variant == "reversed")
    changed = (truth > 0) & (truth < 4)
    claims = typed_claims(run)
    near = _near([polygon for polygon, _ in claims], grid)
    crs = str(require_crs(grid))
    here = [(from_shapely(polygon).to_crs(crs).geom, confidence) for polygon, confidence in claims]
    pixel = gsd_m(grid) ** 2
    for number, site in enumerate(read_features(run, "sites")):
        polygon = shape(dict(site["geometry"]))
        inside = burn([(polygon, 1)], grid) > 0
        outline = from_shapely(polygon).to_crs(crs).geom
        parts = [
            Part(
                area_m2=float(claim.intersection(outline).area),
                outline_m=float(claim.boundary.intersection(outline).length),
                probability=confidence,
            )
            for claim, confidence in here
            if claim.intersects(outline)
        ]
        if not parts or (truth[inside] == 255).mean() > UNKNOWN:
            continue
        low, high = area_interval(parts, common_m=COMMON_M, own_m=OWN_M, seed=number)
        yield Measured(
            set=trial.entry.set,
            claimed_m2=sum(part.area_m2 for part in parts),
            low_m2=low,
            high_m2=high,
            near_m2=float((changed & inside & near).sum() * pixel),
            all_m2=float((changed & inside).sum() * pixel),
        )


def typed_claims(run: Run) -> list[tuple[BaseGeometry, float]]:
    """Return each typed detection's polygon (WGS84), and its confidence by the shipped last stage."""
    stage = shipped()
    told = {one.id: stage.of(one.model).told(one.kind, one.evidence) for one in detections(run)}
    return [
        (shape(dict(feature["geometry"])), told[feature["properties"]["id"]])
        for feature in read_features(run, "changes")
        if feature["properties"]["kind"] != "other"
    ]


def _near(polygons: Sequence[BaseGeometry], grid: GeoBox) -> NDArray[np.bool_]:
    reach = round(NEAR_M / gsd_m(grid))
    drawn = burn([(polygon, 1) for polygon in polygons], grid)
    return cv2.dilate(drawn, np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)) > 0


def table(sites: Sequence[Measured]) -> str:
    """How often the intervals hold the true area, a set."""
    groups = {"all": list(sites)}
    for name in dict.fromkeys(one.set for one in sites):
        groups[name] = [one for one in sites if one.set == name]
    rows = []
    for name, group in groups.items():
        near = np.mean([one.low_m2 <= one.near_m2 <= one.high_m2 for one in group])
        whole = np.mean([one.low_m2 <= one.all_m2 <= one.high_m2 for one in group])
        width = np.median([(one.high_m2 - one.low_m2) / one.claimed_m2 for one in group])
        rows.append([name, str(len(group)), f"{near:.2f}", f"{whole:.2f}", f"{width:.2f}"])
    head = ["sites with detections", "sites", "hold the change near them", "hold all change", "width / area"]
    return markdown(head, rows)
