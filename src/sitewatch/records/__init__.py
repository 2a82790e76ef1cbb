"""The frozen records that travel between rooms: Site, Scene, Pair, Change, Verdict.

They hold facts, not behaviour. Pixels never travel in them.
"""

from sitewatch.records.buildings import (
    Building,
    Damage,
    Footprint,
)
from sitewatch.records.findings import (
    Change,
    Measurement,
    Rival,
    Verdict,
)
from sitewatch.records.scenes import (
    Band,
    MaskLayer,
    Pair,
    Scene,
    View,
)
from sitewatch.records.sites import (
    Site,
)
from sitewatch.records.vocabulary import (
    BAND_NAMES,
    CATEGORIES,
    EMPTY,
    KIND_CODES,
    KINDS,
    NO_CHANGE,
    NOT_ASSESSABLE,
    UNSEEN,
    Category,
    DatePrecision,
    Georeference,
    Kind,
    MaskScheme,
    Stance,
    Units,
    VerdictWord,
)

__all__ = [
    "BAND_NAMES",
    "CATEGORIES",
    "EMPTY",
    "KINDS",
    "KIND_CODES",
    "NOT_ASSESSABLE",
    "NO_CHANGE",
    "UNSEEN",
    "Band",
    "Building",
    "Category",
    "Change",
    "Damage",
    "DatePrecision",
    "Footprint",
    "Georeference",
    "Kind",
    "MaskLayer",
    "MaskScheme",
    "Measurement",
    "Pair",
    "Rival",
    "Scene",
    "Site",
    "Stance",
    "Units",
    "Verdict",
    "VerdictWord",
    "View",
]
