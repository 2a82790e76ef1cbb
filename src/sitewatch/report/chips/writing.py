"""Chips as files: PNG with metadata, and where on the ground the unannotated pair lies."""

import io
import math
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TypeAlias
from xml.sax.saxutils import escape

from odc.geo.geobox import GeoBox
from PIL import Image, PngImagePlugin

from sitewatch.errors import OutputError
from sitewatch.grid import require_crs
from sitewatch.records import Change, Pair
from sitewatch.report.chips.drawing import draw_chip
from sitewatch.report.chips.framing import chip_grid
from sitewatch.report.chips.view import Chip, ChipStyle, ChipView

Viewer: TypeAlias = Callable[[GeoBox, Change], ChipView]

# zlib's fastest level with run lengths: on photographs a fifth of the time of Pillow's default, for a tenth
# more bytes.
_LEVEL, _STRATEGY = 1, 3


def write_chips(
    folder: Path,
    pair: Pair,
    changes: Iterable[Change],
    view: Viewer,
    *,
    style: ChipStyle | None = None,
    most: int = 200,
) -> Mapping[str, str]:
    """Draw and write the chips of a pair's changes, largest and surest first.

    Parameters
    ----------
    folder : Path
        Made if it does not exist.
    view : callable
        Gives both dates on a grid, for a change.
    most : int
        Of so many changes at most.

    Returns
    -------
    mapping of change id to file name
        Of the annotated chip, in the order of `changes`; changes that have no chip are left out.

    Raises
    ------
    OutputError
        If a file cannot be written.
    """
    changes = list(changes)
    chosen = {change.id for change in rank(changes)[:most]}
    return {
        change.id: write_chip(folder, pair, change, view, style=style)
        for change in changes
        if change.id in chosen
    }


def rank(changes: Iterable[Change]) -> list[Change]:
    """Sort changes: the three kinds before other change, then by how sure times area, then by id."""
    return sorted(
        changes, key=lambda c: (c.kind == "other", -_finite(c.rank_probability) * _finite(c.area_m2), c.id)
    )


def write_chip(
    folder: Path, pair: Pair, change: Change, view: Viewer, *, style: ChipStyle | None = None
) -> str:
    """Draw and write one change: ``<id>.png``, ``<id>_before.png`` and ``<id>_after.png`` with world files.

    Returns
    -------
    str
        Name of the annotated file.

    Raises
    ------
    OutputError
        If a file cannot be written.
    """
    style = style or ChipStyle()
    chip = draw_chip(view(chip_grid(change, pair, style.size_m), change), change, pair, style)
    name = f"{change.id}.png"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, content in chip_files(chip, change.id).items():
            (folder / file).write_bytes(content)
    except OSError as error:
        raise OutputError(
            f"chip {name} could not be written ({error.strerror or error})",
            "a writable folder with room on its disk is needed",
            "free space, or choose another --out",
        ) from error
    return name


def chip_files(chip: Chip, stem: str) -> Mapping[str, bytes]:
    """Return the files of a chip by name: the figure, and the unannotated pair with its place on the ground.

    The pair's PNG files have the frame's own pixels, world files (``.pgw``) and their CRS (``.png.aux.xml``,
    which GDAL and QGIS read). The same chip gives the same bytes.
    """
    files = {f"{stem}.png": png_bytes(chip.annotated, chip.facts, chip.dpi)}
    for date, picture in (("before", chip.before), ("after", chip.after)):
        facts = {**chip.facts, "sitewatch:panel": date}
        files[f"{stem}_{date}.png"] = png_bytes(picture, facts)
        files[f"{stem}_{date}.pgw"] = world_file(chip.grid).encode()
        files[f"{stem}_{date}.png.aux.xml"] = crs_file(chip.grid).encode()
    return files


def png_bytes(picture: Image.Image, facts: Mapping[str, str], dpi: int | None = None) -> bytes:
    """Return a picture as PNG with text chunks (UTF-8), and its dots an inch if given."""
    info = PngImagePlugin.PngInfo()
    for key, value in facts.items():
        info.add_itxt(key, value)
    out = io.BytesIO()
    extra = {"dpi": (dpi, dpi)} if dpi is not None else {}
    picture.save(out, "PNG", pnginfo=info, compress_level=_LEVEL, compress_type=_STRATEGY, **extra)
    return out.getvalue()


def world_file(grid: GeoBox) -> str:
    """Return the six lines of a world file: the affine, with the middle of the first pixel as its origin."""
    affine = grid.affine
    x, y = affine * (0.5, 0.5)
    return "".join(f"{value!r}\n" for value in map(float, (affine.a, affine.d, affine.b, affine.e, x, y)))


def crs_file(grid: GeoBox) -> str:
    """Return GDAL's sidecar that names the CRS."""
    return f"<PAMDataset>\n  <SRS>{escape(require_crs(grid).to_wkt())}</SRS>\n</PAMDataset>\n"


def _finite(value: float) -> float:
    return value if math.isfinite(value) else 0.0
