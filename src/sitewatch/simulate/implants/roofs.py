"""Colours that a place's own bright surfaces have: what its roofs may look like."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from sitewatch.simulate.implants.tone import Image, Tone

# Of the ground without leaves, this share is too dark to be taken for a roof.
_DARKER = 85.0
_GREEN = 0.05
_LEAVES = 0.25
# Fewer such pixels than this, and the place offers no colour.
_LEAST = 30


def own_roof(
    image: Image, bands: Sequence[str], tone: Tone, rng: np.random.Generator
) -> NDArray[np.float32] | None:
    """Return the reflectance of some smooth, bright ground without leaves: a roof, a yard, a road.

    Parameters
    ----------
    image : (bands, rows, columns) float32
        NaN where there is nothing.

    Returns
    -------
    (bands,) float32 or None
        None where the image has hardly any such ground, or no red, green and blue.
    """
    if not {"red", "green", "blue"} <= set(bands):
        return None
    light = tone.reflectance(image)
    layer = {name: light[list(bands).index(name)] for name in bands}
    visible = layer["red"] + layer["green"] + layer["blue"]
    with np.errstate(invalid="ignore", divide="ignore"):
        green = (2 * layer["green"] - layer["red"] - layer["blue"]) / visible
        bare = np.isfinite(visible) & (green < _GREEN)
        if "nir" in layer:
            bare &= (layer["nir"] - layer["red"]) / (layer["nir"] + layer["red"]) < _LEAVES
    rough = ndimage.gaussian_gradient_magnitude(np.nan_to_num(visible), 1.0)
    if bare.sum() >= _LEAST:
        bright, smooth = np.percentile(visible[bare], _DARKER), np.median(rough[bare])
        bare &= (visible >= bright) & (rough <= smooth)
    found = np.argwhere(bare)
    if len(found) < _LEAST:
        return None
    row, col = found[int(rng.integers(len(found)))]
    return np.asarray(light[:, row, col], np.float32)
