"""A file of lines that only grows, each bound to the one before it by its digest.

A line is a JSON object: its number, the digest of the line before it, what happened, and the digest of these
three (SHA-256 of their canonical JSON). Changing, removing or inserting a line breaks every later one. That
lines are lost at the end does not show in the file itself: note the last digest elsewhere (a signed manifest,
a letter).
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from sitewatch.errors import OutputError

# What the first line names as the one before it.
START = "0" * 64


@dataclass(frozen=True, slots=True)
class Link:
    """A line of the file.

    Attributes
    ----------
    number : int
        From 1.
    previous, sha256 : str
        Digest of the line before it, and its own.
    entry : mapping
        What happened.
    """

    number: int
    previous: str
    sha256: str
    entry: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Trace:
    """What a file holds, and where it stops to hold.

    Attributes
    ----------
    links : tuple of Link
        Up to the first line that does not fit.
    broken : int or None
        Number of that line, from 1.
    torn : bool
        Whether the file ends in a line that was never finished: its writer was stopped before it could say
        that the entry is saved.
    """

    links: tuple[Link, ...]
    broken: int | None = None
    torn: bool = False

    @property
    def head(self) -> str:
        """Digest of the last line, or `START`."""
        return self.links[-1].sha256 if self.links else START


@dataclass(frozen=True, slots=True)
class Chain:
    """The file at a path, which need not exist yet."""

    path: Path

    def append(self, entry: Mapping[str, Any]) -> Link:
        """Add an entry, and return when it is on the disk.

        Several processes may append at once: each waits for the others.

        Raises
        ------
        OutputError
            If the file cannot be written, or its last line was changed. (`read` looks at all lines.)
        """
        try:
            with self._locked() as file:
                last, end = _tail(file)
                before = _read(last) if last else _link(0, START, {})
                if before is None:
                    raise OutputError(
                        f"the last line of {self.path} is not as it was written",
                        "a record that nobody changed is needed to add to it",
                        "restore the file from a copy, and say in it what happened",
                    )
                previous = before.sha256 if before.number else START
                link = _link(before.number + 1, previous, entry)
                # A line that was never finished was never acknowledged either: the new one takes its place.
                file.seek(end)
                file.truncate()
                file.write(_line(link))
                file.flush()
                os.fsync(file.fileno())
                return link
        except OSError as error:
            if isinstance(error, OutputError):
                raise
            raise OutputError(
                f"{self.path} could not be written ({error.strerror})",
                "a writable folder with room on its disk is needed",
                "free space, or make the folder writable; what was saved before is kept",
            ) from error

    def read(self) -> Trace:
        """Return what the file holds; nothing if it does not exist."""
        try:
            return _trace(self.path.read_bytes())
        except FileNotFoundError:
            return Trace(())

    @contextmanager
    def _locked(self) -> Iterator[IO[bytes]]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o666), "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file


def _trace(content: bytes) -> Trace:
    lines = content.split(b"\n")
    links: list[Link] = []
    previous = START
    for number, line in enumerate(lines[:-1], 1):
        link = _read(line)
        if link is None or link.number != number or link.previous != previous:
            return Trace(tuple(links), broken=number)
        links.append(link)
        previous = link.sha256
    return Trace(tuple(links), torn=bool(lines[-1]))


def _read(line: bytes) -> Link | None:
    """Return the link of a line; None if it is none, or its digest is not that of its content."""
    try:
        said = json.loads(line)
        link = _link(said["number"], said["previous"], said["entry"])
    except (ValueError, KeyError, TypeError):
        return None
    return link if _line(link) == line + b"\n" else None


def _link(number: int, previous: str, entry: Mapping[str, Any]) -> Link:
    body = _canonical({"number": number, "previous": previous, "entry": entry})
    return Link(number, previous, hashlib.sha256(body).hexdigest(), json.loads(body)["entry"])


def _line(link: Link) -> bytes:
    said = {"number": link.number, "previous": link.previous, "sha256": link.sha256, "entry": link.entry}
    return _canonical(said) + b"\n"


def _canonical(value: Mapping[str, Any]) -> bytes:
    return json.dumps(
        value, sort_keys=True, ensure_ascii=True, allow_nan=False, separators=(",", ":")
    ).encode()


def _tail(file: IO[bytes]) -> tuple[bytes, int]:
    """Return the last whole line of an open file without its end, and where it ends; (b"", 0) without one."""
    reach, content = 0, b""
    size = file.seek(0, os.SEEK_END)
    while reach < size and content.count(b"\n") < 2:
        reach = min(size, max(2 * reach, 1 << 16))
        file.seek(size - reach)
        content = file.read(reach)
    whole = content[: content.rfind(b"\n") + 1]
    return whole[:-1].rpartition(b"\n")[2], size - len(content) + len(whole)
