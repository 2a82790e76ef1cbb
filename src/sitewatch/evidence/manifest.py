"""The manifest of a run folder: a digest of every file, written once and checked ever after.

Digests are SHA-256. ``MANIFEST.sha256`` has the lines that ``sha256sum --check`` reads, so that nobody needs
sitewatch to check a run.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal, TypeAlias

from sitewatch.errors import OutputError
from sitewatch.io.digests import digest

MANIFEST = "MANIFEST.sha256"
# What people decide about a run grows after it was sealed. It has a chain of digests of its own.
REVIEW = "review"

Trouble: TypeAlias = Literal["missing", "changed", "not listed", "unreadable line"]

_HEX_DIGITS = 64


@dataclass(frozen=True, slots=True)
class Problem:
    """One way in which a folder is not what its manifest says.

    Attributes
    ----------
    name : str
        The file, relative to the folder (or, for ``unreadable line``, the line).
    trouble : Trouble
    """

    name: str
    trouble: Trouble


def write_manifest(folder: Path) -> Path:
    """Write ``MANIFEST.sha256``: a line for every file but itself and those of ``review/``, sorted by name.

    Raises
    ------
    OutputError
        If a file cannot be read or the manifest cannot be written.
    """
    path = folder / MANIFEST
    try:
        text = "".join(f"{digest(folder / name)}  {name}\n" for name in _files(folder))
        path.write_text(text, "utf-8", newline="\n")
    except OSError as error:
        raise OutputError(
            f"{path} could not be written ({error.strerror})",
            "a writable folder with room on its disk is needed",
            "free space, or choose another folder",
        ) from error
    return path


def check_manifest(folder: Path) -> list[Problem]:
    """Compare a folder with its manifest.

    Returns
    -------
    list of Problem
        Sorted by name; empty if every file is there, unchanged, and none was added.
    """
    path = folder / MANIFEST
    if not path.is_file():
        return [Problem(MANIFEST, "missing")]
    listed: dict[str, str] = {}
    problems: list[Problem] = []
    for line in path.read_text("utf-8", errors="replace").splitlines():
        entry = _entry(line)
        if entry is None:
            problems.append(Problem(line, "unreadable line"))
        else:
            listed[entry[0]] = entry[1]
    there = set(_files(folder))
    problems += [Problem(name, "not listed") for name in there - set(listed)]
    for name, expected in listed.items():
        if name not in there:
            problems.append(Problem(name, "missing"))
        elif digest(folder / name) != expected:
            problems.append(Problem(name, "changed"))
    return sorted(problems, key=lambda problem: (problem.name, problem.trouble))


def _files(folder: Path) -> Iterator[str]:
    names = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return iter(sorted(name for name in names if name != MANIFEST and not name.startswith(f"{REVIEW}/")))


def _entry(line: str) -> tuple[str, str] | None:
    """Split a line of sha256sum (``*`` marks its binary mode) into name and digest; None if it is not one."""
    sha, _, name = line.partition(" ")
    name = name[1:] if name[:1] in {" ", "*"} else ""
    hexadecimal = len(sha) == _HEX_DIGITS and set(sha) <= set("0123456789abcdef")
    # A name that leads out of the folder would let a manifest vouch for files that are not the run's.
    inside = name and not name.startswith("/") and ".." not in PurePosixPath(name).parts
    return (name, sha) if hexadecimal and inside else None
