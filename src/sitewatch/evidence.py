"""What makes a run something one can stand behind: digests of every input and output.

Digests are SHA-256. ``MANIFEST.sha256`` has the lines that ``sha256sum --check`` reads, so that nobody needs
sitewatch to check a run.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Literal, TypeAlias

from sitewatch import __version__
from sitewatch.errors import OutputError
from sitewatch.io.digests import digest, scene_digest

__all__ = [
    "MANIFEST",
    "Problem",
    "Trouble",
    "check_manifest",
    "digest",
    "run_id",
    "scene_digest",
    "write_manifest",
]

MANIFEST = "MANIFEST.sha256"

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


def run_id(
    command: str,
    inputs: Sequence[str | None],
    settings: Mapping[str, Any],
    version: str = __version__,
) -> str:
    """Name a run by what goes into it, so that the same work has the same name.

    Parameters
    ----------
    command : str
        For example ``compare``.
    inputs : sequence of str or None
        Digests (or ids, where no digest can be taken) of scenes and sites, in an order that means something.
    settings : mapping
        The resolved settings.
    version : str
        Of sitewatch: another version may find other things.

    Returns
    -------
    str
        ``<command>-<12 hexadecimal digits>``.
    """
    facts = {"command": command, "inputs": list(inputs), "settings": settings, "version": version}
    text = json.dumps(facts, sort_keys=True, default=str, separators=(",", ":"))
    return f"{command}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def write_manifest(folder: Path) -> Path:
    """Write ``MANIFEST.sha256``: a line for every file of the folder but itself, sorted by name.

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
    return iter(sorted(name for name in names if name != MANIFEST))


def _entry(line: str) -> tuple[str, str] | None:
    """Split a line of sha256sum (``*`` marks its binary mode) into name and digest; None if it is not one."""
    sha, _, name = line.partition(" ")
    name = name[1:] if name[:1] in {" ", "*"} else ""
    hexadecimal = len(sha) == _HEX_DIGITS and set(sha) <= set("0123456789abcdef")
    # A name that leads out of the folder would let a manifest vouch for files that are not the run's.
    inside = name and not name.startswith("/") and ".." not in PurePosixPath(name).parts
    return (name, sha) if hexadecimal and inside else None
