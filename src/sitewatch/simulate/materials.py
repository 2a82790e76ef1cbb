"""What grounds, roofs and traces reflect, band by band.

Each row is a typical surface reflectance (0..1) in the six bands that Landsat and Sentinel-2 share, set by
hand within the range that published spectra of the class span. They are typical values of a class, not
copies of a library's samples.

Sources of the ranges: soils, vegetation, water, snow, concrete, asphalt and metals - USGS Spectral Library
version 7 (Kokaly et al. 2017, doi:10.3133/ds1035) and ECOSTRESS library 1.0 (Meerdink et al. 2019,
doi:10.1016/j.rse.2019.05.015); roofs and roads - Herold et al. 2004 (doi:10.1016/j.rse.2004.02.013);
char, ash and scorched ground - Smith et al. 2005 (doi:10.1016/j.rse.2005.04.014) and Landmann and
Roy 2004 (SAFARI 2000 fire residue, doi:10.3334/ORNLDAAC/751).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sitewatch.simulate.recipe import SIX


@dataclass(frozen=True, slots=True)
class Material:
    """One class of surface.

    Attributes
    ----------
    spectrum : tuple of 6 floats
        Reflectance in blue, green, red, nir, swir16, swir22.
    broad, fine : float
        Relative strength of the broad and of the fine fractal texture.
    """

    spectrum: tuple[float, float, float, float, float, float]
    broad: float = 0.10
    fine: float = 0.08


MATERIALS: dict[str, Material] = {
    # Grounds
    "soil_brown": Material((0.070, 0.105, 0.150, 0.235, 0.320, 0.275), 0.20, 0.12),
    "soil_red": Material((0.060, 0.095, 0.175, 0.265, 0.340, 0.285), 0.20, 0.12),
    "sand": Material((0.175, 0.245, 0.315, 0.400, 0.485, 0.450), 0.08, 0.06),
    "soil_bare": Material((0.125, 0.180, 0.245, 0.335, 0.415, 0.365), 0.10, 0.10),
    "soil_wet": Material((0.042, 0.060, 0.085, 0.130, 0.135, 0.090), 0.10, 0.08),
    "soil_ploughed": Material((0.055, 0.080, 0.110, 0.170, 0.235, 0.205), 0.10, 0.12),
    "gravel": Material((0.150, 0.180, 0.205, 0.245, 0.280, 0.260), 0.08, 0.10),
    "asphalt": Material((0.075, 0.085, 0.092, 0.110, 0.130, 0.120), 0.08, 0.07),
    "concrete": Material((0.220, 0.260, 0.285, 0.325, 0.365, 0.340), 0.06, 0.05),
    # Vegetation
    "grass_green": Material((0.038, 0.075, 0.050, 0.340, 0.205, 0.105), 0.18, 0.16),
    "grass_dry": Material((0.075, 0.110, 0.150, 0.270, 0.320, 0.230), 0.18, 0.16),
    "crop_green": Material((0.030, 0.070, 0.038, 0.440, 0.205, 0.090), 0.14, 0.12),
    "crop_young": Material((0.050, 0.085, 0.085, 0.330, 0.250, 0.165), 0.14, 0.14),
    "crop_ripe": Material((0.075, 0.120, 0.165, 0.320, 0.300, 0.200), 0.12, 0.12),
    "stubble": Material((0.110, 0.155, 0.205, 0.310, 0.375, 0.290), 0.12, 0.12),
    "canopy": Material((0.026, 0.054, 0.034, 0.320, 0.145, 0.060), 0.20, 0.30),
    "canopy_dry": Material((0.038, 0.058, 0.065, 0.215, 0.195, 0.115), 0.20, 0.30),
    # Water, snow
    "water": Material((0.045, 0.050, 0.035, 0.018, 0.008, 0.005), 0.12, 0.03),
    "water_turbid": Material((0.062, 0.088, 0.090, 0.045, 0.014, 0.008), 0.12, 0.02),
    "snow": Material((0.830, 0.830, 0.810, 0.690, 0.115, 0.075), 0.05, 0.05),
    # Roofs and walls
    "thatch": Material((0.075, 0.110, 0.155, 0.260, 0.320, 0.240), 0.08, 0.14),
    "mud": Material((0.115, 0.165, 0.230, 0.320, 0.395, 0.355), 0.08, 0.08),
    "metal": Material((0.310, 0.330, 0.335, 0.345, 0.360, 0.335), 0.04, 0.04),
    "metal_rust": Material((0.090, 0.120, 0.190, 0.270, 0.335, 0.310), 0.14, 0.12),
    "tile": Material((0.085, 0.115, 0.235, 0.320, 0.395, 0.375), 0.06, 0.07),
    "roof_grey": Material((0.150, 0.160, 0.170, 0.205, 0.235, 0.225), 0.06, 0.05),
    "roof_white": Material((0.540, 0.570, 0.580, 0.590, 0.540, 0.490), 0.04, 0.03),
    "roof_blue": Material((0.270, 0.205, 0.125, 0.290, 0.320, 0.290), 0.05, 0.04),
    "wall": Material((0.170, 0.205, 0.240, 0.290, 0.340, 0.315), 0.06, 0.06),
    # Traces
    "char": Material((0.030, 0.034, 0.040, 0.058, 0.100, 0.115), 0.25, 0.25),
    "ash": Material((0.190, 0.210, 0.230, 0.260, 0.290, 0.300), 0.15, 0.18),
    "scorched": Material((0.048, 0.060, 0.074, 0.105, 0.165, 0.170), 0.20, 0.20),
    "rubble": Material((0.205, 0.240, 0.270, 0.315, 0.360, 0.335), 0.18, 0.24),
}  # fmt: skip

GROUND = 0  # code of "no object here: the mixture of soil and vegetation shows"
CODES: dict[str, int] = {name: code for code, name in enumerate(MATERIALS, GROUND + 1)}


def spectra(bands: Sequence[str]) -> NDArray[np.float32]:
    """Return the reflectances as a table, (materials + 1, bands); row `GROUND` is zero."""
    columns = [SIX.index(band) for band in bands]
    rows = [(0.0,) * 6, *(material.spectrum for material in MATERIALS.values())]
    return np.array(rows, np.float32)[:, columns]


def textures() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the strengths of the broad and the fine texture, (materials + 1,) each."""
    rows = [(0.18, 0.14), *((material.broad, material.fine) for material in MATERIALS.values())]
    broad, fine = np.array(rows, np.float32).T
    return broad, fine
