"""What is said of a change, a site and a scene: the properties of the run folder's interface.

Numbers are rounded, so that the same findings give the same bytes.
"""

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sitewatch.records import KINDS, Building, Change, Measurement, Pair, Rival, Scene, Verdict

CHANGE_PROPERTIES = (
    "id", "site_id", "kind", "confidence", "kinds", "area_m2", "before", "after", "evidence", "reasons",
    "rivals", "georeference", "review", "chip", "run_id",
)  # fmt: skip
SITE_PROPERTIES = (
    "site_id", "name", "category", "verdict", "reason", "kinds", "changed_m2", "changed_fraction",
    "usable_fraction", "p_value", "q_value", "reference", "min_detectable_m2", "last_seen_unchanged",
    "first_seen_changed", "before", "after",
    # Beyond the interface.
    "changed_m2_low", "changed_m2_high", "changed_fraction_low", "changed_fraction_high",
    "unseen", "findings",
)  # fmt: skip

_PROBABILITY_DECIMALS = 4
_FIGURES = 6
_DATE_FORMATS = {"year": "%Y", "month": "%Y-%m", "day": "%Y-%m-%d", "second": "%Y-%m-%dT%H:%M:%SZ"}


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A change, the pair in which it was seen, and the file name of its chip (None: none was drawn)."""

    change: Change
    pair: Pair
    chip: str | None = None


def scene_block(scene: Scene) -> dict[str, Any]:
    """Return what a change or a verdict says of a scene."""
    return {
        "scene_id": scene.id,
        "datetime": date_text(scene),
        "sensor": scene.sensor,
        "gsd_m": _figures(scene.gsd_m),
        "credit": scene.credit,
        "licence": scene.licence,
        "sha256": scene.sha256,
    }


def date_text(scene: Scene) -> str | None:
    """Return a scene's date in ISO 8601, as far as it is known: ``2017-09`` for a month. None: no date."""
    if scene.datetime is None:
        return None
    moment = scene.datetime.astimezone(dt.UTC) if scene.datetime.tzinfo else scene.datetime
    return moment.strftime(_DATE_FORMATS[scene.date_precision])


def change_properties(row: ChangeRow, run_id: str) -> dict[str, Any]:
    """Return the properties of a Feature of ``changes.geojson``."""
    change, pair = row.change, row.pair
    return {
        "id": change.id,
        "site_id": change.site_id,
        "kind": change.kind,
        "confidence": _probability(change.confidence),
        "kinds": {kind: _probability(change.kinds.get(kind, 0.0)) for kind in KINDS},
        "area_m2": _figures(change.area_m2),
        "before": scene_block(pair.before),
        "after": scene_block(pair.after),
        "evidence": {name: _measured(value) for name, value in change.evidence.items()},
        "reasons": change.reasons,
        "rivals": [_rival(rival) for rival in change.rivals],
        "georeference": _georeference(pair),
        "review": {"status": "unreviewed", "votes": []},
        "chip": f"chips/{row.chip}" if row.chip is not None else None,
        "run_id": run_id,
    }


def site_properties(verdict: Verdict) -> dict[str, Any]:
    """Return the properties of a Feature of ``sites.geojson``."""
    unchanged, changed = _seen_dates(verdict)
    return {
        "site_id": verdict.site.id,
        "name": verdict.site.name,
        "category": verdict.site.category,
        "verdict": verdict.verdict,
        "reason": verdict.reason,
        "kinds": verdict.kinds,
        "changed_m2": _by_kind(verdict.changed_m2),
        "changed_fraction": _by_kind(verdict.changed_fraction),
        "usable_fraction": _probability(verdict.usable_fraction),
        "p_value": _optional(verdict.p_value),
        "q_value": _optional(verdict.q_value),
        "reference": verdict.reference,
        "min_detectable_m2": _by_kind(verdict.min_detectable_m2),
        "last_seen_unchanged": unchanged,
        "first_seen_changed": changed,
        "before": scene_block(verdict.before) if verdict.before is not None else None,
        "after": scene_block(verdict.after) if verdict.after is not None else None,
        "changed_m2_low": _ends(verdict.changed_m2_range, 0),
        "changed_m2_high": _ends(verdict.changed_m2_range, 1),
        "changed_fraction_low": _ends(verdict.changed_fraction_range, 0),
        "changed_fraction_high": _ends(verdict.changed_fraction_range, 1),
        "unseen": {unseen_key(word): _probability(share) for word, share in verdict.unseen.items()},
        "findings": verdict.findings,
    }


def building_properties(building: Building, pair: Pair, site_id: str | None, run_id: str) -> dict[str, Any]:
    """Return the properties of a Feature of ``buildings.geojson``."""
    return {
        "id": building.footprint.id,
        "site_id": site_id,
        "damage": building.damage,
        "score": _probability(building.score),
        "seen_fraction": _probability(building.seen),
        "evidence": {name: _measured(value) for name, value in building.evidence.items()},
        "before": scene_block(pair.before),
        "after": scene_block(pair.after),
        "georeference": _georeference(pair),
        "run_id": run_id,
    }


def unseen_key(word: str) -> str:
    """Return the name of a reason of `records.UNSEEN` as a property has it."""
    return word.replace(" ", "_").replace("'", "")


def _georeference(pair: Pair) -> str:
    return "approximate" if "approximate" in {pair.before.georeference, pair.after.georeference} else "true"


def _seen_dates(verdict: Verdict) -> tuple[str | None, str | None]:
    """Return the last date of the old state and the first of the new, to the day."""
    before, after = (
        date_text(scene) if scene is not None else None
        for scene in (
            verdict.seen_unchanged or verdict.before,
            verdict.seen_changed or verdict.after,
        )
    )
    if verdict.verdict == "change":
        return before and before[:10], after and after[:10]
    if verdict.verdict == "no_visible_change":
        last = date_text(verdict.after) if verdict.after is not None else None
        return last and last[:10], None
    return None, None


def _by_kind(values: Mapping[Any, float]) -> dict[str, Any]:
    return {kind: _figures(values[kind]) for kind in KINDS if kind in values}


def _ends(ranges: Mapping[Any, tuple[float, float]], which: int) -> dict[str, Any]:
    return _by_kind({kind: ends[which] for kind, ends in ranges.items()})


def _rival(rival: Rival) -> dict[str, Any]:
    measurement = _measured(rival.measurement) if rival.measurement is not None else None
    return {
        "name": rival.name,
        "stance": rival.stance,
        "sentence": rival.sentence,
        "measurement": measurement,
        "vetoes": rival.vetoes,
    }


def _measured(measurement: Measurement) -> dict[str, Any]:
    return {"value": _figures(measurement.value), "unit": measurement.unit}


def _probability(value: float) -> float | None:
    return round(float(value), _PROBABILITY_DECIMALS) if math.isfinite(value) else None


def _optional(value: float | None) -> float | None:
    return None if value is None else _figures(value)


def _figures(value: float) -> float | None:
    """Round to six significant figures: more than any measurement here holds, fewer than rounding noise."""
    return float(f"{float(value):.{_FIGURES}g}") if math.isfinite(value) else None


def plain(value: Any) -> Any:
    """Return a value as JSON knows it: NaN is null, a date ISO 8601, anything else text."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if hasattr(value, "item"):  # a number of numpy's
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if isinstance(value, (str, int, float, bool, type(None))) else _text(value)


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, (dt.date, dt.datetime)) else str(value)
