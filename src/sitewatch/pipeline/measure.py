"""Layers that are measured at every object, so that each reason and each rival explanation has a number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from sitewatch.kernels import indices
from sitewatch.kernels.objects import Members, sums

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
    share = np.maximum(cv2.blur(weight, (3, 3)), np.float32(1e-3))
    # OpenCV's running sums would carry one NaN through the rest of the image.
    difference: Layer = np.where(known, (after - before) / scale, 0).astype(np.float32)
    z = np.stack([cv2.blur(band, (3, 3)) for band in difference]) / share
    root: Layer = np.sqrt(np.mean(np.square(z, out=z), axis=0, dtype=np.float32))
    root[~known] = np.nan
    return root


class Tally:
    """Sums of layers over objects and their surroundings, filled part by part.

    Parameters
    ----------
    labels : (n,) int
        Of the objects that are met, rising.
    """

    def __init__(self, labels: NDArray[np.int64]) -> None:
        self._labels = labels
        self._table: dict[str, NDArray[np.float64]] = {}

    def add(self, layers: Mapping[str, tuple[Layer, Layer]], inside: Labels, rings: Labels) -> None:
        """Add layers of one part.

        Parameters
        ----------
        layers : mapping of str to (before, after)
            The same array twice where both dates say it together.
        inside, rings : (rows, columns) int32
            Labels of the objects, and of the ground around them.
        """
        members = [self._members(labels) for labels in (inside, rings)]
        count = len(self._labels)
        for name, (before, after) in layers.items():
            table = self._table.setdefault(name, np.zeros((4, 2, count)))
            for row, where in zip((0, 2), members, strict=True):
                first = sums(before, where, count)
                table[row] += first
                table[row + 1] += first if after is before else sums(after, where, count)

    def _members(self, labels: Labels) -> Members:
        members = Members.of(labels)
        return Members(members.places, np.searchsorted(self._labels, members.labels).astype(np.int32) + 1)

    def join(self, other: "Tally") -> None:
        """Add what another tally holds of the same objects, or of some of them."""
        at = np.searchsorted(self._labels, other._labels)
        for name, table in other._table.items():
            mine = self._table.setdefault(name, np.zeros((4, 2, len(self._labels))))
            mine[:, :, at] += table

    def measured(self) -> list[dict[str, Measured]]:
        """Return the means, one mapping an object, by layer."""
        count = len(self._labels)
        averages = {
            name: np.divide(table[:, 0], table[:, 1], out=np.full((4, count), np.nan), where=table[:, 1] > 0)
            for name, table in self._table.items()
        }
        return [
            {name: Measured(*map(float, average[:, i])) for name, average in averages.items()}
            for i in range(count)
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
