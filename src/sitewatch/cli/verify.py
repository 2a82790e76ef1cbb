"""``sitewatch verify RUN``: whether everything is as it was."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sitewatch.cli.options import emit_json, json_option, progress, verbose_option

if TYPE_CHECKING:
    from sitewatch.evidence.verify import Findings


@click.command("verify")
@click.argument("run", type=click.Path(path_type=Path, file_okay=False))
@click.option("--recompute", is_flag=True, help="Repeat the run from its sources, and compare.")
@click.option(
    "--inputs",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Folder in which inputs are looked for that are not where they were.",
)
@click.option(
    "--key",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Public ed25519 key that must have signed the run (OpenSSH or PEM).",
)
@click.option("--by", metavar="NAME", help="Who checks, for the custody log; the user's name by default.")
@click.option("--jobs", type=click.IntRange(min=1), help="Threads; as many as processors by default.")
@json_option
@verbose_option
def command(*, run: Path, as_json: bool, by: str | None, **given: Any) -> int:
    """Check that a run is whole: every file, its inputs, and the records of decisions and custody.

    Names each file that is missing, was added, or was changed by a byte. Exit code 0: whole; 1: not.
    """
    from sitewatch.evidence import note
    from sitewatch.evidence.signing import check_signatures
    from sitewatch.evidence.verify import verify

    found = verify(run, among=given["inputs"], jobs=given["jobs"])
    check_signatures(run, found, key=given["key"])
    if given["recompute"]:
        _repeat(run, found, given)
    note(run, "verified", by=by, whole=found.whole, recomputed=given["recompute"])
    if as_json:
        emit_json({"run": str(run), **found.to_dict()})
    else:
        for line in (*found.remarks, *map(str, found.faults)):
            click.echo(line)
        click.echo("whole" if found.whole else f"not whole, {len(found.faults)} faults")
    return 0 if found.whole else 1


def _repeat(run: Path, found: "Findings", given: dict[str, Any]) -> None:
    from sitewatch.evidence import check_inputs
    from sitewatch.io.results import Run
    from sitewatch.runs.again import repeat

    inputs = check_inputs(run, among=given["inputs"]) or []
    with progress(None, "repeating") as step:
        faults = repeat(Run.open(run), inputs, step=step, jobs=given["jobs"])
    found.faults += faults
    found.remarks.append(f"repeated from its sources: {'not the same' if faults else 'the same came out'}")
