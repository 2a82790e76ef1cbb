"""The placebo test of a site in words and bars, so that a critic sees what its p-value stands on."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from sitewatch.report.page.cards import PlaceboCard

# The range of the logarithm of a score that the counts cover: see `verdicts.placebo.COUNT_STEPS`.
_LOW, _HIGH = -9.25, 0.05

_NUMBERS = (
    ("pooled", "p, quiet places of other pairs"),
    ("scene", "p, other places of this scene"),
    ("plain_pooled", "p of plain change, other pairs"),
    ("plain_scene", "p of plain change, this scene"),
    ("surest", "surest detection inside"),
    ("level_rank", "quiet pairs as restless as this scene"),
    ("pool", "pool"),
    ("pool_grounds", "pairs in the pool"),
    ("pool_placements", "places most like the site"),
    ("support", "distance of the 50th of them"),
    ("usual_support", "usual up to"),
    ("placements", "places in this scene"),
    ("shrunk", "times smaller than the site"),
    ("effective", "independent of one another, about"),
    ("area_ratio", "site over ground seen"),
)


def placebo_card(said: Mapping[str, Any] | None) -> PlaceboCard | None:
    """Put a site's entry under ``verdicts.sites`` of ``run.json`` into words; None without one."""
    if not said:
        return None
    score = _number((said.get("measured") or {}).get("score"))
    return PlaceboCard(
        bars=_bars(said.get("pooled_counts") or ()),
        ticks=_bars(said.get("scene_counts") or ()),
        site=0.0 if math.isnan(score) else min(max((score - _LOW) / (_HIGH - _LOW), 0.0), 1.0),
        facts=tuple((title, _words(said[name])) for name, title in _NUMBERS if said.get(name)),
    )


def _bars(counts: Sequence[Any]) -> tuple[tuple[float, float], ...]:
    most = max((_number(count) for count in counts), default=0.0)
    if not most > 0:
        return ()
    return tuple((place / len(counts), _number(count) / most) for place, count in enumerate(counts) if count)


def _number(value: Any) -> float:
    return float(value) if isinstance(value, (int, float)) else math.nan


def _words(value: Any) -> str:
    return str(value) if isinstance(value, (str, int)) else f"{_number(value):.3g}"
