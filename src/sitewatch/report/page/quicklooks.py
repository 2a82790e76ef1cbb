"""Quicklooks: the pictures of both dates under the outlines of the page's map."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from odc.geo.crs import CRS
from odc.geo.geobox import GeoBox
from odc.geo.geom import Geometry
from PIL import Image

from sitewatch.grid import WGS84
from sitewatch.records import Pair
from sitewatch.report.chips import ChipView
from sitewatch.report.chips.drawing import picture_of

# The map is in Web Mercator, and a picture must lie straight in it.
MAP_CRS = "EPSG:3857"
_MERCATOR_LIMIT = 85.0
_WEBP_QUALITY, _WEBP_EFFORT = 80, 2
FOLDER = "quicklooks"


@dataclass(frozen=True, slots=True)
class Quicklook:
    """Both dates of a site (or of the overlap of two scenes) as pictures for the map.

    Attributes
    ----------
    key : str
        Id of the site, or ``overlap``.
    before, after : (rows, columns, 4) uint8
        Red, green, blue, alpha (0 where there is nothing) on a grid in EPSG:3857.
    bounds : (west, south, east, north)
        Degrees.
    """

    key: str
    before: NDArray[np.uint8]
    after: NDArray[np.uint8]
    bounds: tuple[float, float, float, float]


def quicklook_grid(extent: Geometry, pixel_m: float, most: int = 768) -> GeoBox | None:
    """Return a grid in Web Mercator over an extent.

    Parameters
    ----------
    extent : Geometry
        In any CRS.
    pixel_m : float
        Size of the scenes' pixels, metres on the ground; the grid is never finer.
    most : int
        Pixels along the longer side, at most.

    Returns
    -------
    GeoBox or None
        None beyond 85 degrees of latitude, where Web Mercator ends.
    """
    degrees = extent.to_crs(WGS84, resolution=math.inf).boundingbox
    if max(abs(degrees.bottom), abs(degrees.top)) > _MERCATOR_LIMIT:
        return None
    box = extent.to_crs(MAP_CRS, resolution=math.inf).boundingbox
    stretch = 1 / math.cos(math.radians((degrees.bottom + degrees.top) / 2))
    pixel = max(pixel_m * stretch, max(box.right - box.left, box.top - box.bottom) / most)
    return GeoBox.from_bbox(box, crs=MAP_CRS, resolution=pixel)


def quicklook(key: str, view: ChipView, pair: Pair) -> Quicklook:
    """Make the pictures of a view on a grid of `quicklook_grid`, with the bands and stretch of a chip."""
    picture = picture_of(view, None, pair)
    box = view.grid.boundingbox
    to_degrees = CRS(MAP_CRS).transformer_to_crs(WGS84, always_xy=True)
    lon, lat = to_degrees(np.array([box.left, box.right]), np.array([box.bottom, box.top]))
    return Quicklook(
        key,
        _with_alpha(picture.before, picture.seen_before),
        _with_alpha(picture.after, picture.seen_after),
        (float(lon[0]), float(lat[0]), float(lon[1]), float(lat[1])),
    )


def write_quicklook(folder: Path, look: Quicklook) -> None:
    """Write pictures as WebP into ``<folder>/quicklooks``, with a note from which a page can be made."""
    target = folder / FOLDER
    target.mkdir(parents=True, exist_ok=True)
    stem = re.sub("[^A-Za-z0-9_-]", "_", look.key)[:80]
    names = {date: f"{stem}_{date}.webp" for date in ("before", "after")}
    for date, pixels in (("before", look.before), ("after", look.after)):
        picture = Image.fromarray(np.ascontiguousarray(pixels))
        picture.save(target / names[date], "WEBP", quality=_WEBP_QUALITY, method=_WEBP_EFFORT)
    bounds = [round(value, 7) for value in look.bounds]
    note = json.dumps({"key": look.key, **names, "bounds": bounds}, ensure_ascii=False, indent=1)
    (target / f"{stem}.json").write_text(note + "\n", "utf-8")


def list_quicklooks(folder: Path) -> Sequence[Mapping[str, Any]]:
    """Read the notes that `write_quicklook` left, by file name; nothing if there are none."""
    return [json.loads(note.read_text("utf-8")) for note in sorted((folder / FOLDER).glob("*.json"))]


def _with_alpha(picture: NDArray[np.uint8], seen: NDArray[np.bool_]) -> NDArray[np.uint8]:
    return np.dstack([picture, np.where(seen, 255, 0).astype(np.uint8)])
