"""Whether a scene's pixels can be read, and hold anything."""

import math

import numpy as np

from sitewatch.errors import SceneError
from sitewatch.grid import coarsened
from sitewatch.io.rasters import load
from sitewatch.records import Scene

_VIEW = 256


def require_content(scene: Scene) -> None:
    """Read a coarse view of a scene and its last pixel, and refuse what cannot be judged.

    A file that was cut short keeps its header; its end is what is missing.

    Raises
    ------
    RasterError
        If a file cannot be read.
    SceneError
        If every pixel is nodata, or every pixel of every band has one number.
    """
    load(scene, scene.grid[-1:, -1:])
    view = coarsened(scene.grid, math.ceil(max(scene.grid.shape) / _VIEW))
    pixels = load(scene, view, quick=True).to_numpy().reshape(len(scene.bands), -1)
    seen = pixels[:, np.isfinite(pixels).all(axis=0)]
    if not seen.size:
        raise SceneError(
            f"scene {scene.id} holds nothing: every pixel is nodata",
            "an image of the ground is needed",
            "check the file, and what it says its nodata value is",
        )
    if (seen.min(axis=1) == seen.max(axis=1)).all():
        raise SceneError(
            f"scene {scene.id} holds nothing: every pixel has the same number ({seen[0, 0]:g})",
            "an image of the ground is needed",
            "check the file",
        )
