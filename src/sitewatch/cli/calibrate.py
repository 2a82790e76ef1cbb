"""``sitewatch calibrate RUN...``: confidences by one's own reviews, pools by one's own quiet pairs."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sitewatch.cli.options import emit_json, json_option, verbose_option

if TYPE_CHECKING:
    from sitewatch.runs.calibrating import Calibrated


@click.command("calibrate")
@click.argument(
    "runs", type=click.Path(path_type=Path, exists=True, file_okay=False), nargs=-1, required=True
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("last-stage.json"),
    show_default=True,
    help="File to write the confidences to.",
)
@click.option(
    "--pool",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write a pool instead: RUNS are of pairs on which nothing happened.",
)
@click.option("--overwrite", is_flag=True, help="Replace the file if it exists.")
@json_option
@verbose_option
def command(*, runs: tuple[Path, ...], out: Path, pool: Path | None, overwrite: bool, as_json: bool) -> None:
    """Bring what comes with sitewatch to imagery of your own.

    Without --pool, the confidences of RUNS are stretched and moved to fit their reviews (30 or more); their
    order stays. `sitewatch train` goes further and weighs the evidence anew. Use the file with --last-stage.

    With --pool, the quiet places of RUNS join those that a site's p-value is ranked among. You say by this
    that nothing happened there. Use the file with --pool of `detect` and `compare`.
    """
    from sitewatch.runs.calibrating import (
        calibrate,
        calibration_lines,
        extend_pool,
        last_stage,
        pool_line,
    )

    if pool is not None:
        made = extend_pool(runs, pool, overwrite=overwrite)
        own = len(made.facts["own"])
        if as_json:
            emit_json({"file": str(pool), "model": made.model, "added": own, "grounds": len(made.grounds)})
            return
        click.echo(pool_line(made, own))
        click.echo(f"written to {pool}; use it with --pool {pool}")
        return
    from sitewatch.runs.training import write_stage

    found = calibrate(runs)
    write_stage(last_stage(found), out, overwrite=overwrite)
    if as_json:
        emit_json({"file": str(out), "models": [_numbers(one) for one in found]})
        return
    for line in calibration_lines(found):
        click.echo(line)
    click.echo(f"written to {out}; use it with --last-stage {out}")


def _numbers(one: "Calibrated") -> dict[str, Any]:
    names = ("model", "reviewed", "confirmed", "shift", "stretch")
    figures = {
        name: {"brier": told.brier, "log_loss": told.log_loss}
        for name, told in (("before", one.before), ("after", one.after))
    }
    return {name: getattr(one, name) for name in names} | figures
