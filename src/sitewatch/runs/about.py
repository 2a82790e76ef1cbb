"""What a run knows of itself: its id, the versions and the settings it was made with."""

import hashlib
import platform
from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from shapely.geometry import mapping

from sitewatch import __version__
from sitewatch.catalogue.stac import scene_to_item
from sitewatch.errors import CoverageError
from sitewatch.evidence import run_id, scene_digest
from sitewatch.pipeline.learned import learned_facts
from sitewatch.records import Pair, Scene, Site
from sitewatch.runs.judged import Ground
from sitewatch.settings import Settings

# The libraries whose arithmetic ends up in results.
_LIBRARIES = ("numpy", "scipy", "opencv-python-headless", "scikit-image", "rasterio", "shapely", "pyproj")


def about(
    command: str,
    pairs: Sequence[Pair],
    sites: Sequence[Site],
    settings: Settings,
    *,
    extent: str,
    buildings: str | None = None,
) -> dict[str, Any]:
    """Return the head of ``run.json``.

    Parameters
    ----------
    command : str
        ``compare`` or ``detect``.
    extent : str
        What was judged, for the run's id: ``overlap`` or ``sites``, then the scenes that were followed.

    buildings : str, optional
        Digest of the file of footprints.

    Returns
    -------
    dict
        `run_id` depends on the scenes' digests, the sites, the settings and the version, and on nothing else.

    Raises
    ------
    ModelError
        If a network or last stage that the settings name cannot be used.
    """
    inputs = [digest for pair in pairs for digest in (_name(pair.before), _name(pair.after))]
    inputs += [hashlib.sha256(site.geometry.wkb).hexdigest() + site.id for site in sites]
    inputs += [f"buildings {buildings}"] if buildings is not None else []
    values = {**settings.model_dump(mode="json"), "model": learned_facts(settings.model)}
    return {
        "run_id": run_id(command, [extent, *inputs], values),
        "command": command,
        "sitewatch": __version__,
        "versions": {"python": platform.python_version(), **_versions()},
        "settings": values,
        "extent": extent,
        "sites": [_site_facts(site) for site in sites],
    }


def _site_facts(site: Site) -> dict[str, Any]:
    """Return all of a site that its verdict hangs on: the geometry exactly, as a run is repeated from it."""
    return {
        "id": site.id,
        "name": site.name,
        "category": site.category,
        "notes": site.notes,
        "geometry": mapping(site.geometry),
    }


def with_digests(scene: Scene) -> Scene:
    """Return the scene with the digest of its files, taken now if it was not known."""
    return replace(scene, sha256=scene.sha256 or scene_digest(scene))


def scene_facts(scene: Scene) -> dict[str, Any]:
    """Return what ``run.json`` says of a scene: its STAC item and its digest."""
    return {"item": scene_to_item(scene).to_dict(include_self_link=False), "sha256": scene.sha256}


def learned_files(settings: Settings) -> list[Path]:
    """Return the files that the settings name: a network with its sidecar, a last stage, a pool."""
    network = settings.model.network
    files = [*([network, network.with_suffix(".json")] if network is not None else [])]
    return [
        *files,
        *(file for file in (settings.model.last_stage, settings.verdicts.pool) if file is not None),
    ]


def pair_facts(name: str, pair: Pair) -> dict[str, Any]:
    """Return what ``run.json`` says of the pair that was compared for a piece of ground."""
    return {
        "site": name,
        "before": pair.before.id,
        "after": pair.after.id,
        "reasons": pair.reasons,
        "cautions": pair.cautions,
        "score": pair.score,
    }


def run_facts(grounds: Sequence[Ground]) -> dict[str, Any]:
    """Return the body of ``run.json``: what is known of the scenes and of each piece of ground."""
    scenes = {name: facts for ground in grounds for name, facts in ground.scenes.items()}
    return {
        "scenes": dict(sorted(scenes.items())),
        "pairs": [ground.pair for ground in grounds if ground.pair is not None],
        "fits": {ground.name: ground.facts for ground in grounds if ground.facts},
        "smallest": {site: facts for ground in grounds for site, facts in ground.smallest.items()},
        "refusals": [
            {"site": site, "error": why} for ground in grounds for site, why in ground.refusals.items()
        ],
        "timings": {ground.name: round(ground.seconds, 3) for ground in grounds},
    }


def require_judged(grounds: Sequence[Ground]) -> None:
    """Refuse a run in which nothing could be judged.

    Raises
    ------
    CoverageError
        With the first reason.
    """
    if any(ground.facts for ground in grounds):
        return
    whys = [why for ground in grounds for why in ground.refusals.values()]
    many = f" (none of {len(whys)} sites could be judged)" if len(whys) > 1 else ""
    found, _, rest = (whys[0] if whys else "nothing could be judged; ; ").partition("; ")
    needed, _, do = rest.partition("; ")
    raise CoverageError(found + many, needed, do)


def _name(scene: Scene) -> str:
    return scene.sha256 or scene.id


def _versions() -> dict[str, str]:
    found = {}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "unknown"
    return found
