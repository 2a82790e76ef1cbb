"""Outlines land where they belong, to the pixel."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from affine import Affine
from odc.geo.geobox import GeoBox
from shapely.geometry import MultiPolygon, Point, Polygon, box

from sitewatch.report.chips import outline
from sitewatch.report.chips.outline import CASING, Stroke

Make = Callable[..., Any]

BLUE = (86, 180, 233)


def _ink(panel: np.ndarray, colour: tuple[int, int, int]) -> np.ndarray:
    """How much of a pixel is of a colour, 0..1, on black: by the channel that colour is strongest in."""
    strongest = int(np.argmax(colour))
    return panel[..., strongest] / colour[strongest]


@pytest.mark.parametrize("side", [120, 681, 1028])
def test_a_square_of_pixels_is_outlined_on_its_edges(grid: GeoBox, square: Make, side: int):
    frame = grid[100:220, 100:220]
    shape = outline.on_panel(square(grid, 140, 150, 20), frame, side)
    scale = side / 120
    left, top, right, bottom = (value * scale for value in (50, 40, 70, 60))
    assert shape.bounds == pytest.approx((left, top, right, bottom), abs=0.01)
    panel = np.zeros((side, side, 3), np.uint8)
    outline.draw(panel, shape, Stroke(BLUE, line=1, casing=0))
    ink = _ink(panel, BLUE)
    middle = ink[round((top + bottom) / 2)]
    near_left, near_right = middle.copy(), middle.copy()
    near_left[round((left + right) / 2) :] = 0
    near_right[: round((left + right) / 2)] = 0
    where = np.arange(side) + 0.5
    assert (near_left @ where) / near_left.sum() == pytest.approx(left, abs=0.25)
    assert (near_right @ where) / near_right.sum() == pytest.approx(right, abs=0.25)


def test_the_casing_lies_on_both_sides_of_the_line():
    panel = np.full((60, 60, 3), 255, np.uint8)
    outline.draw(panel, box(20, 20, 40, 40), Stroke(BLUE, line=2, casing=2))
    row = panel[30, 12:28].astype(int)
    dark = np.nonzero(row.sum(axis=1) < 150)[0]
    blue = np.nonzero(np.abs(row - BLUE).sum(axis=1) < 60)[0]
    assert dark.min() < blue.min()
    assert dark.max() > blue.max()
    assert tuple(panel[30, 30]) == (255, 255, 255)
    assert max(CASING) < 32


def test_holes_and_parts_are_outlined_too():
    shape = MultiPolygon(
        [
            Polygon(box(10, 10, 50, 50).exterior.coords, [box(20, 20, 40, 40).exterior.coords]),
            box(60, 60, 80, 80),
        ]
    )
    panel = np.zeros((100, 100, 3), np.uint8)
    outline.draw(panel, shape, Stroke(BLUE, line=1, casing=0))
    ink = _ink(panel, BLUE)
    assert all(ink[row - 1 : row + 1, col].sum() > 0.5 for row, col in ((10, 30), (20, 30), (60, 70)))


def test_a_dashed_line_has_gaps_and_a_shape_beyond_the_panel_leaves_no_trace():
    solid, dashed, beyond = (np.zeros((100, 100, 3), np.uint8) for _ in range(3))
    outline.draw(solid, box(10, 10, 90, 90), Stroke(BLUE, line=1, casing=0))
    outline.draw(dashed, box(10, 10, 90, 90), Stroke(BLUE, line=1, casing=0, dash=8))
    outline.draw(beyond, box(-500, -500, 600, 600), Stroke(BLUE, line=1, casing=1))
    assert 0.4 < _ink(dashed, BLUE).sum() / _ink(solid, BLUE).sum() < 0.9
    assert not beyond.any()
    assert not outline.touches(box(-500, -500, 600, 600), 100)
    assert outline.touches(box(-500, -500, 50, 50), 100)


def test_the_edge_of_the_frame_is_not_drawn_as_an_edge_of_the_shape():
    panel = np.zeros((100, 100, 3), np.uint8)
    outline.draw(panel, box(-50, 30, 50, 70), Stroke(BLUE, line=1, casing=0))
    assert not panel[40:60, :45].any()


def test_a_long_straight_edge_follows_the_grid_it_is_drawn_on():
    # A parallel bends in UTM: its middle lies far from the chord between its ends.
    wide = GeoBox((1000, 1000), Affine(200, 0, 400_000, 0, -200, 6_800_000), "EPSG:32631")
    shape = outline.on_panel(box(2.0, 60.0, 4.0, 61.0), wide, 1000)
    corner, other = (outline.on_panel(Point(lon, 60.0), wide, 1000) for lon in (2.0, 4.0))
    middle = outline.on_panel(Point(3.0, 60.0), wide, 1000)
    assert shape.boundary.distance(middle) < 0.01
    assert abs((corner.y + other.y) / 2 - middle.y) > 1


def test_dashes_follow_a_bent_line():
    shape = Point(100, 100).buffer(80)
    solid, dashed = (np.zeros((200, 200, 3), np.uint8) for _ in range(2))
    outline.draw(solid, shape, Stroke(BLUE, line=1, casing=0))
    outline.draw(dashed, shape, Stroke(BLUE, line=1, casing=0, dash=20))
    # Gaps are six tenths as long as dashes; both ends of a dash are blurred.
    assert _ink(dashed, BLUE).sum() / _ink(solid, BLUE).sum() == pytest.approx(1 / 1.6, abs=0.06)
    rows, cols = np.nonzero(_ink(dashed, BLUE) > 0.1)
    assert np.hypot(rows - 99.5, cols - 99.5) == pytest.approx(80, abs=1.5)
