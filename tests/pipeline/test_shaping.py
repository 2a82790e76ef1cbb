"""Shaping: houses become rectangles, never over other objects or unseen ground; what is no house stays."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from shapely.geometry import Polygon

from sitewatch.kernels.objects import Growth, find_objects
from sitewatch.kernels.rectangles import Rectangle
from sitewatch.pipeline.shaping import Shaped, shape_objects

SHAPE = (120, 160)
GROWTH = Growth((0.5,) * 4, (0.4,) * 4, smooth_px=2.0, open_px=3, least_px=40, divide_px=120)


def scene(
    houses: list[Rectangle], unseen: NDArray[np.bool_] | None = None, kind: int = 0
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Draw new houses: probabilities as of coarse cells, and both dates in grey."""
    roofs = np.zeros(SHAPE, np.float32)
    for house in houses:
        roofs[house.covers(SHAPE)] = 1
    probability = np.zeros((4, *SHAPE), np.float32)
    probability[kind] = cv2.GaussianBlur(roofs, (0, 0), 2.5)
    flat = np.full(SHAPE, 0.3, np.float32)
    images = np.stack([flat, flat + 0.4 * roofs] if kind == 0 else [flat + 0.4 * roofs, flat])
    if unseen is not None:
        probability[:, unseen] = np.nan
        images[:, unseen] = np.nan
    return probability, images


def shaped(probability: NDArray[np.float32], images: NDArray[np.float32]) -> Shaped:
    return shape_objects(find_objects(probability, GROWTH, together=3), probability, images, 0.55)


def houses(angle: float) -> list[Rectangle]:
    return [Rectangle(45, 60, 30, 20, angle, 0.0), Rectangle(110, 60, 26, 18, angle / 2, 0.0)]


@given(st.floats(0, np.pi / 2), st.sampled_from([0, 2]))
@settings(max_examples=25, deadline=None)
def test_houses_at_any_angle_get_four_corners(angle: float, kind: int):
    truth = houses(angle)
    found = shaped(*scene(truth, kind=kind))
    assert len(found.shapes) == 2
    for shape in found.shapes.values():
        assert len(shape.exterior.coords) == 5
        alike = [
            shape.intersection(t).area / shape.union(t).area for t in (Polygon(h.corners) for h in truth)
        ]
        assert max(alike) > 0.88
    for label, shape in found.shapes.items():
        assert shape.area == pytest.approx(found.objects.pixels[label - 1], rel=0.05)


@given(st.floats(0, np.pi / 2), st.integers(20, 130))
@settings(max_examples=25, deadline=None)
def test_no_object_holds_unseen_ground_or_anothers(angle: float, column: int):
    unseen = np.zeros(SHAPE, bool)
    unseen[:, column : column + 8] = True
    probability, images = scene(houses(angle), unseen)
    found = shaped(probability, images)
    assert not found.objects.labels[unseen].any()
    counted = np.bincount(found.objects.labels.ravel(), minlength=len(found.objects.kinds) + 1)[1:]
    np.testing.assert_array_equal(counted, found.objects.pixels)
    shapes = list(found.shapes.values())
    assert all(not a.intersects(b) for i, a in enumerate(shapes) for b in shapes[:i])


def test_an_image_without_edges_leaves_objects_as_they_were():
    probability, images = scene(houses(0.3))
    found = shaped(probability, np.full_like(images, 0.5))
    assert not found.shapes
    np.testing.assert_array_equal(found.objects.labels, find_objects(probability, GROWTH, together=3).labels)


def test_what_is_no_rectangle_stays_as_it_was():
    ell = [Rectangle(60, 40, 60, 16, 0.0, 0.0), Rectangle(38, 66, 16, 60, 0.0, 0.0)]
    assert not shaped(*scene(ell)).shapes
