"""Every file of a folder looked through for identifiers: its name, its text, its pictures, what it packs."""

import base64
import binascii
import hashlib
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sitewatch.evidence.identifiers.pictures import extras
from sitewatch.evidence.identifiers.texts import Identifiers

# Sidecars that say where a picture lies.
_PLACING = re.compile(
    r"\.(?:[a-z]{1,2}[wW]|[a-z]{3,4}w|wld|prj|tab|ovr|imd|rpb|rpc)$|\.aux\.xml$", re.IGNORECASE
)
_EMBEDDED = re.compile(r"data:[\w.+/-]*(?:;[\w=-]+)*;base64,([A-Za-z0-9+/=\s]+)")
_AUTHOR = re.compile(r"<(?:dc:creator|cp:lastModifiedBy)>[^<]+<|<meta:(?:initial-creator|user-defined)\b")
# A packed file in a packed file in ...: nobody means that.
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Leak:
    """An identifier that was found.

    Attributes
    ----------
    file : str
        Relative to the folder; what is packed in it after ``!``.
    kind : str
        ``position``, ``path``, ``name``, ``token``, ``product``, ``digest``, ``metadata`` or ``unreadable``.
    found : str
        As it is written there.
    """

    file: str
    kind: str
    found: str

    def __str__(self) -> str:
        """Return it as a line."""
        return f"{self.file}: {self.kind}: {' '.join(self.found.split())[:100]}"


def scan_folder(folder: Path, secret: Identifiers) -> list[Leak]:
    """Look through every file below a folder.

    The digests of these files themselves may stand in them, as in a manifest.

    Raises
    ------
    OSError
        If one cannot be read.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    leaks: list[Leak] = []
    own: set[str] = set()
    for path in files:
        content = path.read_bytes()
        own.add(hashlib.sha256(content).hexdigest())
        leaks += scan_file(path.relative_to(folder).as_posix(), content, secret)
    return [leak for leak in leaks if leak.kind != "digest" or leak.found not in own]


def scan_file(name: str, content: bytes, secret: Identifiers, *, depth: int = 0) -> Iterator[Leak]:
    """Yield what a file gives away.

    Texts of any kind are read in UTF-8 or UTF-16; pictures may carry nothing but what shows them (their
    pixels are not looked at); archives, and so documents of office programs, are unpacked. What cannot be
    looked into is reported too.
    """
    yield from (Leak(name, kind, found) for kind, found in secret.found_in(name))
    if _PLACING.search(name):
        yield Leak(name, "metadata", "a sidecar that places a picture on the ground")
    pictured = extras(content)
    if pictured is not None:
        yield from (Leak(name, "metadata", extra) for extra in pictured)
    elif zipfile.is_zipfile(io.BytesIO(content)):
        yield from _packed(name, content, secret, depth)
    elif (text := _text(content)) is not None:
        yield from _written(name, text, secret, depth)
    else:
        yield Leak(name, "unreadable", "a kind of file that cannot be looked into")


def _written(name: str, text: str, secret: Identifiers, depth: int) -> Iterator[Leak]:
    for number, match in enumerate(_EMBEDDED.finditer(text), 1):
        try:
            content = base64.b64decode(match[1])
        except binascii.Error:
            yield Leak(name, "unreadable", "embedded data that cannot be decoded")
        else:
            yield from scan_file(f"{name}!embedded-{number}", content, secret, depth=depth + 1)
    plain = _EMBEDDED.sub("", text)
    yield from (Leak(name, kind, found) for kind, found in secret.found_in(plain))
    if _AUTHOR.search(plain):
        yield Leak(name, "metadata", "a document's author")


def _packed(name: str, content: bytes, secret: Identifiers, depth: int) -> Iterator[Leak]:
    if depth >= _DEEPEST:
        yield Leak(name, "unreadable", "packed too deep")
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            comments = [archive.comment, *(part.comment + part.extra for part in archive.infolist())]
            if any(comments):
                yield Leak(name, "metadata", "a comment or extra field of the archive")
            for part in archive.infolist():
                if not part.is_dir():
                    inner = archive.read(part)
                    yield from scan_file(f"{name}!{part.filename}", inner, secret, depth=depth + 1)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError):
        yield Leak(name, "unreadable", "an archive that cannot be unpacked")


def _text(content: bytes) -> str | None:
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        encoding = "utf-16"
    elif b"\x00" in content:
        return None
    else:
        encoding = "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None
