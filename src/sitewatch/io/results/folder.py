"""A folder of results, written whole or not at all.

Work goes into a hidden sibling that takes the folder's place at the end. Whatever fails before that leaves
everything as it was; a killed process leaves at most the hidden sibling.
"""

import errno
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sitewatch.errors import OutputError, SitewatchError

RUN_JSON = "run.json"
# What reviewers decided about a run lies in its folder.
_DECISIONS = Path("review", "decisions.jsonl")

# The disk, not the work, is at fault, whichever file it was.
_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
# The folder is at fault if the file that could not be written lies beside or in it.
_FOLDER = {errno.EACCES, errno.EPERM, errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR, errno.ENAMETOOLONG}


def is_run(folder: Path) -> bool:
    """Tell whether a folder was written by sitewatch: it has a ``run.json`` that names its run."""
    try:
        info = json.loads((folder / RUN_JSON).read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(info, dict) and {"run_id", "sitewatch"} <= set(info)


@contextmanager
def new_run(out: Path, *, overwrite: bool = False) -> Iterator[Path]:
    """Write a run folder whole or not at all: `new_folder` that replaces nothing but a run of ours.

    Raises
    ------
    OutputError
        As `new_folder`, and if reviewers have decided about the run that stands there.
    """
    if overwrite and (out / _DECISIONS).exists():
        raise OutputError(
            f"{out} holds decisions of reviewers",
            "what people decided is never overwritten",
            "choose another --out, or move the run away yourself",
        )
    with new_folder(out, overwrite=overwrite, ours=is_run) as folder:
        yield folder


@contextmanager
def new_folder(out: Path, *, overwrite: bool, ours: Callable[[Path], bool]) -> Iterator[Path]:
    """Write a folder whole or not at all.

    Parameters
    ----------
    out : Path
        Where the results shall be. Missing parents are made.
    overwrite : bool
        Replace what stands there, if it is `ours` or empty.
    ours : callable
        Tells whether an existing folder may be replaced. Anything else is never touched.

    Yields
    ------
    Path
        An empty folder beside `out`, on the same disk. It becomes `out` when the block ends, and is removed
        if the block raises.

    Raises
    ------
    OutputError
        If `out` exists and may not be replaced, if it cannot be written, or if the disk fills up.
    """
    target = Path(os.path.realpath(out))
    _refuse_taken(out, target, overwrite=overwrite, ours=ours)
    made = [parent for parent in (target.parent, *target.parent.parents) if not parent.exists()]
    partial = None
    try:
        partial = _partial(target)
        yield partial
        _put_in_place(partial, target)
    except BaseException as error:
        if partial is not None:
            shutil.rmtree(partial, ignore_errors=True)
        _remove_empty(made)
        if isinstance(error, OSError) and _is_about(error, target):
            raise _unwritable(out, error) from error
        raise


@contextmanager
def new_file(out: Path, *, overwrite: bool) -> Iterator[Path]:
    """Write a file whole or not at all.

    Parameters
    ----------
    out : Path
        Where it shall be. Missing parents are made.
    overwrite : bool
        Replace a file that stands there.

    Yields
    ------
    Path
        A file of the same name, not there yet, in a hidden folder beside `out`. It becomes `out` when the
        block ends, and is removed if the block raises.

    Raises
    ------
    OutputError
        If `out` exists and may not be replaced, is a folder, cannot be written, or if the disk fills up.
    """
    target = Path(os.path.realpath(out))
    if target.exists() and not (overwrite and target.is_file()):
        raise OutputError(
            f"{out} exists",
            "a file of its own is needed",
            "choose another --out" + (", or give --overwrite to replace it" if target.is_file() else ""),
        )
    made = [parent for parent in (target.parent, *target.parent.parents) if not parent.exists()]
    partial = None
    try:
        partial = _partial(target)
        yield partial / target.name
        (partial / target.name).replace(target)
    except BaseException as error:
        if isinstance(error, OSError) and _is_about(error, target):
            raise _unwritable(out, error) from error
        raise
    finally:
        if partial is not None:
            shutil.rmtree(partial, ignore_errors=True)
        if not target.exists():
            _remove_empty(made)


def _refuse_taken(out: Path, target: Path, *, overwrite: bool, ours: Callable[[Path], bool]) -> None:
    if not target.exists():
        return
    if not overwrite:
        raise OutputError(
            f"{out} exists",
            "results go into a folder of their own",
            "choose another --out, or give --overwrite to replace it",
        )
    if not target.is_dir() or (any(target.iterdir()) and not ours(target)):
        raise OutputError(
            f"{out} exists and was not written by sitewatch",
            "only results of sitewatch are ever replaced",
            "choose another --out, or move it away yourself",
        )


def _partial(target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f".{target.name}.partial-", dir=target.parent))
    # mkdtemp keeps its folders private; results have the rights that any new folder of the user's has.
    mask = os.umask(0)
    os.umask(mask)
    folder.chmod(0o777 & ~mask)
    return folder


def _put_in_place(partial: Path, target: Path) -> None:
    if not target.exists():
        partial.rename(target)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{target.name}.old-", dir=target.parent))
    target.rename(old)
    try:
        partial.rename(target)
    except OSError:
        old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _remove_empty(folders: list[Path]) -> None:
    for folder in folders:
        try:
            folder.rmdir()
        except OSError:
            return


def _is_about(error: OSError, target: Path) -> bool:
    if isinstance(error, SitewatchError):
        return False
    name = error.filename
    beside = isinstance(name, str) and Path(os.path.realpath(name)).is_relative_to(target.parent)
    return error.errno in _DISK or (error.errno in _FOLDER and beside)


def _unwritable(out: Path, error: OSError) -> OutputError:
    return OutputError(
        f"{out} could not be written ({error.strerror})",
        "a writable folder with room on its disk is needed",
        "free space, or choose another --out",
    )
