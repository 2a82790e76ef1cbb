"""``sitewatch report RUN``: one document for an editor, an annex, or a talk."""

from pathlib import Path
from typing import Any

import click

from sitewatch.cli.options import emit_json, json_option, statement_options, verbose_option


@click.command("report")
@click.argument("run", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--format",
    "fmt",
    type=click.Choice(["html", "pdf", "pptx", "docx"]),
    default="html",
    show_default=True,
    help="One offline page with swipes; pages for print; slides; a text for Word.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    show_default="RUN-report.FORMAT, beside the run",
    help="The file.",
)
@click.option("--confirmed", is_flag=True, help="Show only what reviewers confirmed.")
@click.option("--title", metavar="TEXT", help="Title of the report.")
@click.option(
    "--most",
    type=click.IntRange(min=0),
    default=6,
    show_default=True,
    help="Figures of changes a site, largest and surest first; the map shows all.",
)
@statement_options
@json_option
@verbose_option
def command(*, run: Path, out: Path | None, fmt: Any, as_json: bool, **given: Any) -> None:
    """Write a report: a table of all sites, a page a site, method and limits, credits.

    The scenes must still be where they were when the run was made. The run folder stays as it is.
    """
    from sitewatch.evidence import note, sent
    from sitewatch.io.results import Run
    from sitewatch.report.document import report_bytes
    from sitewatch.runs.chips import outside
    from sitewatch.runs.report import Reported, report, write_report

    opened = Run.open(run)
    path = run.resolve()
    target = outside(opened, out or path.with_name(f"{path.name}-report.{fmt}"))
    said = given.pop("said")
    document = report(opened, Reported(**given), said=said)
    write_report(target, report_bytes(document, fmt))
    note(run, "reported", format=fmt, confirmed=given["confirmed"], files=sent(target))
    figures = sum(1 + len(page.figures) for page in document.pages)
    if as_json:
        emit_json({"file": str(target), "pages": len(document.pages), "figures": figures})
    else:
        click.echo(f"{len(document.pages)} of {len(document.summary)} sites, {figures} figures: {target}")
