"""``sitewatch verify RUN``: is everything as it was?"""

from pathlib import Path

import click

from sitewatch.cli.options import emit_json, json_option, progress, verbose_option


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
def command(
    *,
    run: Path,
    recompute: bool,
    inputs: Path | None,
    key: Path | None,
    by: str | None,
    jobs: int | None,
    as_json: bool,
) -> int:
    """Check that a run is whole: every file, its inputs, and the records of decisions and custody.

    Names each file that is missing, was added, or was changed by a byte. Exit code 0: whole; 1: not.
    """
    from sitewatch.evidence import check_inputs, note
    from sitewatch.evidence.signing import check_signatures
    from sitewatch.evidence.verify import verify
    from sitewatch.io.results import Run
    from sitewatch.runs.again import repeat

    folder = Run.open(run).path
    found = verify(folder, among=inputs, jobs=jobs)
    check_signatures(folder, found, key=key)
    if recompute:
        with progress(None, "repeating") as step:
            found.faults += repeat(
                Run.open(folder), check_inputs(folder, among=inputs) or [], step=step, jobs=jobs
            )
        found.remarks.append("the run was repeated from its sources")
    note(folder, "verified", by=by, whole=found.whole, recomputed=recompute)
    if as_json:
        emit_json({"run": str(folder), **found.to_dict()})
    else:
        for remark in found.remarks:
            click.echo(remark)
        for fault in found.faults:
            click.echo(str(fault))
        click.echo("whole" if found.whole else f"not whole: {len(found.faults)} faults")
    return 0 if found.whole else 1
