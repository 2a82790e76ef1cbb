"""Two dates between which nothing happened: one image twice, the second as the other sensor would show it."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox

from sitewatch.errors import CoverageError
from sitewatch.grid import gsd_m
from sitewatch.io.rasters import describe
from sitewatch.kernels.align import sample
from sitewatch.kernels.radiometry import Normalisation, fit_normalisation
from sitewatch.pipeline.registration import Registration
from sitewatch.pipeline.view import load_registered
from sitewatch.records import Pair, Scene
from sitewatch.simulate.implants import fit_tone

Pixels = NDArray[np.float32]

# How far the second date is moved: what is left between two scenes after registration, pixels.
SHIFT_PX = (0.1, 0.4)
# A pixel this much wider than the other scene's shows less.
_COARSER = 1.2
# Noise that is added at least, in units of that of the after scene: two dates never have the same noise.
_LEAST_NOISE = 0.7
# A gain below this would make a flat image: the two scenes then have nothing in common.
_LEAST_GAIN = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Twin:
    """The before image on both dates.

    Attributes
    ----------
    grid : GeoBox
        A part of the before scene's.
    bands : tuple of str
    before, after : (bands, rows, columns) float32
        In the units of the two scenes; NaN where either has nothing.
    whole : (bool, bool)
        Whether each date holds whole numbers.
    """

    grid: GeoBox
    bands: tuple[str, ...]
    before: Pixels
    after: Pixels
    whole: tuple[bool, bool]


def make_twin(pair: Pair, registration: Registration, grid: GeoBox, rng: np.random.Generator) -> Twin:
    """Show the before image of a window on both dates.

    The second is brought to the radiometry of the after scene (one gain and offset a band, fitted on ground
    that did not change), blurred where that scene is coarser, moved by a part of a pixel, and given noise as
    strong as that scene's.

    Raises
    ------
    CoverageError
        If one of the scenes shows nothing of the window.
    RasterError
        If a scene cannot be read.
    """
    drawn = load_registered(pair, registration, grid)
    names = tuple(str(name) for name in drawn[0].coords["band"].to_numpy())
    before, real = (image.to_numpy() for image in drawn)
    usable = np.isfinite(before).all(axis=0) & np.isfinite(real).all(axis=0)
    if not usable.any():
        raise CoverageError(
            "a window without a pixel of both scenes was met", "both must show it", "choose another place"
        )
    before = np.where(usable, before, np.nan).astype(np.float32)
    after = _retoned(before, fit_normalisation(before, real, usable))
    after = _moved(_blurred(after, gsd_m(pair.after.grid) / gsd_m(grid)), rng)
    after = _noisy(after, real, pair.after, rng)
    for band, limits in zip(after, real.reshape(len(real), -1), strict=True):
        np.clip(band, np.nanmin(limits), np.nanmax(limits), out=band)
    after[:, ~usable] = np.nan
    whole = _whole(pair.before), _whole(pair.after)
    return Twin(grid, names, before, np.rint(after) if whole[1] else after, whole)


def _retoned(before: Pixels, fit: Normalisation) -> Pixels:
    gain = np.maximum(np.array(fit.gain, np.float32), _LEAST_GAIN)[:, None, None]
    offset = np.array(fit.offset, np.float32)[:, None, None]
    return np.asarray((before - offset) / gain, np.float32)


def _blurred(image: Pixels, coarser: float) -> Pixels:
    """Spread an image over pixels that are `coarser` times as wide; NaN stays where it was."""
    if coarser <= _COARSER:
        return image
    known = np.isfinite(image)
    width = (coarser, coarser)
    filled = np.where(known, image, 0)
    spread = [
        cv2.GaussianBlur(band, (0, 0), width[0] / 2)
        / np.maximum(cv2.GaussianBlur(mask.astype(np.float32), (0, 0), width[1] / 2), 1e-6)
        for band, mask in zip(filled, known, strict=True)
    ]
    return np.where(known, np.stack(spread), np.nan).astype(np.float32)


def _moved(image: Pixels, rng: np.random.Generator) -> Pixels:
    length, turn = rng.uniform(*SHIFT_PX), rng.uniform(0, 2 * np.pi)
    rows, cols = np.indices(image.shape[1:]).astype(np.float32)
    across, down = np.float32(length * np.cos(turn)), np.float32(length * np.sin(turn))
    moved = sample(image, np.asarray(cols + across), np.asarray(rows + down))
    # Along the rim there is nothing to interpolate from.
    return np.where(np.isfinite(moved), moved, image)


def _noisy(image: Pixels, real: Pixels, scene: Scene, rng: np.random.Generator) -> Pixels:
    # Noise is in the image's own numbers: for it no band needs a name.
    names, reflectance = [""] * len(image), scene.units == "reflectance"
    wanted, has = (fit_tone(one, names, reflectance=reflectance).noise for one in (real, image))
    lacking = np.sqrt(np.maximum(wanted**2 - has**2, (_LEAST_NOISE * wanted) ** 2))
    return np.asarray(image + lacking * rng.standard_normal(image.shape, dtype=np.float32), np.float32)


def _whole(scene: Scene) -> bool:
    """Tell whether a scene's values are whole numbers."""
    plain = all(band.scale == 1 and float(band.offset).is_integer() for band in scene.bands)
    return plain and all(
        np.issubdtype(np.dtype(describe(href).dtype), np.integer) for href in {b.href for b in scene.bands}
    )
