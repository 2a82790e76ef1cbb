"""Outlines: valid, of the pixels' area, without steps, and no two on the same ground."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Polygon

from sitewatch.io.rasters import trace
from sitewatch.pipeline.outlines import draw_outlines


@given(st.integers(0, 500))
@settings(max_examples=40, deadline=None)
def test_outlines_keep_their_areas_and_do_not_overlap(seed: int):
    rng = np.random.default_rng(seed)
    noise = np.stack([cv2.GaussianBlur(rng.random((50, 50)), (0, 0), 2) for _ in range(3)])
    noise[0] += 0.02
    _, labels = cv2.connectedComponents((noise.argmax(axis=0) == 0).astype(np.uint8), connectivity=4)
    _, others = cv2.connectedComponents((noise.argmax(axis=0) == 1).astype(np.uint8), connectivity=4)
    both = np.where(labels > 0, labels, np.where(others > 0, others + labels.max(), 0)).astype(np.int32)
    drawn = draw_outlines(trace(both), {})
    count = np.bincount(both.ravel())
    shapes = list(drawn.values())
    for label, shape in drawn.items():
        assert shape.is_valid
        assert shape.area == pytest.approx(count[label], rel=0.05)
    assert all(a.intersection(b).area == 0 for i, a in enumerate(shapes) for b in shapes[:i])


def test_steps_go_and_holes_stay():
    row, col = np.mgrid[:80, :80]
    ring = np.hypot(row - 40, col - 40)
    labels = ((ring < 30) & (ring > 10)).astype(np.int32)
    traced = trace(labels)
    drawn = draw_outlines(traced, {})[1]
    assert len(drawn.interiors) == 1
    assert len(drawn.exterior.coords) < len(traced[1].exterior.coords) / 2
    assert drawn.hausdorff_distance(traced[1]) < 1


def test_a_given_shape_is_drawn_and_the_outline_beside_it_gives_way():
    labels = np.zeros((40, 40), np.int32)
    labels[5:20, 5:20], labels[21:30, 5:30] = 1, 2
    shape = Polygon([(5, 5), (20, 5), (20, 20), (5, 20)])
    drawn = draw_outlines(trace(labels), {1: shape})
    assert drawn[1] is shape
    assert drawn[2].area == pytest.approx(9 * 25)
    assert not drawn[1].intersects(drawn[2])


def test_nothing_gives_no_outlines():
    assert draw_outlines({}, {}) == {}
