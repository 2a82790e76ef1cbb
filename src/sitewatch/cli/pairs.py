"""``sitewatch pairs``: which scenes would be compared for each site, and why."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sitewatch.cli.options import emit_json, json_option, progress, verbose_option, workspace_option

if TYPE_CHECKING:
    from sitewatch.catalogue.pairs import Choice
    from sitewatch.errors import SitewatchError
    from sitewatch.records import Pair

PARTLY = 3


@click.command("pairs")
@click.option("--site", "sites", multiple=True, metavar="ID", help="Only this site; may be given again.")
@workspace_option
@json_option
@verbose_option
def command(sites: Sequence[str], workspace: Path, as_json: bool) -> int:
    """Show which two scenes would be compared for each site, the runners-up, and what speaks against them."""
    from sitewatch.catalogue.pairs import choose
    from sitewatch.catalogue.scenes import load_scenes
    from sitewatch.catalogue.sites import load_sites
    from sitewatch.catalogue.usable import usable_share
    from sitewatch.catalogue.workspace import Workspace

    home = Workspace.open(workspace)
    wanted, scenes = load_sites(home, sites), load_scenes(home)
    if not wanted.refused:
        wanted.require()
    choices = []
    with progress(len(wanted.sites), "pairs") as step:
        for site in wanted.sites:
            choices.append(choose(site, scenes.scenes, seen=usable_share))
            step(site.id)
    refused = (*scenes.refused, *wanted.refused)
    if as_json:
        emit_json({"sites": [_facts(choice) for choice in choices], "refused": _told(refused)})
    else:
        _print(choices, refused)
    return _exit_code(choices, refused)


def _exit_code(choices: "Sequence[Choice]", refused: Sequence[object]) -> int:
    if not any(choice.pair for choice in choices):
        return 1
    return PARTLY if refused or not all(choice.pair for choice in choices) else 0


def _told(refused: "Sequence[tuple[str, SitewatchError]]") -> list[dict[str, str]]:
    return [{"name": name, "error": str(error)} for name, error in refused]


def _facts(choice: "Choice") -> dict[str, Any]:
    if choice.pair is None:
        return {"site": choice.site.id, "error": str(choice.refusal)}
    runners_up = [_pair_facts(pair) for pair in choice.runners_up]
    return {"site": choice.site.id, **_pair_facts(choice.pair), "runners_up": runners_up}


def _pair_facts(pair: "Pair") -> dict[str, Any]:
    return {
        "before": pair.before.id,
        "after": pair.after.id,
        "score": pair.score,
        "reasons": pair.reasons,
        "cautions": pair.cautions,
    }


def _print(choices: "Sequence[Choice]", refused: "Sequence[tuple[str, SitewatchError]]") -> None:
    from sitewatch.cli import one_line

    for choice in choices:
        if choice.pair is not None:
            _print_pair(choice, choice.pair)
    for choice in choices:
        if choice.refusal is not None:
            click.echo(f"no pair for {choice.site.id}: {one_line(choice.refusal)}", err=True)
    for name, error in refused:
        click.echo(f"refused {name}: {one_line(error)}", err=True)
    found = sum(choice.pair is not None for choice in choices)
    click.echo(f"{found} of {len(choices)} site{'s' * (len(choices) != 1)} can be compared")


def _print_pair(choice: "Choice", pair: "Pair") -> None:
    click.echo(f"{choice.site.id}  {choice.site.name}")
    click.echo(f"  {pair.before.id} -> {pair.after.id}  score {pair.score:.2f}")
    for sentence in pair.reasons:
        click.echo(f"    {sentence}")
    for sentence in pair.cautions:
        click.echo(f"    caution: {sentence}")
    for other in choice.runners_up:
        click.echo(f"  or {other.before.id} -> {other.after.id}  score {other.score:.2f}")
