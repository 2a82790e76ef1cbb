"""``sitewatch chips RUN``: figures of a run's changes."""

from pathlib import Path
from typing import Any

import click

from sitewatch.cli.options import emit_json, json_option, statement_options, verbose_option
from sitewatch.records import KINDS


@click.command("chips")
@click.argument("run", type=click.Path(path_type=Path, file_okay=False))
@click.option("--site", metavar="ID", help="Only changes of this site.")
@click.option("--kind", type=click.Choice(KINDS), help="Only changes of this kind.")
@click.option("--change", "ids", multiple=True, metavar="ID", help="Only this change; may be given again.")
@click.option("--most", type=click.IntRange(min=1), help="At most so many, largest and surest first.")
@click.option("--confirmed", is_flag=True, help="Only changes that reviewers confirmed.")
@click.option(
    "--style",
    "figure",
    type=click.Choice(["panel", "strip", "single", "gif"]),
    default="panel",
    show_default=True,
    help="Before beside after; all dates of the workspace; a figure a date; before and after in turn.",
)
@click.option("--third", type=click.Choice(["changed", "context"]), help="A third panel.")
@click.option("--dpi", type=click.IntRange(72, 1200), default=300, show_default=True, help="Dots an inch.")
@click.option(
    "--size", type=click.FloatRange(100, 1000), metavar="MM", help="Printed width of a figure, millimetres."
)
@click.option(
    "--frame",
    type=click.FloatRange(min=0, min_open=True),
    metavar="METRES",
    help="Side of the frame on the ground; fitted to the change by default.",
)
@click.option(
    "--format",
    "fmt",
    type=click.Choice(["png", "jpg", "svg", "pdf", "tif"]),
    help="png by default; tif: the dates as GeoTIFF.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    show_default="RUN-chips, beside the run",
    help="Folder for the files.",
)
@statement_options
@json_option
@verbose_option
def command(*, run: Path, out: Path | None, as_json: bool, **given: Any) -> None:
    """Draw figures of a run's changes, with captions and credits beside them.

    The scenes must still be where they were when the run was made. The run folder stays as it is.
    """
    from sitewatch.evidence import note, sent
    from sitewatch.io.results import Run
    from sitewatch.report.chips import ChipStyle, Filing
    from sitewatch.runs.chips import Wanted, chips_folder, draw_chips

    fmt, figure, third = given.pop("fmt"), given.pop("figure"), given.pop("third")
    if figure == "gif" and fmt is not None:
        raise click.UsageError("--style gif has a format of its own; leave --format out")
    if third is not None and figure != "panel":
        raise click.UsageError("--third stands beside before and after; it needs --style panel")
    style = ChipStyle(
        size_m=given.pop("frame"),
        width_mm=given.pop("size"),
        dpi=given.pop("dpi"),
        figure=figure,
        third=third,
    )
    said, opened = given.pop("said"), Run.open(run)
    folder = out or chips_folder(opened)
    names = draw_chips(
        opened,
        Wanted(**given),
        style=style,
        filing=Filing(fmt or "png", number=1),
        out=folder,
        said=said,
    )
    drawn = [folder / name for mine in names.values() for name in mine]
    note(run, "drawn", style=figure, files=sent(*drawn))
    if as_json:
        emit_json({"folder": str(folder), "chips": names})
    else:
        count = sum(map(len, names.values()))
        click.echo(f"{count} figures of {len(names)} changes in {folder}")
