"""``sitewatch chips RUN``: the chips of a run drawn again."""

from pathlib import Path
from typing import Any

import click

from sitewatch.cli.options import emit_json, json_option, verbose_option
from sitewatch.records import KINDS


@click.command("chips")
@click.argument("run", type=click.Path(path_type=Path, file_okay=False))
@click.option("--site", metavar="ID", help="Only changes of this site.")
@click.option("--kind", type=click.Choice(KINDS), help="Only changes of this kind.")
@click.option("--change", "ids", multiple=True, metavar="ID", help="Only this change; may be given again.")
@click.option("--most", type=click.IntRange(min=1), help="At most so many, largest and surest first.")
@click.option("--size", type=click.FloatRange(min=0, min_open=True), help="Side of the frame, metres.")
@click.option("--dpi", type=click.IntRange(72, 1200), default=200, show_default=True, help="Dots an inch.")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Folder for the files, not the run."
)
@json_option
@verbose_option
def command(*, run: Path, out: Path | None, as_json: bool, **given: Any) -> None:
    """Draw the chips of a run again: more of them, larger, or sharper.

    The scenes must still be where they were when the run was made.
    """
    from sitewatch.io.results import Run
    from sitewatch.report.chips import ChipStyle
    from sitewatch.runs.chips import Wanted, draw_chips

    style = ChipStyle(size_m=given.pop("size"), dpi=given.pop("dpi"))
    names = draw_chips(Run.open(run), Wanted(**given), style=style, out=out)
    folder = out or run / "chips"
    if as_json:
        emit_json({"folder": str(folder), "chips": names})
    else:
        click.echo(f"{len(names)} chips in {folder}")
