"""``sitewatch demo``: the whole chain on drawn scenes, offline."""

from pathlib import Path

import click

from sitewatch.cli.options import emit_json, json_option, progress, verbose_option

# Six sites, and the drawing.
_STEPS = 7


@click.command("demo")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("demo"),
    show_default=True,
    help="Folder to make.",
)
@click.option("--overwrite", is_flag=True, help="Replace a demonstration that stands there.")
@click.option("--jobs", type=click.IntRange(min=1), help="Threads; as many as processors by default.")
@json_option
@verbose_option
def command(*, out: Path, overwrite: bool, jobs: int | None, as_json: bool) -> None:
    """Draw a workspace with known changes, run the whole chain on it, and say where to look.

    Offline, in under a minute.
    """
    from sitewatch.runs.demo import demo, table

    with progress(_STEPS, "drawing") as step:
        shown = demo(out, overwrite=overwrite, jobs=jobs, progress=step)
    if as_json:
        emit_json(shown.to_dict())
        return
    for line in table(shown.rows):
        click.echo(line)
    click.echo(f"look at {shown.run.path / 'index.html'}")
