"""The command line: one command a file, loaded when it is called, so that ``--help`` stays quick.

Errors of ours become one line and an exit code here, and nowhere else.
"""

import importlib
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import click
from typing_extensions import override

from sitewatch import __version__
from sitewatch.errors import SitewatchError

# name -> (module, what it does). The text stands here so that `--help` imports no command.
COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("init", "Make a workspace: aois/, scenes/, outputs/."),
    "sites": ("sites", "Add sites to a workspace, or list them."),
    "scenes": ("scenes", "Add scenes to a workspace, or list them."),
    "pairs": ("pairs", "Show which scenes would be compared for each site, and why."),
    "detect": ("detect", "Judge the sites of a workspace."),
    "compare": ("compare", "Compare two images, no workspace needed."),
    "chips": ("chips", "Draw figures of a run's changes, with captions and credits."),
    "review": ("review", "Look at what a run found, decide, and say what came of it."),
    "report": ("report", "Write a report of a run: page, PDF, slides, or text."),
    "export": ("export", "Write a run for QGIS, Google Earth, a spreadsheet and others."),
    "verify": ("verify", "Check that a run is whole: files, inputs, decisions, signatures."),
    "sign": ("sign", "Sign a run with a key of yours."),
    "redact": ("redact", "Write an edition of a run that is safe to publish."),
    "demo": ("demo", "Draw a workspace with known changes and run the whole chain on it."),
    "evaluate": ("evaluate", "Score a run against labelled changes."),
    "benchmark": ("benchmark", "Compare every pair of a manifest and print the accuracy table."),
    "survey": ("survey", "Estimate from a sample how many sites of a register changed."),
    "train": ("train", "Learn from reviewed detections how far to trust new ones."),
    "calibrate": ("calibrate", "Bring confidences, or the pool of quiet places, to imagery of your own."),
    "completion": ("completion", "Print the script that completes commands in your shell."),
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are needed."""

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands in the order of the work."""
        return list(COMMANDS)

    @override
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of a command and return the command of the same name in it."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"sitewatch.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = module.command
        return command

    @override
    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="sitewatch")
def cli() -> None:
    """Find what was built, burned or demolished at a place between two satellite scenes."""


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit: 0 done, 1 an error of ours, 2 wrong usage, 3 done in part."""
    sys.exit(run(args))


def run(args: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    try:
        result: Any = cli.main(args=args, prog_name="sitewatch", standalone_mode=False)
    except SitewatchError as error:
        click.echo(f"error: {one_line(error)}", err=True)
        return 1
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped; nothing half-written is left behind", err=True)
        return 130
    return result if isinstance(result, int) else 0


def one_line(error: SitewatchError) -> str:
    """Return found; needed; do on one line, whatever a file name held."""
    return "; ".join(" ".join(part.split()) for part in (error.found, error.needed, error.do))
