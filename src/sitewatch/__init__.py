"""Find what was built, burned or demolished between two satellite scenes, and say how sure one can be.

The two things most callers want are here; everything else lives in its room (``docs/architecture.md``).
They are loaded when first used, so that importing the package stays cheap.
"""

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["Run", "__version__", "compare"]

if TYPE_CHECKING:
    from sitewatch.io.results import Run
    from sitewatch.runs.compare import compare

_HOMES = {"compare": "sitewatch.runs.compare", "Run": "sitewatch.io.results"}


def __getattr__(name: str) -> Any:
    """Load a public name from its room on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module 'sitewatch' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
