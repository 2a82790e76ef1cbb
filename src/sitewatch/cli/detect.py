"""``sitewatch detect``: the sites of a workspace judged."""

from pathlib import Path
from typing import Any

import click

from sitewatch.cli.options import (
    PARTLY,
    emit_json,
    json_option,
    moment_or_id,
    progress,
    settings_options,
    verbose_option,
    workspace_option,
)


@click.command("detect")
@click.option("--site", "sites", multiple=True, metavar="ID", help="Only this site; may be given again.")
@click.option("--before", callback=moment_or_id, help="A date or a scene id, instead of the best.")
@click.option("--after", callback=moment_or_id, help="A date or a scene id, instead of the best.")
@click.option(
    "--buildings",
    type=click.Path(path_type=Path),
    help="Footprints, in any vector format: each on a site gets a damage reading.",
)
@click.option("--resume", metavar="RUN", help="Go on with a run that was stopped.")
@click.option("--overwrite", is_flag=True, help="Make a run again that is there already.")
@click.option(
    "--follow",
    type=click.IntRange(0, 12),
    metavar="N",
    help="Look for each change again in N further scenes of the site, and narrow down when it happened.",
)
@click.option("--jobs", type=click.IntRange(min=1), help="Threads; as many as processors by default.")
@settings_options
@workspace_option
@json_option
@verbose_option
def command(*, workspace: Path, as_json: bool, settings: dict[str, Any], **given: Any) -> int:
    """Judge the sites of a workspace: find and type what changed at each."""
    from sitewatch.catalogue.sites import load_sites
    from sitewatch.catalogue.workspace import Workspace
    from sitewatch.runs.detect import detect
    from sitewatch.runs.summary import summarise, summary_lines
    from sitewatch.settings import load_settings

    home = Workspace.open(workspace)
    file = settings.pop("config") or home.settings_file
    settled = load_settings(file, {**settings, "sequence.scenes": given.pop("follow")})
    number = len(given["sites"]) or len(load_sites(home).sites)
    options = {name: value for name, value in given.items() if value not in (None, ())}
    with progress(number, "judging sites") as step:
        run = detect(home, settings=settled, progress=step, **options)
    summary = summarise(run)
    if as_json:
        emit_json(summary)
    else:
        for line in summary_lines(summary):
            click.echo(line)
    return PARTLY if summary["refused"] else 0
