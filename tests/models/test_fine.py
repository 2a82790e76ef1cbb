"""The learned score of fine pairs: symmetry in time, blocks, unusable pixels, and a drawn house."""

from importlib.resources import files

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from sitewatch import blocks
from sitewatch.errors import SceneError
from sitewatch.models import fine

Image = NDArray[np.float32]
Pair = tuple[Image, Image]


def ground(seed: int, size: int = 256):
    """Grass with a path: 8-bit red, green, blue, textured at a few metres."""
    draw = np.random.default_rng(seed)
    soft = [
        cv2.GaussianBlur(draw.standard_normal((size, size)).astype(np.float32), (0, 0), s) * s
        for s in (1, 3, 9)
    ]
    base = np.array([78, 92, 62], np.float32)[:, None, None]
    image = base + 6 * sum(soft)
    image[:, :, size // 3 : size // 3 + 6] = np.array([150, 140, 125], np.float32)[:, None, None]
    return image.astype(np.float32)


def with_house(
    image: Image, row: int, col: int, size: int = 14, tone: tuple[float, float, float] = (190, 120, 100)
):
    drawn = image.copy()
    drawn[:, row + 3 : row + size + 5, col - 5 : col] *= 0.35
    drawn[:, row : row + size, col : col + size] = np.array(tone, np.float32)[:, None, None]
    drawn[:, row : row + size // 2, col : col + size] *= 1.15
    return drawn


def score(before: Image, after: Image, usable: NDArray[np.bool_] | None = None, gsd_m: float = 1.0):
    usable = np.ones(before.shape[1:], bool) if usable is None else usable
    return fine.fine_scores(before, after, usable, fine.fit_stretch(before, after, usable), gsd_m=gsd_m)


@pytest.fixture(scope="module")
def pair():
    before = with_house(ground(1), 60, 120)
    noise = np.random.default_rng(2).normal(0, 2, before.shape).astype(np.float32)
    after = with_house(before, 150, 160)
    return before, cv2.GaussianBlur((after + noise).transpose(1, 2, 0), (0, 0), 0.5).transpose(2, 0, 1)


def test_probabilities_are_probabilities(pair: Pair):
    found = score(*pair)
    planes = np.stack([found.construction, found.burning, found.demolition, found.other])
    assert planes.dtype == np.float32
    assert planes.min() >= -1e-6
    np.testing.assert_allclose(planes.sum(axis=0), 1, atol=1e-5)


def test_exchanging_the_dates_exchanges_construction_with_demolition(pair: Pair):
    before, after = pair
    forward, backward = score(before, after), score(after, before)
    np.testing.assert_allclose(forward.construction, backward.demolition, atol=2e-3)
    np.testing.assert_allclose(forward.demolition, backward.construction, atol=2e-3)


def test_a_new_house_is_construction_and_a_lost_one_demolition(pair: Pair):
    before, after = pair
    forward, backward = score(before, after), score(after, before)
    for plane in (forward.construction, backward.demolition):
        assert plane[153:161, 163:171].mean() > 10 * np.median(plane)
        assert plane[63:71, 123:131].mean() < 0.5 * plane[153:161, 163:171].mean()
    assert forward.construction[153:161, 163:171].mean() > 3 * forward.demolition[153:161, 163:171].mean()


def test_an_image_differs_from_itself_nowhere(pair: Pair):
    before, _ = pair
    found = score(before, before)
    assert max(found.construction.max(), found.demolition.max(), found.burning.max()) < 0.2


def test_no_change_lies_on_unusable_pixels(pair: Pair):
    before, after = (image.copy() for image in pair)
    usable = np.ones(before.shape[1:], bool)
    usable[40:90, 30:80] = False
    after[:, 40:90, 30:80] = np.nan
    found = score(before, after, usable)
    assert np.array_equal(np.isnan(found.construction), ~usable)
    assert np.array_equal(np.isnan(found.other), ~usable)


def test_what_lies_under_unusable_pixels_does_not_matter(pair: Pair):
    before, after = pair
    usable = np.ones(before.shape[1:], bool)
    usable[40:90, 30:80] = False
    stretch = fine.fit_stretch(before, after, usable)
    other = np.where(usable, after, 255).astype(np.float32)
    one, two = (fine.fine_scores(before, a, usable, stretch, gsd_m=1.0) for a in (after, other))
    np.testing.assert_array_equal(one.construction, two.construction)


def test_inputs_stay_as_they_were(pair: Pair):
    before, after = (image.copy() for image in pair)
    score(before, after)
    assert np.array_equal(before, pair[0])
    assert np.array_equal(after, pair[1])


@pytest.mark.parametrize("gsd_m", [0.5, 1.0, 2.0])
def test_blocks_give_what_the_whole_gives(gsd_m: float):
    step = fine.alignment(gsd_m)
    reach = -(-int(np.ceil(fine.REACH_M / gsd_m)) // step) * step
    size = 2 * reach + 64
    before = ground(3, size)
    after = with_house(ground(4, size), size // 2, size // 2)
    usable = np.ones(before.shape[1:], bool)
    usable[10:40, 20:60] = False
    stretch = fine.fit_stretch(before, after, usable)
    whole = fine.fine_scores(before, after, usable, stretch, gsd_m=gsd_m).construction
    block = blocks.cut(whole.shape, size // 2 // step * step, reach)[0]
    part = fine.fine_scores(
        before[:, *block.outer], after[:, *block.outer], usable[block.outer], stretch, gsd_m=gsd_m
    ).construction
    assert part.shape != whole.shape
    np.testing.assert_allclose(part[block.crop], whole[block.inner], atol=2e-3)


@pytest.mark.parametrize("shape", [(1, 1), (7, 5), (33, 101)])
def test_small_and_odd_images_are_scored(shape: tuple[int, int]):
    image = np.full((3, *shape), 90, np.float32)
    found = score(image, image + 1, gsd_m=0.5)
    assert found.construction.shape == shape
    assert np.isfinite(found.construction).all()


def test_an_unusable_pair_is_nan_throughout():
    image = np.full((3, 20, 20), np.nan, np.float32)
    assert np.isnan(score(image, image).construction).all()


def test_the_stretch_knows_no_unit():
    before, after = ground(5, 128), ground(6, 128)
    found = score(before, after)
    scaled = score(before * 1e-4, after * 1e-4)
    np.testing.assert_allclose(found.construction, scaled.construction, atol=1e-3)


def test_bands_are_taken_by_name():
    image = np.arange(4, dtype=np.float32)[:, None, None] * np.ones((4, 2, 2), np.float32)
    taken = fine.select_rgb(image, ("blue", "green", "red", "nir"))
    assert taken[:, 0, 0].tolist() == [2, 1, 0]
    with pytest.raises(SceneError, match="red"):
        fine.select_rgb(image, ("blue", "green", "pan", "nir"))


def test_the_shipped_numbers_are_small_and_have_a_card():
    folder = files("sitewatch.models.fine")
    assert len((folder / "weights.npz").read_bytes()) <= 300_000
    card = (folder / "weights.md").read_text()
    for name in ("LEVIR", "xBD", "DSIFN", "CC BY-NC-SA"):
        assert name in card
