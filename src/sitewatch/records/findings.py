"""What is found: measurements, rival explanations, changes, verdicts."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from shapely.geometry.base import BaseGeometry

from sitewatch.records.scenes import Scene
from sitewatch.records.sites import Site
from sitewatch.records.vocabulary import EMPTY, Kind, Stance, VerdictWord


@dataclass(frozen=True, slots=True)
class Measurement:
    """A number with its unit (``""`` for a pure number). NaN: could not be measured."""

    value: float
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Rival:
    """An explanation other than construction, burning or demolition, and what was measured about it.

    Attributes
    ----------
    name : str
        ``shift``, ``shadow``, ``season``, ``wet soil``, ``haze``, ``sensor``, ``lean``, ``repaint``,
        ``transient``.
    stance : Stance
        Whether the measurement speaks for the rival, against it, is undecided, or could not be made.
    sentence : str
        The measurement in plain words.
    vetoes : bool
        Whether it explains the change: the change is then no longer called construction, burning or
        demolition.
    """

    name: str
    stance: Stance
    sentence: str
    measurement: Measurement | None = None
    vetoes: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """One detected change.

    Attributes
    ----------
    geometry : shapely Polygon or MultiPolygon
        WGS84, drawn where the thing is seen: by the after scene's georeference for construction, by the
        before scene's for everything else.
    confidence : float
        Calibrated probability, 0..1, that an analyst would confirm it. NaN where none could be calibrated.
    kinds : mapping of Kind to float
        Probability a kind; sums to 1.
    area_m2 : float
        Pixel count times pixel area.
    evidence : mapping of str to Measurement
    reasons : tuple of str
        Plain sentences with the measured numbers in them.
    """

    id: str
    site_id: str | None
    kind: Kind
    confidence: float
    kinds: Mapping[Kind, float]
    area_m2: float
    geometry: BaseGeometry
    evidence: Mapping[str, Measurement] = field(default_factory=lambda: EMPTY)
    reasons: tuple[str, ...] = ()
    rivals: tuple[Rival, ...] = ()

    @property
    def rank_probability(self) -> float:
        """Return what to order by, 0..1: the confidence, or without one the probability of the kind."""
        return self.kinds.get(self.kind, 0.0) if math.isnan(self.confidence) else self.confidence


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of one site; the fields of ``sites.geojson`` (interface of the run folder).

    NaN and None mean "not computed", never "none". `reference` says what the p-value stands on.
    `seen_unchanged` and `seen_changed` are scenes between the two that narrow down when it happened.
    `changed_m2_range` holds the ends of the 95 % interval of the area a kind, square metres.
    `min_detectable_m2` is NaN for a kind that could not be shown to be found at any size. `unseen`: share of
    the site that each reason hides, largest first. `findings`: sentences on tiles that are blank or copied.
    """

    site: Site
    verdict: VerdictWord
    reason: str
    usable_fraction: float
    kinds: tuple[Kind, ...] = ()
    changed_m2: Mapping[Kind, float] = field(default_factory=lambda: EMPTY)
    changed_fraction: Mapping[Kind, float] = field(default_factory=lambda: EMPTY)
    changed_m2_range: Mapping[Kind, tuple[float, float]] = field(default_factory=lambda: EMPTY)
    changed_fraction_range: Mapping[Kind, tuple[float, float]] = field(default_factory=lambda: EMPTY)
    p_value: float | None = None
    q_value: float | None = None
    reference: Literal["pooled", "scene", "weak", "none"] = "none"
    min_detectable_m2: Mapping[Kind, float] = field(default_factory=lambda: EMPTY)
    before: Scene | None = None
    after: Scene | None = None
    seen_unchanged: Scene | None = None
    seen_changed: Scene | None = None
    unseen: Mapping[str, float] = field(default_factory=lambda: EMPTY)
    findings: tuple[str, ...] = ()
