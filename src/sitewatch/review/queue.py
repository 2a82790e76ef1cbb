"""In which order one reviewer looks at what, and what of it they are shown.

First comes what is most worth a look: detections that are unsure, on which a site's verdict rests, and that
are large. Controls lie between them at places that nobody can foresee who does not hold their key. The order
tells a little of the tool's confidence (what comes late is surer, or smaller): it is the price of looking at
the important things first.
"""

import hashlib
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from sitewatch.evidence import Log, Outcome, outcomes
from sitewatch.io.results import Run, read_features
from sitewatch.review.controls import read_controls, salt
from sitewatch.review.items import Item, detections

# What the three weigh: how unsure, how much of its site's verdict rests on it, how large.
_UNSURE, _RESTS, _LARGE = 0.5, 0.3, 0.2
_TYPED = ("construction", "burning", "demolition")
# What every reviewer is sent; and what only those are sent who may see what the program thinks.
SHOWN = ("id", "site_id", "area_m2", "before", "after", "georeference", "run_id")
OPINION = ("kind", "kinds", "confidence", "evidence", "reasons", "rivals")


def queue_for(run: Run, reviewer: str, lead: bool = False) -> list[Item]:
    """Return what somebody shall look at, in order.

    Parameters
    ----------
    reviewer : str
        Who looks. The order is the same every time, but for what they have decided meanwhile.
    lead : bool
        Return what waits for the lead instead: what reviewers disagree about, then what they are unsure of,
        with their votes.

    Returns
    -------
    list of Item
        What this reviewer has not decided yet, then the rest; detections and controls alike. Only the lead's
        items have `votes`; no other ones hold anything of what others said.

    Raises
    ------
    RunError
        If the record of decisions or the key of the controls was changed.
    """
    decided = outcomes(Log.of(run.path).votes())
    order = _by_worth(run, detections(run))
    if lead:
        return _waiting(order, decided)
    mixed = _mixed(order, read_controls(run), _chance(run, reviewer))
    mine = {name for name, outcome in decided.items() if _said(outcome, reviewer)}
    return sorted(mixed, key=lambda item: item.id in mine)


def blinded(item: Item, show_confidence: bool = False) -> dict[str, Any]:
    """Return the Feature of an item as it may be sent to a reviewer.

    Parameters
    ----------
    show_confidence : bool
        Whether the lead lets reviewers see what the program thinks: kind, confidence, measurements, reasons
        and rivals.

    Returns
    -------
    dict
        Without anything that tells what others said, whether it is a control, or, unless that is shown, what
        the program thinks. Its id has a letter of the kind in it: `items.handle` gives a name without one.
    """
    names = (*SHOWN, *OPINION) if show_confidence else SHOWN
    said = item.feature["properties"]
    return {
        "type": "Feature",
        "id": item.id,
        "geometry": item.feature["geometry"],
        "properties": {name: said[name] for name in names if name in said},
    }


def worth(probability: float, rests: float, area: float) -> float:
    """Return how much a detection is worth a look, 0..1.

    Parameters
    ----------
    probability : float
        That something happened, 0..1; NaN counts as one half: nothing is known.
    rests : float
        Share of its site's verdict that rests on it, 0..1.
    area : float
        Its place among the areas of the run, 0 (smallest) to 1.
    """
    unsure = 1.0 if math.isnan(probability) else 1 - abs(2 * probability - 1)
    return _UNSURE * unsure + _RESTS * rests + _LARGE * area


def _by_worth(run: Run, items: Sequence[Item]) -> list[Item]:
    ranks = _ranks([item.feature["properties"]["area_m2"] for item in items])
    rests = _rests(items, _verdicts(run))
    found = [
        worth(_probability(item.feature["properties"]), share, rank)
        for item, share, rank in zip(items, rests, ranks, strict=True)
    ]
    # Ties, which are many where nothing is calibrated, fall by id.
    order = sorted(range(len(items)), key=lambda place: (-round(found[place], 9), items[place].id))
    return [items[place] for place in order]


def _probability(said: Mapping[str, Any]) -> float:
    """Return the confidence, or without one the probability of the kind, or NaN."""
    found = said["confidence"] if said["confidence"] is not None else said["kinds"].get(said["kind"])
    return math.nan if found is None else float(found)


def _ranks(areas: Sequence[float | None]) -> list[float]:
    values = np.array([math.nan if area is None else area for area in areas], float)
    known = np.sort(values[np.isfinite(values)])
    return [
        float(np.searchsorted(known, area, "right") / len(known)) if math.isfinite(area) else 0.0
        for area in values
    ]


def _verdicts(run: Run) -> dict[str | None, str]:
    return {
        site["properties"]["site_id"]: site["properties"]["verdict"] for site in read_features(run, "sites")
    }


def _rests(items: Sequence[Item], verdicts: Mapping[str | None, str]) -> list[float]:
    """Return for each item which part of its kinds' area in its site is its own.

    The verdict of a site that is called changed rests on it so far; that of one that is not would fall with
    it. About a site of which too little was seen nothing is said, whatever is found.
    """
    total: dict[str | None, float] = defaultdict(float)
    for item in items:
        total[item.site_id] += _typed_area(item)
    return [
        _typed_area(item) / total[item.site_id]
        if total[item.site_id] > 0 and verdicts.get(item.site_id) != "not_assessable"
        else 0.0
        for item in items
    ]


def _typed_area(item: Item) -> float:
    said = item.feature["properties"]
    return float(said["area_m2"] or 0.0) if said["kind"] in _TYPED else 0.0


def _waiting(order: Iterable[Item], decided: Mapping[str, Outcome]) -> list[Item]:
    open_ = [
        replace(item, votes=decided[item.id].votes)
        for item in order
        if item.id in decided
        and decided[item.id].adjudication is None
        and (decided[item.id].disputed or decided[item.id].status == "uncertain")
    ]
    return sorted(open_, key=lambda item: not decided[item.id].disputed)


def _mixed(order: Sequence[Item], controls: Sequence[Item], rng: np.random.Generator) -> list[Item]:
    """Put the controls, shuffled, at chosen places between the detections, whose order stays."""
    places = set(rng.choice(len(order) + len(controls), len(controls), replace=False).tolist())
    shuffled = iter([controls[place] for place in rng.permutation(len(controls))])
    rest = iter(order)
    return [next(shuffled if place in places else rest) for place in range(len(order) + len(controls))]


def _chance(run: Run, reviewer: str) -> np.random.Generator:
    text = "|".join(["queue", run.info["run_id"], reviewer, salt(run)])
    return np.random.default_rng(int.from_bytes(hashlib.sha256(text.encode()).digest()))


def _said(outcome: Outcome, reviewer: str) -> bool:
    return any(vote.decision.reviewer == reviewer for vote in outcome.votes)
