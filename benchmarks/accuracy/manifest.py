"""Where real imagery is, if there is some."""

import os
from pathlib import Path

MANIFEST = "MANIFEST.csv"
VARIABLE = "SITEWATCH_DATA"


def find_manifest() -> Path | None:
    """Return the manifest of the folder in ``SITEWATCH_DATA``, or of ``../shared/data``; None without one."""
    beside = Path(__file__).resolve().parents[3] / "shared" / "data"
    path = Path(os.environ.get(VARIABLE, beside)) / MANIFEST
    return path if path.is_file() else None
