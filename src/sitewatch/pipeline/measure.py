"""Layers that are measured at every object, so that each reason and each rival explanation has a number."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from sitewatch.kernels import indices
from sitewatch.kernels.objects import sums

Layer = NDArray[np.float32]
Labels = NDArray[np.int32]

# Window of the texture, pixels; and how far around an object its surroundings reach.
TEXTURE_PX = 5
AROUND_PX = 12


@dataclass(frozen=True, slots=True)
class Measured:
    """One layer's mean, before and after, over an object and over the ground around it.

    Attributes
    ----------
    before, after : float
        Over the object; NaN if nothing could be measured.
    around_before, around_after : float
        Over the ground within some pixels of it that belongs to no object.
    """

    before: float
    after: float
    around_before: float
    around_after: float

    @property
    def change(self) -> float:
        """After minus before, over the object."""
        return self.after - self.before

    @property
    def change_around(self) -> float:
        """After minus before, over the surroundings."""
        return self.around_after - self.around_before


def measure_layers(pixels: Layer, names: Sequence[str]) -> dict[str, Layer]:
    """Work out the layers of one date: every index that the bands allow, brightness, blueness and texture.

    Parameters
    ----------
    pixels : (bands, rows, columns) float32
        In the before scene's radiometry.

    Returns
    -------
    dict of str to (rows, columns) float32
        ``texture`` is the standard deviation of the brightness in a window over the mean there.
    """
    bands = dict(zip(names, pixels, strict=True))
    layers = {name: indices.index(name, bands) for name in indices.available(tuple(names))}
    bright = indices.brightness(bands)
    layers["brightness"] = bright
    layers["texture"] = _texture(bright)
    if {"blue", "red"} <= set(bands):
        layers["blueness"] = bands["blue"] / np.maximum(bands["blue"] + bands["red"], 1e-6)
    for name in ("nir", "swir16", "swir22"):
        if name in bands:
            layers[name] = bands[name]
    return layers


def change_in_noise(before: Layer, after: Layer, noise: Sequence[float]) -> Layer:
    """Return the root mean square over bands of the difference, in standard deviations of unchanged ground.

    The difference is averaged over 3 x 3 pixels first: a single pixel's noise says nothing of an object.
    """
    scale = np.asarray(noise, np.float32)[:, None, None]
    known = np.isfinite(before).all(axis=0) & np.isfinite(after).all(axis=0)
    weight: Layer = np.where(known, 1, 0).astype(np.float32)
    share = np.maximum(cv2.blur(weight, (3, 3)), 1e-3)
    difference: Layer = np.where(known, (after - before) / scale, 0).astype(np.float32)
    # OpenCV's running sums would carry one NaN through the rest of the image.
    z = np.stack([cv2.blur(band, (3, 3)) / share for band in difference])
    root: Layer = np.sqrt(np.mean(np.square(z), axis=0, dtype=np.float32))
    root[~known] = np.nan
    return root


class Tally:
    """Sums of layers over objects and their surroundings, filled block by block.

    Parameters
    ----------
    count : int
        How many objects there are.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._table: dict[str, NDArray[np.float64]] = {}

    def add(self, name: str, values: tuple[Layer, Layer], labels: tuple[Labels, Labels]) -> None:
        """Add one layer of one block: its values before and after; labels of the objects and of the rings."""
        table = self._table.setdefault(name, np.zeros((4, 2, self._count)))
        for row, (layer, where) in enumerate((layer, where) for where in labels for layer in values):
            table[row] += sums(layer, where, self._count)

    def measured(self) -> list[dict[str, Measured]]:
        """Return the means, one mapping an object, by layer."""
        averages = {
            name: np.divide(
                table[:, 0], table[:, 1], out=np.full((4, self._count), np.nan), where=table[:, 1] > 0
            )
            for name, table in self._table.items()
        }
        return [
            {name: Measured(*map(float, average[:, i])) for name, average in averages.items()}
            for i in range(self._count)
        ]


def _texture(bright: Layer) -> Layer:
    known = np.isfinite(bright)
    filled = np.where(known, bright, 0).astype(np.float32)
    share = np.maximum(cv2.blur(known.astype(np.float32), (TEXTURE_PX, TEXTURE_PX)), 1e-3)
    mean = cv2.blur(filled, (TEXTURE_PX, TEXTURE_PX)) / share
    square = cv2.blur(filled * filled, (TEXTURE_PX, TEXTURE_PX)) / share
    spread = np.sqrt(np.maximum(square - mean * mean, 0))
    texture: Layer = np.where(known, spread / np.maximum(np.abs(mean), 1e-6), np.nan).astype(np.float32)
    return texture
