"""Dividing: close houses come apart, single ones and specks do not, and nothing is lost but a line."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from skimage.measure import label

from sitewatch.kernels.objects import divide


def two_houses(valley: float) -> NDArray[np.float32]:
    probability = np.zeros((40, 60), np.float32)
    probability[10:30, 5:55] = valley
    probability[10:30, 5:27] = probability[10:30, 33:55] = 0.95
    return probability


def test_houses_that_a_valley_parts_are_two():
    probability = two_houses(0.55)
    parts = divide(probability >= 0.4, probability, 100)
    assert parts.max() == 2
    assert parts[20, 10] != parts[20, 50]
    # What was lost is the line between them, one pixel wide.
    assert ((probability >= 0.4) & (parts == 0)).sum() == 20


@pytest.mark.parametrize(("valley", "least"), [(0.93, 100), (0.55, 500), (0.55, 0)])
def test_no_valley_or_too_small_a_part_leaves_one(valley: float, least: int):
    probability = two_houses(valley)
    parts = divide(probability >= 0.4, probability, least)
    np.testing.assert_array_equal(parts, (probability >= 0.4).astype(np.int32))


@given(st.integers(0, 500), st.integers(1, 60))
@settings(max_examples=40, deadline=None)
def test_parts_are_whole_and_only_lines_are_lost(seed: int, least: int):
    noise = np.random.default_rng(seed).random((48, 48)).astype(np.float32)
    probability = np.clip((cv2.GaussianBlur(noise, (0, 0), 2) - 0.5) * 5 + 0.6, 0, 1).astype(np.float32)
    mask = probability >= 0.4
    parts = divide(mask, probability, least)
    assert not parts[~mask].any()
    assert parts.max() == label(parts > 0, connectivity=1).max()
    lost = mask & (parts == 0)
    near = cv2.dilate((parts > 0).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    assert not (lost & ~near).any()
    assert parts.max() >= label(mask, connectivity=1).max()
