"""Compare two images. A stand-in with the signature that others call, until the recipe itself is here."""

from pathlib import Path
from typing import Any

from sitewatch.io.results import Run


def compare(before: str | Path, after: str | Path, *, out: str | Path, **options: Any) -> Run:
    """Compare two images and write a run folder."""
    raise NotImplementedError(f"comparing {before} with {after} into {out} with {sorted(options)}")
