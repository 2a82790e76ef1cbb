"""The files of an edition."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from sitewatch import __version__
from sitewatch.evidence import Log, outcomes
from sitewatch.io.results import Run, read_features
from sitewatch.io.vectors import geojson_text
from sitewatch.records import CATEGORIES
from sitewatch.report.words import KIND_TITLES, VERDICT_TITLES
from sitewatch.runs.redaction.labels import Feature
from sitewatch.runs.redaction.pictures import cut_pair
from sitewatch.runs.redaction.tables import KEYS, Manner, change_entry, site_entry, table

EDITION = "edition.json"
TITLE = "Changes seen in satellite imagery"

_TEMPLATE = Path(__file__).with_name("edition.html.jinja")
_WORDS = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class Wishes:
    """How much an edition tells.

    Attributes
    ----------
    step : float or None
        Positions are rounded to multiples of so many degrees; None: there are none.
    names : tuple of str
        Names that must not appear, beside those of the sites.
    pictures : bool
        Whether there are any.
    """

    step: float | None = None
    names: tuple[str, ...] = ()
    pictures: bool = True


def write_edition(folder: Path, run: Run, manner: Manner, wishes: Wishes, *, sealed: str) -> int:
    """Write all files of an edition but its manifest, and return how many pictures there are.

    Parameters
    ----------
    sealed : str
        Digest of the run's manifest.

    Raises
    ------
    RunError
        If the record of decisions was changed.
    """
    decided = outcomes(Log.of(run.path).votes())
    sites, changes = (_by_id(read_features(run, name)) for name in ("sites", "changes"))
    site_entries = [site_entry(sites[name], manner) for name in manner.labels.sites]
    change_entries = []
    for name, label in manner.labels.changes.items():
        site = sites.get(changes[name]["properties"]["site_id"] or "")
        entry = change_entry(changes[name], site, manner, decided.get(name))
        cut = cut_pair(run.path, changes[name], label, folder) if wishes.pictures else None
        entry["properties"] |= cut.to_dict() if cut is not None else {"pictures": None, "width_m": None}
        change_entries.append(entry)
    texts = {
        "sites.geojson": geojson_text(site_entries),
        "changes.geojson": geojson_text(change_entries),
        "sites.csv": table(site_entries),
        "index.html": _page(wishes, site_entries, change_entries),
        EDITION: _facts(wishes, [*site_entries, *change_entries], sealed),
    }
    for file, text in texts.items():
        (folder / file).write_text(text, "utf-8", newline="\n")
    return 2 * sum(entry["properties"]["pictures"] is not None for entry in change_entries)


def ordinary_words() -> set[str]:
    """Return the words that every edition uses, in lower case."""
    titles = (*VERDICT_TITLES, *VERDICT_TITLES.values(), *KIND_TITLES, *KIND_TITLES.values())
    abouts = (*_about(Wishes(0.1)), *_about(Wishes()))
    facts = _facts(Wishes(), [], "")
    said = (
        TITLE,
        _TEMPLATE.read_text("utf-8"),
        *titles,
        *abouts,
        *CATEGORIES,
        *KEYS,
        facts,
        "pictures width",
    )
    return set(_WORDS.findall(" ".join(said).lower()))


def _by_id(features: Iterable[Feature]) -> dict[str, Feature]:
    return {str(feature["id"]): feature for feature in features}


def _facts(wishes: Wishes, entries: Iterable[Mapping[str, Any]], sealed: str) -> str:
    credits = {
        (scene["credit"], scene["licence"])
        for entry in entries
        for side in ("before", "after")
        if (scene := entry["properties"][side]) is not None
    }
    facts = {
        "edition": "redacted",
        "sitewatch": __version__,
        "about": _about(wishes),
        "position_step_degrees": wishes.step,
        "credits": [{"credit": credit, "licence": licence} for credit, licence in sorted(credits, key=str)],
        # Binds the edition to its run, and tells nothing of it to those who do not have it.
        "manifest_sha256": sealed,
    }
    return json.dumps(facts, indent=2, ensure_ascii=False) + "\n"


def _about(wishes: Wishes) -> list[str]:
    where = (
        f"Positions are rounded to {wishes.step:g} degrees and outlines are withheld."
        if wishes.step is not None
        else "Positions and outlines are withheld."
    )
    return [
        "This is a redacted edition of an analysis by sitewatch, for publication.",
        f"{where} Names of sites, scenes and reviewers, and the times of day of the scenes, are withheld; "
        "areas and evidence are rounded to three figures.",
        "Detections were found by a program. The full analysis is kept by those who publish this.",
    ]


def _page(wishes: Wishes, sites: Iterable[Mapping[str, Any]], changes: Iterable[Mapping[str, Any]]) -> str:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATE.parent), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template(_TEMPLATE.name).render(
        title=TITLE,
        about=_about(wishes),
        sites=[entry["properties"] for entry in sites],
        changes=[entry["properties"] for entry in changes],
        verdicts=VERDICT_TITLES,
        kinds=KIND_TITLES,
    )
