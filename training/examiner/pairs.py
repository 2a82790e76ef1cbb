"""Labelled pairs of fine imagery, made ready by the pipeline itself."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sitewatch.catalogue.products import read_scene
from sitewatch.catalogue.products.hints import Hints
from sitewatch.grid import gsd_m
from sitewatch.io.rasters import load_labels
from sitewatch.models.examiner.view import fit_stretch
from sitewatch.pipeline.fitting import fit_preparation
from sitewatch.pipeline.register import register
from sitewatch.pipeline.registration import Registration
from sitewatch.pipeline.seeing import fit_sight
from sitewatch.pipeline.view import positions
from sitewatch.records import Pair
from sitewatch.runs.benchmark.manifest import Entry, read_manifest
from sitewatch.runs.ground import whole_ground
from sitewatch.settings import Settings

SETS = ("levir", "levir256", "mexico", "mexico-more", "xbd", "wildfire", "tornado", "michael", "dsifn")
UNLABELLED = 255
# Cloud lies over most of these two; their "destroyed" houses are houses that nobody could see.
_CLOUDED = ("florence-4", "florence-9")


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """A pair and what is known to have changed in it.

    Attributes
    ----------
    before, after : (3, rows, columns) uint8
        Red, green, blue, stretched as for the networks: 25 and 225 are the 2nd and 98th percentiles.
    usable : (rows, columns) bool
    truth : (rows, columns) uint8
        0 none, 1 construction, 2 burning, 3 demolition, 255 not labelled; on the before image.
    buildings : (rows, columns) uint8
        1 where a building stood unhurt at the first date, 2..4 damaged, 0 none or not known.
    """

    set: str
    name: str
    gsd_m: float
    before: NDArray[np.uint8]
    after: NDArray[np.uint8]
    usable: NDArray[np.bool_]
    truth: NDArray[np.uint8]
    buildings: NDArray[np.uint8]


def read_pairs(data: Path, cache: Path, sets: Sequence[str] = SETS) -> list[Labelled]:
    """Read every pair of some sets of the manifest in `data`, through a cache."""
    return list(_cached(entries(data, sets), cache))


def entries(data: Path, sets: Sequence[str] = SETS) -> list[Entry]:
    """Return the pairs of some sets that can be learned from, in the order of the manifest."""
    return [e for e in read_manifest(data / "MANIFEST.csv") if e.set in sets and e.pair not in _CLOUDED]


def _cached(known: Sequence[Entry], cache: Path) -> Iterator[Labelled]:
    for entry in known:
        path = cache / f"{entry.set}-{entry.pair}.npz"
        if not path.exists():
            pair = _prepare(entry)
            fields = {
                name: getattr(pair, name) for name in ("before", "after", "usable", "truth", "buildings")
            }
            np.savez(path, gsd_m=pair.gsd_m, **fields)
        with np.load(path) as kept:
            fields = {name: kept[name] for name in kept.files}
            yield Labelled(entry.set, entry.pair, float(fields.pop("gsd_m")), **fields)


def _prepare(entry: Entry) -> Labelled:
    hints = Hints(bands=entry.bands, sensor=entry.sensor)
    pair = Pair(
        read_scene(entry.before, replace(hints, id="before")),
        read_scene(entry.after, replace(hints, id="after")),
    )
    grid, settings = whole_ground(pair), Settings()
    bands = ("red", "green", "blue")
    moving, masking = settings.registration, settings.masking
    registration = register(pair, grid, bands, max_shift_m=moving.max_shift_m, local=moving.local)
    sight = fit_sight(pair, provider=masking.provider, grow_m=masking.grow_m)
    preparation, sample = fit_preparation(pair, registration, bands, sight)
    ready = preparation.prepare(grid)
    stretch = fit_stretch(*sample.columns())
    low, high = (np.asarray(v, np.float32)[:, None, None] for v in (stretch.low, stretch.high))
    images = [
        np.clip(np.nan_to_num((date - low) / (high - low)) * 200 + 25, 0, 255).round().astype(np.uint8)
        for date in (ready.before, ready.after)
    ]
    truth = load_labels(entry.truth, grid).astype(np.uint8) if entry.truth else np.zeros(grid.shape, np.uint8)
    if entry.set.startswith("levir"):
        truth = _on_before(truth, registration)
    outlines = entry.before.with_name("buildings.tif")
    buildings = load_labels(outlines, grid).astype(np.uint8) if outlines.exists() else np.zeros_like(truth)
    return Labelled(entry.set, entry.pair, gsd_m(grid), *images, ready.usable, truth, buildings)


def _on_before(labels: NDArray[np.uint8], registration: Registration) -> NDArray[np.uint8]:
    """Labels drawn on the after image, where the before image shows the same ground."""
    grid = registration.grid
    col, row = (np.rint(place).astype(int) for place in positions(grid, grid, registration.to_after))
    inside = (col >= 0) & (col < grid.shape[1]) & (row >= 0) & (row < grid.shape[0])
    moved = np.full(labels.shape, UNLABELLED, np.uint8)
    moved[inside] = labels[row[inside], col[inside]]
    return moved
