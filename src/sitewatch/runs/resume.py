"""A run that was stopped goes on: what each finished site leaves behind, and how it is taken over."""

import shutil
from pathlib import Path

from sitewatch.errors import RunError
from sitewatch.report.page import PAGE, QUICKLOOKS
from sitewatch.runs.judged import Ground
from sitewatch.runs.placements import PLACEMENTS

_STATE = "state"


def keep(folder: Path, ground: Ground) -> None:
    """Note that a site is finished, with what the tables need of it."""
    state = folder / _STATE / f"{ground.name}.json"
    state.parent.mkdir(exist_ok=True)
    # Written aside and renamed: a state that can be read belongs to a site that is finished.
    aside = state.with_suffix(".partial")
    aside.write_text(ground.to_text(), "utf-8")
    aside.replace(state)


def forget(folder: Path) -> None:
    """Remove the notes: the run is finished."""
    shutil.rmtree(folder / _STATE, ignore_errors=True)


def check_resume(wanted: str | None, name: str, outputs: Path) -> None:
    """Refuse to go on with a run that is not there, or that was made from other inputs.

    Parameters
    ----------
    wanted : str or None
        Id that the user gave; None: nothing is to be resumed.
    name : str
        Id that the present inputs make.

    Raises
    ------
    RunError
    """
    if wanted is None:
        return
    if wanted != name:
        raise RunError(
            f"run {wanted} was made from other sites, scenes or settings (these make {name})",
            "a run goes on from the inputs that it was started with",
            "undo what was changed since, or start a new run",
        )
    if not list(outputs.glob(f".{name}.partial-*")):
        raise RunError(
            f"there is no unfinished run {name} in {outputs}",
            "a run that was stopped leaves one behind",
            "start it without --resume",
        )


def take_over(outputs: Path, name: str, folder: Path) -> dict[str, Ground]:
    """Move the finished sites of a stopped run into this one."""
    done: dict[str, Ground] = {}
    for left in sorted(outputs.glob(f".{name}.partial-*")):
        if left == folder:
            continue
        for state in sorted((left / _STATE).glob("*.json")):
            ground = Ground.from_text(state.read_text("utf-8"))
            _move(left, folder, ground)
            (folder / _STATE).mkdir(exist_ok=True)
            state.rename(folder / _STATE / state.name)
            done[ground.name] = ground
        shutil.rmtree(left, ignore_errors=True)
    return done


def _move(left: Path, folder: Path, ground: Ground) -> None:
    for part in ("rasters", "chips"):
        (folder / part).mkdir(exist_ok=True)
    rasters = left / "rasters" / ground.name
    if rasters.is_dir():
        rasters.rename(folder / "rasters" / ground.name)
    placements = left / PLACEMENTS / f"{ground.name}.csv"
    if placements.is_file():
        (folder / PLACEMENTS).mkdir(exist_ok=True)
        placements.rename(folder / PLACEMENTS / placements.name)
    for change in ground.changes:
        for chip in (left / "chips").glob(f"{change['id']}*"):
            chip.rename(folder / "chips" / chip.name)
    looks = folder / PAGE / QUICKLOOKS
    looks.mkdir(parents=True, exist_ok=True)
    for look in (left / PAGE / QUICKLOOKS).glob(f"{ground.name}[._]*"):
        look.rename(looks / look.name)
