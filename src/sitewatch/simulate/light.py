"""From painted layers to the reflectance that leaves the ground, band by band."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sitewatch.simulate.canvas import Canvas, Frame
from sitewatch.simulate.fields import Field, above, fractal, standardised
from sitewatch.simulate.layout import COARSE_M
from sitewatch.simulate.materials import CODES, GROUND, spectra, textures
from sitewatch.simulate.recipe import Conditions, Ground, Recipe
from sitewatch.simulate.sun import SKY_LIGHT, heading


@dataclass(frozen=True, slots=True)
class Cover:
    """What the open ground is made of.

    Attributes
    ----------
    soil, stones : str
        Two materials that blend into one another.
    grass, contrast : float
        Mean share of grass, and how much it varies.
    canopy : float
        Share of the land under trees, where single trees are too small to draw.
    relief : float
        Strength of the light and shade of slopes.
    """

    soil: str
    stones: str
    grass: float
    contrast: float
    canopy: float
    relief: float


COVERS: dict[Ground, Cover] = {
    "farmland": Cover("soil_brown", "soil_red", 0.62, 0.22, 0.04, 0.03),
    "forest": Cover("soil_brown", "soil_red", 0.75, 0.20, 0.62, 0.04),
    "desert": Cover("sand", "gravel", 0.02, 0.03, 0.0, 0.16),
}


@dataclass(frozen=True, slots=True)
class Fields:
    """The fractal fields of a place, the same on both dates; each of the canvas's shape.

    `relief` is folded (minus the absolute value), which cuts valleys into it as water does.
    """

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
        relief=standardised(-np.abs(fractal(frame.shape, rng, roughness=0.55, coarsest=5))),
    )


def reflected(
    canvas: Canvas, fields: Fields, recipe: Recipe, seen: Conditions
) -> Iterator[NDArray[np.float32]]:
    """Yield the reflectance of each band, (rows, columns) of the canvas, one at a time to save memory."""
    cover = COVERS[recipe.ground]
    table = _seasonal(spectra(recipe.bands), seen.greenness)
    shadow = canvas.shadow.astype(np.float32) * np.float32(1 / 255)
    low = canvas.raised == 0
    traces = [(code, alpha * low) for code, alpha in canvas.traces.items()]
    light = _light(canvas, fields, seen, relief=cover.relief, traces=traces)
    open_ground = canvas.label == GROUND
    mixture = _mixture(fields, cover, seen.greenness, coarse=recipe.resolution_m > COARSE_M)
    for column, band in enumerate(recipe.bands):
        spectrum = table[:, column]
        values = spectrum[canvas.label]
        ground = np.full_like(values, spectrum[CODES[cover.soil]])
        for code, share in mixture:
            ground += (spectrum[code] - ground) * share
        np.copyto(values, ground, where=open_ground)
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


def _mixture(fields: Fields, cover: Cover, greenness: float, *, coarse: bool) -> list[tuple[int, Field]]:
    """Return what covers the soil, a material and its share (rows, columns) each, from below to above."""
    mean = cover.grass * (0.7 + 0.5 * greenness)
    grass = np.clip(np.float32(mean) + np.float32(cover.contrast) * fields.grass, 0, 1)
    stones = np.clip(np.float32(0.35) + np.float32(0.3) * fields.relief, 0, 0.8)
    layers = [(CODES[cover.stones], stones), (CODES["grass_green"], grass)]
    if coarse and cover.canopy > 0:
        layers.append(
            (CODES["canopy"], above(fields.grass + np.float32(0.35) * fields.broad, cover.canopy, 0.25))
        )
    return layers


def _light(
    canvas: Canvas, fields: Fields, seen: Conditions, *, relief: float, traces: list[tuple[int, Field]]
) -> Field:
    """Texture, tint, and the light on the relief: everything that scales all bands alike."""
    broad, fine = textures()
    factor = 1 + broad[canvas.label] * fields.broad * np.float32(0.6) + fine[canvas.label] * fields.fine
    x, y = heading(seen.sun_azimuth)
    low_sun = np.float32(relief / np.tan(np.radians(max(seen.sun_elevation, 20.0))))
    slope = np.zeros_like(fields.relief)
    slope[:, 1:] -= np.float32(x) * np.diff(fields.relief, axis=1)
    slope[1:] -= np.float32(y) * np.diff(fields.relief, axis=0)
    factor += low_sun * slope / np.float32(max(float(slope.std()), 1e-6)) * (canvas.raised == 0)
    lit: Field = np.clip(factor, 0.2, 2.5) * canvas.tint
    for code, alpha in traces:  # a trace hides the furrows below it and brings its own texture
        own = 1 + fine[code] * fields.fine + np.float32(0.6) * broad[code] * fields.broad
        lit += (own - lit) * alpha
    return lit
