"""Find what was built, burned or demolished between two satellite scenes, and say how sure one can be.

The two things most callers want are here; everything else lives in its room (``docs/architecture.md``).
They are loaded when first used, so that importing the package stays cheap.
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["Run", "__version__", "compare"]

if TYPE_CHECKING:
    from sitewatch.io.results import Run
    from sitewatch.runs.compare import compare


def __getattr__(name: str) -> Any:
    """Load a public name from its room on first use."""
    if name == "compare":
        from sitewatch.runs.compare import compare

        return compare
    if name == "Run":
        from sitewatch.io.results import Run

        return Run
    raise AttributeError(f"module 'sitewatch' has no attribute {name!r}")
