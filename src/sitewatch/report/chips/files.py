"""The files of a chip: the figure in the format asked for, the unannotated dates, and the caption as text."""

import io
from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias, get_args
from xml.sax.saxutils import escape

from odc.geo.geobox import GeoBox
from PIL import Image, PngImagePlugin

from sitewatch.grid import require_crs
from sitewatch.report.chips.metadata import exif, plain, xmp
from sitewatch.report.chips.painting import paint
from sitewatch.report.chips.vector import svg
from sitewatch.report.chips.view import Chip
from sitewatch.report.printing import figure_pdf

Format: TypeAlias = Literal["png", "jpg", "svg", "pdf", "tif"]
FORMATS: tuple[Format, ...] = get_args(Format)
# zlib's fastest level with run lengths: on photographs a fifth of the time of Pillow's default, for a tenth
# more bytes.
_LEVEL, _STRATEGY = 1, 3
_QUALITY = 95
_FRAME_MS = 1000


def chip_files(chip: Chip, stem: str, fmt: Format = "png") -> Mapping[str, bytes]:
    """Return the files of a chip by name: the figure, and the unannotated dates with their place.

    The dates' PNG files have the frame's own pixels, world files (``.pgw``) and their CRS (``.png.aux.xml``,
    which GDAL and QGIS read). The same chip gives the same bytes.

    Raises
    ------
    OutputError
        For ``pdf`` where what makes it is not installed.
    """
    content = gif_bytes(chip) if len(chip.sheets) > 1 else _FIGURES[fmt](chip)
    files = {figure_name(chip, stem, fmt): content}
    for date, picture in chip.own.items():
        facts = {**chip.facts, "sitewatch:panel": date}
        files[f"{stem}_{date}.png"] = png_bytes(picture, facts)
        files[f"{stem}_{date}.pgw"] = world_file(chip.grid).encode()
        files[f"{stem}_{date}.png.aux.xml"] = crs_file(chip.grid).encode()
    return files


def figure_name(chip: Chip, stem: str, fmt: Format = "png") -> str:
    """Return the name of a chip's figure: an animation is a GIF, whatever is asked for."""
    figure = f"{stem}_{chip.name}" if chip.name else stem
    return f"{figure}.{'gif' if len(chip.sheets) > 1 else fmt}"


def caption_text(chip: Chip, number: int) -> str:
    """Return the text that lies beside a figure: its numbered caption, and all that its metadata says."""
    return f"Figure {number}. {chip.caption}\n\n{plain(chip.facts)}\n"


def png_bytes(picture: Image.Image, facts: Mapping[str, str], dpi: int | None = None) -> bytes:
    """Return a picture as PNG with text chunks (UTF-8), and its dots an inch if given."""
    info = PngImagePlugin.PngInfo()
    for key, value in facts.items():
        info.add_itxt(key, value)
    out = io.BytesIO()
    extra = {"dpi": (dpi, dpi)} if dpi is not None else {}
    picture.save(out, "PNG", pnginfo=info, compress_level=_LEVEL, compress_type=_STRATEGY, **extra)
    return out.getvalue()


def jpeg_bytes(picture: Image.Image, facts: Mapping[str, str], dpi: int, *, quality: int = _QUALITY) -> bytes:
    """Return a picture as JPEG of high quality, with EXIF and XMP."""
    out = io.BytesIO()
    picture.save(
        out,
        "JPEG",
        quality=quality,
        subsampling=0,
        dpi=(dpi, dpi),
        exif=exif(facts),
        xmp=xmp(facts).encode(),
        comment=plain(facts).encode()[:60_000],
    )
    return out.getvalue()


def gif_bytes(chip: Chip) -> bytes:
    """Return the sheets of a chip as a GIF that shows each for a second, for ever; facts as its comment."""
    frames = [paint(sheet) for sheet in chip.sheets]
    high = max(frame.height for frame in frames)
    level = []
    for frame in frames:
        page = Image.new("RGB", (frame.width, high), "white")
        page.paste(frame)
        # Dithered on its own best palette: without dither, soft slopes of tone become steps.
        palette = page.quantize(256, method=Image.Quantize.MEDIANCUT)
        level.append(page.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG))
    out = io.BytesIO()
    level[0].save(
        out,
        "GIF",
        save_all=True,
        append_images=level[1:],
        duration=_FRAME_MS,
        loop=0,
        optimize=False,
        disposal=1,
        comment=plain(chip.facts).encode(),
    )
    return out.getvalue()


def world_file(grid: GeoBox) -> str:
    """Return the six lines of a world file: the affine, with the middle of the first pixel as its origin."""
    affine = grid.affine
    x, y = affine * (0.5, 0.5)
    return "".join(f"{value!r}\n" for value in map(float, (affine.a, affine.d, affine.b, affine.e, x, y)))


def crs_file(grid: GeoBox) -> str:
    """Return GDAL's sidecar that names the CRS."""
    return f"<PAMDataset>\n  <SRS>{escape(require_crs(grid).to_wkt())}</SRS>\n</PAMDataset>\n"


_FIGURES: Mapping[str, Callable[[Chip], bytes]] = {
    "png": lambda chip: png_bytes(chip.annotated, chip.facts, chip.dpi),
    "jpg": lambda chip: jpeg_bytes(chip.annotated, chip.facts, chip.dpi),
    "svg": lambda chip: svg(chip.sheets[0], chip.facts).encode(),
    "pdf": lambda chip: figure_pdf(svg(chip.sheets[0], chip.facts), chip.facts),
}
