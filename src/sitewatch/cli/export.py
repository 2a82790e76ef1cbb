"""``sitewatch export RUN``: a run in the formats of other programs."""

from collections import Counter
from pathlib import Path
from typing import Any

import click

from sitewatch.cli.options import emit_json, json_option, verbose_option

# Stands here, too, so that `--help` imports none of them; a test holds it against `report.exports.FORMATS`.
FORMATS = ("gpkg", "kml", "csv", "geojson", "unosat", "cems", "stac")


@click.command("export")
@click.argument("run", type=click.Path(path_type=Path, file_okay=False))
@click.option("--format", "name", type=click.Choice(FORMATS), required=True, help="What to write.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="The file or folder; by default beside the run, named after it and the format.",
)
@click.option("--confirmed", is_flag=True, help="Only changes that reviewers confirmed.")
@click.option("--event", metavar="TEXT", help="With unosat: its code of the event (EventCode).")
@click.option("--overwrite", is_flag=True, help="Replace what was exported before.")
@json_option
@verbose_option
def command(*, run: Path, name: str, out: Path | None, confirmed: bool, as_json: bool, **given: Any) -> None:
    """Write a run in the format of another program, with what reviewers decided.

    gpkg for QGIS, kml (a KMZ) for Google Earth, csv for a spreadsheet, geojson for the web, unosat and cems
    for who works in these vocabularies of damage, stac for catalogues. The run itself is only read.
    """
    if given["event"] is not None and name != "unosat":
        raise click.UsageError("--event goes with --format unosat: no other format has a place for it")
    from sitewatch.evidence import note, sent
    from sitewatch.io.results import Run
    from sitewatch.report.exports import export

    path, found = export(Run.open(run), name, out, confirmed=confirmed, **given)
    note(run, "exported", format=name, confirmed=confirmed, files=sent(path))
    statuses = Counter(change.status for change in found.changes)
    if as_json:
        said = {"format": name, "path": str(path), "changes": len(found.changes), "review": statuses}
        emit_json({**said, "sites": len(found.sites)})
    else:
        told = ", ".join(f"{number} {status}" for status, number in statuses.items())
        click.echo(f"{path}: {len(found.changes)} changes ({told or 'none'}), {len(found.sites)} sites")
