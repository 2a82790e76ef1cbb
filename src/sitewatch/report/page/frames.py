"""Where the outline of a change lies on its unannotated chips: read back from their world files."""

import re
from collections.abc import Iterable, Mapping
from html import unescape
from pathlib import Path
from typing import Any

from affine import Affine
from odc.geo.geobox import GeoBox
from PIL import Image
from shapely import get_parts
from shapely.geometry import Polygon, shape
from shapely.geometry.base import BaseGeometry

from sitewatch.report.chips.outline import on_panel

_SRS = re.compile(r"<SRS>(.*?)</SRS>", re.DOTALL)


def frame_of(picture: Path) -> GeoBox | None:
    """Return the grid of a chip's unannotated picture, or None if its sidecars are missing or odd."""
    world, sidecar = picture.with_suffix(".pgw"), picture.with_name(picture.name + ".aux.xml")
    try:
        a, d, b, e, x, y = map(float, world.read_text().split())
        srs = _SRS.search(sidecar.read_text("utf-8"))
        with Image.open(picture) as image:
            cols, rows = image.size
    except (OSError, ValueError):
        return None
    if srs is None:
        return None
    # A world file names the middle of the first pixel.
    return GeoBox(
        (rows, cols), Affine(a, b, x, d, e, y) * Affine.translation(-0.5, -0.5), unescape(srs.group(1))
    )


def outline_path(geometry: Mapping[str, Any] | None, frame: GeoBox | None) -> str:
    """Return the outline of a GeoJSON geometry as the ``d`` of an SVG path, in pixels of a frame.

    "" where there is no geometry or no frame.
    """
    if geometry is None or frame is None:
        return ""
    local = on_panel(shape(dict(geometry)), frame, frame.shape[1])
    return "".join(f"M{' '.join(points)}Z" for points in _rings(local))


def _rings(local: BaseGeometry) -> Iterable[list[str]]:
    for part in get_parts(local):
        if isinstance(part, Polygon):
            for ring in (part.exterior, *part.interiors):
                yield [f"{x:.1f},{y:.1f}" for x, y in list(ring.coords)[:-1]]
