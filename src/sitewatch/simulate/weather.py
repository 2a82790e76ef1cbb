"""What the air does: haze that veils, clouds that hide and throw shadows."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from sitewatch.simulate.fields import Field, above, fractal
from sitewatch.simulate.recipe import Conditions, Recipe
from sitewatch.simulate.shapes import Outline
from sitewatch.simulate.sun import SKY_LIGHT, shadow_tip

WAVELENGTH_UM = {"blue": 0.49, "green": 0.56, "red": 0.665, "nir": 0.842, "swir16": 1.61, "swir22": 2.19}
# Reflectance of thick water cloud, band by band (Nakajima and King 1990: droplets absorb
# in the short-wave infrared).
CLOUD = {"blue": 0.66, "green": 0.65, "red": 0.66, "nir": 0.68, "swir16": 0.46, "swir22": 0.34}
HAZE_ALBEDO = 0.32
CLOUD_HEIGHT_M = 900.0


@dataclass(frozen=True, slots=True)
class Air:
    """The air over a frame on one date; arrays of the sensor's rows and columns.

    Attributes
    ----------
    haze : float32
        Optical depth in the green.
    cloud : float32
        Opacity, 0..1.
    top : float32
        Brightness of the cloud's top against that of thick cloud.
    shade : float32
        Share of the direct sunlight that clouds take from the ground, 0..1.
    """

    haze: Field
    cloud: Field
    top: Field
    shade: Field

    @property
    def clear(self) -> NDArray[np.bool_]:
        """True where the ground is seen: neither cloud nor its shadow."""
        return (self.cloud < 0.1) & (self.shade < 0.25)


def draw_air(recipe: Recipe, seen: Conditions, plumes: Sequence[Outline], rng: np.random.Generator) -> Air:
    """Draw the air of one date; `plumes` are outlines of smoke, metres."""
    size, step_m = recipe.size, recipe.resolution_m
    haze = np.full(size, seen.haze, np.float32)
    if seen.haze > 0.05:
        haze *= np.clip(1 + 0.25 * fractal(size, rng, roughness=0.45, coarsest=3), 0.2, 2)
    for plume in plumes:
        haze += _smoke(plume, size, step_m, rng)
    if seen.clouds <= 0:
        none = np.zeros(size, np.float32)
        return Air(haze, none, none, none)
    billows = fractal(size, rng, roughness=0.58, coarsest=5)
    cloud = above(billows, seen.clouds, 0.8)
    # Thin and soft at the rim.
    cloud = np.asarray(cv2.GaussianBlur(cloud, (0, 0), max(0.008 * min(size), 0.7)), np.float32)
    tip = np.array(shadow_tip(CLOUD_HEIGHT_M, seen)) / step_m
    # In a frame narrower than the cloud is high the shadow would fall outside; bring it to where it shows.
    tip *= min(1.0, 0.2 * min(size) / max(float(np.hypot(*tip)), 1e-6))
    move = np.array([[1, 0, tip[0]], [0, 1, tip[1]]], np.float64)
    shade = cv2.warpAffine(cloud, move, size[::-1], flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    top = np.clip(0.85 + 0.12 * billows + 0.05 * fractal(size, rng, roughness=0.7), 0.5, 1.2)
    return Air(haze, cloud, top, np.asarray(shade, np.float32))


def through_air(ground: NDArray[np.float32], band: str, air: Air) -> NDArray[np.float32]:
    """Return what the sensor sees of a band through the air: shaded, veiled, hidden (reflectance)."""
    shaded = ground * (1 - np.float32(0.85 * (1 - SKY_LIGHT[band])) * air.shade)
    depth = air.haze * np.float32((WAVELENGTH_UM[band] / 0.56) ** -1.4)
    passed = np.exp(-depth)
    veiled = shaded * passed + np.float32(HAZE_ALBEDO) * (1 - passed)
    top = np.float32(CLOUD[band]) * air.top
    seen: NDArray[np.float32] = veiled + (top - veiled) * air.cloud
    return seen


def _smoke(plume: Outline, size: tuple[int, int], step_m: float, rng: np.random.Generator) -> Field:
    """Return the optical depth of a plume in the green: thick near its source, ragged, thinning out."""
    start, end = (plume[0] + plume[3]) / 2 / step_m, (plume[1] + plume[2]) / 2 / step_m
    wide = np.hypot(*(plume[2] - plume[1])) / 2 / step_m
    depth = np.zeros(size, np.float32)
    for share in np.linspace(1, 0, 24):
        col, row = start + (end - start) * share
        reach = wide * (0.12 + 0.75 * share) * rng.uniform(0.8, 1.2)
        cv2.circle(
            depth, (round(col * 16), round(row * 16)), max(round(reach * 16), 8), 1 - 0.85 * share, -1, 8, 4
        )
    soft = cv2.GaussianBlur(depth, (0, 0), max(0.2 * wide, 0.8))
    wisps = np.clip(1 + 0.6 * fractal(size, rng, roughness=0.6, coarsest=10), 0.0, 2)
    return np.asarray(0.9 * soft * wisps, np.float32)
