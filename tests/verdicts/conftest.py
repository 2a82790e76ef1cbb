"""Grounds that no model looked at: scores drawn from a known distribution."""

from collections.abc import Callable

import numpy as np
import pytest
from affine import Affine
from odc.geo.geobox import GeoBox
from scipy.ndimage import gaussian_filter
from shapely.geometry import box

from sitewatch.grid import from_shapely
from sitewatch.pipeline.cover import Cover
from sitewatch.pipeline.detection import Detection
from sitewatch.pipeline.registration import Registration
from sitewatch.records import Pair, Scene, Site

SIDE = 300
GRID = GeoBox((SIDE, SIDE), Affine(1, 0, 500_000, 0, -1, 4_000_000), "EPSG:32631")
Draw = Callable[..., Detection]


def site(left: int, top: int, right: int, bottom: int, name: str = "s") -> Site:
    """Return a site over the given pixels."""
    x0, y0 = GRID.affine * (left, bottom)
    x1, y1 = GRID.affine * (right, top)
    shape = from_shapely(box(x0, y0, x1, y1), "EPSG:32631").to_crs("EPSG:4326").geom
    return Site(name, "Site", "settlement", shape)


def quiet(seed: int, *, level: float = 0.0) -> Detection:
    """Draw a ground on which nothing happened: a village of many edges in the middle third."""
    draw = np.random.default_rng(seed)
    village = np.zeros(GRID.shape, np.float32)
    village[100:200, 100:200] = 1
    field = gaussian_filter(draw.normal(size=GRID.shape), 3) * 12
    odds = field - 6 + 2 * village + level + draw.normal(0, 0.5)
    score = (1 / (1 + np.exp(-odds))).astype(np.float32)
    cover = Cover.blank(GRID.shape)
    layers = np.stack(
        [
            np.abs(field) + village,
            0.2 + 0.05 * village + draw.normal(0, 0.01, GRID.shape),
            0.02 + 0.05 * village + draw.normal(0, 0.002, GRID.shape),
            0.3 - 0.2 * village + draw.normal(0, 0.02, GRID.shape),
        ]
    ).astype(np.float32)
    cover.fill((slice(0, SIDE), slice(0, SIDE)), layers)
    pair = Pair(Scene(f"b{seed}", (), GRID, 1.0), Scene(f"a{seed}", (), GRID, 1.0))
    nothing = np.zeros(GRID.shape, np.uint8)
    return Detection(pair, GRID, nothing, score, nothing, (), Registration(GRID), {}, cover)


@pytest.fixture
def draw_quiet() -> Draw:
    return quiet
