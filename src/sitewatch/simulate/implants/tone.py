"""What reflectance an image's numbers stand for, so that a drawn thing can be put among them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sitewatch.simulate.recipe import SIX
from sitewatch.simulate.sensor import TONE

Image = NDArray[np.float32]

# Reflectance of the darkest and the brightest fiftieth of a landscape, in the order of `SIX`: shadow, water
# and dark leaves; pale soil, concrete and bright roofs, in the near infrared full leaves as well. Only for
# images whose numbers are not reflectance.
_DARK = (0.020, 0.025, 0.020, 0.060, 0.040, 0.025)
_BRIGHT = (0.250, 0.290, 0.320, 0.420, 0.400, 0.360)
_TAILS = (2.0, 98.0)
# What a band of another name is closest to.
_LIKE = {
    "coastal": "blue", "green05": "green", "yellow": "green", "rededge071": "red", "rededge075": "nir",
    "rededge078": "nir", "nir08": "nir", "nir09": "nir", "cirrus": "swir16", "pan": "green",
}  # fmt: skip
_EIGHT_BITS = 255.0


@dataclass(frozen=True, slots=True, eq=False)
class Tone:
    """A line a band between an image's numbers and reflectance, or a power of it in pictures.

    Attributes
    ----------
    offset, gain : (bands, 1, 1) float32
        ``number = offset + gain * reflectance ** power``.
    power : float
        1; less in 8-bit pictures, which lift the dark for the eye.
    noise : (bands, 1, 1) float32
        Standard deviation from pixel to pixel on smooth ground, in the image's numbers.
    least, most : (bands, 1, 1) float32
        The image's own range: nothing drawn is darker or brighter.
    """

    offset: Image
    gain: Image
    power: float
    noise: Image
    least: Image
    most: Image

    def reflectance(self, numbers: Image) -> Image:
        """Return the reflectance that numbers stand for, at least 0; NaN stays NaN."""
        lifted = np.maximum((numbers - self.offset) / self.gain, 0)
        return np.asarray(lifted if self.power == 1 else lifted ** (1 / self.power), np.float32)

    def numbers(self, reflectance: Image) -> Image:
        """Return the numbers of a reflectance, within the image's own range."""
        lifted = np.maximum(reflectance, 0) ** np.float32(self.power)
        return np.clip(self.offset + self.gain * lifted, self.least, self.most)


def likened(bands: Sequence[str]) -> tuple[str, ...]:
    """Name for each band the one of `SIX` that it is closest to; green where nothing is known."""
    return tuple(name if name in SIX else _LIKE.get(name, "green") for name in bands)


def fit_tone(image: Image, bands: Sequence[str], *, reflectance: bool) -> Tone:
    """Take the tone of an image from its own numbers.

    Parameters
    ----------
    image : (bands, rows, columns) float32
        NaN where there is nothing; at least one pixel of each band is finite.
    reflectance : bool
        Whether the numbers are reflectance, 0..1. Otherwise the darkest and the brightest fiftieth of each
        band are taken for what they mostly are in a landscape: good to a factor, not to a tenth.
    """
    flat = image.reshape(len(image), -1)
    least, most = np.nanmin(flat, axis=1), np.nanmax(flat, axis=1)
    picture = not reflectance and float(most.max()) <= _EIGHT_BITS
    power = TONE if picture else 1.0
    if reflectance:
        offset, gain = np.zeros(len(image)), np.ones(len(image))
    else:
        places = [SIX.index(name) for name in likened(bands)]
        dark, bright = (np.array(table)[places] ** power for table in (_DARK, _BRIGHT))
        low, high = np.nanpercentile(flat, _TAILS, axis=1)
        gain = np.maximum(high - low, 1e-6) / (bright - dark)
        offset = low - gain * dark
    return Tone(
        offset=_column(offset),
        gain=_column(gain),
        power=power,
        noise=_column(_noise(image)),
        least=_column(least),
        most=_column(most),
    )


def _noise(image: Image) -> NDArray[np.float64]:
    """Take the noise from the smoothest quarter of neighbours: edges and texture are in the rest."""
    steps = np.abs(np.diff(image, axis=2)).reshape(len(image), -1)
    # A quarter of a normal distribution lies within 0.319 standard deviations; a difference has two noises.
    return np.asarray(np.nan_to_num(np.nanpercentile(steps, 25, axis=1)) / (0.3186 * np.sqrt(2)))


def _column(values: NDArray[np.floating]) -> Image:
    return np.asarray(values, np.float32)[:, None, None]
