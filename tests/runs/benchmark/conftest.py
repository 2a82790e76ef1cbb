"""A manifest of drawn pairs, and a comparison simple enough to be right about them."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pytest
from affine import Affine
from odc.geo.geobox import GeoBox

from sitewatch.errors import RegistrationError
from sitewatch.grid import gsd_m
from sitewatch.io.rasters import describe, load, write_geotiff
from sitewatch.io.results import Run, new_run, write_run_json
from sitewatch.records import Band, Scene

GRID = GeoBox((96, 96), Affine(1, 0, 600000, 0, -1, 3300000), "EPSG:32614")
HEADER = (
    "set", "pair", "before", "after", "truth", "sensor", "bands", "gsd_m", "kind", "date_before",
    "date_after", "georeference", "source", "licence", "note",
)  # fmt: skip

Calls: TypeAlias = list[dict[str, Any]]
Compare: TypeAlias = Callable[..., Run]


def compare(before: Path, after: Path, *, out: Path, **options: Any) -> Run:
    """Call brighter ground built and darker ground demolished; refuse a pair that is called bad."""
    del options
    if "bad" in str(before):
        raise RegistrationError("bad cannot\nbe registered", "two views", "choose others")
    old, new = (_brightness(path) for path in (before, after))
    change = np.select([new - old > 40, old - new > 40], [1, 3], 0).astype(np.uint8)
    with new_run(out) as folder:
        (folder / "rasters" / "overlap").mkdir(parents=True)
        write_geotiff(folder / "rasters/overlap/change.tif", change, GRID)
        score = np.clip(np.abs(new - old) / 100, 0, 1).astype(np.float32)
        write_geotiff(folder / "rasters/overlap/score.tif", score, GRID)
        write_run_json(folder, {"run_id": "r", "sitewatch": "0"})
    return Run.open(out)


def _brightness(path: Path) -> Any:
    grid = describe(path).require_grid()
    scene = Scene("s", tuple(Band(f"b{i}", str(path), i) for i in (1, 2, 3)), grid, gsd_m(grid))
    return load(scene, GRID).mean("band").values


@pytest.fixture
def calls() -> Calls:
    return []


@pytest.fixture
def recorded(calls: Calls) -> Compare:
    def call(before: Path, after: Path, *, out: Path, **options: Any) -> Run:
        calls.append({"before": before, "after": after, "out": out, **options})
        return compare(before, after, out=out, **options)

    return call


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    """Pairs that were built on, a quiet one with buildings, of any change, without labels, and a bad one."""
    rng = np.random.default_rng(0)
    quiet = rng.normal(100, 2, (3, *GRID.shape))
    buildings = np.zeros(GRID.shape, np.uint8)
    for row, col in ((10, 10), (10, 60), (60, 10), (60, 60)):
        buildings[row : row + 9, col : col + 12] = 1
    built = np.where(buildings > 0, 200, quiet)
    root = tmp_path / "data"

    def write(name: str, **layers: Any) -> None:
        (root / name).mkdir(parents=True)
        for layer, pixels in layers.items():
            write_geotiff(root / name / f"{layer}.tif", pixels.astype(np.uint8), GRID)

    truth = buildings.copy()
    truth[:, :5] = 255
    write("levir-1", before=quiet, after=built, truth=truth)
    write("levir-2", before=built, after=built, truth=np.zeros(GRID.shape))
    write(
        "mexico-1",
        before=built,
        after=built + rng.normal(0, 2, built.shape),
        truth=truth * 0,
        buildings=buildings,
    )
    write("dsifn-1", before=quiet, after=built, truth=buildings)
    write("joplin-1", before=built, after=quiet)
    write("bad-1", before=built, after=quiet)
    rows = [
        _row("levir", "levir-1", kind="construction", date_before="2002..2018", sensor="Google Earth RGB"),
        _row("levir", "levir-2", kind="construction", date_before="2017-09", date_after="2018"),
        _row("mexico", "mexico-1", kind="null: almost nothing", sensor="Sentinel-2, reflectance x 10000"),
        _row("dsifn", "dsifn-1", kind="buildings, any change"),
        _row("joplin", "joplin-1", kind="demolition (tornado)", truth=""),
        _row("bad", "bad-1", kind="demolition", truth=""),
    ]
    with (root / "MANIFEST.csv").open("w", newline="") as stream:
        writer = csv.DictWriter(stream, HEADER)
        writer.writeheader()
        writer.writerows(rows)
    return root / "MANIFEST.csv"


def _row(group: str, name: str, **words: str) -> dict[str, str]:
    files = {layer: f"{name}/{layer}.tif" for layer in ("before", "after", "truth")}
    return {
        **dict.fromkeys(HEADER, ""),
        **files,
        "set": group,
        "pair": name,
        "bands": "red green blue",
        "source": "somebody",
        "licence": "free",
        **words,
    }
