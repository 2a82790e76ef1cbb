"""``sitewatch sign RUN --key FILE``: vouch for a run as it is now."""

from pathlib import Path

import click

from sitewatch.cli.options import emit_json, json_option, verbose_option


@click.command("sign")
@click.argument("run", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--key",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Private ed25519 key, OpenSSH or PEM; a passphrase is asked for.",
)
@click.option("--by", metavar="NAME", help="Who signs, for the custody log; the user's name by default.")
@json_option
@verbose_option
def command(*, run: Path, key: Path, by: str | None, as_json: bool) -> None:
    """Sign a run: its manifest, and its records of decisions and custody up to now.

    The signature is one of OpenSSH's, which `ssh-keygen -Y verify -n sitewatch` checks without sitewatch.
    """
    from sitewatch.evidence import note, sent
    from sitewatch.evidence.signing import sign

    def ask() -> str:
        word: str = click.prompt("Passphrase", hide_input=True, err=True)
        return word

    text = sign(run, key, ask)
    signature = text.with_suffix(".txt.sig")
    note(run, "signed", by=by, files=sent(text, signature))
    if as_json:
        emit_json({"signed": str(text), "signature": str(signature)})
    else:
        click.echo(f"{signature} signs {text}")
