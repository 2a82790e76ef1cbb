"""A run's findings put into one document, whatever it is written as."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

from sitewatch import __version__
from sitewatch.catalogue.sensors import title
from sitewatch.records import KINDS, Scene
from sitewatch.report.chips.captions import Passage, date_words
from sitewatch.report.chips.facts import credit_lines
from sitewatch.report.document.material import Ground, Listed, Source, Told
from sitewatch.report.document.pictures import change_figure, map_figure
from sitewatch.report.document.records import Document, Figure, SceneRow, SitePage, SummaryRow
from sitewatch.report.document.sentences import said, site_passages
from sitewatch.report.words import (
    CONFIDENCE_WORDS,
    SCALE_NAME,
    VERDICT_MEANINGS,
    VERDICT_TITLES,
    area_words,
    confidence_word,
)

OVERLAP_NAME = "Elsewhere in the two scenes"
_TITLES: Mapping[str, str] = {str(word): text for word, text in VERDICT_TITLES.items()}


def build(source: Source, grounds: Sequence[Ground], listed: Sequence[Listed]) -> Document:
    """Build the document: a page a ground, in the order given, figures numbered through.

    Parameters
    ----------
    listed : sequence of Listed
        Every site of the run, for the table.
    """
    numbers = count(1)
    pages = tuple(_page(ground, numbers) for ground in grounds)
    return Document(
        title=said(source.title, 200),
        subtitle=f"Run {said(source.info.get('run_id', 'without a name'), 100)}",
        lede=tuple(_lede(source, grounds, listed)),
        facts=tuple(_facts(source)),
        summary=tuple(_row(site, pages) for site in listed),
        pages=pages,
        method=tuple(_method(source)),
        credits=tuple(_credits(grounds)),
    )


def _page(ground: Ground, numbers: "count[int]") -> SitePage:
    name = said(ground.said.get("name") or OVERLAP_NAME, 200)
    site_map = map_figure(ground, name, next(numbers))
    figures = tuple(
        change_figure(told.change.id, told.chip, name, next(numbers))
        for told in ground.shown
        if told.chip is not None
    )
    passages = site_passages(ground)
    left = len(ground.shown) - len(figures)
    if left > 0:
        first = passages[0]
        more = (
            f"{left} more {'is' if left == 1 else 'are'} on the map and in changes.geojson, without a figure."
        )
        passages = (replace(first, paragraphs=(*first.paragraphs, more)), *passages[1:])
    return SitePage(
        name=name,
        line=_line(ground.said),
        passages=passages,
        map=site_map,
        figures=figures,
        scenes=(scene_row("before", ground.pair.before), scene_row("after", ground.pair.after)),
    )


def scene_row(role: str, scene: Scene) -> SceneRow:
    """Put a scene into words."""
    return SceneRow(
        role=role,
        id=said(scene.id, 200),
        date=date_words(scene),
        sensor=title(scene.sensor) if scene.sensor != "unknown" else "not stated",
        gsd=f"{scene.gsd_m:.3g} m",
        product=said(scene.product_id, 200) if scene.product_id else "not stated",
        credit=said(scene.credit or "not stated"),
        licence=said(scene.licence or "not stated"),
        sha256=scene.sha256 or "not taken",
    )


def _line(properties: Mapping[str, Any]) -> str:
    if not properties:
        return "what both scenes show, outside of any listed site"
    parts = (
        said(properties.get("category") or "site", 40).replace("_", " "),
        f"id {said(properties.get('site_id'), 100)}",
        f"verdict of the program: {_TITLES.get(str(properties.get('verdict')), 'none').lower()}",
    )
    return " \N{MIDDLE DOT} ".join(parts)


def _row(site: Listed, pages: Sequence[SitePage]) -> SummaryRow:
    facts, page = site.said, pages[site.page] if site.page is not None else None
    counts = Counter(told.standing.status for told in site.changes)
    reviewed = ", ".join(f"{number} {status}" for status, number in sorted(counts.items()))
    return SummaryRow(
        site=said(facts.get("name") or facts.get("site_id") or OVERLAP_NAME, 120),
        verdict=_TITLES.get(str(facts.get("verdict")), "no verdict"),
        changed=_changed(site),
        sure=_surest(site.changes),
        reviewed=reviewed or "nothing to review",
        tested=_tested(facts),
        figures=_figures([page.map, *page.figures]) if page is not None else "none",
        reason=said(facts.get("reason") or "outside of any listed site", 400),
    )


def _changed(site: Listed) -> str:
    """Say what changed: as the program measured it in the site, or as reviewers left it."""
    measured = site.said.get("changed_m2")
    if isinstance(measured, Mapping) and all(told.standing.status == "unreviewed" for told in site.changes):
        areas = {kind: float(measured.get(kind) or 0.0) for kind in KINDS}
        note = ""
    else:
        kept = [told.change for told in site.changes if told.standing.status != "rejected"]
        areas = {kind: sum(change.area_m2 for change in kept if change.kind == kind) for kind in KINDS}
        note = (
            " (as reviewed)"
            if len(kept) < len(site.changes)
            or any(told.standing.status != "unreviewed" for told in site.changes)
            else ""
        )
    said_areas = ", ".join(f"{kind} {area_words(area)}" for kind, area in areas.items() if area > 0)
    return f"{said_areas or 'nothing'}{note}"


def _surest(changes: Sequence[Told]) -> str:
    sure = [told.change.confidence for told in changes if not math.isnan(told.change.confidence)]
    word = confidence_word(max(sure)) if sure else None
    return f"{word.word} ({max(sure) * 100:.0f} %)" if word is not None else "not worked out"


def _tested(facts: Mapping[str, Any]) -> str:
    values = [(name, facts.get(f"{name}_value")) for name in ("p", "q")]
    return ", ".join(
        f"{name} {value:.2g}" if isinstance(value, (int, float)) else f"no {name}" for name, value in values
    )


def _figures(figures: Sequence[Figure]) -> str:
    first, last = figures[0].number, figures[-1].number
    return f"{first}" if first == last else f"{first} to {last}"


def _lede(source: Source, grounds: Sequence[Ground], listed: Sequence[Listed]) -> Iterator[str]:
    verdicts = Counter(str(site.said.get("verdict")) for site in listed if site.said)
    if verdicts:
        parts = ", ".join(f"{_TITLES[name].lower()}: {verdicts[name]}" for name in _TITLES if verdicts[name])
        total = sum(verdicts.values())
        yield f"{total} site{'' if total == 1 else 's'} judged by comparing satellite scenes ({parts})."
    # A change that touches two sites is on both pages, and counted once.
    shown = len({told.change.id for ground in grounds for told in ground.shown})
    if source.confirmed:
        yield f"Only what reviewers confirmed is shown: {shown} changes. Nothing was validated in the field."
    else:
        yield (
            f"{shown} changes are shown. They were found by a program; where people reviewed them, it "
            "is said. "
            "Nothing was validated in the field."
        )
    yield (
        "A site without a visible change is not a site where nothing happened, and a site that could not be "
        "assessed is neither. The table says which is which, and why."
    )


def _facts(source: Source) -> Iterator[tuple[str, str]]:
    info = source.info
    yield "Run", said(info.get("run_id", "without a name"), 100)
    yield (
        "Made by",
        f"sitewatch {said(info.get('sitewatch', 'unknown'), 40)}; report by sitewatch {__version__}",
    )
    yield "SHA-256 of the run's manifest", source.manifest or "the run has none"
    if source.decisions:
        yield "Decisions", f"{source.decisions}; SHA-256 of the last: {source.chain}"
    else:
        yield "Decisions", "none yet"
    verdicts = info.get("verdicts") or {}
    if verdicts and not verdicts.get("tested"):
        yield "Control", "no site could be tested; the share of wrong sites is not controlled"
    elif verdicts.get("list") == "controlled":
        yield (
            "Control",
            f"at most about {float(verdicts.get('fdr', 0)) * 100:.3g} % of the sites called changed are "
            f"expected to be wrong ({verdicts.get('tested', 0)} sites tested)",
        )
    elif verdicts:
        yield "Control", "the list is ranked; its share of wrong sites is not controlled"


def _method(source: Source) -> Iterator[Passage]:
    yield Passage(
        "How it was found",
        (
            "For each site two scenes were brought onto one another, made alike in brightness, and compared; "
            "clouds, shadows and missing pixels were left out. Objects that changed were outlined, given a "
            "kind (construction, burning, demolition, other), measured, and held against other explanations: "
            "shift, shadow, season, wet soil, haze, sensor, lean, repainting.",
            "Outlines lie where a thing is seen: what is new by the later scene's georeference, what is gone "
            "or burned by the earlier one's. Figures show both dates registered to each other, on the same "
            "ground, with the same stretch unless a figure says otherwise.",
        ),
    )
    yield Passage(
        "How sure",
        (
            f"Confidence is the program's estimate of the probability that an analyst would confirm a "
            f"change, in words of the scale of {SCALE_NAME}: "
            + "; ".join(f"{word.word}, {word.low} to {word.high} %" for word in CONFIDENCE_WORDS)
            + ".",
            "A p-value says how often a place at which nothing is known to have happened shows as much as "
            "the site. A q-value says what share of the sites that stand out as much is expected to be "
            "wrong.",
        ),
    )
    yield Passage(
        "What the verdicts mean",
        tuple(f"{VERDICT_TITLES[word]}: {text}" for word, text in VERDICT_MEANINGS.items()),
    )
    yield Passage("What it does not show", tuple(_limits(source)))


def _limits(source: Source) -> Iterator[str]:
    yield (
        "Imagery shows no cause and no culprit, nothing indoors or under trees and cloud, and nothing that "
        "was mended between the dates. What is smaller than a few pixels is not seen."
    )
    yield (
        "Nothing here was validated in the field. Look at other dates and other sources before relying on it."
    )
    for refusal in list(source.info.get("refusals") or ())[:20]:
        yield f"{said(refusal.get('site'), 100)} could not be judged: {said(refusal.get('error'), 400)}."


def _credits(grounds: Sequence[Ground]) -> Iterator[str]:
    scenes = {scene.id: scene for ground in grounds for scene in (ground.pair.before, ground.pair.after)}
    for name, scene in sorted(scenes.items()):
        yield f"{said(name, 200)} ({date_words(scene)}): {said(' '.join(credit_lines([scene])), 3100)}"
