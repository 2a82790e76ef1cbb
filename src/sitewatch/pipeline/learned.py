"""The learned parts of a user's own, opened: a network, a last stage."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from sitewatch.errors import ModelError
from sitewatch.io.digests import digest
from sitewatch.models.last_stage import LastStage, shipped
from sitewatch.models.own import Network
from sitewatch.settings import Model


@dataclass(frozen=True, slots=True)
class Learned:
    """What looks at the pixels in the place of our models (None: they do), and what judges the objects."""

    network: Network | None
    stage: LastStage


def open_learned(model: Model) -> Learned:
    """Open the files that the settings name.

    Raises
    ------
    ModelError
        If one of them cannot be used.
    """
    network = None
    if model.network is not None:
        network = _network(model.network, tuple(_digests(*_files(model.network)).values()))
    stage = LastStage.open(model.last_stage) if model.last_stage is not None else shipped()
    return Learned(network, stage)


def learned_facts(model: Model) -> dict[str, Any]:
    """Return what ``run.json`` says of the files: SHA-256 by name, which is what makes a run another one.

    Where a file lies is nobody's business but the user's.

    Raises
    ------
    ModelError
        If a file cannot be used: before any work is done.
    """
    open_learned(model)
    return {
        "network": _digests(*_files(model.network)) if model.network is not None else None,
        "last_stage": _digests(model.last_stage) if model.last_stage is not None else None,
    }


def _files(network: Path) -> tuple[Path, Path]:
    return network, network.with_suffix(".json")


def _digests(*files: Path) -> dict[str, str]:
    try:
        return {file.name: digest(file) for file in files}
    except OSError as error:
        raise ModelError(
            f"{error.filename} cannot be read ({error.strerror})",
            "a network needs its ONNX file and beside it its sidecar; a last stage is one JSON file",
            "check the path",
        ) from error


@lru_cache(maxsize=4)
def _network(path: Path, digests: tuple[str, ...]) -> Network:
    """Open a network once, as long as its files are the same."""
    del digests
    return Network.open(path)
