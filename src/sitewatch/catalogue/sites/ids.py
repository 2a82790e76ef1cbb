"""Ids of sites: the file's own where they are good, else made from the name, else from the position."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from sitewatch.catalogue.sites.facts import get
from sitewatch.errors import SiteError

IDS = ("site_id", "siteid", "id")
NAMES = ("name", "title", "label", "site_name", "village", "settlement")
# Auto-numbers of GIS programs: unique in their file only.
NUMBERS = ("fid", "objectid", "ogc_fid")
LONGEST = 64
# The run folder of `compare` gives this name to the whole overlap of two scenes.
RESERVED = ("overlap",)


def own_id(properties: Mapping[str, Any]) -> tuple[str | None, tuple[str, ...]]:
    """Return the id that the file gives, and a note where it had to be rewritten.

    Raises
    ------
    SiteError
        If the id means something else to sitewatch.
    """
    raw = get(properties, *IDS)
    if raw is None:
        return None, ()
    text = f"{raw:g}" if isinstance(raw, float) else str(raw).strip()
    if text in RESERVED:
        raise SiteError(
            f"the id {text!r}", "that name means the whole overlap of two scenes", "choose another"
        )
    if re.fullmatch(rf"[A-Za-z0-9][A-Za-z0-9_-]{{0,{LONGEST - 1}}}", text):
        return text, ()
    written = slug(text) or None
    return written, (f"the id {text!r} is written {written}",) if written else ()


def slug(text: str) -> str:
    """Return a name as an id: lower case, letters and digits with ``-`` between; "" if nothing is left."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    written = re.sub(r"[^a-z0-9_]+", "-", plain.lower()).strip("-_")[:LONGEST].rstrip("-_")
    return f"{written}-site" if written in RESERVED else written


def fingerprint(shape: BaseGeometry) -> str:
    """Return 8 hexadecimal digits of where a shape lies (to 7 decimals), however it is drawn."""
    exact: BaseGeometry = shapely.set_precision(shape, 1e-7)
    return hashlib.sha256(shapely.to_wkb(shapely.normalize(exact))).hexdigest()[:8]


def made_id(properties: Mapping[str, Any], stem: str, shape: BaseGeometry) -> str:
    """Return an id where the file gives none: the name, or the file and its number, or the position."""
    number = get(properties, *NUMBERS)
    return (
        slug(str(get(properties, *NAMES) or ""))
        or slug("" if number is None else f"{stem}-{number}")
        or f"site-{fingerprint(shape)}"
    )
