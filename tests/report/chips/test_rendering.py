"""Bands, stretch, hatching, enlarging."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitewatch.report.chips.rendering import (
    HATCH_DARK,
    HATCH_LIGHT,
    apply_stretch,
    choose_bands,
    enlarge,
    enlarge_mask,
    fit_stretch,
    hatch,
    render,
)

SIX = ("blue", "green", "red", "nir", "swir16", "swir22")


@pytest.mark.parametrize(
    ("bands", "kind", "shown"),
    [
        (("red", "green", "blue"), "burning", ("red", "green", "blue")),
        (SIX, "construction", ("red", "green", "blue")),
        (SIX, "burning", ("swir22", "nir", "red")),
        (("blue", "green", "red", "nir08", "swir22"), "burning", ("swir22", "nir08", "red")),
        (("green", "red", "nir"), "demolition", ("nir", "red", "green")),
        (("red", "nir"), "burning", ("red",)),
        (("pan",), "construction", ("pan",)),
        (("b1", "b2"), "construction", ("b1",)),
    ],
)
def test_the_bands_that_are_shown(bands: tuple[str, ...], kind: str, shown: tuple[str, ...]):
    assert choose_bands(bands, kind).bands == shown


def test_natural_colour_can_be_asked_for_and_every_choice_says_what_it_is():
    assert choose_bands(SIX, "burning", natural=True).bands == ("red", "green", "blue")
    assert choose_bands(SIX, "construction").words == "Natural colour (red, green and blue bands)"
    assert choose_bands(SIX, "burning").words.startswith(
        "False colour: shortwave infrared (2.2 µm), near infrared, red"
    )
    assert choose_bands(("pan",), None).words == "One band, panchromatic, in grey"


def _noise(seed: int, level: float, spread: float = 10.0, channels: int = 3) -> np.ndarray:
    return np.random.default_rng(seed).normal(level, spread, (channels, 40, 40)).astype(np.float32)


def test_both_dates_have_one_stretch_from_the_percentiles_of_both_together():
    before, after = _noise(1, 100), _noise(2, 300)
    stretch = fit_stretch(before.reshape(3, -1), after.reshape(3, -1))
    together = np.concatenate([before, after], axis=1).reshape(3, -1)
    assert stretch.shared
    assert stretch.before == stretch.after
    assert np.asarray(stretch.before) == pytest.approx(np.percentile(together, (2, 98), axis=1).T, rel=1e-5)


def test_the_same_number_has_the_same_brightness_on_both_dates():
    before, after = _noise(1, 100), _noise(2, 140)
    after[:, 5, 5] = before[:, 7, 7]
    picture = render(before, after, choose_bands(("red", "green", "blue"), None))
    assert (picture.after[5, 5] == picture.before[7, 7]).all()
    assert "Both dates have the same linear stretch, 2nd to 98th percentile" in picture.words


def test_pictures_keep_their_hues_by_one_range_for_all_channels():
    before = _noise(1, 100) + np.array([0, 20, 40], np.float32)[:, None, None]
    shared = fit_stretch(before.reshape(3, -1), before.reshape(3, -1), photograph=True)
    apart = fit_stretch(before.reshape(3, -1), before.reshape(3, -1))
    assert len(set(shared.before)) == 1
    assert len(set(apart.before)) == 3


def test_sensors_that_share_no_scale_are_stretched_apart_and_that_is_said():
    before, after = _noise(1, 120), _noise(2, 0.1, 0.03)
    combination = choose_bands(("red", "green", "blue"), None)
    apart = render(before, after, combination, same_sensor=False)
    assert apart.after.std() > 40
    assert "brightness cannot be compared" in apart.words
    assert "the same linear stretch" in render(before, after, combination, same_sensor=True).words
    assert "the same linear stretch" in render(before, before + 5, combination, same_sensor=False).words


@given(st.lists(st.floats(-1e4, 1e5, width=32), min_size=2, max_size=50))
def test_the_stretch_keeps_the_order_of_values(values: list[float]):
    pixels = np.sort(np.asarray(values, np.float32))[None, None, :]
    ranges = fit_stretch(pixels[:, 0], pixels[:, 0]).before
    grey = apply_stretch(pixels, ranges)[0, :, 0].astype(int)
    assert (np.diff(grey) >= 0).all()


def test_constant_and_empty_frames_are_drawn():
    flat = np.full((1, 8, 8), 7.0, np.float32)
    empty = np.full((1, 8, 8), np.nan, np.float32)
    combination = choose_bands(("pan",), None)
    assert not render(flat, flat, combination).before.any()
    picture = render(empty, flat, combination)
    assert not picture.seen_before.any()
    assert picture.seen_after.all()
    render(empty, empty, combination)


def test_pixels_without_a_value_are_hatched_and_no_others():
    picture = np.zeros((30, 30, 3), np.uint8)
    seen = np.ones((30, 30), np.bool_)
    seen[10:25, 5:20] = False
    hatch(picture, seen, 6)
    assert set(np.unique(picture[~seen])) == {HATCH_DARK, HATCH_LIGHT}
    assert not picture[seen].any()


@pytest.mark.parametrize("nearest", [True, False])
def test_enlarging_keeps_things_in_their_place(nearest: bool):
    picture = np.zeros((64, 64, 3), np.uint8)
    picture[20:30, 40:50] = 200
    large = enlarge(picture, np.ones((64, 64), np.bool_), 640, nearest=nearest)
    rows, cols = np.nonzero(large[..., 0] > 100)
    assert (rows.min(), rows.max() + 1, cols.min(), cols.max() + 1) == pytest.approx(
        (200, 300, 400, 500), abs=0.5
    )


def test_the_nearest_pixel_invents_no_values():
    picture = np.random.default_rng(0).integers(0, 256, (9, 9, 3), np.uint8)
    assert (enlarge(picture, np.ones((9, 9), np.bool_), 90, nearest=True)[5::10, 5::10] == picture).all()


def test_no_dark_seam_stands_beside_unseen_pixels():
    picture = np.full((40, 40, 3), 180, np.uint8)
    seen = np.ones((40, 40), np.bool_)
    seen[:, :15] = False
    picture[~seen] = 0
    large = enlarge(picture, seen, 400, nearest=False)
    assert np.abs(large[enlarge_mask(seen, 400)].astype(int) - 180).max() <= 1


def test_a_panel_smaller_than_the_frame_is_averaged():
    checks = np.indices((900, 900)).sum(axis=0) % 2 * 200
    picture = np.repeat(checks[..., None], 3, axis=2).astype(np.uint8)
    small = enlarge(picture, np.ones((900, 900), np.bool_), 450, nearest=False)
    assert (small == 100).all()
