"""A run in the formats of other programs, with what reviewers decided, credits, and a codebook.

A format is a small module with one verb, `write`, listed at the foot of this one. The sealed run is only
read.
"""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from sitewatch.errors import OutputError
from sitewatch.io.results import Run, new_file, new_folder
from sitewatch.report.exports.findings import Findings, gather
from sitewatch.report.exports.provenance import is_export, write_export_json

__all__ = ["FORMATS", "Format", "export", "usual_path"]


@dataclass(frozen=True, slots=True)
class Format:
    """A format.

    Attributes
    ----------
    module : str
        Of this package; its ``write(findings, path)`` writes a new file, or into an empty folder.
    suffix : str
        Of the file; empty for a folder.
    """

    module: str
    suffix: str = ""


def export(
    run: Run,
    name: str,
    out: Path | None = None,
    *,
    confirmed: bool = False,
    overwrite: bool = False,
    event: str | None = None,
) -> tuple[Path, Findings]:
    """Write a run in another format, whole or not at all.

    Parameters
    ----------
    name : str
        A key of `FORMATS`.
    out : Path, optional
        The file or folder; by default `usual_path`.
    confirmed : bool
        Only changes that reviewers confirmed.
    overwrite : bool
        Replace a file, or a folder that was exported before.
    event : str, optional
        UNOSAT's code of the event; only its vocabulary has a place for it.

    Returns
    -------
    (Path, Findings)
        Where it is, and what is in it.

    Raises
    ------
    RunError
        If the record of decisions was changed, or nothing is confirmed and only that is wanted.
    OutputError
        If it cannot be written, exists already, or would take the place of the run.
    """
    chosen, target = FORMATS[name], out or usual_path(run, name)
    if run.path.resolve().is_relative_to(target.resolve()):
        raise OutputError(
            f"{target} is the run itself, or holds it",
            "an export never replaces a run",
            "choose another --out",
        )
    found = replace(gather(run, confirmed=confirmed), event=event)
    write = importlib.import_module(f"{__name__}.{chosen.module}").write
    if chosen.suffix:
        with new_file(target, overwrite=overwrite) as path:
            # Libraries go by the suffix, whatever name was wished.
            named = path.with_name(f"export{chosen.suffix}")
            write(found, named)
            named.replace(path)
    else:
        with new_folder(target, overwrite=overwrite, ours=is_export) as path:
            write(found, path)
            write_export_json(path, found, name)
    return target, found


def usual_path(run: Run, name: str) -> Path:
    """Return where an export goes if nobody says: beside the run, ``<run>-<format>`` and the suffix."""
    home = run.path.resolve()
    return home.parent / f"{home.name}-{name}{FORMATS[name].suffix}"


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "gpkg": Format("gpkg", ".gpkg"),
        "kml": Format("kml", ".kmz"),
        "csv": Format("tables"),
        "geojson": Format("geojson"),
        "unosat": Format("unosat"),
        "cems": Format("cems"),
        "stac": Format("stac"),
    }
)
