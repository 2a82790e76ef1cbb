"""Rectangles: drawn ones are found again at any angle, and their sides go where the image shows them."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from shapely.geometry import Polygon

from sitewatch.kernels.rectangles import Rectangle, fit_rectangle

Layer = NDArray[np.float32]
SIDE = 90

rectangles = st.builds(
    Rectangle,
    x=st.floats(40, 50),
    y=st.floats(40, 50),
    length=st.floats(24, 40),
    width=st.floats(14, 24),
    angle=st.floats(0, np.pi / 2),
    contrast=st.just(0.0),
)


def blurred(truth: Rectangle, spread: float) -> Layer:
    """Draw the truth as a map of coarse cells sees it."""
    return np.asarray(
        cv2.GaussianBlur(truth.covers((SIDE, SIDE)).astype(np.float32), (0, 0), spread), np.float32
    )


def seen(truth: Rectangle, noise: float, seed: int) -> Layer:
    speckle = np.random.default_rng(seed).normal(0, noise, (SIDE, SIDE))
    return (0.3 + 0.4 * truth.covers((SIDE, SIDE)) + speckle).astype(np.float32)


def overlap(one: Rectangle, other: Rectangle) -> float:
    a, b = Polygon(one.corners), Polygon(other.corners)
    return float(a.intersection(b).area / a.union(b).area)


@given(rectangles, st.integers(0, 100))
@settings(max_examples=40, deadline=None)
def test_a_drawn_rectangle_is_found_again(truth: Rectangle, seed: int):
    found = fit_rectangle(blurred(truth, 2.5) - np.float32(0.5), seen(truth, 0.02, seed))
    assert found is not None
    # A pixel on one side of 14 is 7 %, and a side may fall a pixel short.
    assert overlap(found, truth) > 0.8
    assert found.contrast > 1.3


@given(rectangles)
@settings(max_examples=30, deadline=None)
def test_a_quarter_turn_of_the_window_turns_the_rectangle(truth: Rectangle):
    weight, image = blurred(truth, 2) - np.float32(0.5), seen(truth, 0, 0)
    found, turned = (
        fit_rectangle(np.ascontiguousarray(np.rot90(weight, k)), np.ascontiguousarray(np.rot90(image, k)))
        for k in (0, 1)
    )
    assert found is not None
    assert turned is not None
    x, y = found.corners.T
    back = Polygon(np.column_stack([y, SIDE - x]))
    there = Polygon(turned.corners)
    # Sides lie on pixels' edges, and one that falls between two may go to either.
    assert back.hausdorff_distance(there) < 3


def test_sides_go_to_the_edges_that_the_image_shows():
    truth = Rectangle(45, 45, 30, 20, 0.0, 0.0)
    fat = Rectangle(46, 46, 36, 25, 0.0, 0.0)
    found = fit_rectangle((blurred(fat, 2.5) - np.float32(0.5)) / 4, seen(truth, 0.0, 0))
    assert found is not None
    assert overlap(found, truth) > overlap(fat, truth) + 0.1


def test_unusable_ground_shows_no_edge():
    truth = Rectangle(45, 45, 30, 20, 0.0, 0.0)
    weight, image = blurred(truth, 2.5) - np.float32(0.5), np.full((SIDE, SIDE), 0.5, np.float32)
    image[:, 60:] = np.nan
    found = fit_rectangle(weight, image)
    assert found is not None
    assert found.contrast == 0.0


@pytest.mark.parametrize("weight", [np.full((20, 20), -1.0), np.pad([[0.5]], 10, constant_values=-1.0)])
def test_nothing_or_a_speck_has_no_rectangle(weight: NDArray[np.float64]):
    assert fit_rectangle(weight.astype(np.float32), np.zeros(weight.shape, np.float32)) is None


@given(rectangles)
@settings(max_examples=30, deadline=None)
def test_corners_and_pixels_are_of_one_rectangle(truth: Rectangle):
    outline = Polygon(truth.corners)
    assert outline.area == pytest.approx(truth.length * truth.width)
    assert truth.covers((SIDE, SIDE)).sum() == pytest.approx(outline.area, rel=0.1)
    assert outline.centroid.coords[0] == pytest.approx((truth.x, truth.y))
