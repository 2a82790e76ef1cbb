"""``sitewatch train --from RUN...``: a last stage of one's own, from reviewed detections."""

from pathlib import Path
from typing import TypedDict, Unpack

import click

from sitewatch.cli.options import emit_json, json_option, verbose_option


class _Given(TypedDict):
    first: tuple[Path, ...]
    more: tuple[Path, ...]
    reviews: tuple[Path, ...]
    out: Path
    seed: int
    overwrite: bool
    as_json: bool


_RUN = click.Path(path_type=Path, exists=True, file_okay=False)


@click.command("train")
@click.option(
    "--from", "first", type=_RUN, required=True, multiple=True, metavar="RUN", help="A reviewed run."
)
@click.argument("more", type=_RUN, nargs=-1, metavar="[RUN]...")
@click.option(
    "--reviews",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    multiple=True,
    help="Decisions as CSV or JSON (id, status), above those in the runs; may be given again.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("last-stage.json"),
    show_default=True,
    help="File to write.",
)
@click.option(
    "--seed", type=int, default=0, show_default=True, help="Of the order in which sites are left out."
)
@click.option("--overwrite", is_flag=True, help="Replace --out if it exists.")
@json_option
@verbose_option
def command(**given: Unpack[_Given]) -> None:
    """Learn from detections that were confirmed or rejected how far to trust new ones.

    Ten reviewed detections are needed, forty help. What is learned is held near the last stage that comes
    with sitewatch, as firmly as detections of sites that were left out ask for. Use the file with
    `--last-stage` of `detect` and `compare`, or as `last_stage` under `[model]` in sitewatch.toml.
    """
    from sitewatch.runs.training import train, training_lines, write_stage

    training = train((*given["first"], *given["more"]), given["reviews"], seed=given["seed"])
    out = given["out"]
    write_stage(training.stage, out, overwrite=given["overwrite"])
    if given["as_json"]:
        lessons = [lesson.to_dict() for lesson in training.lessons]
        emit_json({"file": str(out), "models": lessons, "left": training.left})
        return
    for line in training_lines(training):
        click.echo(line)
    click.echo(f"written to {out}; use it with --last-stage {out}")
