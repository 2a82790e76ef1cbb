"""A drawn pair, a change and verdicts to write."""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from affine import Affine
from odc.geo.geobox import GeoBox
from shapely.geometry import box

from sitewatch.io.rasters import Labels, write_cog
from sitewatch.io.results import (
    ChangeRow,
    change_feature,
    new_run,
    site_feature,
    write_run_json,
    write_tables,
)
from sitewatch.records import Band, Change, Measurement, Pair, Rival, Scene, Site, Verdict

GRID = GeoBox((40, 60), Affine(0.5, 0, 600000, 0, -0.5, 3300000), "EPSG:32614")
PLACE = box(-97.96, 29.82, -97.95, 29.83)


@pytest.fixture
def pair() -> Pair:
    band = (Band("red", "before.tif"),)
    before = Scene(
        "s-before", band, GRID, 0.5, dt.datetime(2017, 1, 1, tzinfo=dt.UTC), "year", "maxar", credit="© M"
    )
    after = Scene("s-after", band, GRID, 1 / 3, dt.datetime(2017, 9, 25, 17, 5, tzinfo=dt.UTC), sha256="ab")
    return Pair(before, after)


@pytest.fixture
def change() -> Change:
    return Change(
        id="overlap-c-01234567",
        site_id=None,
        kind="construction",
        confidence=0.8765432,
        kinds={"construction": 0.9, "burning": 0.1 / 3},
        area_m2=123.456789,
        geometry=PLACE,
        evidence={"d_ndvi": Measurement(-0.123456789), "shift_px": Measurement(float("nan"), "px")},
        reasons=("A roof appeared.",),
        rivals=(
            Rival("season", "not_checked", "No dates."),
            Rival("shift", "against", "0.2 px", Measurement(0.2, "px")),
        ),
    )


@pytest.fixture
def verdicts(pair: Pair) -> list[Verdict]:
    def site(name: str) -> Site:
        return Site(name, f"={name}", "settlement", PLACE)

    changed = Verdict(
        site("a"),
        "change",
        "New roofs.",
        0.98765,
        ("construction", "burning"),
        {"construction": 1234.5678},
        {"construction": 0.25},
        before=pair.before,
        after=pair.after,
    )
    quiet = Verdict(
        site("b"), "no_visible_change", "-", 1.0, p_value=0.5, before=pair.before, after=pair.after
    )
    hidden = {"cloud": 0.9, "beyond the scenes' edges": 0.1}
    return [
        changed,
        quiet,
        Verdict(site("-c"), "not_assessable", "Clouds.", 0.0, unseen=hidden, findings=("a tile",)),
    ]


@pytest.fixture
def run_folder(tmp_path: Path, pair: Pair, change: Change, verdicts: list[Verdict]) -> Path:
    codes = np.zeros(GRID.shape, np.uint8)
    codes[5:10, 7:20] = 1
    codes[0, :] = 255
    score = np.where(codes == 255, np.nan, codes * np.float32(0.5)).astype(np.float32)
    with new_run(tmp_path / "run") as folder:
        (folder / "rasters" / "overlap").mkdir(parents=True)
        write_cog(folder / "rasters/overlap/change.tif", codes, GRID, Labels(nodata=255))
        write_cog(folder / "rasters/overlap/score.tif", score, GRID, Labels(nodata=float("nan")))
        found = change_feature(ChangeRow(change, pair, "overlap-c-01234567.png"), "compare-1")
        write_tables(folder, [found], [site_feature(verdict) for verdict in verdicts])
        write_run_json(folder, {"run_id": "compare-1", "sitewatch": "0.1.0"})
    return tmp_path / "run"
