"""The pictures of a KMZ: both dates of the sites, straightened for a globe, and both dates of changes.

A run may have thousands of changes, and a KMZ is opened whole: only the largest and surest have pictures.
"""

import io
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sitewatch.io.results import Run
from sitewatch.report.exports.findings import Finding, inside

MOST_CHANGES, MOST_SITES = 500, 200
OVERLAP = "overlap"
_FIGURE_WIDTH, _FIGURE_QUALITY = 900, 85
# A quarter of the time that the usual 6 takes, for a twentieth more bytes.
_PNG_EFFORT = 2
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


def ranked(changes: Iterable[Finding]) -> list[Finding]:
    """Sort changes: rejected ones last, other change after the three kinds, then by how sure times area."""
    return sorted(
        changes,
        key=lambda each: (
            each.status == "rejected",
            each.kind == "other",
            -float(each.said.get("confidence") or 0) * float(each.area_m2 or 0),
            each.id,
        ),
    )


def overlays(run: Run, changes: Iterable[Finding]) -> tuple[list[Overlay], int]:
    """Return the pictures that the run's page shows, without any drawing on them, before first.

    Parameters
    ----------
    changes : iterable of Finding
        In the order of `ranked`: at most `MOST_SITES` sites, those of the first changes, have pictures.

    Returns
    -------
    (list of Overlay, int)
        The pictures, and of how many sites there were any. A picture across the antimeridian is left out:
        KML's boxes end there.
    """
    order: dict[str, int] = {}
    for change in changes:
        order.setdefault(change.said["site_id"] or OVERLAP, len(order))
    notes = [
        json.loads(path.read_text("utf-8"))
        for path in sorted((run.path / "page" / "quicklooks").glob("*.json"))
    ]
    known = [said for said in notes if -180 <= said["bounds"][0] < said["bounds"][2] <= 180]
    chosen = sorted(known, key=lambda said: order.get(said["key"], len(order)))[:MOST_SITES]
    return list(_laid(run, chosen)), len(known)


def _laid(run: Run, notes: Iterable[Mapping[str, Any]]) -> Iterator[Overlay]:
    for said in notes:
        west, south, east, north = said["bounds"]
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


def figures(run: Run, name: Any) -> Mapping[str, bytes]:
    """Return the pictures of a change as JPEG; nothing if the run has none.

    Returns
    -------
    mapping of str to bytes
        ``before`` and ``after``, the run's unannotated pictures pixel by pixel; ``figure``, made small, if
        it has only that.
    """
    stem = name.removesuffix(".png") if isinstance(name, str) else ""
    both = {side: inside(run, f"{stem}_{side}.png") for side in ("before", "after")}
    files = both if all(both.values()) else {"figure": inside(run, name)}
    made = {side: _jpeg(path, small=side == "figure") for side, path in files.items() if path is not None}
    return {side: data for side, data in made.items() if data is not None}


def _jpeg(path: Path, *, small: bool) -> bytes | None:
    with Image.open(path) as image:
        if image.width * image.height > _MOST_PIXELS:
            return None
        pixels = image.convert("RGB")
    if small:
        pixels.thumbnail((_FIGURE_WIDTH, 4 * _FIGURE_WIDTH))
    data = io.BytesIO()
    pixels.save(data, "JPEG", quality=_FIGURE_QUALITY)
    return data.getvalue()


def _mercator(latitudes: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.log(np.tan(math.pi / 4 + np.radians(latitudes) / 2))


def _png(pixels: NDArray[np.uint8]) -> bytes:
    data = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(data, "PNG", compress_level=_PNG_EFFORT)
    return data.getvalue()
