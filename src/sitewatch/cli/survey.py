"""``sitewatch survey plan|draw|estimate``: how many sites of a register changed, from a sample of it."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

import click

from sitewatch.cli.options import emit_json, json_option, verbose_option, workspace_option

if TYPE_CHECKING:
    from sitewatch.survey import Rate, Reviewer

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUT = click.Path(dir_okay=False, path_type=Path)
_LEVEL = click.FloatRange(0.5, 0.9999)


class RateType(click.ParamType["Rate"]):
    """How often a reviewer is right: 0.92 if it is known, 46/50 as it was counted on validated sites."""

    name = "rate"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> "Rate":
        """Parse the text, or say what is wrong with it."""
        from sitewatch.errors import SurveyError
        from sitewatch.survey import Rate

        if isinstance(value, Rate):
            return value
        try:
            right, counted, trials = value.partition("/")
            return Rate.validated(int(right), int(trials)) if counted else Rate.known(float(right))
        except SurveyError as error:
            self.fail(f"{error.found}; {error.needed}", param, ctx)
        except ValueError:
            self.fail(f"{value!r} is neither a share as in 0.92 nor counts as in 46/50", param, ctx)


def _reviewer_options(function: Any) -> Any:
    told = "as 0.92 if it is known, as 46/50 if it was counted on validated sites"
    for name, what in (
        ("specificity", "an unchanged site"),
        ("sensitivity", "a changed site"),
    ):
        says = f"How often the reviewer reads {what} rightly, {told}."
        function = click.option(f"--{name}", type=RateType(), metavar="RATE", help=says)(function)
    return function


class _Planned(TypedDict):
    strata: Path | None
    population: int | None
    share: float | None
    size: int | None
    half_width: float | None
    relative: float | None
    allocation: Any
    unseen: float
    sensitivity: "Rate | None"
    specificity: "Rate | None"
    level: float
    out: Path | None
    overwrite: bool
    as_json: bool


class _Estimated(TypedDict):
    sample: Path
    results: Path | None
    columns: tuple[str, ...]
    settled: str | None
    gold: str | None
    kind: str
    sensitivity: "Rate | None"
    specificity: "Rate | None"
    level: float
    as_json: bool


@click.group("survey")
def command() -> None:
    """Plan and draw a sample of a register, and estimate how many of all its sites changed."""


@command.command("plan")
@click.argument("strata", required=False, type=_FILE)
@click.option("--population", type=click.IntRange(min=1), metavar="N", help="Sites of the register.")
@click.option("--share", type=click.FloatRange(0, 1), help="Expected share of sites that changed.")
@click.option("--half-width", type=click.FloatRange(0, 0.5, min_open=True), help="Wished, as a share: 0.04.")
@click.option(
    "--relative", type=click.FloatRange(0, min_open=True), help="Wished, as a part of the number: 0.1."
)
@click.option("--size", type=click.IntRange(min=1), metavar="N", help="Of the sample: say what it will give.")
@click.option(
    "--allocation",
    type=click.Choice(("proportional", "neyman")),
    default="proportional",
    show_default=True,
    help="How the sample is shared out among strata.",
)
@click.option(
    "--not-assessable",
    "unseen",
    type=click.FloatRange(0, 1, max_open=True),
    default=0.0,
    show_default=True,
    help="Share of the sample that will be so.",
)
@_reviewer_options
@click.option("--level", type=_LEVEL, default=0.95, show_default=True, help="Of the interval.")
@click.option("--out", type=_OUT, help="CSV of the sites to draw of each stratum, for `draw --plan`.")
@click.option("--overwrite", is_flag=True, help="Replace --out if it exists.")
@json_option
@verbose_option
def plan(**given: Unpack[_Planned]) -> None:
    """Say how many sites to draw for an interval as narrow as wished, and what that assumes.

    STRATA is a CSV with the columns stratum, population and, if known, share (expected to have changed).
    Without it, --population and --share describe a register that is not divided. Give one of --half-width,
    --relative and --size.
    """
    from sitewatch.runs.survey import plan_lines, planned
    from sitewatch.runs.survey.planning import plan_rows
    from sitewatch.runs.survey.sample import check_out, csv_text, write_text
    from sitewatch.runs.survey.words import plan_facts

    asked = _asked(given)
    out = given["out"]
    if out is not None:
        check_out(out, overwrite=given["overwrite"], suffixes=(".csv",))
    found = planned(asked)
    if out is not None:
        write_text(out, csv_text(plan_rows(asked, found)))
    if given["as_json"]:
        emit_json(plan_facts(asked, found))
        return
    for line in plan_lines(asked, found):
        click.echo(line)
    if out is not None:
        click.echo(f"written to {out}; draw with --plan {out}")


def _asked(given: _Planned) -> Any:
    import numpy as np

    from sitewatch.runs.survey import Asked, read_strata
    from sitewatch.survey import Strata, Wish

    wished = [given[name] for name in ("half_width", "relative", "size")]
    if sum(value is not None for value in wished) != 1:
        raise click.UsageError("Give one of --half-width, --relative and --size.")
    if (given["strata"] is None) == (given["population"] is None):
        raise click.UsageError("Give either a table STRATA or --population.")
    if given["strata"] is not None:
        names, population, share = read_strata(given["strata"], given["share"])
    elif given["share"] is None:
        raise click.UsageError("--population needs --share; 0.5 asks for the largest sample.")
    else:
        names, population, share = (
            ("all",),
            np.array([given["population"]], float),
            np.array([given["share"]]),
        )
    reviewer = _reviewer(given["sensitivity"], given["specificity"])
    wish = None
    if given["half_width"] is not None:
        wish = Wish(given["half_width"])
    elif given["relative"] is not None:
        wish = Wish(given["relative"], relative=True)
    strata = Strata(population, share, given["unseen"], reviewer)
    return Asked(strata, names, wish, given["size"], given["allocation"], given["level"])


@command.command("draw")
@click.argument("register", required=False, type=_FILE)
@click.option("--by", metavar="PROPERTY", help="Draw of each stratum: of each value of this property.")
@click.option("--size", type=click.IntRange(min=1), metavar="N", help="Shared out in proportion to strata.")
@click.option("--plan", "plan_file", type=_FILE, help="What `survey plan --out` wrote, instead of --size.")
@click.option("--seed", default="0", show_default=True, help="Any text. Publish it with the sample.")
@click.option("--out", type=_OUT, required=True, help="File to write: .csv or .geojson.")
@click.option("--overwrite", is_flag=True, help="Replace --out if it exists.")
@workspace_option
@json_option
@verbose_option
def draw(*, register: Path | None, workspace: Path, as_json: bool, **given: Any) -> None:
    """Draw a random sample of REGISTER (any file of sites), or of the workspace's sites.

    The same sites, size and seed give the same sample, in whatever order the register is. The sample has its
    stratum's size, inclusion probability and weight, and an empty column "result" to be filled with changed,
    not_changed or not_assessable. `sitewatch sites add` reads it.
    """
    from sitewatch.catalogue.sites import load_sites, read_sites
    from sitewatch.catalogue.workspace import Workspace
    from sitewatch.runs.survey import draw as draw_sample
    from sitewatch.runs.survey import draw_planned, read_sizes, write_sample
    from sitewatch.runs.survey.sample import check_out

    size, plan_file, by, seed, out = (given[name] for name in ("size", "plan_file", "by", "seed", "out"))
    if (size is None) == (plan_file is None):
        raise click.UsageError("Give either --size or --plan.")
    check_out(out, overwrite=given["overwrite"])
    reading = load_sites(Workspace.open(workspace)) if register is None else read_sites(register)
    if plan_file is None:
        sample = draw_sample(reading, by, size, seed)
    else:
        sample = draw_planned(reading, by, read_sizes(plan_file), seed)
    write_sample(sample, out, overwrite=given["overwrite"])
    strata = {one.stratum: (one.stratum_population, one.stratum_sample) for one in sample}
    if as_json:
        facts = {name: {"population": there, "sample": chosen} for name, (there, chosen) in strata.items()}
        emit_json(
            {"file": str(out), "seed": seed, "sites": len(sample), "strata": dict(sorted(facts.items()))}
        )
        return
    for name, (there, chosen) in sorted(strata.items()):
        click.echo(f"{name}: {chosen:,} of {there:,}")
    click.echo(f"{len(sample):,} sites drawn with seed {seed}; written to {out}")


@command.command("estimate")
@click.argument("sample", type=_FILE)
@click.option(
    "--results",
    type=click.Path(exists=True, path_type=Path),
    help="A run folder, or a table with site_id.",
    show_default="SAMPLE itself",
)
@click.option(
    "--result",
    "columns",
    multiple=True,
    metavar="COLUMN",
    help="Of the answers; given twice for two reviewers.  [default: result]",
)
@click.option("--settled", metavar="COLUMN", help="What was decided where two reviewers differ.")
@click.option("--gold", metavar="COLUMN", help="The truth, where it is known: validates the answers.")
@click.option("--kind", metavar="COLUMN", default="kind", show_default=True, help="Of the kinds of change.")
@_reviewer_options
@click.option("--level", type=_LEVEL, default=0.95, show_default=True, help="Of the intervals.")
@json_option
@verbose_option
def estimate(**given: Unpack[_Estimated]) -> None:
    """Estimate how many sites of the register changed, from SAMPLE as `survey draw` wrote it.

    Answers are changed, not_changed or not_assessable, in a column of SAMPLE or in --results. Sites that
    could not be assessed are taken as like the others of their stratum; the bounds beside the estimate take
    none, and all, of them as changed. Errors of the reviewer are corrected for if --sensitivity and
    --specificity are given, or --gold names a column with the truth of a random part of the sample.
    """
    from sitewatch.runs.survey import Columns, find, finding_lines, read_readings, read_sample

    columns, gold = given["columns"] or ("result",), given["gold"]
    if len(columns) > 2:
        raise click.UsageError("--result is given once, or twice for two reviewers.")
    rates = (given["sensitivity"], given["specificity"])
    if gold is not None and rates != (None, None):
        raise click.UsageError("Give either --gold or --sensitivity and --specificity.")
    wanted = Columns(columns, given["settled"], gold, given["kind"])
    readings = read_readings(read_sample(given["sample"]), given["results"], wanted)
    found = find(readings, _reviewer(*rates), given["level"], gold=gold is not None)
    if given["as_json"]:
        emit_json(found.to_dict())
        return
    for line in finding_lines(found):
        click.echo(line)


def _reviewer(sensitivity: "Rate | None", specificity: "Rate | None") -> "Reviewer":
    from sitewatch.survey import Rate, Reviewer

    always = Rate.known(1.0)
    return Reviewer(sensitivity or always, specificity or always)
