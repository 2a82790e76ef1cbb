"""A drawn pair on which nothing happens, its after image misregistered."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from sitewatch.io.rasters import Labels, write_geotiff
from sitewatch.kernels.align import Alignment
from sitewatch.pipeline.registration import Registration
from sitewatch.records import Pair
from sitewatch.runs.compare import open_pair
from sitewatch.runs.smallest.ground import Ground
from sitewatch.simulate.pair import draw_pair
from sitewatch.simulate.recipe import Recipe, Shift

SHIFT = Shift(4.0, -3.0)


@dataclass(frozen=True)
class Quiet:
    """The pair, and where the after image shows the ground of the before image."""

    before: Path
    after: Path
    pair: Pair
    registration: Registration

    def ground(self, side: int = 120) -> Ground:
        """Read the upper left part."""
        part = self.pair.before.grid[20 : 20 + side, 20 : 20 + side]
        return Ground.read(self.pair, self.registration, part, margin_m=10.0)


@pytest.fixture(scope="session")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Quiet:
    folder = tmp_path_factory.mktemp("quiet")
    drawn = draw_pair(Recipe(1.0, size=(200, 200), ground="desert", events=(), shift=SHIFT), seed=4)
    for name, scene in (("before", drawn.before), ("after", drawn.after)):
        write_geotiff(folder / f"{name}.tif", scene.pixels, scene.grid, Labels(0, scene.bands))
    before, after = folder / "before.tif", folder / "after.tif"
    pair = open_pair(before, after, {})
    moved = Alignment(matrix=(1.0, 0.0, SHIFT.dx, 0.0, 1.0, SHIFT.dy))
    return Quiet(before, after, pair, Registration(pair.before.grid, moved))
