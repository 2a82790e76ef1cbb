"""A tile that one image has from the other is found in the files, whatever the registration did."""

from pathlib import Path

import numpy as np
from odc.geo.geobox import GeoBox
from shapely import box

from sitewatch.catalogue.usable import STALE
from sitewatch.grid import WGS84
from sitewatch.io.rasters import Labels, write_geotiff
from sitewatch.records import Site
from sitewatch.runs.compare import open_pair
from sitewatch.runs.judging import judge_overlap
from sitewatch.settings import Settings
from sitewatch.simulate.pair import draw_pair
from sitewatch.simulate.recipe import SIX, Recipe, Shift

TILE = (slice(60, 110), slice(80, 130))


def corners(grid: GeoBox) -> Site:
    return Site("yard", "", "facility", box(*grid[TILE].extent.to_crs(WGS84).boundingbox.bbox))


def write(folder: Path, shift: Shift, offset: float) -> tuple[Path, Path, GeoBox]:
    """Draw a pair whose after image holds a tile of the before image, on a grid that lies so far off."""
    drawn = draw_pair(Recipe(10.0, SIX, size=(200, 200), ground="desert", events=(), shift=shift), seed=4)
    after = drawn.after.pixels.copy()
    after[:, *TILE] = drawn.before.pixels[:, *TILE]
    grids = drawn.before.grid, drawn.after.grid.translate_pix(offset, 0)
    files = folder / "before.tif", folder / "after.tif"
    for file, pixels, grid in zip(files, (drawn.before.pixels, after), grids, strict=True):
        write_geotiff(file, pixels, grid, Labels(0, drawn.before.bands))
    return *files, grids[0]


def test_a_copied_tile_is_a_finding_and_cannot_be_judged(tmp_path: Path):
    """The images lie two pixels off, so that the registration moves the copied tile as well."""
    before, after, grid = write(tmp_path, Shift(2.0, -1.0), 0)
    judged = judge_overlap(open_pair(before, after, {}), grid, (corners(grid),), Settings(), pool=None)
    assert judged.detection is not None
    stale = judged.detection.unseen == STALE
    assert stale[TILE].all()
    assert stale.sum() == stale[TILE].sum()
    (verdict,) = judged.verdicts
    assert (verdict.verdict, verdict.usable_fraction) == ("not_assessable", 0)
    assert verdict.unseen == {"stale tile": 1.0}
    assert "a finding of its own: 100.0% of the site shows the very same pixels" in verdict.reason


def test_pixels_that_are_not_the_same_ground_are_not_compared(tmp_path: Path):
    before, after, grid = write(tmp_path, Shift(), 0.5)
    judged = judge_overlap(open_pair(before, after, {}), grid, (corners(grid),), Settings(), pool=None)
    assert judged.detection is not None
    assert not np.isin(judged.detection.unseen, STALE).any()
