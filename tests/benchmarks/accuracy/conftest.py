"""A pair on the ground whose truth and detections are set by hand."""

from pathlib import Path

import numpy as np
import pytest
from affine import Affine
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox

from sitewatch.evaluate import Scores, score_arrays
from sitewatch.io.rasters import write_geotiff
from sitewatch.runs.benchmark import Outcome, Trial
from sitewatch.runs.benchmark.manifest import Entry

GRID = GeoBox((120, 120), Affine(0.5, 0, 600000, 0, -0.5, 3300000), "EPSG:32614")


@pytest.fixture
def entry(tmp_path: Path) -> Entry:
    """Write a pair with a new roof that is bright, one that is not, and a roof that turned dark."""
    rng = np.random.default_rng(1)
    before = rng.normal(90, 12, (3, *GRID.shape))
    after = before + rng.normal(0, 2, before.shape)
    truth = np.zeros(GRID.shape, np.uint8)
    after[:, 20:40, 20:44] = 230
    truth[20:40, 20:44] = 1
    truth[70:90, 70:90] = 1
    before[:, 95:105, 20:40] = 200
    after[:, 95:105, 20:40] = 60
    for name, pixels in (("before", before), ("after", after)):
        write_geotiff(tmp_path / f"{name}.tif", np.clip(pixels, 1, 255).astype(np.uint8), GRID)
    write_geotiff(tmp_path / "truth.tif", truth, GRID)
    return Entry(
        set="made",
        pair="one",
        before=tmp_path / "before.tif",
        after=tmp_path / "after.tif",
        truth=tmp_path / "truth.tif",
        bands=("red", "green", "blue"),
        kind="construction",
    )


def scored(truth: NDArray[np.uint8], change: NDArray[np.uint8], pixel_m2: float = 100.0) -> Scores:
    """Score codes, with a score that follows the detections."""
    return score_arrays(truth, change, np.where(change > 0, 0.9, 0.1).astype(np.float32), pixel_m2)


def outcome(scores: Scores, name: str = "made", pair: str = "one") -> Outcome:
    """Wrap scores as what came of a trial."""
    files = Entry(set=name, pair=pair, before=Path("b"), after=Path("a"), truth=Path("t"), kind="drawn")
    return Outcome(Trial(files), scores, None, 1.0)
