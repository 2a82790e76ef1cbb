"""``sitewatch review RUN``: look at what a run found, and decide."""

import getpass
from pathlib import Path

import click


@click.command("review")
@click.argument("run", type=click.Path(path_type=Path, file_okay=False))
@click.option("--reviewer", metavar="NAME", help="Whose decisions these are. Default: your user name.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Default: any that is free.")
@click.option("--no-browser", is_flag=True, help="Print the address, and open nothing.")
@click.option("--show-confidence", is_flag=True, help="Show how sure the program is (for the lead).")
@click.option("--lead", is_flag=True, help="See what others decided, and settle it.")
def command(
    *, run: Path, reviewer: str | None, port: int, no_browser: bool, show_confidence: bool, lead: bool
) -> None:
    """Look at the changes of a run in a browser, and decide about each.

    The page is served on this machine alone; Ctrl+C stops it. Decisions are kept in the run's review/ folder.
    """
    from sitewatch.io.results import Run
    from sitewatch.review.serve import serve
    from sitewatch.review.session import open_session

    session = open_session(
        Run.open(run), reviewer or getpass.getuser(), lead=lead, show_confidence=show_confidence
    )
    serve(session, port=port, browser=not no_browser, say=_say)


def _say(address: str) -> None:
    click.echo(f"Review at {address}\nStop with Ctrl+C. What the page calls saved is on the disk.")
