"""``sitewatch compare BEFORE AFTER``: two images, no workspace."""

from pathlib import Path
from typing import Any

import click

from sitewatch.cli.options import (
    PARTLY,
    BandsType,
    LonLatType,
    MomentType,
    emit_json,
    json_option,
    progress,
    settings_options,
    verbose_option,
)

_IMAGE = click.Path(path_type=Path)


@click.command("compare")
@click.argument("before", type=_IMAGE)
@click.argument("after", type=_IMAGE)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Run folder to write.")
@click.option(
    "--aoi", type=click.Path(path_type=Path), help="Sites, in any vector format: each gets a verdict."
)
@click.option(
    "--buildings",
    type=click.Path(path_type=Path),
    help="Footprints, in any vector format: each gets a damage reading.",
)
@click.option("--sites-only", is_flag=True, help="Read and judge only the windows of the sites.")
@click.option("--before-date", type=MomentType(), help="If the file does not carry it.")
@click.option("--after-date", type=MomentType(), help="If the file does not carry it.")
@click.option("--bands", type=BandsType(), help="Names in file order: red,green,blue,nir.")
@click.option("--sensor", help="If the files do not carry it.")
@click.option("--credit", help="Shown with every figure, verbatim.")
@click.option("--licence", help="Shown with every figure, verbatim.")
@click.option("--scale", type=float, help="reflectance = stored * scale + offset, if the files do not say.")
@click.option("--offset", type=float, help="See --scale.")
@click.option("--gsd", type=click.FloatRange(min=0, min_open=True), help="Metres a pixel, of a plain image.")
@click.option("--center", type=LonLatType(), help="LON,LAT of the middle of a plain image.")
@click.option("--overwrite", is_flag=True, help="Replace a run that stands in --out.")
@click.option("--jobs", type=click.IntRange(min=1), help="Threads; as many as processors by default.")
@settings_options
@json_option
@verbose_option
def command(*, out: Path, as_json: bool, settings: dict[str, Any], **given: Any) -> int:
    """Compare two images of one place: what was built, burned or demolished between them.

    BEFORE and AFTER may differ in grid, CRS, resolution, type and band order.
    """
    from sitewatch.runs.compare import compare
    from sitewatch.runs.summary import summarise, summary_lines
    from sitewatch.settings import load_settings

    settled = load_settings(settings.pop("config"), settings)
    options = {name: value for name, value in given.items() if value is not None}
    with progress(None, "comparing") as step:
        run = compare(out=out, settings=settled, progress=step, **options)
    summary = summarise(run)
    if as_json:
        emit_json(summary)
    else:
        for line in summary_lines(summary):
            click.echo(line)
    return PARTLY if summary["refused"] else 0
