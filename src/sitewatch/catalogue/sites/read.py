"""The sites of one file: one that is not usable never stops the others."""

import dataclasses
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sitewatch.catalogue.sites.facts import PRECISION, category_of, dates, find, get, metres, texts
from sitewatch.catalogue.sites.ids import IDS, LONGEST, NAMES, fingerprint, made_id, own_id
from sitewatch.catalogue.sites.shape import DEFAULT_RADIUS_M, area_of
from sitewatch.errors import SiteError, SitewatchError, VectorError
from sitewatch.io.vectors import Feature, read_features
from sitewatch.records import Category, Site

NOTES = "sitewatch_notes"
_TAKEN = {*PRECISION, "category", "since", "until", "events", "event", "sources", "source", NOTES}


@dataclass(frozen=True, slots=True)
class SiteReading:
    """Sites that can be used, and those that cannot.

    Attributes
    ----------
    sites : tuple of Site
        In file order; ids are unique.
    refused : tuple of (str, SitewatchError)
        What the file calls the site (or the file itself), and why it was refused.
    """

    sites: tuple[Site, ...]
    refused: tuple[tuple[str, SitewatchError], ...] = ()

    def require(self) -> tuple[Site, ...]:
        """Return the sites if there are any.

        Raises
        ------
        SitewatchError
            The refusal, if there is just one; a SiteError that counts them otherwise.
        """
        if self.sites:
            return self.sites
        if not self.refused:
            raise SiteError(
                "there is no site", "at least one is needed", "add one with `sitewatch sites add`"
            )
        name, first = self.refused[0]
        if len(self.refused) == 1:
            raise first
        raise SiteError(
            f"none of {len(self.refused)} sites can be used; the first, {name}: {first.found}",
            first.needed,
            first.do,
        )


@dataclass(frozen=True, slots=True)
class _Options:
    radius_m: float | None
    category: Category | None


@dataclass(frozen=True, slots=True)
class _Draft:
    site: Site
    position: int
    has_own_id: bool


def read_sites(path: Path, *, radius_m: float | None = None, category: Category | None = None) -> SiteReading:
    """Read the sites of a vector file.

    Parameters
    ----------
    path : Path
        GeoJSON, GeoPackage, KML/KMZ, shapefile, CSV.
    radius_m : float, optional
        Of the circle around each point, metres; the file's own ``radius_m`` by default, else 250.
    category : Category, optional
        Of all sites; by default what the file says, else ``other``.

    Returns
    -------
    SiteReading
        Ids are the file's own (``site_id``, ``id``), else made from the name, else from the position.

    Raises
    ------
    VectorError
        If the file cannot be read or holds nothing.
    SiteError
        If it is a table without coordinates.
    """
    if radius_m is not None and not 1 <= radius_m < math.inf:
        raise SiteError(f"a radius of {radius_m:g} m", "1 m or more is needed", "give another")
    features = read_features(path)
    if not features:
        raise VectorError(f"{path.name} holds no places", "at least one is needed", "check the file")
    options = _Options(radius_m, category)
    drafts: list[_Draft] = []
    refused: list[tuple[str, SitewatchError]] = []
    for position, feature in enumerate(features, 1):
        try:
            drafts.append(_draft(feature, position, path.stem, options))
        except SitewatchError as error:
            refused.append((_label(feature, position), error))
    reading = _unique(drafts, path.name)
    return SiteReading(reading.sites, (*refused, *reading.refused))


def _draft(feature: Feature, position: int, stem: str, options: _Options) -> _Draft:
    if feature.refusal is not None:
        raise feature.refusal
    facts = feature.properties
    given, id_notes = own_id(facts)
    category, category_notes = (options.category, ()) if options.category else category_of(facts)
    since, until = dates(facts)
    radius = options.radius_m or metres(facts, "radius_m", "radius", least=1.0) or DEFAULT_RADIUS_M
    geometry, shape_notes = area_of(feature.geometry, radius)
    site_id = given or made_id(facts, stem, geometry)
    notes = (*texts(get(facts, NOTES)), *feature.notes, *id_notes, *category_notes, *shape_notes)
    site = Site(
        id=site_id,
        name=str(get(facts, *NAMES) or site_id).strip(),
        category=category,
        geometry=geometry,
        since=since,
        until=until,
        events=str(get(facts, "events", "event") or ""),
        sources=texts(get(facts, "sources", "source")),
        precision_m=metres(facts, *PRECISION),
        notes=tuple(dict.fromkeys(notes)),
        properties=_rest(facts),
    )
    return _Draft(site, position, has_own_id=given is not None)


def _rest(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return what no field of a Site has taken up."""
    taken = {find(facts, *IDS), find(facts, *NAMES)}
    return {key: value for key, value in facts.items() if key.lower() not in _TAKEN and key not in taken}


def _label(feature: Feature, position: int) -> str:
    name = get(feature.properties, *NAMES, *IDS)
    return f"feature {position}" if name is None else str(name)


def _unique(drafts: Sequence[_Draft], file: str) -> SiteReading:
    """Tell namesakes apart by their position; refuse an id that the file itself gives twice."""
    uses = Counter(draft.site.id.casefold() for draft in drafts)
    first: dict[str, _Draft] = {}
    refused: list[tuple[str, SitewatchError]] = []
    for draft in drafts:
        site = draft.site
        if uses[site.id.casefold()] > 1 and not draft.has_own_id:
            # The whole group gets the mark, so that an id does not depend on the order in the file.
            site = dataclasses.replace(site, id=f"{site.id[: LONGEST - 7]}-{fingerprint(site.geometry)[:6]}")
        # Ids name folders, and some file systems do not tell upper from lower case.
        key = site.id.casefold()
        if key in first:
            refused.append((site.name, _twice(site.id, first[key], draft, file)))
        else:
            first[key] = dataclasses.replace(draft, site=site)
    return SiteReading(tuple(draft.site for draft in first.values()), tuple(refused))


def _twice(site_id: str, one: _Draft, other: _Draft, file: str) -> SiteError:
    return SiteError(
        f"{file} gives the id {site_id!r} to {one.site.name} (feature {one.position}) "
        f"and to {other.site.name} (feature {other.position})",
        "ids must be unique",
        "give one of them another id, or take it out if it is the same place",
    )
