"""Neighbouring ruins share their fate."""

import numpy as np
import pytest

from sitewatch.kernels.objects import Growth, Objects, find_objects
from sitewatch.pipeline.settling import settle_ruins

GROWTH = Growth((0.5,) * 4, (0.4,) * 4, 0.0, 1, 4)


def street(shares: list[float]) -> np.ndarray:
    """Draw a row of ruins of 10 m, each burned to some share and demolished for the rest."""
    layers = np.zeros((4, 40, 30 * len(shares)), np.float32)
    for number, share in enumerate(shares):
        at = (slice(10, 20), slice(30 * number + 5, 30 * number + 15))
        layers[1][at], layers[2][at] = 0.9 * share, 0.9 * (1 - share)
    return layers


def settled(layers: np.ndarray) -> tuple[Objects, np.ndarray]:
    return settle_ruins(find_objects(layers, GROWTH, together=3), layers, pixel_m=1.0)


def test_a_doubtful_ruin_in_a_street_of_wrecks_was_wrecked():
    layers = street([0.05, 0.05, 0.7, 0.05, 0.05])
    objects, divided = settled(layers)
    assert objects.kinds.tolist() == [2] * 5
    assert divided[2, 15, 70] > divided[1, 15, 70]
    np.testing.assert_allclose(divided.sum(axis=0), layers.sum(axis=0), atol=1e-6)


def test_a_surely_burned_one_stays_burned():
    objects, _ = settled(street([0.02, 0.02, 0.99, 0.02, 0.02]))
    assert objects.kinds.tolist() == [2, 2, 1, 2, 2]


def test_other_kinds_and_unusable_ground_are_left_alone():
    layers = street([0.1, 0.9, 0.5])
    layers[:, 10:20, 5:15] = 0
    layers[0, 10:20, 5:15] = 0.8
    layers[:, :, 0] = np.nan
    objects, divided = settled(layers)
    assert objects.kinds[0] == 0
    np.testing.assert_array_equal(divided[0], layers[0])
    assert np.isnan(divided[:, :, 0]).all()


@pytest.mark.parametrize("shares", [[], [0.6]])
def test_fewer_than_two_ruins_stay_as_they_are(shares: list[float]):
    layers = street([*shares, 0.5])[:, :, : 30 * len(shares) + 1]
    objects, divided = settled(layers)
    assert len(objects.kinds) == len(shares)
    np.testing.assert_array_equal(divided, layers)
