"""Footprints of buildings from a vector file: one that is not usable never stops the others."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sitewatch.catalogue.sites.facts import get
from sitewatch.catalogue.sites.ids import LONGEST, NUMBERS, fingerprint
from sitewatch.catalogue.sites.shape import area_of
from sitewatch.errors import GeometryError, SitewatchError, VectorError
from sitewatch.io.digests import digest
from sitewatch.io.vectors import Feature, read_features
from sitewatch.records import Footprint

_IDS = ("building_id", "id", "osm_id", "full_id", *NUMBERS)
_AREAS = ("Polygon", "MultiPolygon", "GeometryCollection")


@dataclass(frozen=True, slots=True)
class FootprintReading:
    """Footprints that can be used, and those that cannot.

    Attributes
    ----------
    path : Path
    sha256 : str
        Of the file.
    footprints : tuple of Footprint
        In file order; ids are unique.
    refused : tuple of (str, SitewatchError)
        What the file calls the footprint, and why it was refused.
    """

    path: Path
    sha256: str
    footprints: tuple[Footprint, ...]
    refused: tuple[tuple[str, SitewatchError], ...] = ()


def read_footprints(path: Path) -> FootprintReading:
    """Read the footprints of a vector file.

    Ids are the file's own (``building_id``, ``id``, ``osm_id``, a number of a GIS program), else made from
    the position. Of footprints that share an id, each gets a mark of its position; one that is drawn twice
    under one id is taken once.

    Raises
    ------
    VectorError
        If the file cannot be read, or holds no footprint that can be used.
    """
    features = read_features(path)
    drafts: list[Footprint] = []
    refused: list[tuple[str, SitewatchError]] = []
    for position, feature in enumerate(features, 1):
        try:
            drafts.append(_draft(feature))
        except SitewatchError as error:
            refused.append((_own_id(feature) or f"feature {position}", error))
    if not drafts:
        why = f"; the first of {len(refused)}: {refused[0][1].found}" if refused else ""
        raise VectorError(
            f"{path.name} holds no footprint that can be used{why}",
            "outlines of buildings (polygons) are needed",
            "check the file",
        )
    return FootprintReading(path, digest(path) if path.is_file() else "", _unique(drafts), tuple(refused))


def _draft(feature: Feature) -> Footprint:
    if feature.refusal is not None:
        raise feature.refusal
    if not feature.geometry.is_empty and feature.geometry.geom_type not in _AREAS:
        raise GeometryError(
            f"a {feature.geometry.geom_type} is no footprint",
            "the outline of a building (a polygon) is needed",
            "draw it, or leave it out",
        )
    # No point is left to draw a circle around.
    geometry, _ = area_of(feature.geometry, math.nan)
    return Footprint(_own_id(feature) or f"building-{fingerprint(geometry)}", geometry)


def _own_id(feature: Feature) -> str | None:
    raw = get(feature.properties, *_IDS)
    if raw is None:
        return None
    return (f"{raw:.0f}" if isinstance(raw, float) else str(raw).strip())[:LONGEST] or None


def _unique(drafts: Sequence[Footprint]) -> tuple[Footprint, ...]:
    uses = Counter(draft.id for draft in drafts)
    known: dict[str, Footprint] = {}
    for draft in drafts:
        name = draft.id if uses[draft.id] == 1 else f"{draft.id}-{fingerprint(draft.geometry)}"
        known.setdefault(name, replace(draft, id=name))
    return tuple(known.values())
