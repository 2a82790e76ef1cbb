"""``sitewatch completion SHELL``: the script that completes commands and options."""

import click
from click.shell_completion import get_completion_class


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print the script that completes commands in your shell.

    For bash: ``sitewatch completion bash > ~/.local/share/bash-completion/completions/sitewatch``
    """
    complete = get_completion_class(shell)
    if complete is None:
        raise click.UsageError(f"no completion for {shell}")
    click.echo(complete(ctx.find_root().command, {}, "sitewatch", "_SITEWATCH_COMPLETE").source())
