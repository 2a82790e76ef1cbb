"""What a pair must have before any work is done on it."""

import math

import numpy as np
from odc.geo.geobox import GeoBox

from sitewatch.errors import SceneError
from sitewatch.grid import coarsened
from sitewatch.io.rasters import load
from sitewatch.pipeline.view import shared_bands
from sitewatch.records import Pair, Scene

# Largest side of the view on which a scene is looked at for any information at all, pixels.
_VIEW = 256


def require_bands(pair: Pair) -> tuple[str, ...]:
    """Return the bands that both scenes have.

    Raises
    ------
    SceneError
        If they share none.
    """
    bands = shared_bands(pair.before, pair.after)
    if not bands:
        raise SceneError(
            f"the scenes share no band: before has {', '.join(pair.before.band_names)}, "
            f"after has {', '.join(pair.after.band_names)}",
            "at least one band must be in both",
            "name the bands with --bands, or choose other scenes",
        )
    return bands


def require_information(scene: Scene, grid: GeoBox, bands: tuple[str, ...]) -> None:
    """Refuse a scene that shows nothing on a piece of ground.

    Raises
    ------
    SceneError
        If it has no valid pixel there, or every band is the same number everywhere.
    """
    view = coarsened(grid, max(1, math.ceil(max(grid.shape) / _VIEW)))
    pixels = load(scene, view, bands).to_numpy()
    known = np.isfinite(pixels).all(axis=0)
    if not known.any():
        raise SceneError(
            f"scene {scene.id} has no valid pixel on the ground to be judged (all nodata)",
            "an image of that ground is needed",
            "choose another scene, or check its nodata value",
        )
    if all(np.ptp(band[known]) == 0 for band in pixels):
        raise SceneError(
            f"scene {scene.id} holds the same number everywhere on the ground to be judged",
            "an image with some contrast is needed",
            "choose another scene, or fetch this one again",
        )
