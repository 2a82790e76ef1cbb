"""What an export is made of: a run's changes and sites as finally decided, and the scenes they stand on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import shapely
from shapely.errors import ShapelyError
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from sitewatch.catalogue.stac import OURS
from sitewatch.errors import RunError
from sitewatch.evidence import Log, reviewed_features, reviewed_sites
from sitewatch.io.results import Run


@dataclass(frozen=True, slots=True)
class Finding:
    """A change as it leaves a run.

    Attributes
    ----------
    said : mapping
        Its properties in ``changes.geojson``, with the decisions under ``review``.
    kind : str
        As confirmed; the detection's own unless somebody confirmed another.
    area_m2 : float or None
        Of `geometry`.
    geometry : shapely geometry
        The outline as confirmed; the detection's own unless somebody redrew it. WGS84.
    detected : shapely geometry
        The detection's own outline.
    redrawn : bool
        Whether the two differ.
    """

    said: Mapping[str, Any]
    kind: str
    area_m2: float | None
    geometry: BaseGeometry
    detected: BaseGeometry
    redrawn: bool

    @property
    def id(self) -> str:
        """Id of the change."""
        return str(self.said["id"])

    @property
    def status(self) -> str:
        """``unreviewed``, ``confirmed``, ``rejected`` or ``uncertain``."""
        return str(self.said["review"]["status"])

    @classmethod
    def of(cls, feature: Mapping[str, Any]) -> Self:
        """Take what was decided from a Feature of `reviewed_features`."""
        said = feature["properties"]
        review = said["review"]
        detected = shape(feature["geometry"]) if feature["geometry"] else shapely.GeometryCollection()
        drawn = _drawn(review.get("geometry"))
        redrawn = drawn is not None and not drawn.equals_exact(detected, 0)
        area = review.get("area_m2") if drawn is not None else None
        return cls(
            said=said,
            kind=review.get("kind") or said["kind"],
            area_m2=said["area_m2"] if area is None else area,
            geometry=detected if drawn is None else drawn,
            detected=detected,
            redrawn=redrawn,
        )


@dataclass(frozen=True, slots=True)
class Findings:
    """All that an export says.

    Attributes
    ----------
    run : Run
    changes : sequence of Finding
        In the order of ``changes.geojson``.
    sites : sequence of mapping
        The Features of ``sites.geojson``, with what follows from the decisions under ``review``.
    scenes : mapping
        Scene id to its STAC Item in ``run.json``.
    decisions_sha256 : str or None
        Head of the chain of decisions that were taken in; None if there are none.
    confirmed_only : bool
    event : str or None
        Code of the event that the user says the changes belong to.
    """

    run: Run
    changes: Sequence[Finding]
    sites: Sequence[Mapping[str, Any]]
    scenes: Mapping[str, Mapping[str, Any]]
    decisions_sha256: str | None
    confirmed_only: bool
    event: str | None = None

    @property
    def run_id(self) -> str:
        """Id of the run."""
        return str(self.run.info["run_id"])

    def at(self, site_id: str | None) -> list[Finding]:
        """Return the changes of a site."""
        return [change for change in self.changes if change.said["site_id"] == site_id]


def gather(run: Run, *, confirmed: bool = False) -> Findings:
    """Read what a run found and what was decided about it.

    Parameters
    ----------
    confirmed : bool
        Only changes that reviewers confirmed.

    Raises
    ------
    RunError
        If the record of decisions was changed, or confirmed changes are wanted of a run that has none.
    """
    features = reviewed_features(run)
    wanted = [each for each in map(Finding.of, features) if not confirmed or each.status == "confirmed"]
    if confirmed and not wanted:
        raise RunError(
            f"no change of {run.path} is confirmed (it has {len(features)} changes)",
            "--confirmed exports only what reviewers confirmed",
            "review it first with `sitewatch review`, or leave --confirmed out",
        )
    log = Log.of(run.path).chain
    return Findings(
        run=run,
        changes=wanted,
        sites=reviewed_sites(run, features),
        scenes={name: facts["item"] for name, facts in run.info.get("scenes", {}).items()},
        decisions_sha256=log.read().head if log.path.exists() else None,
        confirmed_only=confirmed,
    )


def inside(run: Run, name: object) -> Path | None:
    """Return a file that a run's tables name, if it is one of the run's own; None otherwise.

    A table may have been made by others, and name files elsewhere on this machine.
    """
    if not isinstance(name, str) or "\0" in name:
        return None
    home = run.path.resolve()
    path = (home / name).resolve()
    return path if path.is_relative_to(home) and path.is_file() else None


def scene_facts(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what sitewatch says of a scene beyond STAC's own fields: sensor, credit, licence, digest ..."""
    return {
        key.removeprefix(OURS): value for key, value in item["properties"].items() if key.startswith(OURS)
    }


def _drawn(geometry: Mapping[str, Any] | None) -> BaseGeometry | None:
    """Return an outline that somebody drew; None if there is none, or it is no outline."""
    if not geometry:
        return None
    try:
        drawn = shape(dict(geometry))
    except (ShapelyError, ValueError, TypeError, KeyError, IndexError, AttributeError):
        return None
    return drawn if shapely.get_dimensions(drawn) == 2 and not drawn.is_empty else None
