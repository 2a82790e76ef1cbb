"""The files that a run was made from: a digest of each, in a file that the run's manifest covers.

``INPUTS.sha256`` has the lines that ``sha256sum --check`` reads, from any folder: paths are absolute, as
those of the scenes in ``run.json``. What is read over a network has no line.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from sitewatch import blocks
from sitewatch.errors import OutputError
from sitewatch.io.digests import digest
from sitewatch.records import Scene

INPUTS = "INPUTS.sha256"

State: TypeAlias = Literal["unchanged", "changed", "gone"]

# How sha256sum writes a name that would break its line.
_ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r"}
_PLAIN = {written: plain for plain, written in _ESCAPES.items()}


@dataclass(frozen=True, slots=True)
class Input:
    """An input of a run as it is now.

    Attributes
    ----------
    path : str
        As the run names it.
    sha256 : str
        When the run was made.
    state : State
    found : Path or None
        Where a file of that digest lies now; None unless it is unchanged.
    """

    path: str
    sha256: str
    state: State
    found: Path | None


def scene_files(scenes: Iterable[Scene]) -> Iterator[str]:
    """Yield where the pixels and masks of scenes are: absolute paths, or URLs."""
    for scene in scenes:
        yield from (band.href for band in scene.bands)
        yield from (mask.href for mask in scene.masks)


def remote(href: str) -> bool:
    """Tell whether a file is read over a network, or out of another file."""
    return "://" in href or href.startswith("/vsi")


def write_inputs(folder: Path, files: Iterable[str | Path]) -> Path:
    """Write ``INPUTS.sha256``: a line for every file that is on this machine, sorted by path.

    Raises
    ------
    OutputError
        If a file cannot be read, or the list cannot be written.
    """
    path = folder / INPUTS
    names = sorted({str(Path(file).absolute()) for file in files if not remote(str(file))})
    try:
        with blocks.workers() as pool:
            digests = blocks.run(lambda name: digest(Path(name)), names, pool)
            text = "".join(_line(name, sha) for name, sha in zip(names, digests, strict=True))
        path.write_text(text, "utf-8", newline="\n")
    except OSError as error:
        raise OutputError(
            f"{path.name} could not be written: {error.filename} ({error.strerror})",
            "every input must be readable, and the folder writable, to record what was compared",
            "check the path, or free space",
        ) from error
    return path


def check_inputs(folder: Path, *, among: Path | None = None) -> list[Input] | None:
    """Compare the inputs of a run with what it noted of them.

    Parameters
    ----------
    among : Path, optional
        A folder in which files that are not where they were are looked for, by name and digest.

    Returns
    -------
    list of Input or None
        In the order of the file; None if the run has no list.
    """
    path = folder / INPUTS
    if not path.is_file():
        return None
    lines = path.read_bytes().decode("utf-8", errors="replace").split("\n")[:-1]
    elsewhere = _by_name(among) if among is not None else {}
    with blocks.workers() as pool:
        return list(blocks.run(lambda line: _input(line, elsewhere), lines, pool))


def _input(line: str, elsewhere: Mapping[str, list[Path]]) -> Input:
    sha, name = _parts(line)
    here = Path(name)
    tried = [here, *elsewhere.get(here.name, [])]
    there = [path for path in tried if path.is_file()]
    for path in there:
        if _digest(path) == sha:
            return Input(name, sha, "unchanged", path)
    return Input(name, sha, "changed" if there else "gone", None)


def _digest(path: Path) -> str | None:
    try:
        return digest(path)
    except OSError:
        return None


def _by_name(folder: Path) -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = {}
    for path in sorted(folder.rglob("*")):
        found.setdefault(path.name, []).append(path)
    return found


def _line(name: str, sha: str) -> str:
    escaped = "".join(_ESCAPES.get(letter, letter) for letter in name)
    # sha256sum marks a line with an escaped name by a backslash before the digest.
    mark = "\\" if escaped != name else ""
    return f"{mark}{sha}  {escaped}\n"


def _parts(line: str) -> tuple[str, str]:
    """Split a line into digest and path, as sha256sum reads it."""
    sha, _, name = line.removeprefix("\\").partition("  ")
    if line.startswith("\\"):
        name = re.sub(r"\\[\\nr]", lambda found: _PLAIN[found.group()], name)
    return sha, name
