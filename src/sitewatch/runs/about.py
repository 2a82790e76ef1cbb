"""What a run knows of itself: its id, the versions and the settings it was made with."""

import hashlib
import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from sitewatch import __version__
from sitewatch.evidence import run_id
from sitewatch.records import Pair, Site
from sitewatch.settings import Settings

# The libraries whose arithmetic ends up in results.
_LIBRARIES = ("numpy", "scipy", "opencv-python-headless", "scikit-image", "rasterio", "shapely", "pyproj")


def about(
    command: str, pairs: Sequence[Pair], sites: Sequence[Site], settings: Settings, *, extent: str
) -> dict[str, Any]:
    """Return the head of ``run.json``.

    Parameters
    ----------
    command : str
        ``compare`` or ``detect``.
    extent : str
        What was judged, for the run's id: ``overlap`` or ``sites``.

    Returns
    -------
    dict
        `run_id` depends on the scenes' digests, the sites, the settings and the version, and on nothing else.
    """
    inputs = [digest for pair in pairs for digest in (_name(pair.before), _name(pair.after))]
    inputs += [hashlib.sha256(site.geometry.wkb).hexdigest() + site.id for site in sites]
    values = settings.model_dump(mode="json")
    return {
        "run_id": run_id(command, [extent, *inputs], values),
        "command": command,
        "sitewatch": __version__,
        "versions": {"python": platform.python_version(), **_versions()},
        "settings": values,
        "sites": [{"id": site.id, "name": site.name, "notes": site.notes} for site in sites],
    }


def _name(scene: Any) -> str:
    return scene.sha256 or scene.id


def _versions() -> dict[str, str]:
    found = {}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "unknown"
    return found
