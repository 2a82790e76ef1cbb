"""``sitewatch benchmark``: the accuracy table of every pair of a manifest."""

from pathlib import Path
from typing import TypedDict, Unpack

import click

from sitewatch.cli.options import PARTLY, emit_json, json_option, progress, verbose_option


class _Given(TypedDict):
    manifest: Path
    sets: tuple[str, ...]
    limit: int | None
    jobs: int
    out: Path | None
    overwrite: bool
    as_json: bool


@click.command("benchmark")
@click.option(
    "--manifest",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="CSV with the columns set, pair, before, after, truth, sensor, bands, kind, date_before, ...",
)
@click.option("--set", "sets", multiple=True, metavar="NAME", help="Only this set; may be given repeatedly.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Only the first N pairs of each set.")
@click.option(
    "--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Pairs compared at a time."
)
@click.option(
    "--out", type=click.Path(path_type=Path), help="Keep the table, the numbers and every run in this folder."
)
@click.option("--overwrite", is_flag=True, help="Replace an earlier benchmark in --out.")
@json_option
@verbose_option
def command(**given: Unpack[_Given]) -> int:
    """Compare every pair of a manifest by the default configuration and print what was found.

    Pairs of construction are looked at in both orders of time: reversed, they are demolition. Pairs in which
    nothing happened, with buildings.tif beside them, are looked at once more with buildings planted into
    them: false alarms mean something only beside what is found of these.

    A pair that fails is named below the table, and the exit code is 3.
    """
    from sitewatch.evaluate.table import json_ready
    from sitewatch.runs.benchmark import benchmark, plan

    todo = plan(given["manifest"], given["sets"], given["limit"])
    with progress(len(todo), "benchmark") as step:
        result = benchmark(todo, given["out"], jobs=given["jobs"], overwrite=given["overwrite"], step=step)
    if given["as_json"]:
        emit_json(json_ready(result.to_dict()))
    else:
        click.echo(result.table, nl=False)
    return PARTLY if result.failures else 0
