"""What pictures carry beside their pixels: only what is needed to show them may be there."""

import io
import struct
from collections.abc import Iterator

from PIL import Image, UnidentifiedImageError
from PIL.TiffTags import TAGS_V2

# Chunks without which a PNG cannot be shown as it is meant.
_PNG = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"pHYs", b"sRGB", b"gAMA"}
_PNG_START = b"\x89PNG\r\n\x1a\n"
_WEBP = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF"}
# Tags of TIFF 6.0 that say how pixels are stored; anything else says where, when or with what.
_TIFF = {
    254, 256, 257, 258, 259, 262, 266, 273, 277, 278, 279, 282, 283, 284, 296, 317, 320, 322, 323, 324, 325,
    338, 339,
}  # fmt: skip


def extras(content: bytes) -> Iterator[str] | None:
    """Yield what a picture carries that it need not; None if the content is no picture that is known here."""
    if content.startswith(_PNG_START):
        return _png(content)
    if content.startswith(b"\xff\xd8\xff"):
        return _jpeg(content)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return _webp(content)
    if content[:4] in {b"II*\x00", b"MM\x00*"}:
        return _tiff(content)
    if content[:6] in {b"GIF87a", b"GIF89a"}:
        return _gif(content)
    return None


def _png(content: bytes) -> Iterator[str]:
    place = len(_PNG_START)
    while place + 8 <= len(content):
        length, kind = struct.unpack(">I4s", content[place : place + 8])
        if kind not in _PNG:
            yield f"PNG chunk {kind.decode('latin-1')}"
        place += 12 + length
        if kind == b"IEND":
            break
    if place != len(content):
        yield "bytes after the end of the PNG"


def _jpeg(content: bytes) -> Iterator[str]:
    place = 2
    while place + 4 <= len(content) and content[place] == 0xFF:
        marker, length = struct.unpack(">BH", content[place + 1 : place + 4])
        # JFIF's and Adobe's segments say how colours are stored.
        if marker == 0xFE or (0xE1 <= marker <= 0xEF and marker != 0xEE):
            yield f"JPEG segment {marker:#04x} (EXIF, XMP, profile or comment)"
        place += 2 + length
        if marker == 0xDA:
            break
    if not content.endswith(b"\xff\xd9"):
        yield "bytes after the end of the JPEG"


def _webp(content: bytes) -> Iterator[str]:
    place = 12
    while place + 8 <= len(content):
        kind, length = struct.unpack("<4sI", content[place : place + 8])
        if kind not in _WEBP:
            yield f"WebP chunk {kind.decode('latin-1').strip()}"
        place += 8 + length + length % 2
    if place != len(content) or struct.unpack("<I", content[4:8])[0] + 8 != len(content):
        yield "bytes after the end of the WebP"


def _tiff(content: bytes) -> Iterator[str]:
    try:
        with Image.open(io.BytesIO(content)) as image:
            for frame in range(getattr(image, "n_frames", 1)):
                image.seek(frame)
                for tag in getattr(image, "tag_v2", {}):
                    if tag not in _TIFF:
                        name = TAGS_V2[tag].name if tag in TAGS_V2 else "unknown or georeference"
                        yield f"TIFF tag {tag} ({name})"
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        yield "a TIFF that cannot be read"


def _gif(content: bytes) -> Iterator[str]:
    with Image.open(io.BytesIO(content)) as image:
        for frame in range(getattr(image, "n_frames", 1)):
            image.seek(frame)
            if "comment" in image.info:
                yield "GIF comment"
    if not content.endswith(b";"):
        yield "bytes after the end of the GIF"
    if b"XMP DataXMP" in content:
        yield "XMP in the GIF"
