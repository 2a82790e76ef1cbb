"""What is found on real imagery, where there is some: the table of ``sitewatch benchmark``."""

import os
from collections.abc import Sequence
from pathlib import Path

from sitewatch.runs.benchmark import benchmark, plan

MANIFEST = "MANIFEST.csv"
VARIABLE = "SITEWATCH_DATA"


def find_manifest() -> Path | None:
    """Return the manifest of the folder in ``SITEWATCH_DATA``, or of ``../shared/data``; None without one."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    path = Path(os.environ.get(VARIABLE, beside)) / MANIFEST
    return path if path.is_file() else None


def report(sets: Sequence[str] = (), limit: int | None = None) -> tuple[str, bool]:
    """Return the table (or why there is none), and whether every pair could be scored."""
    manifest = find_manifest()
    if manifest is None:
        return f"no labelled imagery: put its folder, with its {MANIFEST}, into {VARIABLE}", True
    result = benchmark(plan(manifest, sets, limit))
    first = f"The first {limit} pairs of each set" if limit else "All pairs"
    return f"{first} of {manifest.parent.name}:\n\n{result.table}", not result.failures
