"""What people and files call a band, and the one name that it has here.

The names are those of STAC's eo extension (v2); `records.BAND_NAMES` lists them.
"""

import re
import unicodedata
from collections.abc import Sequence

from sitewatch.errors import SceneError
from sitewatch.records import BAND_NAMES

# Spellings met in GDAL band descriptions, provider documents and on command lines. Numbers ("B4") are not
# here: what they mean depends on the sensor (`sensors.Sensor.numbers`).
_SPELLINGS: dict[str, tuple[str, ...]] = {
    "coastal": ("coastal blue", "coastal aerosol", "ultra blue", "deep blue", "aerosol"),
    "blue": ("b", "blu"),
    "green05": ("green i", "green 1", "greeni"),
    "green": ("g", "grn", "green ii"),
    "yellow": ("y",),
    "red": ("r",),
    "rededge071": ("red edge", "rededge", "red edge 1", "rededge1", "vegetation red edge", "re", "re1"),
    "rededge075": ("red edge 2", "rededge2", "re2"),
    "rededge078": ("red edge 3", "rededge3", "re3"),
    "nir": ("near infrared", "nir 1", "nir1", "near ir", "near infrared 1", "n", "ir"),
    "nir08": ("narrow nir", "nir narrow", "nir 8a", "nir a"),
    "nir09": ("nir 2", "nir2", "water vapour", "water vapor", "near infrared 2"),
    "swir16": ("swir 1", "swir1", "swir", "short wave infrared 1", "shortwave infrared 1", "swir 16"),
    "swir22": ("swir 2", "swir2", "short wave infrared 2", "shortwave infrared 2", "swir 22"),
    "pan": ("panchromatic",),
}
_UNKNOWN = re.compile(r"b[1-9]\d?")
# Layers that travel in the same file as the bands and are none.
_NOT_BANDS = frozenset({"alpha", "mask", "nodata", "valid", "qa", "udm"})


def plain(text: str) -> str:
    """Return lower-case words, without accents and punctuation: ``"Red-Edge_1"`` -> ``"red edge 1"``."""
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", " ", letters.lower()).strip()


def band_name(text: str) -> str | None:
    """Return the name of `BAND_NAMES` that a spelling means, or None if it means none."""
    words = plain(text)
    return _BY_SPELLING.get(words) or _BY_SPELLING.get(words.removesuffix(" band").removeprefix("band "))


def is_mask(text: str) -> bool:
    """Whether a description names a mask layer rather than a band."""
    return plain(text) in _NOT_BANDS


def unknown_name(index: int) -> str:
    """Return the name of a band nobody has named: ``b1``, ``b2`` ..."""
    return f"b{index}"


def require_names(names: Sequence[str]) -> tuple[str, ...]:
    """Return the names that an option gave, each in the spelling of `BAND_NAMES`.

    ``b1``, ``b2`` ... may be given for bands that nobody knows.

    Raises
    ------
    SceneError
        If a name is unknown, or two names mean the same band.
    """
    found = [band_name(name) or (name if _UNKNOWN.fullmatch(name) else None) for name in names]
    wrong = [name for name, known in zip(names, found, strict=True) if known is None]
    if wrong:
        raise SceneError(
            f"--bands names {', '.join(wrong)}",
            f"a band is one of {', '.join(BAND_NAMES)}",
            "correct --bands, or write b1, b2 ... for bands that nobody knows",
        )
    known = tuple(name for name in found if name is not None)
    if len(set(known)) != len(known):
        raise SceneError(
            f"--bands names a band twice ({', '.join(known)})",
            "each band has a name of its own",
            "correct --bands",
        )
    return known


_BY_SPELLING: dict[str, str] = {name: name for name in BAND_NAMES} | {
    spelling: name for name, spellings in _SPELLINGS.items() for spelling in spellings
}
