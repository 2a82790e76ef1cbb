"""A baseline in the place of ``sitewatch.compare``: it writes a run that is scored like any other."""

from collections.abc import Callable
from pathlib import Path
from typing import Unpack

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from benchmarks.baselines import Baseline
from benchmarks.baselines.registered import Register
from sitewatch import __version__
from sitewatch.evaluate.objects import min_pixels
from sitewatch.grid import pixel_area_m2
from sitewatch.io.rasters import write_geotiff
from sitewatch.io.results import OVERLAP, Run, new_run, write_run_json
from sitewatch.records import KIND_CODES, NOT_ASSESSABLE
from sitewatch.runs.options import CompareOptions

# Any of the three kinds will do: a baseline says "any change", and is scored as saying that.
_CHANGED = KIND_CODES["construction"]
_EIGHT = np.ones((3, 3), bool)


def stand_in(baseline: Baseline, register: Register) -> Callable[..., Run]:
    """Return what takes the place of ``sitewatch.compare``."""

    def compare(before: Path, after: Path, *, out: Path, **options: Unpack[CompareOptions]) -> Run:
        pair = register.open(before, after, **options)
        score = baseline.score(pair)
        threshold = baseline.threshold(score)
        change = codes(score, threshold, least_px=min_pixels(pixel_area_m2(pair.grid)))
        with new_run(out) as folder:
            rasters = folder / "rasters" / OVERLAP
            rasters.mkdir(parents=True)
            write_geotiff(rasters / "change.tif", change, pair.grid)
            write_geotiff(rasters / "score.tif", likeness(score, threshold), pair.grid)
            facts = {"run_id": baseline.name, "sitewatch": __version__, "threshold": threshold}
            write_run_json(folder, facts)
        return Run.open(out)

    return compare


def codes(score: NDArray[np.float32], threshold: float, *, least_px: int) -> NDArray[np.uint8]:
    """Return ``change.tif`` of a score: what is above the threshold and not smaller than a truth object.

    Speckle counts against every one of these methods; what no label can be as small as is left out.
    """
    with np.errstate(invalid="ignore"):
        labels, _ = ndimage.label(score > threshold, structure=_EIGHT)
    large = np.bincount(labels.ravel()) >= least_px
    large[0] = False
    change = np.where(large[labels], _CHANGED, 0).astype(np.uint8)
    change[np.isnan(score)] = NOT_ASSESSABLE
    return change


def likeness(score: NDArray[np.float32], threshold: float) -> NDArray[np.float32]:
    """Bring a score to 0..1, 0.5 at its threshold: the order stays, and scenes can be pooled.

    ``(1 + g / (1 + |g|)) / 2`` with ``g = (score - threshold) / threshold``.
    """
    if not np.isfinite(threshold):
        return np.where(np.isnan(score), score, np.float32(0))
    gap = (score - threshold) / max(abs(threshold), 1e-6)
    return np.asarray((1 + gap / (1 + np.abs(gap))) / 2, np.float32)
