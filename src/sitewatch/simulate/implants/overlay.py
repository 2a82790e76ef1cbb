"""A drawn thing laid over an image: how much of the image passes through it, and what it adds.

Everything drawn is linear in the light of the ground below (a shadow lets a share of it pass, a roof none),
so it can be drawn finely, spread by the sensor and averaged to its pixels apart from the image.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from sitewatch.simulate.canvas import Canvas, Frame
from sitewatch.simulate.fields import fractal
from sitewatch.simulate.implants.building import Implant
from sitewatch.simulate.implants.tone import Image, Tone, likened
from sitewatch.simulate.materials import CODES, GROUND, spectra, textures
from sitewatch.simulate.paint import paint
from sitewatch.simulate.recipe import Conditions
from sitewatch.simulate.sun import SKY_LIGHT
from sitewatch.simulate.world import World

# Standard deviation of the point spread, pixels: that of a sharp sensor. An image that is blurred more shows
# its own buildings less sharply than those implanted.
BLUR_PX = 0.5
# Points along a pixel at which a thing is drawn.
FINER = 4
_LARGEST_CANVAS = 900
# Light changed by less than this is not changed.
_NOTHING = 2e-3


@dataclass(frozen=True, slots=True, eq=False)
class Overlay:
    """A thing drawn about its middle, for some bands.

    Attributes
    ----------
    passes : (bands, rows, columns) float32
        Share of the light of the ground that is still seen, 0..1.
    adds : (bands, rows, columns) float32
        Reflectance of the thing itself.
    step : float
        Side of a canvas pixel, metres.
    """

    passes: Image
    adds: Image
    step: float


def draw_overlay(
    implant: Implant,
    world: World,
    seen: Conditions,
    rng: np.random.Generator,
    *,
    bands: Sequence[str],
    pixel_m: float,
) -> Overlay:
    """Draw what one date shows of an implant.

    Parameters
    ----------
    world : World
        Its `before` or its `after`.
    seen : Conditions
        Where the sun stands.
    rng : Generator
        Of the texture.
    bands : sequence of str
    pixel_m : float
        Of the image that it is meant for.
    """
    step = max(pixel_m / FINER, 2 * implant.reach_m / _LARGEST_CANVAS)
    side = int(np.ceil(2 * implant.reach_m / step))
    frame = Frame(step, 1, 0, (side, side))
    cells = max(side // 16, 1)
    broad, fine = fractal(frame.shape, rng), fractal(frame.shape, rng, roughness=0.85, coarsest=cells)
    canvas = Canvas(frame, fine, broad)
    paint(world, canvas, seen)
    names = likened(bands)
    table = spectra(names)
    if implant.roof is not None:
        for building in world.buildings:
            table[CODES[building.material]] = [implant.roof[name] for name in bands]
    coarse_grain, grain = textures()
    light: Image = 1 + np.float32(0.6) * coarse_grain[canvas.label] * broad + grain[canvas.label] * fine
    light = np.clip(light, 0.2, 2.5) * canvas.tint
    own, low = canvas.label != GROUND, canvas.raised == 0
    passes = np.broadcast_to(np.where(own, 0, 1).astype(np.float32), (len(names), *frame.shape)).copy()
    adds = table.T[:, canvas.label] * light * own
    for code, opacity in canvas.traces.items():
        alpha = opacity * low
        rough = 1 + grain[code] * fine + 0.6 * coarse_grain[code] * broad
        passes *= 1 - alpha
        adds += (table[code][:, None, None] * np.clip(rough, 0.2, 2.5) - adds) * alpha
    dark = canvas.shadow.astype(np.float32) / 255
    shade = 1 - np.array([1 - SKY_LIGHT[name] for name in names], np.float32)[:, None, None] * dark
    return Overlay(np.asarray(passes * shade, np.float32), np.asarray(adds * shade, np.float32), step)


def lay(
    image: Image,
    overlay: Overlay,
    place: NDArray[np.float64],
    tone: Tone,
    *,
    rng: np.random.Generator,
) -> None:
    """Lay a thing over an image, in place; pixels that it does not reach keep their very numbers.

    Parameters
    ----------
    image : (bands, rows, columns) float32
        NaN stays NaN. Whole numbers are for the caller to round.
    place : (2, 3)
        From metres about the thing's middle (east, south) to the image's columns and rows, the corner of
        the image at (0, 0).
    tone : Tone
        Of the image's bands.
    """
    window = _window(overlay, place, image.shape[1:])
    if window is None:
        return
    passes, adds = (
        np.stack([_sampled(layer, overlay.step, place, window, outside=outside) for layer in layers])
        for layers, outside in ((overlay.passes, 1.0), (overlay.adds, 0.0))
    )
    reached = ((1 - passes > _NOTHING) | (adds > _NOTHING)).any(axis=0)
    under = image[:, *window]
    drawn = tone.numbers(passes * tone.reflectance(under) + adds)
    # The ground that shows through has its noise already.
    noise = tone.noise * (1 - passes) * rng.standard_normal(drawn.shape, dtype=np.float32)
    drawn = np.clip(drawn + noise, tone.least, tone.most)
    image[:, *window] = np.where(reached & np.isfinite(under), drawn, under)


def _window(
    overlay: Overlay, place: NDArray[np.float64], shape: tuple[int, ...]
) -> tuple[slice, slice] | None:
    half = overlay.passes.shape[1] * overlay.step / 2
    corners = np.array([[-half, -half, 1], [half, -half, 1], [half, half, 1], [-half, half, 1]]) @ place.T
    low, high = np.floor(corners.min(axis=0)).astype(int) - 2, np.ceil(corners.max(axis=0)).astype(int) + 2
    cols, rows = (
        slice(max(int(start), 0), min(int(stop), length))
        for start, stop, length in zip(low, high, (shape[1], shape[0]), strict=True)
    )
    return (rows, cols) if rows.start < rows.stop and cols.start < cols.stop else None


def _sampled(
    layer: Image, step: float, place: NDArray[np.float64], window: tuple[slice, slice], *, outside: float
) -> Image:
    """Bring a layer of a canvas to the pixels of a window: drawn finely, spread, averaged."""
    rows, cols = (side.stop - side.start for side in window)
    half = layer.shape[0] * step / 2
    corner = np.array([window[1].start, window[0].start])
    # From centres of canvas pixels to metres, to the image, to centres of the finer pixels.
    scale = place[:, :2] * step * FINER
    move = (place[:, :2] @ np.full(2, step / 2 - half) + place[:, 2] - corner) * FINER - 0.5
    fine = cv2.warpAffine(
        layer,
        np.column_stack([scale, move]),
        (cols * FINER, rows * FINER),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=outside,
    )
    spread = cv2.GaussianBlur(fine, (0, 0), BLUR_PX * FINER)
    return np.asarray(cv2.resize(spread, (cols, rows), interpolation=cv2.INTER_AREA), np.float32)
