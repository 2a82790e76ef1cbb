"""``sitewatch redact RUN --out DIR``: an edition that is safe to publish."""

from pathlib import Path
from typing import Any

import click

from sitewatch.cli.options import emit_json, json_option, verbose_option


@click.command("redact")
@click.argument("run", type=click.Path(path_type=Path, file_okay=False))
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Folder for the edition.")
@click.option(
    "--round",
    "step",
    type=click.FloatRange(0.01, 10),
    metavar="DEGREES",
    help="Give positions, rounded to multiples of this; by default there are none.",
)
@click.option(
    "--names",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="List of names that must not appear, one a line; those of the sites never do.",
)
@click.option("--no-pictures", is_flag=True, help="Leave the images out.")
@click.option(
    "--check",
    "checked",
    multiple=True,
    type=click.Path(path_type=Path, exists=True),
    help="Write nothing, but look for identifiers of the run in this file or folder; may be given again.",
)
@click.option("--overwrite", is_flag=True, help="Replace an edition that stands in --out.")
@click.option("--by", metavar="NAME", help="Who does it, for the custody log; the user's name by default.")
@json_option
@verbose_option
def command(*, run: Path, out: Path | None, checked: tuple[Path, ...], as_json: bool, **given: Any) -> int:
    """Write an edition of a run for publication, and prove that it gives nothing away.

    Without positions, outlines, names, scene ids, digests, times of day and metadata. Every file is then
    searched; if anything is left, the command fails and writes nothing.
    """
    from sitewatch.io.results import Run
    from sitewatch.runs.redaction import Wishes, read_names

    if (out is None) == (not checked):
        raise click.UsageError("give either --out DIR or --check FILE")
    names = read_names(given["names"]) if given["names"] is not None else ()
    wishes = Wishes(given["step"], names, not given["no_pictures"])
    opened = Run.open(run)
    if out is None:
        return _check(opened, checked, wishes, as_json=as_json)
    _write(opened, out, wishes, given, as_json=as_json)
    return 0


def _write(run: Any, out: Path, wishes: Any, given: dict[str, Any], *, as_json: bool) -> None:
    from sitewatch.evidence import MANIFEST, note, sent
    from sitewatch.runs.redaction import redact

    edition = redact(run, out, wishes, overwrite=given["overwrite"])
    note(run.path, "redacted", by=given["by"], step_degrees=wishes.step, files=sent(out / MANIFEST))
    if as_json:
        said = {"sites": edition.sites, "changes": edition.changes, "pictures": edition.pictures}
        emit_json({"folder": str(out), **said, "remarks": edition.remarks, "left": []})
        return
    for remark in edition.remarks:
        click.echo(remark)
    click.echo(f"{edition.sites} sites, {edition.changes} changes, {edition.pictures} pictures in {out}")
    click.echo("every file was searched: no position, path, name, digest or metadata is left")
    click.echo("pictures show the ground as it is: see whether a landmark gives it away")


def _check(run: Any, paths: tuple[Path, ...], wishes: Any, *, as_json: bool) -> int:
    from sitewatch.runs.redaction import check

    leaks = check(run, paths, wishes)
    if as_json:
        emit_json({"left": [{"file": leak.file, "kind": leak.kind, "found": leak.found} for leak in leaks]})
    else:
        for leak in leaks:
            click.echo(str(leak))
        click.echo(f"{len(leaks)} identifiers are left" if leaks else "nothing was found")
    return 1 if leaks else 0
