"""Indices are the published ratios, bounded, and empty where they have nothing to stand on."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitewatch.kernels.indices import available, brightness, index

BANDS = {
    name: np.array([[value]], np.float32)
    for name, value in {
        "blue": 0.06, "green": 0.08, "red": 0.10, "nir": 0.30, "swir16": 0.25, "swir22": 0.15,
    }.items()
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ndvi", 0.20 / 0.40),
        ("nbr", 0.15 / 0.45),
        ("ndbi", -0.05 / 0.55),
        ("bsi", (0.35 - 0.36) / 0.71),
        ("ndwi", -0.22 / 0.38),
        ("gli", (0.16 - 0.16) / 0.32),
    ],
)
def test_each_is_its_formula(name: str, value: float):
    assert index(name, BANDS)[0, 0] == pytest.approx(value, abs=1e-6)


def test_what_the_bands_allow():
    assert available(("red", "green", "blue")) == ("gli",)
    assert available(("red", "green", "blue", "nir")) == ("ndvi", "ndwi", "gli")
    assert set(available(tuple(BANDS))) == {"ndvi", "nbr", "ndbi", "bsi", "ndwi", "gli"}


@given(st.floats(-1, 2), st.floats(-1, 2))
def test_a_ratio_stays_within_one_and_is_empty_where_there_is_nothing(nir: float, red: float):
    found = index("ndvi", {"nir": np.array([[nir]], np.float32), "red": np.array([[red]], np.float32)})[0, 0]
    assert np.isnan(found) if np.float32(nir) == 0 == np.float32(red) else -1 <= found <= 1


def test_nan_stays_nan():
    bands = {**BANDS, "nir": np.array([[np.nan]], np.float32)}
    assert np.isnan(index("ndvi", bands)).all()
    assert np.isfinite(brightness(bands)).all()


def test_brightness_is_the_mean_of_the_visible_bands_or_of_what_there_is():
    assert brightness(BANDS)[0, 0] == pytest.approx(0.08)
    assert brightness({"nir": BANDS["nir"], "swir16": BANDS["swir16"]})[0, 0] == pytest.approx(0.275)
