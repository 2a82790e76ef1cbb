"""The frozen records that travel between rooms: Site, Scene, Pair, Change, Verdict.

They hold facts, not behaviour. Pixels never travel in them.
"""

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

from odc.geo.geobox import GeoBox
from shapely.geometry.base import BaseGeometry

Category: TypeAlias = Literal["settlement", "facility", "ground_station", "other"]
Kind: TypeAlias = Literal["construction", "burning", "demolition", "other"]
VerdictWord: TypeAlias = Literal["change", "no_visible_change", "not_assessable"]
Georeference: TypeAlias = Literal["true", "approximate"]
Units: TypeAlias = Literal["reflectance", "digital_number"]
DatePrecision: TypeAlias = Literal["second", "day", "month", "year"]
MaskScheme: TypeAlias = Literal["scl", "qa_pixel", "udm2"]
Stance: TypeAlias = Literal["for", "against", "undecided", "not_checked"]

CATEGORIES: tuple[Category, ...] = ("settlement", "facility", "ground_station", "other")
KINDS: tuple[Kind, ...] = ("construction", "burning", "demolition", "other")
KIND_CODES: Mapping[Kind, int] = MappingProxyType(
    {"construction": 1, "burning": 2, "demolition": 3, "other": 4}
)
NO_CHANGE = 0
NOT_ASSESSABLE = 255
# Why ground is not seen, by rising code from 1; the last has no pixels.
UNSEEN: tuple[str, ...] = (
    "nodata", "cloud", "shadow", "saturated", "blank tile", "snow", "stale tile", "beyond the scenes' edges",
)  # fmt: skip

# Names of STAC's eo extension (v2), short forms. `udm` and the like are mask layers, not bands.
BAND_NAMES: tuple[str, ...] = (
    "coastal", "blue", "green05", "green", "yellow", "red", "rededge071", "rededge075", "rededge078",
    "nir", "nir08", "nir09", "cirrus", "swir16", "swir22", "pan",
)  # fmt: skip

EMPTY: Mapping[Any, Any] = MappingProxyType({})


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


@dataclass(frozen=True, slots=True)
class Band:
    """One band of a scene: where its numbers are, and how they become physical.

    Attributes
    ----------
    name : str
        A name of `BAND_NAMES`, or ``b1``, ``b2`` ... where it is not known.
    href : str
        Absolute path or URL of the file.
    index : int
        Band number inside the file, from 1.
    scale, offset : float
        ``value = stored * scale + offset``.
    nodata : float or None
        Stored number that means "nothing here".
    """

    name: str
    href: str
    index: int = 1
    scale: float = 1.0
    offset: float = 0.0
    nodata: float | None = None


@dataclass(frozen=True, slots=True)
class MaskLayer:
    """A provider's own classification of a scene's pixels (cloud, shadow, ...)."""

    scheme: MaskScheme
    href: str
    index: int = 1


@dataclass(frozen=True, slots=True)
class View:
    """Angles in degrees, where known. Azimuths are clockwise from true north."""

    sun_azimuth: float | None = None
    sun_elevation: float | None = None
    off_nadir: float | None = None
    azimuth: float | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """One acquisition: what it is, where its bands are, and what is known of how it was taken.

    Attributes
    ----------
    id : str
    bands : tuple of Band
        In file order; names are unique.
    grid : GeoBox
        Grid of the finest band.
    gsd_m : float
        Ground sample distance of the finest band, metres.
    datetime : datetime or None
        UTC; None if nobody knows. `date_precision` says how much of it is meant.
    sensor : str
        For example ``sentinel-2-msi``, ``planetscope``, ``landsat-8-oli``, or ``unknown``.
    units : Units
        What the bands are after scale and offset: surface reflectance (0..1) or digital numbers.
    credit, licence : str or None
        Verbatim, as they must appear beside the image.
    georeference : Georeference
        ``approximate`` if the position came from an option and not from the file.
    sha256 : str or None
        Of the scene's file, or of the sorted digests of its files; None if not yet taken.
    notes : tuple of str
        What was assumed when the scene was read, and where an option contradicts its file.
    """

    id: str
    bands: tuple[Band, ...]
    grid: GeoBox
    gsd_m: float
    datetime: dt.datetime | None = None
    date_precision: DatePrecision = "second"
    sensor: str = "unknown"
    product_id: str | None = None
    units: Units = "digital_number"
    masks: tuple[MaskLayer, ...] = ()
    view: View = View()
    cloud_cover: float | None = None
    credit: str | None = None
    licence: str | None = None
    georeference: Georeference = "true"
    sha256: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def band_names(self) -> tuple[str, ...]:
        """Names of the bands, in order."""
        return tuple(band.name for band in self.bands)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two scenes that are compared for a site (or, with no site, over their whole overlap).

    Attributes
    ----------
    reasons : tuple of str
        Why these two, in sentences with numbers.
    cautions : tuple of str
        What speaks against the choice.
    score : float
        What the choice was ranked by, 0 (useless) to 1 (ideal); 1 where the user chose.
    """

    before: Scene
    after: Scene
    site: Site | None = None
    reasons: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    score: float = 1.0


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
