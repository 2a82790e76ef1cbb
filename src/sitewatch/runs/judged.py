"""What a run knows of each piece of ground when the work on it is done."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from shapely import from_wkb

from sitewatch.errors import SitewatchError
from sitewatch.io.results import plain
from sitewatch.pipeline.detection import Detection
from sitewatch.records import Change, Pair, Verdict
from sitewatch.verdicts import Placebo

_FEATURES = ("changes", "sites", "buildings")


@dataclass(frozen=True, slots=True)
class Judged:
    """One piece of ground: what was found on it, or why nothing could be.

    Attributes
    ----------
    name : str
        Site id, or ``overlap``: the folder of its rasters.
    detection : Detection or None
        None if the work failed.
    changes : tuple of Change
        Those that are reported.
    verdicts : tuple of Verdict
        Of the sites that were judged on this ground.
    refusals : mapping of site id to SitewatchError
        Sites that could not be judged, and why.
    placebos : mapping of site id to Placebo
        The sites' tests, where one could be made.
    otherwise : tuple of Verdict
        Of the sites on which something was found, for the case that as much is found at quiet places.
    smallest : mapping of site id to mapping
        JSON-ready: what the smallest detectable changes of a verdict rest on.
    """

    name: str
    pair: Pair | None
    detection: Detection | None = None
    changes: tuple[Change, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    refusals: Mapping[str, SitewatchError] = field(default_factory=dict)
    smallest: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    seconds: float = 0.0
    placebos: Mapping[str, Placebo] = field(default_factory=dict)
    otherwise: tuple[Verdict, ...] = ()


@dataclass(frozen=True, slots=True)
class Ground:
    """What the tables of a run need to know of one piece of ground: plain data, no pixels.

    Attributes
    ----------
    changes, sites, buildings : tuple of mapping
        Features: ``id``, ``geometry`` (shapely, WGS84) and plain ``properties``.
    pair : mapping or None
        Which scenes, and why.
    scenes : mapping
        By id.
    facts : mapping
        Every fit.
    refusals : mapping of site id to str
    seconds : float
    chips : int
        How many were drawn.
    placebos : mapping of site id to mapping
        Every number of the sites' tests.
    otherwise : mapping of site id to mapping
        Properties of the sites on which something was found, for the case that as much is found at quiet
        places.
    smallest : mapping of site id to mapping
        What the smallest detectable changes rest on.
    """

    name: str
    changes: tuple[Mapping[str, Any], ...]
    sites: tuple[Mapping[str, Any], ...]
    pair: Mapping[str, Any] | None
    scenes: Mapping[str, Any]
    facts: Mapping[str, Any]
    refusals: Mapping[str, str]
    seconds: float
    chips: int
    placebos: Mapping[str, Any] = field(default_factory=dict)
    otherwise: Mapping[str, Any] = field(default_factory=dict)
    smallest: Mapping[str, Any] = field(default_factory=dict)
    buildings: tuple[Mapping[str, Any], ...] = ()

    def to_text(self) -> str:
        """Return everything as JSON, geometries as exact WKB."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        for name in _FEATURES:
            values[name] = [{**item, "geometry": item["geometry"].wkb_hex} for item in values[name]]
        return json.dumps(plain(values), allow_nan=False)

    @classmethod
    def from_text(cls, text: str) -> "Ground":
        """Make a ground from what `to_text` gave."""
        values = json.loads(text)
        for name in _FEATURES:
            values[name] = tuple({**item, "geometry": from_wkb(item["geometry"])} for item in values[name])
        return cls(**values)
