"""What a piece of ground would give to a pool, as a table in the run folder."""

import csv
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sitewatch.errors import RunError
from sitewatch.io.results import Run
from sitewatch.pipeline.detection import Detection
from sitewatch.verdicts import COLUMNS, footprints

PLACEMENTS = "placements"
_DECIMALS = 4


def write_placements(folder: Path, name: str, detection: Detection) -> None:
    """Write ``placements/<name>.csv``: footprints of no site on a piece of ground, a line each, `COLUMNS`.

    Parameters
    ----------
    folder : Path
        Of the run.
    """
    seed = zlib.crc32(f"{detection.pair.before.id} {detection.pair.after.id}".encode())
    rows = footprints(detection, seed=seed)
    (folder / PLACEMENTS).mkdir(exist_ok=True)
    with (folder / PLACEMENTS / f"{name}.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows([f"{value:.{_DECIMALS}f}" for value in row] for row in rows)


def read_placements(run: Run, name: str) -> NDArray[np.float64]:
    """Read them back, (n, 8) float64.

    Raises
    ------
    RunError
        If they are not there, or not as they were written.
    """
    file = run.path / PLACEMENTS / f"{name}.csv"
    try:
        head, _, body = file.read_text("utf-8").partition("\n")
        rows = np.loadtxt(body.splitlines(), delimiter=",", ndmin=2) if body else np.zeros((0, len(COLUMNS)))
    except (OSError, ValueError) as error:
        raise _unusable(file, str(error)) from error
    if tuple(head.split(",")) != COLUMNS:
        raise _unusable(file, f"its columns are {head}")
    return np.asarray(rows, np.float64)


def _unusable(file: Path, why: str) -> RunError:
    return RunError(
        f"{file} cannot be used ({why})",
        "the placements that this version of sitewatch writes are needed",
        "make the run again",
    )
