"""One trial: a pair, forwards, in the other order, or with buildings planted into it; compared and scored."""

import shutil
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox

from sitewatch.errors import SitewatchError
from sitewatch.evaluate import Scores, evaluate
from sitewatch.grid import gsd_m
from sitewatch.io.rasters import describe, load, load_labels, write_geotiff
from sitewatch.io.results import Run
from sitewatch.records import Band, Scene
from sitewatch.runs.benchmark.manifest import Entry
from sitewatch.settings import Chips, Settings
from sitewatch.simulate.plant import plant

Variant: TypeAlias = Literal["forward", "reversed", "planted"]
# `sitewatch.runs.compare.compare`, or what stands in for it.
Compare: TypeAlias = Callable[..., Run]

# A score has no more meaning than this, and rounded rankings of many scenes stay small.
SCORE_DECIMALS = 4


@dataclass(frozen=True, slots=True)
class Trial:
    """What is to be done."""

    entry: Entry
    variant: Variant = "forward"

    @property
    def name(self) -> str:
        """``set/pair``, and the variant where it is not the plain one."""
        return self.entry.name if self.variant == "forward" else f"{self.entry.name} ({self.variant})"

    @property
    def folder(self) -> str:
        """Where its run goes, relative to the folder of the benchmark."""
        return self.entry.name if self.variant == "forward" else f"{self.entry.name}-{self.variant}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it.

    Attributes
    ----------
    scores : Scores or None
        None if it failed.
    failure : str or None
        Why it failed, in one line.
    wall_s : float
        Of comparing alone, seconds.
    """

    trial: Trial
    scores: Scores | None
    failure: str | None
    wall_s: float


def trials(entries: Sequence[Entry]) -> Iterator[Trial]:
    """Name everything that can be tried on the pairs."""
    for entry in entries:
        yield Trial(entry)
        if entry.can_turn:
            yield Trial(entry, "reversed")
        if entry.footprints is not None:
            yield Trial(entry, "planted")


def run_trial(trial: Trial, folder: Path, compare: Compare, *, keep: bool) -> Outcome:
    """Compare and score one pair; whatever goes wrong is an outcome, not an error.

    Parameters
    ----------
    folder : Path
        Of the benchmark; the run goes to its own place in it.
    keep : bool
        Leave the run there, rather than only its scores.
    """
    out = folder / "runs" / trial.folder
    start = time.perf_counter()
    try:
        entry = _prepared(trial, folder / "planted")
        start = time.perf_counter()
        run = compare(entry.before, entry.after, out=out, **compare_options(entry))
        wall = time.perf_counter() - start
        scores = evaluate(entry.truth, run, turned=trial.variant == "reversed")
    except Exception as error:  # noqa: BLE001 - one bad pair must not stop the others; it is reported
        return Outcome(trial, None, _one_line(error), time.perf_counter() - start)
    finally:
        if not keep:
            shutil.rmtree(out, ignore_errors=True)
    return Outcome(trial, replace(scores, ranking=scores.ranking.rounded(SCORE_DECIMALS)), None, wall)


def _prepared(trial: Trial, folder: Path) -> Entry:
    entry = trial.entry
    if trial.variant == "reversed":
        # The dates would contradict the order; without them nothing that needs dates is claimed.
        return replace(entry, before=entry.after, after=entry.before, date_before=None, date_after=None)
    if trial.variant == "planted" and entry.footprints is not None:
        return _planted(entry, entry.footprints, folder / entry.set / entry.pair)
    return entry


def _planted(entry: Entry, footprints: Path, folder: Path) -> Entry:
    """Write the pair with buildings planted into it, and its truth, and return the entry of these files."""
    info = describe(entry.before)
    grid = info.require_grid()
    planted = plant(
        _pixels(entry.before, grid),
        _pixels(entry.after, grid),
        load_labels(footprints, grid),
        gsd_m=gsd_m(grid),
        # Each pair has places of its own, the same in every benchmark.
        seed=zlib.crc32(entry.name.encode()),
    )
    folder.mkdir(parents=True, exist_ok=True)
    for name, pixels in (("before", planted.before), ("after", planted.after), ("truth", planted.truth)):
        write_geotiff(folder / f"{name}.tif", pixels, grid)
    return replace(
        entry, before=folder / "before.tif", after=folder / "after.tif", truth=folder / "truth.tif"
    )


def _pixels(path: Path, grid: GeoBox) -> NDArray[Any]:
    """Read an image on a grid, in its own type; 0 where there is nothing."""
    info = describe(path)
    bands = tuple(
        Band(f"b{index}", str(path), index, nodata=info.nodata) for index in range(1, info.count + 1)
    )
    scene = Scene(path.stem, bands, info.require_grid(), gsd_m(info.require_grid()))
    pixels: NDArray[np.float32] = load(scene, grid).values
    return np.nan_to_num(pixels, nan=0.0).astype(info.dtype)


def compare_options(entry: Entry) -> dict[str, Any]:
    """Return what a manifest says of a pair as keywords of `compare`."""
    options = {
        "before_date": entry.date_before,
        "after_date": entry.date_after,
        "bands": entry.bands,
        "sensor": entry.sensor,
        "scale": entry.scale,
        "credit": entry.credit,
        "licence": entry.licence,
    }
    given = {name: value for name, value in options.items() if value is not None}
    # Hundreds of pairs are scored, and nobody looks at their chips.
    return {**given, "settings": Settings(chips=Chips(most=0))}


def _one_line(error: Exception) -> str:
    text = " ".join(str(error).split())
    return text if isinstance(error, SitewatchError) else f"{type(error).__name__}: {text}"
