"""The sentences of a site's page: what is seen, how sure, what was ruled out."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sitewatch.records import KINDS, Change, Pair, Rival
from sitewatch.report.chips.captions import Passage, bounded, confidence_words, date_words
from sitewatch.report.chips.lettering import clean
from sitewatch.report.document.material import Ground, Told
from sitewatch.report.words import KIND_TITLES, area_words

# Rivals are put into words by the change that is largest and surest; the others are counted.
_REFERENCES = {
    "pooled": "look-alike places in other pairs of this class of sensor",
    "scene": "other places in the same two scenes",
    "weak": "places of which few are like it, so this number is a weak one",
}
_MOST_REASONS = 4


def said(text: object, most: int = 1500) -> str:
    """Return a text of a file's in one line, without control characters, of bounded length."""
    return bounded(clean(str(text)), most)


def site_passages(ground: Ground) -> tuple[Passage, ...]:
    """Write what is said of a site beside its figures."""
    return (
        Passage("What is seen", tuple(_seen(ground))),
        Passage("How sure", tuple(_sure(ground))),
        Passage("What was ruled out, and what was not", tuple(_ruled_out(ground.shown))),
    )


def _seen(ground: Ground) -> Iterator[str]:
    pair, shown = ground.pair, ground.shown
    if pair.before.datetime is None and pair.after.datetime is None:
        yield f"Between two scenes whose dates are not stated: {_tally(shown)}."
    else:
        yield f"Between {date_words(pair.before)} and {date_words(pair.after)}: {_tally(shown)}."
    for kind, area in _areas(shown):
        low, high = (_number(ground.said.get(f"changed_m2_{end}"), kind) for end in ("low", "high"))
        sentence = f"{KIND_TITLES[kind]}: {area_words(area)} in the outlines shown"
        if not (math.isnan(low) or math.isnan(high)):
            sentence += f"; 95 % interval of the area in the site {area_words(low)} to {area_words(high)}"
        yield f"{sentence}."
    if ground.said.get("reason"):
        yield f"The program's verdict: {said(ground.said['reason'])}."
    if shown:
        best = shown[0].change
        which = "it" if len(shown) == 1 else f"{best.id}, the first of them,"
        reasons = " ".join(said(reason) for reason in best.reasons[:_MOST_REASONS])
        yield f"Why {which} was reported: {reasons or 'no reasons were recorded.'}"
    usable = ground.said.get("usable_fraction")
    if isinstance(usable, (int, float)):
        yield f"{usable * 100:.0f} % of the site could be seen on both dates."
    if ground.rejected:
        yield f"{_count(ground.rejected, 'detection')} that reviewers rejected are not shown."


def _sure(ground: Ground) -> Iterator[str]:
    if ground.shown:
        first = ground.shown[0]
        which = "" if len(ground.shown) == 1 else f"{first.change.id}: "
        yield f"{which}{confidence_words(first.change)}"
    yield _review(ground.shown)
    yield from test_sentences(ground.said)
    for caution in ground.pair.cautions:
        yield f"Caution: {said(caution)}."


def test_sentences(properties: Mapping[str, Any]) -> Iterator[str]:
    """Say in plain words what the p-value and the q-value of a site mean, or that there is none."""
    p, q = _value(properties.get("p_value")), _value(properties.get("q_value"))
    reference = _REFERENCES.get(str(properties.get("reference")))
    if not math.isnan(p) and reference is not None:
        yield (
            f"p = {p:.2g}: {_in_plain(p)} of the places at which nothing is known to have happened shows as "
            f"much as this site. It was compared with {reference}."
        )
    elif properties:
        yield "No p-value: there was nothing quiet to compare the site with."
    if not math.isnan(q):
        yield (
            f"q = {q:.2g}: if this site and all that stand out more are called changed, about "
            f"{max(q * 100, 0.1):.2g} % of them are expected to be called so wrongly."
        )
    elif properties and not math.isnan(p):
        yield "No q-value: the site was not in the list whose share of errors is controlled."


def _in_plain(p: float) -> str:
    return f"about one in {round(1 / p):,}" if 0 < p < 0.4 else f"about {p * 100:.0f} %"


def _review(shown: Sequence[Told]) -> str:
    counts = Counter(told.standing.status for told in shown)
    if set(counts) <= {"unreviewed"}:
        return "Nobody has reviewed these detections yet. None was validated in the field."
    parts = ", ".join(f"{count} {status}" for status, count in sorted(counts.items()))
    return f"In review, of {_count(len(shown), 'detection')}: {parts}. None was validated in the field."


def _ruled_out(shown: Sequence[Told]) -> Iterator[str]:
    names = dict.fromkeys(rival.name for told in shown for rival in told.change.rivals)
    if not names:
        yield "No other explanation was tried."
    for name in names:
        rivals = [
            (told.change, rival) for told in shown for rival in told.change.rivals if rival.name == name
        ]
        yield _rival_sentence(name, rivals)


def _rival_sentence(name: str, rivals: Sequence[tuple[Change, Rival]]) -> str:
    counts = Counter(rival.stance for _, rival in rivals)
    words = {
        "against": "ruled out",
        "for": "not ruled out, it fits",
        "undecided": "undecided",
        "not_checked": "could not be checked",
    }
    tally = ", ".join(
        f"{words[stance]} at {count}" for stance, count in sorted(counts.items(), key=lambda item: -item[1])
    )
    first = next((pair for pair in rivals if pair[1].sentence), None)
    told = f" At {first[0].id}: {said(first[1].sentence)}" if first is not None else ""
    if len(rivals) == 1:
        told = f" {said(first[1].sentence)}" if first is not None else ""
        return f"{said(name).capitalize()}: {words[rivals[0][1].stance]}.{told}"
    return f"{said(name).capitalize()}: {tally} of {len(rivals)}.{told}"


def _tally(shown: Sequence[Told]) -> str:
    counts = Counter(told.change.kind for told in shown)
    named = {kind: "other change" if kind == "other" else kind for kind in KINDS if counts[kind]}
    if len(named) == 1:
        return f"{_count(len(shown), 'change')} ({next(iter(named.values()))})"
    parts = ", ".join(f"{counts[kind]} {words}" for kind, words in named.items())
    return f"{_count(len(shown), 'change')} ({parts})" if parts else "no change is shown"


def _areas(shown: Sequence[Told]) -> Iterator[tuple[Any, float]]:
    for kind in KINDS:
        areas = [told.change.area_m2 for told in shown if told.change.kind == kind]
        if areas:
            yield kind, sum(areas)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _number(values: Any, name: str) -> float:
    return _value(values.get(name)) if isinstance(values, Mapping) else math.nan


def _value(value: Any) -> float:
    return float(value) if isinstance(value, (int, float)) else math.nan


def map_caption(ground: Ground, name: str) -> str:
    """Write the caption of a site's map."""
    pair: Pair = ground.pair
    return (
        f"{name}: {_count(len(ground.shown), 'change')} shown in this report, on the scene of "
        f"{date_words(pair.after)}, registered to the scene of {date_words(pair.before)}. "
        "The scale bar is true here; the arrow shows true north."
    )
