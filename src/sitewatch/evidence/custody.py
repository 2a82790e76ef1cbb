"""The custody log of a run: who did what with it, and when, in a record that only grows.

It lies in ``<run>/review/custody.jsonl`` (`chain`), beside what the manifest seals. Of the machine and the
person it knows a user's name, and nothing else.
"""

import getpass
import logging
from pathlib import Path
from typing import Any, Literal, TypeAlias

from sitewatch.errors import OutputError
from sitewatch.evidence.chain import Chain, Link, Trace
from sitewatch.evidence.decisions import now
from sitewatch.evidence.manifest import MANIFEST, REVIEW
from sitewatch.io.digests import digest

CUSTODY = "custody.jsonl"

Act: TypeAlias = Literal[
    "made", "drawn", "opened for review", "decisions merged", "verified", "exported", "reported",
    "redacted", "signed",
]  # fmt: skip

_log = logging.getLogger(__name__)


def custody(run: Path) -> Chain:
    """Return the custody log of the run in a folder."""
    return Chain(run / REVIEW / CUSTODY)


def note(run: Path, act: Act, *, by: str | None = None, **facts: Any) -> Link | None:
    """Add a line to the custody log of a run.

    Parameters
    ----------
    run : Path
        The run folder.
    act : Act
        What was done.
    by : str, optional
        Who did it; the user's name by default.
    **facts
        What belongs to it, as JSON knows it: the options that matter, and the digests of what went out
        (`sent`). No paths: they tell of the machine.

    Returns
    -------
    Link or None
        None if the line could not be written, as in a run folder that is read-only. That stops nobody's work:
        a warning is logged.
    """
    entry = {"act": act, "by": by or user(), "at": now().isoformat(), "manifest": _manifest(run), **facts}
    try:
        return custody(run).append(entry)
    except OutputError as error:
        _log.warning("the custody log does not know that the run was %s: %s", act, error.found)
        return None


def sent(*paths: Path) -> dict[str, str]:
    """Return what went out, as the custody log keeps it: SHA-256 by file name, in folders by their own path.

    Raises
    ------
    OSError
        If a file cannot be read.
    """
    files = [(path.name, path) for path in paths if path.is_file()]
    for folder in paths:
        inside = sorted(file for file in folder.rglob("*") if file.is_file())
        files += [(f"{folder.name}/{file.relative_to(folder).as_posix()}", file) for file in inside]
    return {name: digest(file) for name, file in files}


def sealed(trace: Trace) -> set[str]:
    """Return the digests that a manifest had when sitewatch wrote it, as a custody log tells them."""
    return {str(link.entry.get("manifest")) for link in trace.links if link.entry.get("act") == "made"}


def user() -> str:
    """Return the name of the user at the machine, or ``unknown``."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        # No such user: usual in containers.
        return "unknown"


def _manifest(run: Path) -> str | None:
    path = run / MANIFEST
    return digest(path) if path.is_file() else None
