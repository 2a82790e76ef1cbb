"""The pictures of a KMZ: both dates of each site, straightened for a globe, and the figures of changes."""

import io
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sitewatch.io.results import Run
from sitewatch.report.exports.findings import inside

_FIGURE_WIDTH, _FIGURE_QUALITY = 900, 85
# A picture of a run is at most a chip at 1200 dots an inch; larger ones are not the run's.
_MOST_PIXELS = 100_000_000


@dataclass(frozen=True, slots=True)
class Overlay:
    """A picture of a site on one date.

    Attributes
    ----------
    key : str
        Id of the site, or ``overlap``.
    side : str
        ``before`` or ``after``.
    bounds : (west, south, east, north)
        Degrees; west < east, within +-180.
    png : bytes
        Rows at equal steps of latitude, transparent where there is nothing.
    """

    key: str
    side: str
    bounds: tuple[float, float, float, float]
    png: bytes


def overlays(run: Run) -> Iterator[Overlay]:
    """Yield the pictures that the run's page shows, without any drawing on them, before first.

    A picture across the antimeridian is left out: KML's boxes end there.
    """
    for note in sorted((run.path / "page" / "quicklooks").glob("*.json")):
        said = json.loads(note.read_text("utf-8"))
        west, south, east, north = said["bounds"]
        if not -180 <= west < east <= 180:
            continue
        for side in ("before", "after"):
            path = inside(run, f"page/quicklooks/{said[side]}")
            if path is None:
                continue
            with Image.open(path) as image:
                pixels = straightened(np.asarray(image.convert("RGBA")), south, north)
            yield Overlay(said["key"], side, (west, south, east, north), _png(pixels))


def straightened(pixels: NDArray[np.uint8], south: float, north: float) -> NDArray[np.uint8]:
    """Return a picture whose rows lie at equal steps of latitude from one in Web Mercator.

    Google Earth stretches a picture evenly between its latitudes. That is not where Web Mercator has them:
    over one degree at 60 degrees north, the middle lies 420 m off.

    Parameters
    ----------
    pixels : (rows, columns, bands) uint8
        Rows at equal steps in Web Mercator, north first.
    south, north : float
        Outer edges, degrees.

    Returns
    -------
    (rows, columns, bands) uint8
        The nearest row for each.
    """
    rows = pixels.shape[0]
    latitudes = north - (np.arange(rows) + 0.5) / rows * (north - south)
    top, bottom = _mercator(np.array(north)), _mercator(np.array(south))
    at = (top - _mercator(latitudes)) / (top - bottom) * rows
    chosen: NDArray[np.uint8] = pixels[np.clip(np.floor(at).astype(int), 0, rows - 1)]
    return chosen


def figure(run: Run, name: Any) -> bytes | None:
    """Return the figure of a change as a small JPEG; None if the run has none."""
    path = inside(run, name)
    if path is None:
        return None
    with Image.open(path) as image:
        if image.width * image.height > _MOST_PIXELS:
            return None
        small = image.convert("RGB")
    small.thumbnail((_FIGURE_WIDTH, 4 * _FIGURE_WIDTH))
    data = io.BytesIO()
    small.save(data, "JPEG", quality=_FIGURE_QUALITY)
    return data.getvalue()


def _mercator(latitudes: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.log(np.tan(math.pi / 4 + np.radians(latitudes) / 2))


def _png(pixels: NDArray[np.uint8]) -> bytes:
    data = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(data, "PNG")
    return data.getvalue()
