"""What sites, changes and listed names are called in an edition."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sitewatch.evidence.identifiers import Names, labels

Feature = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Labels:
    """New names.

    Attributes
    ----------
    sites, changes : mapping of id to str
        In the order in which an edition lists them, which tells nothing of the order in the run.
    names : Names
        Of the sites, and those of the list, for texts.
    ordinary : tuple of str
        Names of sites that the edition cannot do without, as they are words that it uses itself; they are
        not replaced.
    """

    sites: Mapping[str, str]
    changes: Mapping[str, str]
    names: Names
    ordinary: tuple[str, ...]


def label(
    sites: Sequence[Feature], changes: Sequence[Feature], *, listed: Sequence[str], salt: str, words: set[str]
) -> Labels:
    """Give everything another name.

    Parameters
    ----------
    sites, changes : sequence of mapping
        Features of the run.
    listed : sequence of str
        Names that must not appear. One that is part of a site's name or id is called as the site is.
    salt : str
        What the order hangs on beside the ids.
    words : set of str
        Words that an edition uses itself, in lower case.
    """

    def order(feature: Feature) -> str:
        return hashlib.sha256(f"{salt} {feature['id']}".encode()).hexdigest()

    site_labels = dict(
        zip((str(site["id"]) for site in sorted(sites, key=order)), labels("Site"), strict=False)
    )
    change_labels = {
        str(change["id"]): f"change-{number:04d}"
        for number, change in enumerate(sorted(changes, key=order), 1)
    }
    instead: dict[str, str] = {}
    for site in sites:
        for name in (site["properties"]["name"], site["properties"]["site_id"]):
            if name:
                instead.setdefault(str(name), site_labels[str(site["id"])])
    ordinary = tuple(name for name in instead if is_ordinary(name, words))
    known = {name: said for name, said in instead.items() if name not in ordinary}
    fresh = labels("Name")
    for name in listed:
        if name not in known:
            known[name] = _holder(name, instead) or next(fresh)
    return Labels(site_labels, change_labels, Names(known), ordinary)


def is_ordinary(name: str, words: Iterable[str]) -> bool:
    """Tell whether a name is made of given words and numbers alone, so that it cannot be told from them."""
    parts = [part for part in re.split(r"[\W_]+", name.casefold()) if part]
    return all(part in words or part.isdigit() for part in parts)


def _holder(name: str, instead: Mapping[str, str]) -> str | None:
    """Return the label of the site whose name or id holds a name; None if there is none, or are several."""
    probe = Names({name: ""})
    held = {said for other, said in instead.items() if any(probe.found_in(other))}
    return held.pop() if len(held) == 1 else None
