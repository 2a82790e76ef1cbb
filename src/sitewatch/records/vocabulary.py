"""The words and codes that all rooms share."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

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
