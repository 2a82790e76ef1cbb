"""Masks widened and opened by discs, against shapes of known size."""

import numpy as np
from scipy.ndimage import binary_dilation, distance_transform_edt

from sitewatch.kernels.clouds.discs import disc, opened, within


def test_a_mask_is_widened_by_true_distances():
    mask = np.zeros((40, 50), np.bool_)
    mask[20, 10] = mask[5, 40] = True
    distance = distance_transform_edt(~mask)
    found = within(mask, 7.0)
    # OpenCV's distances by a window of 5 are right to two hundredths.
    sure = np.abs(distance - 7.0) > 0.2
    np.testing.assert_array_equal(found[sure], (distance <= 7.0)[sure])
    assert not within(np.zeros_like(mask), 7.0).any()


def test_opening_keeps_what_a_disc_covers_and_drops_what_is_narrower():
    mask = np.zeros((60, 60), np.bool_)
    mask[10:31, 10:31] = True
    mask[45:48, 5:55] = True
    found = opened(mask, 6.0)
    assert found[20, 20]
    assert found[10, 20]
    assert not found[45:48].any()
    assert not (found & ~mask).any()


def test_a_mask_goes_on_beyond_the_image():
    mask = np.zeros((30, 30), np.bool_)
    mask[:3] = True
    assert opened(mask, 2.0)[0].all()


def test_a_disc_is_what_widens_by_its_radius():
    mask = np.zeros((21, 21), np.bool_)
    mask[10, 10] = True
    expected = distance_transform_edt(~mask) <= 5
    np.testing.assert_array_equal(binary_dilation(mask, disc(5.0) > 0), expected)
    assert disc(0.2).shape == (3, 3)
