"""What a reader who has nothing but a file finds in it: its text layer and its metadata."""

import io
import re
from pathlib import Path
from xml.etree import ElementTree

import pypdf
import rasterio
from PIL import Image


def text_of(path: Path) -> str:
    """Return every text that a figure carries, by the readers of its format, on one line."""
    return " ".join(_READERS[path.suffix](path).replace("\u00a0", " ").split())


def _png(path: Path) -> str:
    with Image.open(path) as image:
        image.load()
        return " ".join(f"{key}: {value}" for key, value in image.text.items())


def _jpg(path: Path) -> str:
    with Image.open(path) as image:
        comment = image.getexif().get_ifd(0x8769)[0x9286]
        xmp = ElementTree.fromstring(image.info["xmp"].decode())  # noqa: S314 - our own file
        return f"{comment[8:].decode('utf-16-be')} {' '.join(xmp.itertext())}"


def _svg(path: Path) -> str:
    root = ElementTree.fromstring(path.read_text("utf-8"))  # noqa: S314 - our own file
    return " ".join(root.itertext())


def _pdf(path: Path) -> str:
    reader = pypdf.PdfReader(io.BytesIO(path.read_bytes()))
    layer = " ".join(page.extract_text() for page in reader.pages)
    return f"{layer} {' '.join(str(value) for value in (reader.metadata or {}).values())}"


def _gif(path: Path) -> str:
    with Image.open(path) as image:
        return bytes(image.info["comment"]).decode()


def _tif(path: Path) -> str:
    with rasterio.open(path) as src:
        return " ".join(f"{key}: {value}" for key, value in src.tags().items())


_READERS = {".png": _png, ".jpg": _jpg, ".svg": _svg, ".pdf": _pdf, ".gif": _gif, ".tif": _tif}
_UTC = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC")
_CENTRE = re.compile(r"\d{1,2}\.\d{5}° [NS], \d{1,3}\.\d{5}° [EW]")
_GSD = re.compile(r"ground sample distance [\d.]+ m")
_HASH = re.compile(r"\b[0-9a-f]{64}\b|\b[0-9a-f]{16}\b")
_SURE = re.compile(r"\d+ to \d+ % on the scale of|No probability was worked out|onfidence not worked out")


def missing(text: str, *, dates: int, credit: str, licence: str, sensor: str) -> list[str]:
    """Name what a chip must say and this text does not; empty if all is there."""
    found = {
        "dates, UTC": len(set(_UTC.findall(text))) >= dates,
        "sensor": sensor in text,
        "ground sample distance": bool(_GSD.search(text)),
        "centre": bool(_CENTRE.search(text)),
        "credit": credit in text,
        "licence": licence in text,
        "confidence": bool(_SURE.search(text)),
        "hash": bool(_HASH.search(text)),
        "not field validated": "Not field validated" in text,
    }
    return [name for name, there in found.items() if not there]
