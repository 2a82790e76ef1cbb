"""The name of a run: made of what goes into it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from sitewatch import __version__


def run_id(
    command: str,
    inputs: Sequence[str | None],
    settings: Mapping[str, Any],
    version: str = __version__,
) -> str:
    """Name a run by what goes into it, so that the same work has the same name.

    Parameters
    ----------
    command : str
        For example ``compare``.
    inputs : sequence of str or None
        Digests (or ids, where no digest can be taken) of scenes and sites, in an order that means something.
    settings : mapping
        The resolved settings.
    version : str
        Of sitewatch: another version may find other things.

    Returns
    -------
    str
        ``<command>-<12 hexadecimal digits>``.
    """
    facts = {"command": command, "inputs": list(inputs), "settings": settings, "version": version}
    text = json.dumps(facts, sort_keys=True, default=str, separators=(",", ":"))
    return f"{command}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"
