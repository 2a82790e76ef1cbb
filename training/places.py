"""Sites drawn over a labelled pair: settlements around its buildings, and outlines of no place at all."""

import zlib
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox
from scipy.cluster.vq import kmeans2
from shapely.geometry import MultiPoint, Polygon

from sitewatch.grid import from_shapely, gsd_m, require_crs
from sitewatch.io.rasters import describe, load_labels
from sitewatch.io.vectors import geojson_text
from sitewatch.runs.benchmark.manifest import Entry

# Settlements: hulls of some neighbouring houses with their yards; a hamlet of few, a quarter of many.
_HOUSES = (5, 10, 20)
_YARD_M = 12.0
_FEWEST_HOUSES = 4
# Outlines of no place: radii, metres.
_OPEN, _RADIUS_M = 8, (15.0, 60.0)
_CORNERS, _ROUGH = 13, 0.25
# Of a pair's ground a site takes no more than this.
_MOST = 0.15
UNLABELLED = 255


def write_places(entry: Entry, file: Path) -> None:
    """Write the sites of a pair as GeoJSON; the same pair has the same sites."""
    grid = describe(entry.before).require_grid()
    truth = load_labels(entry.truth, grid) if entry.truth else np.zeros(grid.shape, np.uint8)
    outlines = entry.before.with_name("buildings.tif")
    houses = load_labels(outlines, grid) if outlines.exists() else truth
    standing = (houses > 0) & (houses != UNLABELLED)
    features = [
        {"id": name, "geometry": shape, "properties": {"id": name, "category": category}}
        for name, category, shape in places(standing, grid, seed=zlib.crc32(entry.name.encode()))
    ]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(geojson_text(features), "utf-8")


def places(standing: NDArray[np.bool_], grid: GeoBox, *, seed: int) -> Iterator[tuple[str, str, Polygon]]:
    """Yield id, category and outline (WGS84) of the sites of a piece of ground.

    Parameters
    ----------
    standing : (rows, columns) bool
        Buildings.
    """
    draw = np.random.default_rng(seed)
    pixel = gsd_m(grid)
    most = _MOST * standing.size
    shapes = [
        *(("settlement", shape) for shape in _settlements(standing, pixel, draw)),
        *(("other", shape) for shape in _outlines(standing.shape, pixel, draw)),
    ]
    for number, (category, shape) in enumerate(shapes):
        if shape.area <= most:
            moved = Polygon([grid.affine * corner for corner in shape.exterior.coords])
            yield (
                f"{category}-{number}",
                category,
                from_shapely(moved, str(require_crs(grid))).to_crs("EPSG:4326").geom,
            )


def _settlements(standing: NDArray[np.bool_], pixel_m: float, draw: np.random.Generator) -> Iterator[Polygon]:
    _, _, _, centres = cv2.connectedComponentsWithStats(standing.astype(np.uint8))
    middles = centres[1:]
    for houses in _HOUSES:
        groups = len(middles) // houses
        if groups < 1:
            continue
        _, group = kmeans2(middles, groups, seed=int(draw.integers(2**31)), minit="++")
        for number in draw.permutation(groups)[:4]:
            some = middles[group == number]
            if len(some) >= _FEWEST_HOUSES:
                hull = MultiPoint(some).convex_hull.buffer(_YARD_M / pixel_m, quad_segs=3)
                rows, cols = standing.shape
                yield hull.intersection(Polygon([(0, 0), (cols, 0), (cols, rows), (0, rows)]))


def _outlines(shape: tuple[int, ...], pixel_m: float, draw: np.random.Generator) -> Iterator[Polygon]:
    turn = np.linspace(0, 2 * np.pi, _CORNERS, endpoint=False)
    for _ in range(_OPEN):
        radius = np.exp(draw.uniform(*np.log(_RADIUS_M))) / pixel_m
        reach = radius * np.clip(1 + _ROUGH * draw.standard_normal(_CORNERS), 0.5, 1.6)
        room = np.maximum(np.array(shape[::-1]) - 2 * radius, 0)
        middle = radius + draw.random(2) * room
        corners = middle + np.column_stack([reach * np.cos(turn), reach * np.sin(turn)])
        yield Polygon(np.clip(corners, 0, np.array(shape[::-1])))
