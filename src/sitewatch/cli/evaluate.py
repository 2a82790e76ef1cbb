"""``sitewatch evaluate TRUTH RUN``: what a run is worth against labelled changes."""

from pathlib import Path

import click

from sitewatch.cli.options import emit_json, json_option, verbose_option


@click.command("evaluate")
@click.argument("truth", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("run", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--site", help="Score the rasters of this site only.", show_default="overlap, or all sites")
@json_option
@verbose_option
def command(truth: Path, run: Path, site: str | None, as_json: bool) -> None:
    """Score RUN against labelled changes.

    TRUTH is a raster of codes (0 unchanged, 1 construction, 2 burning, 3 demolition, 4 other change, 255 not
    labelled), or polygons with a property "kind" (whatever lies outside them is unchanged).

    Pixels count on labelled ground only. An object of the truth (15 m2 or more; two pixels where pixels are
    10 m or more) is found if detections of its kind cover 30 % of it; a detection is right if 30 % of it is
    truth. "any" takes construction, burning and demolition together.
    """
    from sitewatch.evaluate import evaluate
    from sitewatch.evaluate.table import json_ready, scores_table

    scores = evaluate(truth, run, site=site)
    if as_json:
        emit_json(json_ready(scores.to_dict()))
        return
    click.echo(scores_table(scores))
    unseen = scores.unseen_m2 / scores.labelled_m2
    click.echo(f"{scores.labelled_m2 / 1e6:.3f} km2 labelled, {unseen:.1%} of it not assessable in the run")
