"""The key: what is true of which control. Whoever reads it can no longer be measured."""

import hashlib
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from sitewatch.errors import OutputError, RunError
from sitewatch.evidence import REVIEW
from sitewatch.io.results import Run
from sitewatch.review.items import Control, Item

KEY = "controls.json"
CONTROLS = "controls"


class Known(BaseModel):
    """A control, and the truth about it.

    Attributes
    ----------
    truth : {"changed", "unchanged"}
    feature : mapping
        What it looks like: a Feature as in ``changes.geojson``.
    files : (str, str)
        Names of its two images in ``review/controls/``.
    sha256 : (str, str)
        Of these.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    truth: Control
    feature: dict[str, Any]
    files: tuple[str, str]
    sha256: tuple[str, str]


class Key(BaseModel):
    """All controls of a run."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1] = 1
    run_id: str
    seed: int
    controls: tuple[Known, ...]


def read_controls(run: Run) -> list[Item]:
    """Return the controls of a run, in the order in which they were made; none if none were made.

    Raises
    ------
    RunError
        If the key cannot be read, or is of another run.
    """
    key = _read(run)
    folder = run.path / REVIEW / CONTROLS
    return [
        Item(one.id, one.feature, control=one.truth, scenes=(folder / one.files[0], folder / one.files[1]))
        for one in (key.controls if key is not None else ())
    ]


def salt(run: Run) -> str:
    """Return what only who holds the key knows, for choices that a reviewer must not foresee."""
    path = _path(run)
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def write_key(run: Run, key: Key) -> Path:
    """Write the key.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    path = _path(run)
    try:
        partial = path.with_name(f".{path.name}.partial")
        partial.write_text(key.model_dump_json(indent=1) + "\n", "utf-8", newline="\n")
        partial.replace(path)
    except OSError as error:
        raise OutputError(
            f"{path} could not be written ({error.strerror})", "a writable run folder is needed", "free space"
        ) from error
    return path


def _path(run: Run) -> Path:
    return run.path / REVIEW / KEY


def _read(run: Run) -> Key | None:
    path = _path(run)
    if not path.is_file():
        return None
    try:
        key = Key.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise RunError(
            f"{path} is not as sitewatch wrote it", "the key of the controls must be whole", "restore it"
        ) from error
    if key.run_id != run.info["run_id"]:
        raise RunError(
            f"{path} is of run {key.run_id}",
            f"this is {run.info['run_id']}",
            "remove it, and make controls anew",
        )
    return key
