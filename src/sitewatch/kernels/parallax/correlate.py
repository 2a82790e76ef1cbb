"""Where a patch of one image is found in another."""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.float32]
# Rows, columns, bands.
Picture = NDArray[np.float32]
Layer = NDArray[np.float32]

# How far roofs are looked for, metres.
REACH_M = 30.0
# Half the angle within which a thing counts as moved in a direction, degrees.
HALF_ANGLE = 15.0
# Nearer than this may be misregistration, metres and pixels.
_LEAST_M, LEAST_PX = 3.0, 3.0


def correlate(image: Picture, patch: Picture, mask: Layer | None = None) -> Layer:
    """Return the normalised correlation of a patch at every place, -1..1; 0 where one of both is even."""
    weight = None if mask is None else np.repeat(mask[:, :, None], patch.shape[2], axis=2)
    found = cv2.matchTemplate(image, patch, cv2.TM_CCOEFF_NORMED, mask=weight)
    return np.where(np.abs(found) <= 1.01, found, 0).astype(np.float32)


def plain(image: Image) -> Picture:
    """Return (rows, columns, bands), with the bands' means where nothing is known."""
    known = np.isfinite(image).all(axis=0)
    picture = np.array(image.transpose(1, 2, 0), np.float32, order="C")
    if not known.all():
        picture[~known] = image[:, known].mean(axis=1) if known.any() else 0
    return picture


def best_of(layer: Layer, where: NDArray[np.bool_]) -> float:
    """Return the largest value in a part; NaN where there is none."""
    values = layer[where]
    values = values[np.isfinite(values)]
    return float(values.max()) if len(values) else math.nan


def least_px(pixel_m: float) -> float:
    """Return the shortest distance that counts as moved, pixels."""
    return max(_LEAST_M / pixel_m, LEAST_PX)
