"""Whether a scene's pixels can be read, and hold anything."""

import math

import numpy as np
from odc.geo.geobox import GeoBox

from sitewatch.errors import SceneError
from sitewatch.grid import coarsened
from sitewatch.io.rasters import load
from sitewatch.records import Scene

# Up to this side pixels are looked at as they are, which the comparison reads anyway; of more, in a view.
_WHOLE = 1024
_VIEW = 256


def require_content(scene: Scene, grid: GeoBox | None = None) -> None:
    """Read a coarse view of a scene, or of a part of it, and refuse what cannot be judged.

    A file that was cut short keeps its header; its end is what is missing.

    Parameters
    ----------
    grid : GeoBox, optional
        The ground that matters; all of the scene if not given.

    Raises
    ------
    RasterError
        If a file cannot be read.
    SceneError
        If every pixel is nodata, or every pixel of every band has one number.
    """
    grid = grid if grid is not None else scene.grid
    load(scene, scene.grid[-1:, -1:])
    side = max(grid.shape)
    view = coarsened(grid, 1 if side <= _WHOLE else math.ceil(side / _VIEW))
    pixels = load(scene, view, quick=True).to_numpy().reshape(len(scene.bands), -1)
    where = " on the ground to be judged" if grid is not scene.grid else ""
    known = np.isfinite(pixels).all(axis=0)
    seen = pixels if known.all() else pixels[:, known]
    if not seen.size:
        raise SceneError(
            f"scene {scene.id} holds nothing{where}: every pixel is nodata",
            "an image of the ground is needed",
            "check the file, and what it says its nodata value is",
        )
    if (seen.min(axis=1) == seen.max(axis=1)).all():
        raise SceneError(
            f"scene {scene.id} holds nothing{where}: every pixel has the same number ({seen[0, 0]:g})",
            "an image of the ground is needed",
            "check the file",
        )
