"""``sitewatch review RUN``: what people decide about a run, and what came of it."""

from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from sitewatch.cli.options import emit_json, json_option, verbose_option

if TYPE_CHECKING:
    from sitewatch.io.results import Run


class _Given(TypedDict):
    run: Path
    reviewer: str
    show_confidence: bool
    lead: bool
    port: int
    no_browser: bool
    summary: bool
    controls: int | None
    kit: Path | None
    most: int
    answers: tuple[Path, ...]
    as_json: bool


@click.command("review")
@click.argument("run", type=click.Path(path_type=Path, file_okay=False))
@click.option("--reviewer", default="", metavar="NAME", help="Who looks. Default: your user name.")
@click.option("--show-confidence", is_flag=True, help="Lead: let reviewers see what the program thinks.")
@click.option("--lead", is_flag=True, help="See what waits for the lead, with the votes, and settle it.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Of the page. Default: any free one.")
@click.option("--no-browser", is_flag=True, help="Print the address of the page, and open nothing.")
@click.option("--summary", is_flag=True, help="Say how far reviewers agree and err, and what is confirmed.")
@click.option(
    "--controls",
    type=click.IntRange(min=1),
    metavar="N",
    help="Lead: mix in N places of known truth, half of them unchanged, to measure each reviewer.",
)
@click.option(
    "--kit",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.html",
    help="Write one file for a reviewer elsewhere; it needs no network.",
)
@click.option(
    "--most",
    type=click.IntRange(min=1),
    default=200,
    show_default=True,
    help="With --kit: at most so many items, those most worth a look.",
)
@click.option(
    "--import",
    "answers",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    multiple=True,
    metavar="ANSWERS.json",
    help="Merge what came back from a kit; may be given again.",
)
@json_option
@verbose_option
def command(**given: Unpack[_Given]) -> None:
    """Look at what a run found, and decide: in a browser, unless another option says what to do.

    The page is served on this machine alone; Ctrl+C stops it.
    Two reviewers do not see one another's answers, nor how sure the program is. Every decision is a line of a
    record that only grows, in RUN/review/; the run itself stays as it was sealed.
    """
    from sitewatch.io.results import Run

    run, as_json = Run.open(given["run"]), given["as_json"]
    wanted = given["controls"], given["answers"], given["kit"], given["summary"]
    if not any(wanted):
        _serve(run, given)
    if given["controls"] is not None:
        _make_controls(run, given["controls"], as_json=as_json)
    for path in given["answers"]:
        _import(run, path, as_json=as_json)
    if given["kit"] is not None:
        _write_kit(run, given["kit"], given)
    if given["summary"]:
        _summarise(run, as_json=as_json)


def _serve(run: "Run", given: _Given) -> None:
    import getpass

    from sitewatch.evidence import note
    from sitewatch.review.serve import serve
    from sitewatch.review.session import open_session

    session = open_session(
        run,
        given["reviewer"] or getpass.getuser(),
        lead=given["lead"],
        show_confidence=given["show_confidence"],
    )
    note(run.path, "opened for review", by=session.reviewer, role=session.role)
    serve(session, port=given["port"], browser=not given["no_browser"], say=_say_address)


def _say_address(address: str) -> None:
    click.echo(f"Review at {address}\nStop with Ctrl+C. What the page calls saved is on the disk.")


def _make_controls(run: "Run", number: int, *, as_json: bool) -> None:
    from sitewatch.review.controls import make_controls

    key = make_controls(run, number)
    count = {truth: sum(one.truth == truth for one in key.controls) for truth in ("unchanged", "changed")}
    if as_json:
        emit_json({"controls": count})
        return
    click.echo(f"{count['unchanged']} unchanged and {count['changed']} changed controls made")
    click.echo("keep RUN/review/controls.json from reviewers: it says which are which")


def _import(run: "Run", path: Path, *, as_json: bool) -> None:
    from dataclasses import asdict

    from sitewatch.evidence import note, sent
    from sitewatch.review.kit import import_answers

    done = import_answers(run, path)
    note(run.path, "decisions merged", reviewer=done.reviewer, added=done.added, files=sent(path))
    if as_json:
        emit_json({"file": str(path), **asdict(done)})
        return
    _say(
        f"{path.name}: {done.added} decisions of {done.reviewer} added, {done.known} known already, "
        f"{done.older} replaced since"
    )


def _write_kit(run: "Run", path: Path, given: _Given) -> None:
    from sitewatch.evidence import note, sent
    from sitewatch.review.kit import write_kit

    number = write_kit(
        run,
        path,
        reviewer=given["reviewer"],
        most=given["most"],
        show_confidence=given["show_confidence"],
    )
    note(run.path, "exported", format="kit", files=sent(path))
    if given["as_json"]:
        emit_json({"file": str(path), "items": number, "bytes": path.stat().st_size})
        return
    click.echo(f"{number} items written to {path} ({path.stat().st_size / 2**20:.1f} MB)")


def _summarise(run: "Run", *, as_json: bool) -> None:
    from sitewatch.review.summary import summarise, summary_lines

    found = summarise(run)
    if as_json:
        emit_json(found.to_dict())
        return
    for line in summary_lines(found):
        _say(line)


def _say(line: str) -> None:
    """Print a line in which somebody else's words stand: what moves a terminal's cursor becomes a space."""
    click.echo("".join(char if char.isprintable() else " " for char in line))
