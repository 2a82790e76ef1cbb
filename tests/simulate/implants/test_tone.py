"""Numbers and reflectance, there and back; and what roofs of a place look like."""

import numpy as np
import pytest

from sitewatch.simulate.implants import fit_tone, own_roof
from sitewatch.simulate.recipe import RGB, SIX


def drawn(bands: int, *, top: float, seed: int = 2) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.asarray(rng.uniform(0.05, 0.9, (bands, 60, 60)) * top, np.float32)


@pytest.mark.parametrize(("bands", "top"), [(RGB, 255.0), (SIX, 4000.0)])
def test_numbers_come_back(bands: tuple[str, ...], top: float):
    image = drawn(len(bands), top=top)
    tone = fit_tone(image, bands, reflectance=False)
    back = tone.numbers(tone.reflectance(image))
    # The darkest may stand for less than no reflectance.
    lit = tone.reflectance(image) > 0
    assert np.allclose(back[lit], image[lit], rtol=1e-3)


def test_reflectance_is_taken_as_it_is():
    image = drawn(6, top=1.0)
    tone = fit_tone(image, SIX, reflectance=True)
    assert np.array_equal(tone.reflectance(image), image)


def test_brighter_reflectance_is_never_darker_and_stays_in_range():
    image = drawn(3, top=255.0)
    image[:, :5] = np.nan
    tone = fit_tone(image, RGB, reflectance=False)
    steps = np.linspace(-0.1, 2, 50, dtype=np.float32)[None, None].repeat(3, axis=0)
    numbers = tone.numbers(steps)
    assert (np.diff(numbers, axis=2) >= 0).all()
    assert numbers.min() >= np.nanmin(image)
    assert numbers.max() <= np.nanmax(image)


def test_noise_is_that_of_smooth_ground_whatever_stands_on_it():
    rng = np.random.default_rng(3)
    image = np.asarray(100 + rng.normal(0, 2, (3, 200, 200)), np.float32)
    image[:, ::20] += 90
    assert fit_tone(image, RGB, reflectance=False).noise == pytest.approx(2, rel=0.15)


def test_roofs_are_bright_bare_ground_of_the_place():
    rng = np.random.default_rng(4)
    image = np.full((3, 80, 80), 0.06, np.float32)
    image[1] = 0.12  # a meadow
    image[:, 20:50, 20:50] = np.array([0.30, 0.28, 0.27], np.float32)[:, None, None]
    tone = fit_tone(image, RGB, reflectance=True)
    for _ in range(5):
        roof = own_roof(image, RGB, tone, rng)
        assert roof is not None
        assert roof == pytest.approx([0.30, 0.28, 0.27], abs=0.02)
    meadow = image[:, :18, :18].copy()
    assert own_roof(meadow, RGB, tone, rng) is None
    assert own_roof(image[:1], ("pan",), tone, rng) is None
