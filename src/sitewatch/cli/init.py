"""``sitewatch init DIR``: make a workspace."""

from pathlib import Path

import click

from sitewatch.cli.options import emit_json, json_option, verbose_option


@click.command("init")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@json_option
@verbose_option
def command(folder: Path, as_json: bool) -> None:
    """Make a workspace in DIR: aois/, scenes/, outputs/ and a sitewatch.toml with every setting explained.

    A folder that is there already gets what it lacks; nothing in it is overwritten.
    """
    from sitewatch.catalogue.workspace import Workspace

    workspace = Workspace.create(folder)
    if as_json:
        emit_json({"workspace": str(workspace.root)})
        return
    click.echo(f"workspace {workspace.root}")
    click.echo("next: sitewatch sites add FILE, sitewatch scenes add PATH, sitewatch pairs, sitewatch detect")
