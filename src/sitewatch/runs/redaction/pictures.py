"""The pictures of an edition: the unannotated pair of a chip, cut close, as bare pixels."""

import html
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from affine import Affine
from odc.geo.geobox import GeoBox
from PIL import Image
from shapely.geometry import shape

from sitewatch.grid import from_shapely, gsd_m, require_crs
from sitewatch.runs.redaction.labels import Feature

# A picture is this many times as wide as the change, but never of fewer pixels.
_CONTEXT, _LEAST = 1.5, 32
_SRS = re.compile(r"<SRS[^>]*>([^<]+)</SRS>")
_CHIP = re.compile(r"chips/([A-Za-z0-9][A-Za-z0-9_.-]*)\.png")


@dataclass(frozen=True, slots=True)
class Cut:
    """Both dates of a change, cut alike.

    Attributes
    ----------
    files : tuple of (str, str)
        Before and after, relative to the edition.
    width_m : float or None
        Of the ground shown, metres, to two figures.
    """

    files: tuple[str, str]
    width_m: float | None

    def to_dict(self) -> dict[str, Any]:
        """Return what an edition says of it."""
        return {"pictures": dict(zip(("before", "after"), self.files, strict=True)), "width_m": self.width_m}


def cut_pair(run: Path, change: Feature, name: str, out: Path) -> Cut | None:
    """Cut the pair of a change out of its chip: ``chips/<name>_before.png`` and ``_after.png``.

    Returns
    -------
    Cut or None
        None if the run has no such pair.
    """
    match = _CHIP.fullmatch(change["properties"]["chip"] or "")
    if match is None:
        return None
    sources = [run / "chips" / f"{match[1]}_{side}.png" for side in ("before", "after")]
    if not all(source.is_file() for source in sources):
        return None
    grid = _grid(sources[0])
    box = _box(change, grid, sources[0])
    files = (f"chips/{name}_before.png", f"chips/{name}_after.png")
    (out / "chips").mkdir(exist_ok=True)
    for source, file in zip(sources, files, strict=True):
        with Image.open(source) as image:
            part = image.convert("RGB").crop(box)
        # Made anew from the bytes of its pixels, so that nothing of the file comes along.
        Image.frombytes("RGB", part.size, part.tobytes()).save(out / file, "PNG")
    width = (box[2] - box[0]) * gsd_m(grid) if grid is not None else None
    return Cut(files, float(f"{width:.2g}") if width is not None else None)


def _box(change: Feature, grid: GeoBox | None, source: Path) -> tuple[int, int, int, int]:
    """Return left, top, right, bottom of the cut; the middle of the picture where its place is not known."""
    with Image.open(source) as image:
        width, height = image.size
    if grid is None:
        return width // 4, height // 4, width - width // 4, height - height // 4
    placed = from_shapely(shape(change["geometry"])).to_crs(require_crs(grid))
    (left, top), (right, bottom) = _pixels(placed.boundingbox, grid)
    side = max(_CONTEXT * max(right - left, bottom - top), min(_LEAST, width, height))
    size = min(round(side), width, height)
    x = min(max(round((left + right - size) / 2), 0), width - size)
    y = min(max(round((top + bottom - size) / 2), 0), height - size)
    return x, y, x + size, y + size


def _pixels(bounds: Any, grid: GeoBox) -> tuple[tuple[float, float], tuple[float, float]]:
    corners = [
        ~grid.affine * (x, y) for x in (bounds.left, bounds.right) for y in (bounds.bottom, bounds.top)
    ]
    cols, rows = zip(*corners, strict=True)
    return (min(cols), min(rows)), (max(cols), max(rows))


def _grid(source: Path) -> GeoBox | None:
    """Return where a picture lies, from its world file and sidecar; None if they do not say."""
    try:
        a, d, b, e, x, y = map(float, source.with_suffix(".pgw").read_text("ascii").split())
        sidecar = _SRS.search(source.with_name(f"{source.name}.aux.xml").read_text("utf-8"))
    except (OSError, ValueError):
        return None
    if sidecar is None:
        return None
    with Image.open(source) as image:
        width, height = image.size
    affine = Affine(a, b, x, d, e, y) * Affine.translation(-0.5, -0.5)
    return GeoBox((height, width), affine, html.unescape(sidecar[1]))
