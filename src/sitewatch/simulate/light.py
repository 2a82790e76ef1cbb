"""From painted layers to the reflectance that leaves the ground, band by band."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sitewatch.simulate.canvas import Canvas, Frame
from sitewatch.simulate.fields import Field, fractal
from sitewatch.simulate.materials import CODES, GROUND, spectra, textures
from sitewatch.simulate.recipe import Conditions, Ground, Recipe
from sitewatch.simulate.sun import SKY_LIGHT, heading


@dataclass(frozen=True, slots=True)
class Cover:
    """What the open ground is made of: a soil, and the share of grass on it."""

    soil: str
    grass: float
    contrast: float
    relief: float


COVERS: dict[Ground, Cover] = {
    "farmland": Cover("soil_brown", 0.62, 0.22, 0.03),
    "forest": Cover("soil_brown", 0.75, 0.20, 0.05),
    "desert": Cover("sand", 0.06, 0.06, 0.10),
}


@dataclass(frozen=True, slots=True)
class Fields:
    """The fractal fields of a place, the same on both dates; each of the canvas's shape."""

    broad: Field
    fine: Field
    grass: Field
    relief: Field


def draw_fields(frame: Frame, rng: np.random.Generator) -> Fields:
    """Draw the fields of a place."""
    cells = max(max(frame.shape) // 16, 1)
    return Fields(
        broad=fractal(frame.shape, rng, roughness=0.68),
        fine=fractal(frame.shape, rng, roughness=0.85, coarsest=cells),
        grass=fractal(frame.shape, rng, roughness=0.7, coarsest=6),
        relief=fractal(frame.shape, rng, roughness=0.52),
    )


def reflected(
    canvas: Canvas, fields: Fields, recipe: Recipe, seen: Conditions
) -> Iterator[NDArray[np.float32]]:
    """Yield the reflectance of each band, (rows, columns) of the canvas, one at a time to save memory."""
    cover = COVERS[recipe.ground]
    table = _seasonal(spectra(recipe.bands), seen.greenness)
    grass = _grass(fields.grass, cover, seen.greenness)
    light = _light(canvas, fields, cover, seen)
    shadow = canvas.shadow.astype(np.float32) * np.float32(1 / 255)
    low = canvas.raised == 0
    traces = [(code, alpha * low) for code, alpha in canvas.traces.items()]
    open_ground = canvas.label == GROUND
    soil, blades = CODES[cover.soil], CODES["grass_green"]
    for column, band in enumerate(recipe.bands):
        spectrum = table[:, column]
        values = spectrum[canvas.label]
        mixed = spectrum[soil] + (spectrum[blades] - spectrum[soil]) * grass
        np.copyto(values, mixed, where=open_ground)
        for code, alpha in traces:
            values += (spectrum[code] - values) * alpha
        values *= light
        values *= 1 - np.float32(1 - SKY_LIGHT[band]) * shadow
        yield values


def _seasonal(table: NDArray[np.float32], greenness: float) -> NDArray[np.float32]:
    """Let grass and leaves be as green as the season: a mixture of their green and dry spectra."""
    out = table.copy()
    for green, dry, evergreen in (("grass_green", "grass_dry", 0.0), ("canopy", "canopy_dry", 0.55)):
        share = evergreen + (1 - evergreen) * greenness
        out[CODES[green]] = share * table[CODES[green]] + (1 - share) * table[CODES[dry]]
    return out


def _grass(field: Field, cover: Cover, greenness: float) -> Field:
    mean = cover.grass * (0.7 + 0.5 * greenness)
    share: Field = np.clip(np.float32(mean) + np.float32(cover.contrast) * field, 0, 1)
    return share


def _light(canvas: Canvas, fields: Fields, cover: Cover, seen: Conditions) -> Field:
    """Texture, tint, and the light on the relief: everything that scales all bands alike."""
    broad, fine = textures()
    factor = 1 + broad[canvas.label] * fields.broad * np.float32(0.6) + fine[canvas.label] * fields.fine
    for code, alpha in canvas.traces.items():
        factor += alpha * (fine[code] * fields.fine + np.float32(0.5) * broad[code] * fields.broad)
    x, y = heading(seen.sun_azimuth)
    low_sun = np.float32(cover.relief / np.tan(np.radians(max(seen.sun_elevation, 20.0))))
    slope = np.zeros_like(fields.relief)
    slope[:, 1:] -= np.float32(x) * np.diff(fields.relief, axis=1)
    slope[1:] -= np.float32(y) * np.diff(fields.relief, axis=0)
    factor += low_sun * slope / np.float32(max(float(slope.std()), 1e-6)) * (canvas.raised == 0)
    lit: Field = np.clip(factor, 0.2, 2.5) * canvas.tint
    return lit
