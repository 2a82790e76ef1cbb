"""Objects: hysteresis and components as scikit-image has them, one kind each, none on unseen ground."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from skimage.filters import apply_hysteresis_threshold
from skimage.measure import label

from sitewatch.io.rasters import trace
from sitewatch.kernels.objects import Growth, Members, find_objects, sums, surroundings


def layers(seed: int, kinds: int = 1, size: int = 40) -> NDArray[np.float32]:
    import cv2

    noise = np.random.default_rng(seed).random((kinds, size, size)).astype(np.float32)
    smooth = np.stack([cv2.GaussianBlur(layer, (0, 0), 1.5) for layer in noise])
    return np.clip((smooth - 0.5) * 4 + 0.4, 0, 1).astype(np.float32)


def growth(kinds: int = 1, **given: object) -> Growth:
    usual: dict[str, object] = {
        "seed": (0.7,) * kinds, "grow": (0.5,) * kinds, "smooth_px": 0.0, "open_px": 1, "least_px": 1,
    }  # fmt: skip
    return Growth(**{**usual, **given})  # type: ignore[arg-type] - any field


@given(st.integers(0, 200))
@settings(max_examples=30, deadline=None)
def test_one_kind_grows_as_hysteresis_does(seed: int):
    probability = layers(seed)
    found = find_objects(probability, growth())
    grown = probability[0] >= 0.5
    seeded = np.unique(label(grown, connectivity=1)[probability[0] >= 0.7])
    expected = np.isin(label(grown, connectivity=1), seeded[seeded > 0])
    np.testing.assert_array_equal(found.labels > 0, expected)
    # The oracle joins corners too, so it can only have more.
    assert not (expected & ~apply_hysteresis_threshold(probability[0], 0.4999, 0.6999)).any()


@given(st.integers(0, 200))
@settings(max_examples=30, deadline=None)
def test_pixels_are_counted_and_outlines_hold_them(seed: int):
    found = find_objects(layers(seed, 3), growth(3, least_px=3))
    count = np.bincount(found.labels.ravel(), minlength=len(found.kinds) + 1)[1:]
    np.testing.assert_array_equal(count, found.pixels)
    outlines = trace(found.labels)
    assert list(outlines) == list(range(1, len(found.kinds) + 1))
    for number, outline in outlines.items():
        assert outline.area == pytest.approx(found.pixels[number - 1])
        assert outline.is_valid
    firsts = [int(np.flatnonzero(found.labels.ravel() == n)[0]) for n in outlines]
    assert firsts == sorted(firsts)


def test_each_object_is_of_the_kind_that_prevails():
    probability = np.zeros((2, 20, 20), np.float32)
    probability[0, 2:8, 2:8] = 0.9
    probability[1, 12:18, 12:18] = 0.8
    found = find_objects(probability, growth(2))
    assert found.kinds.tolist() == [0, 1]
    assert found.pixels.tolist() == [36, 36]


def test_kinds_that_grow_together_add_up():
    probability = np.full((2, 10, 10), 0.0, np.float32)
    probability[0, 3:7, 3:7], probability[1, 3:7, 3:7] = 0.45, 0.35
    assert len(find_objects(probability, growth(2)).kinds) == 0
    found = find_objects(probability, growth(2), together=2)
    assert found.kinds.tolist() == [0]
    assert found.pixels.tolist() == [16]


def test_nothing_grows_on_unseen_ground_specks_go_and_pinholes_close():
    probability = np.zeros((1, 30, 30), np.float32)
    probability[0, 5:15, 5:15] = 0.9
    probability[0, 9, 9] = 0.0
    probability[0, 20, 20] = 0.9
    probability[0, 5:15, 12:] = np.where(probability[0, 5:15, 12:] > 0, np.nan, probability[0, 5:15, 12:])
    found = find_objects(probability, growth(least_px=4))
    assert found.pixels.tolist() == [70]
    assert (found.labels[np.isnan(probability[0])] == 0).all()


def test_narrow_parts_are_cut_off():
    probability = np.zeros((1, 30, 30), np.float32)
    probability[0, 5:12, 5:12] = 0.9
    probability[0, 8, 12:28] = 0.9
    assert find_objects(probability, growth(open_px=3)).pixels.tolist() == [49]


def test_an_empty_image_has_no_objects():
    found = find_objects(np.full((4, 12, 12), np.nan, np.float32), growth(4))
    assert not found.labels.any()
    assert len(found.kinds) == 0


def test_sums_and_surroundings_are_those_of_numpy():
    labels = np.zeros((30, 30), np.int32)
    labels[5:9, 5:9], labels[20:24, 20:25] = 1, 2
    values = np.random.default_rng(1).random((30, 30)).astype(np.float32)
    values[6, 6] = np.nan
    total, number = sums(values, Members.of(labels), 2)
    assert number.tolist() == [15, 20]
    np.testing.assert_allclose(total, [np.nansum(values[labels == n]) for n in (1, 2)], rtol=1e-6)
    ring = surroundings(labels, 3)
    assert (ring[labels > 0] == 0).all()
    assert ring[4, 6] == 1
    assert ring[18, 22] == 2
    assert ring[0, 29] == 0
