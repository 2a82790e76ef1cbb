"""Polygons on a grid: a pixel belongs to the polygon that holds its centre."""

import numpy as np
import pytest
import shapely
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st
from odc.geo.geobox import GeoBox
from shapely.geometry import Polygon, box

from sitewatch.errors import CoverageError
from sitewatch.io.rasters import burn, burn_labels

DEGREES = GeoBox((30, 40), Affine(1e-5, 0, 10.0, 0, -1e-5, 50.0), "EPSG:4326")
CORNER = st.tuples(st.floats(10.0, 10.0004), st.floats(49.9997, 50.0))


@given(st.lists(CORNER, min_size=3, max_size=3, unique=True), st.integers(1, 4))
def test_a_pixel_has_the_code_of_the_polygon_that_holds_its_centre(
    corners: list[tuple[float, float]], code: int
) -> None:
    shape = Polygon(corners)
    drawn = burn([(shape, code)], DEGREES)
    rows, cols = np.mgrid[0:30, 0:40]
    lon, lat = 10.0 + (cols + 0.5) * 1e-5, 50.0 - (rows + 0.5) * 1e-5
    # Within a thousandth of a pixel of the outline rounding decides.
    away = shapely.distance(shape.exterior, shapely.points(lon, lat)) > 1e-8
    expected = np.where(shapely.contains_xy(shape, lon, lat), code, 0)
    np.testing.assert_array_equal(drawn[away], expected[away])


def test_polygons_are_brought_to_the_crs_of_the_grid_and_later_ones_lie_on_top() -> None:
    grid = GeoBox((20, 20), Affine(10, 0, 600000, 0, -10, 5500000), "EPSG:32632")
    inside = grid[5:15, 5:15].extent.to_crs("EPSG:4326").geom
    within = grid[8:12, 8:12].extent.to_crs("EPSG:4326").geom
    drawn = burn([(inside, 1), (within, 2)], grid, outside=255)
    assert drawn.dtype == np.uint8
    assert ((drawn == 1).sum(), (drawn == 2).sum(), (drawn == 255).sum()) == (84, 16, 300)


def test_nothing_is_drawn_of_nothing_and_of_what_lies_elsewhere() -> None:
    assert (burn([], DEGREES, outside=7) == 7).all()
    assert (burn([(Polygon(), 1), (box(0, 0, 1, 1), 1)], DEGREES) == 0).all()


def test_a_grid_that_lies_nowhere_is_refused() -> None:
    with pytest.raises(CoverageError):
        burn([(box(0, 0, 1, 1), 1)], GeoBox((4, 4), Affine.identity(), None))


def test_labels_number_the_polygons_beyond_what_a_byte_holds() -> None:
    pixel = 1e-5
    boxes = [
        box(10 + col * pixel, 50 - (row + 1) * pixel, 10 + (col + 1) * pixel, 50 - row * pixel)
        for row in range(30)
        for col in range(40)
    ]
    assert (burn_labels(boxes, DEGREES) == np.arange(1, 1201).reshape(30, 40)).all()
    assert (burn_labels([boxes[5], boxes[5]], DEGREES)[0, 5]) == 2
    assert not burn_labels([], DEGREES).any()
