"""Materials behave in the indices as the field knows them to."""

import os
from pathlib import Path

import numpy as np
import pytest
import rasterio

from sitewatch.errors import SettingsError
from sitewatch.records import KIND_CODES
from sitewatch.simulate import SIX, Conditions, Recipe
from sitewatch.simulate.materials import CODES, MATERIALS, spectra
from sitewatch.simulate.recipe import BEFORE

FIRES = Path(os.environ.get("SITEWATCH_DATA", Path(__file__).parents[3] / "shared" / "data")) / "calfire"
VEGETATION = ("grass_green", "crop_green", "crop_young", "canopy")
ROOFS = ("thatch", "mud", "metal", "metal_rust", "tile", "roof_grey", "roof_white", "roof_blue")


def _ratio(name: str, first: str, second: str) -> float:
    a, b = (MATERIALS[name].spectrum[SIX.index(band)] for band in (first, second))
    return (a - b) / (a + b)


def test_reflectances_are_shares() -> None:
    table = spectra(SIX)
    assert table.shape == (len(MATERIALS) + 1, 6)
    assert ((table >= 0) & (table <= 1)).all()
    assert spectra(("nir", "blue"))[CODES["char"]] == pytest.approx([0.058, 0.030])


@pytest.mark.parametrize("name", VEGETATION)
def test_vegetation_is_green(name: str) -> None:
    assert _ratio(name, "nir", "red") > 0.5


@pytest.mark.parametrize("name", ROOFS)
def test_roofs_are_not(name: str) -> None:
    assert _ratio(name, "nir", "red") < 0.42


@pytest.mark.parametrize("name", ["char", "ash", "scorched"])
def test_burning_lowers_nbr_and_raises_swir22_against_swir16(name: str) -> None:
    assert _ratio(name, "nir", "swir22") < 0
    assert _ratio(name, "swir22", "swir16") > max(
        _ratio(other, "swir22", "swir16") for other in (*VEGETATION, "grass_dry", "thatch", "mud")
    )


def test_water_and_snow_are_dark_in_the_short_wave_infrared() -> None:
    for name in ("water", "water_turbid", "snow"):
        assert _ratio(name, "green", "swir16") > 0.5


@pytest.mark.parametrize(
    "wrong",
    [
        {"resolution_m": 100.0},
        {"size": (8, 8)},
        {"bands": ("red", "thermal")},
        {"theme": "castle"},
        {"friends": ("eclipse",)},
        {"before": Conditions(BEFORE.datetime, sun_elevation=0.0)},
        {"after": Conditions(BEFORE.datetime, off_nadir=80.0)},
    ],
)
def test_a_recipe_that_cannot_be_drawn_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(SettingsError, match="a recipe with"):
        Recipe(**wrong)  # type: ignore[arg-type]  # wrong on purpose


@pytest.mark.real
@pytest.mark.skipif(not FIRES.is_dir(), reason=f"{FIRES} is not there")
def test_burned_ground_reflects_as_in_real_images() -> None:
    bands = ("blue", "green", "red", "nir", "swir22")
    burned = []
    for fire in sorted(FIRES.iterdir()):
        with rasterio.open(fire / "after.tif") as after, rasterio.open(fire / "truth.tif") as truth:
            assert after.descriptions == bands
            burned.append(after.read()[:, truth.read(1) == KIND_CODES["burning"]] / 10_000)
    low, high = np.percentile(np.concatenate(burned, axis=1), (2, 98), axis=1)
    drawn = spectra(bands)[CODES["scorched"]]
    assert ((drawn > low) & (drawn < high)).all()
