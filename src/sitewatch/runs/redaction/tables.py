"""What an edition says of sites and changes: nothing but what is listed here, in new words where needed."""

import csv
import io
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shapely.geometry import Point, shape

from sitewatch.evidence import Outcome
from sitewatch.io.results import safe_cell
from sitewatch.runs.redaction.labels import Feature, Labels

Clean = Callable[[str], str]

# Enough to say how large and how sure, too few to be matched with another table.
_FIGURES = 3
_AREA = re.compile(r"\b\d{1,3}(?:,\d{3})+(?= m2)")
# "site Ashby" has become "site Site A".
_TWICE = re.compile(r"\bsite (Site [A-Z]+)\b")
_SITE = (
    "category", "verdict", "reason", "kinds", "changed_m2", "changed_m2_low", "changed_m2_high",
    "changed_fraction", "usable_fraction", "p_value", "q_value", "reference", "min_detectable_m2",
    "last_seen_unchanged", "first_seen_changed",
)  # fmt: skip
_CHANGE = ("kind", "confidence", "kinds", "area_m2", "evidence", "reasons", "rivals", "georeference")
_SCENE = ("sensor", "gsd_m", "credit", "licence")
_COLUMNS = ("site", *_SITE[:4], "changed_m2", "usable_fraction", "last_seen_unchanged", "first_seen_changed")


KEYS = (*_SITE, *_CHANGE, *_SCENE, "site", "id", "date", "status", "votes", "before", "after", "review")


@dataclass(frozen=True, slots=True)
class Manner:
    """How things are said in an edition.

    Attributes
    ----------
    labels : Labels
    clean : callable
        Takes identifiers out of a text.
    step : float or None
        Positions are multiples of so many degrees; None: there are none.
    """

    labels: Labels
    clean: Clean
    step: float | None


def site_entry(site: Feature, manner: Manner) -> dict[str, Any]:
    """Return a site as it is published: ``id``, ``geometry`` (shapely or None) and ``properties``."""
    name = manner.labels.sites[str(site["id"])]
    properties = {"site": name, **_properties(site["properties"], _SITE, manner.clean)}
    return {"id": name, "geometry": placed(site, manner.step), "properties": properties}


def change_entry(
    change: Feature, site: Feature | None, manner: Manner, outcome: Outcome | None
) -> dict[str, Any]:
    """Return a change as it is published, with what reviewers decided but not who they are.

    It stands where its site stands: several changes of a site, each rounded by itself, would tell on which
    side of a step the site lies.
    """
    said = change["properties"]
    name = manner.labels.changes[str(change["id"])]
    votes = len(outcome.votes) if outcome is not None else 0
    properties = {
        "id": name,
        "site": manner.labels.sites.get(said["site_id"] or ""),
        **_properties(said, _CHANGE, manner.clean),
        "review": {"status": outcome.status if outcome is not None else "unreviewed", "votes": votes},
    }
    return {"id": name, "geometry": placed(site or change, manner.step), "properties": properties}


def _properties(said: Mapping[str, Any], keys: Iterable[str], clean: Clean) -> dict[str, Any]:
    scenes = {side: _scene(said[side], clean) for side in ("before", "after")}
    return {**{key: _clean(said.get(key), clean) for key in keys}, **scenes}


def placed(feature: Feature, step: float | None) -> Point | None:
    """Return the middle of a feature, rounded to multiples of `step` degrees; None if it is withheld."""
    if step is None:
        return None
    middle = shape(feature["geometry"]).centroid
    decimals = max(0, math.ceil(-math.log10(step))) + 2
    lon, lat = (round(round(value / step) * step, decimals) for value in (middle.x, middle.y))
    return Point(lon, max(-90.0, min(90.0, lat)))


def table(entries: Iterable[Mapping[str, Any]]) -> str:
    """Return sites as CSV, a line a site."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for entry in entries:
        writer.writerow([safe_cell(_cell(entry["properties"][name])) for name in _COLUMNS])
    return text.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, Mapping):
        return "; ".join(f"{key} {item:g}" for key, item in value.items() if item)
    return "; ".join(value) if isinstance(value, list) else value


def _scene(said: Mapping[str, Any] | None, clean: Clean) -> dict[str, Any] | None:
    """Return a scene without its id and digest, and its date to the day: an hour names a satellite's pass."""
    if said is None:
        return None
    date = said["datetime"]
    return {"date": date and date[:10], **{key: _clean(said[key], clean) for key in _SCENE}}


def _clean(value: Any, clean: Clean) -> Any:
    """Round every number, and take identifiers out of every text."""
    if isinstance(value, str):
        rounded = _AREA.sub(lambda found: f"{_rounded(float(found[0].replace(',', ''))):,.0f}", clean(value))
        return _TWICE.sub(r"\1", rounded)
    if isinstance(value, float):
        return _rounded(value)
    if isinstance(value, Mapping):
        return {clean(key): _clean(item, clean) for key, item in value.items()}
    return [_clean(item, clean) for item in value] if isinstance(value, list) else value


def _rounded(value: float) -> float:
    return float(f"{value:.{_FIGURES}g}")
