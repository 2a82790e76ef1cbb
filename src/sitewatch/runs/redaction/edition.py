"""The work of ``sitewatch redact``: an edition made anew, searched, and put in place only if it is clean."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sitewatch.errors import RedactionError, RunError
from sitewatch.evidence import MANIFEST, digest, write_manifest
from sitewatch.evidence.identifiers import Identifiers, Leak, scan_file, scan_folder
from sitewatch.io.results import Run, new_folder, read_features
from sitewatch.runs.redaction.labels import Labels, label
from sitewatch.runs.redaction.secrets import require_sayable, secret_of
from sitewatch.runs.redaction.tables import Manner
from sitewatch.runs.redaction.writing import EDITION, Wishes, ordinary_words, write_edition

# So many leaks stand in an error; the rest are counted.
_LISTED = 10


@dataclass(frozen=True, slots=True)
class Edition:
    """A finished edition.

    Attributes
    ----------
    path : Path
    sites, changes, pictures : int
        How many there are.
    remarks : tuple of str
        What was not looked for.
    """

    path: Path
    sites: int
    changes: int
    pictures: int
    remarks: tuple[str, ...]


def redact(run: Run, out: Path, wishes: Wishes | None = None, *, overwrite: bool = False) -> Edition:
    """Write an edition of a run that tells neither where, nor whose, nor who.

    Nothing of the run is copied: every file is made anew from a list of what may be said, with texts rid of
    what identifies. Then every file is searched (`scan_folder`); if anything is found, nothing is written.

    Raises
    ------
    RedactionError
        If the edition would give something away, or a listed name is a word that every edition uses.
    RunError
        If the record of decisions was changed, or the run has no manifest.
    OutputError
        If `out` is there already, or cannot be written.
    """
    wishes = wishes or Wishes()
    labels, secret = _prepared(run, wishes)
    with new_folder(out, overwrite=overwrite, ours=_is_edition) as folder:
        manner = Manner(labels, secret.withheld, wishes.step)
        pictures = write_edition(folder, run, manner, wishes, sealed=_sealed(run))
        write_manifest(folder)
        _refuse(scan_folder(folder, secret))
    why = "consists of ordinary words of the edition and was not looked for"
    remarks = tuple(f"{name!r} {why}" for name in labels.ordinary)
    return Edition(out, len(labels.sites), len(labels.changes), pictures, remarks)


def check(run: Run, paths: Sequence[Path], wishes: Wishes | None = None) -> list[Leak]:
    """Look for the identifiers of a run in files or folders that somebody is about to publish.

    Raises
    ------
    RedactionError
        If a listed name is a word that every edition uses.
    RunError
        If the run has no manifest.
    """
    _, secret = _prepared(run, wishes or Wishes())
    leaks: list[Leak] = []
    for path in paths:
        if path.is_dir():
            leaks += scan_folder(path, secret)
        else:
            leaks += scan_file(path.name, path.read_bytes(), secret)
    return leaks


def _prepared(run: Run, wishes: Wishes) -> tuple[Labels, Identifiers]:
    sealed, words = _sealed(run), ordinary_words()
    require_sayable(wishes.names, words)
    sites, changes = read_features(run, "sites"), read_features(run, "changes")
    labels = label(sites, changes, listed=wishes.names, salt=sealed, words=words)
    return labels, secret_of(run, labels.names, step=wishes.step, words=words, allowed={sealed})


def _refuse(leaks: Sequence[Leak]) -> None:
    if leaks:
        some = " | ".join(str(leak) for leak in leaks[:_LISTED])
        raise RedactionError(
            f"{len(leaks)} identifiers would be left: {some}",
            "an edition may have none",
            "nothing was written; correct the run's texts (credits, names of sites), or the list of names",
        )


def _sealed(run: Run) -> str:
    path = run.path / MANIFEST
    if not path.is_file():
        raise RunError(f"{run.path} has no {MANIFEST}", "a finished run is needed", "make the run again")
    return digest(path)


def _is_edition(folder: Path) -> bool:
    return (folder / EDITION).is_file()
