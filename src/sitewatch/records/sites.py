"""A site: a place to be judged."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shapely.geometry.base import BaseGeometry

from sitewatch.records.vocabulary import EMPTY, Category


@dataclass(frozen=True, slots=True)
class Site:
    """A place that is watched.

    Attributes
    ----------
    id : str
        Stable, unique in a workspace; letters, digits, ``-`` and ``_``.
    name : str
    category : Category
    geometry : shapely Polygon or MultiPolygon
        WGS84 longitude/latitude, valid, counter-clockwise exterior.
    since, until : date or None
        Between these dates something is suspected to have happened; either may be open.
    events : str
        What the source says happened, in its words.
    sources : tuple of str
        Where the position and the suspicion come from.
    precision_m : float or None
        How far the true position may lie from the given one, metres.
    notes : tuple of str
        What was repaired or assumed when the site was read.
    properties : mapping
        Whatever else the file carried, untouched.
    """

    id: str
    name: str
    category: Category
    geometry: BaseGeometry
    since: dt.date | None = None
    until: dt.date | None = None
    events: str = ""
    sources: tuple[str, ...] = ()
    precision_m: float | None = None
    notes: tuple[str, ...] = ()
    properties: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
