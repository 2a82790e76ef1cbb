"""Blur lowers the ratio, in order; gain and offset do not."""

import math

import cv2
import numpy as np
import pytest

from sitewatch.kernels.sharpness import sharpness_ratio


def test_the_blurred_image_has_less_detail_and_the_other_way_about_more():
    image = np.random.default_rng(0).normal(100, 10, (120, 120)).astype(np.float32)
    image = cv2.GaussianBlur(image, (0, 0), 0.7)
    assert sharpness_ratio(image, image * 3 + 20) == pytest.approx(1, abs=1e-3)
    ratios = [sharpness_ratio(image, cv2.GaussianBlur(image, (0, 0), blur)) for blur in (0.5, 1.0, 2.0)]
    assert 1 > ratios[0] > ratios[1] > ratios[2] > 0
    back = sharpness_ratio(cv2.GaussianBlur(image, (0, 0), 1.0), image)
    assert back == pytest.approx(1 / ratios[1])


def test_even_or_unseen_ground_tells_nothing():
    even = np.full((60, 60), 7, np.float32)
    assert math.isnan(sharpness_ratio(even, even))
    assert math.isnan(sharpness_ratio(even * np.nan, even))
