"""From the run's GeoJSON to the cards of the page."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

from sitewatch.catalogue.sensors import title
from sitewatch.report.page.cards import ChangeCard, RivalLine, SceneLine, SiteCard
from sitewatch.report.page.frames import frame_of, outline_path
from sitewatch.report.page.placebo import placebo_card
from sitewatch.report.words import KIND_TITLES, VERDICT_TITLES, area_words, confidence_word

Feature: TypeAlias = Mapping[str, Any]

NOT_KNOWN = "not stated"
NOT_WORKED_OUT = "not worked out"

_KINDS: Mapping[str, str] = {str(kind): words for kind, words in KIND_TITLES.items()}
_VERDICTS: Mapping[str, str] = {str(verdict): words for verdict, words in VERDICT_TITLES.items()}
# The only names that a chip of ours has: whatever else a file may hold does not become a link.
_CHIP = re.compile(r"chips/[A-Za-z0-9][A-Za-z0-9_.-]*\.png")
_STANCES = {
    "for": "speaks for it",
    "against": "speaks against it",
    "undecided": "undecided",
    "not_checked": "not checked",
}
_REFERENCES = {
    "pooled": "look-alike places in other pairs of this class of sensor",
    "scene": "other places in the same scenes",
    "weak": "places of which few are like it: look closer",
    "none": "none",
}


def site_cards(
    sites: Sequence[Feature], changes: Sequence[Feature], info: Mapping[str, Any], folder: Path
) -> list[SiteCard]:
    """Put sites and changes into words, the changes under their sites.

    Changes of no listed site come last, on a card of their own.

    Parameters
    ----------
    info : mapping
        The contents of ``run.json``.
    folder : Path
        The run folder; chips that lie in it are shown.
    """
    known = [str(feature["properties"].get("site_id")) for feature in sites]
    under: dict[str, list[ChangeCard]] = {name: [] for name in (*known, "")}
    for number, feature in enumerate(changes):
        site = str(feature["properties"].get("site_id"))
        under[site if site in under else ""].append(change_card(number, feature, folder))
    for group in under.values():
        group.sort(key=lambda card: (-card.confidence, card.id))
    cautions = {str(pair.get("site")): _texts(pair.get("cautions")) for pair in info.get("pairs") or ()}
    tests = (info.get("verdicts") or {}).get("sites") or {}
    made = [
        replace(
            _site_card(number, feature["properties"], cautions.get(site, ()), under[site]),
            placebo=placebo_card(tests.get(site)),
        )
        for number, (site, feature) in enumerate(zip(known, sites, strict=True))
    ]
    if under[""] or not made:
        overlap = cautions.get("overlap", cautions.get("None", ()))
        made.append(_card_of_the_rest(len(made), overlap, under[""], alone=not made))
    return made


def change_card(number: int, feature: Feature, folder: Path) -> ChangeCard:
    """Put a Feature of ``changes.geojson`` into words."""
    said = feature["properties"]
    kind = str(said.get("kind"))
    probability = _number(said.get("confidence"))
    word = confidence_word(probability)
    chip = _chip(said, folder)
    frame = frame_of(folder / f"{chip.removesuffix('.png')}_before.png") if chip is not None else None
    return ChangeCard(
        number=number,
        id=str(said.get("id")),
        kind=kind if kind in _KINDS else "other",
        title=f"{_KINDS.get(kind, 'Other change')}, {area_words(_number(said.get('area_m2')))}",
        confidence=-1.0 if word is None else probability,
        word="confidence not worked out" if word is None else f"{word.word} ({probability * 100:.0f} %)",
        definition="" if word is None else word.definition,
        probabilities=", ".join(
            f"{name} {_figures(value)}" for name, value in _items(said, "kinds") if value
        ),
        chip=chip,
        outline=outline_path(feature.get("geometry"), frame),
        side=frame.shape[1] if frame is not None else 0,
        reasons=_texts(said.get("reasons")),
        evidence=tuple((name, _measured(value)) for name, value in _items(said, "evidence")),
        rivals=tuple(_rival(rival) for rival in said.get("rivals") or ()),
        scenes=_scenes(said),
        approximate=said.get("georeference") == "approximate",
        review=str((said.get("review") or {}).get("status", "unreviewed")),
    )


def _chip(said: Mapping[str, Any], folder: Path) -> str | None:
    name = str(said.get("chip") or "")
    return name if _CHIP.fullmatch(name) and (folder / name).is_file() else None


def _site_card(
    number: int, said: Mapping[str, Any], cautions: tuple[str, ...], changes: Sequence[ChangeCard]
) -> SiteCard:
    verdict = str(said.get("verdict"))
    return SiteCard(
        number=number,
        id=str(said.get("site_id")),
        name=str(said.get("name") or said.get("site_id")),
        category=str(said.get("category") or "other").replace("_", " "),
        verdict=verdict if verdict in _VERDICTS else "not_assessable",
        verdict_title=_VERDICTS.get(verdict, _VERDICTS["not_assessable"]),
        reason=str(said.get("reason") or ""),
        facts=tuple(_site_facts(said)),
        scenes=_scenes(said),
        cautions=cautions,
        changes=tuple(changes),
    )


def _card_of_the_rest(
    number: int, cautions: tuple[str, ...], changes: Sequence[ChangeCard], *, alone: bool
) -> SiteCard:
    return SiteCard(
        number=number,
        id="overlap",
        name="The overlap of the two scenes" if alone else "Outside the listed sites",
        category="",
        verdict="",
        verdict_title="",
        reason="" if changes else "No change was reported. That is no proof that nothing happened.",
        facts=(),
        scenes=changes[0].scenes if changes else (),
        cautions=cautions,
        changes=tuple(changes),
    )


def _site_facts(said: Mapping[str, Any]) -> list[tuple[str, str]]:
    facts = [
        ("Usable on both dates", _per_cent(said.get("usable_fraction"))),
        ("Changed", _by_kind(said, "changed_m2")),
        ("Smallest detectable", _by_kind(said, "min_detectable_m2")),
        ("Last seen unchanged", str(said.get("last_seen_unchanged") or NOT_KNOWN)),
        ("First seen changed", str(said.get("first_seen_changed") or NOT_KNOWN)),
        ("p-value", _figures(said.get("p_value"))),
        ("q-value (false discovery rate)", _figures(said.get("q_value"))),
        ("Compared with", _REFERENCES.get(str(said.get("reference")), NOT_KNOWN)),
    ]
    empty = {NOT_KNOWN, NOT_WORKED_OUT, "none"}
    return [(name, value) for name, value in facts if value not in empty]


def _by_kind(said: Mapping[str, Any], name: str) -> str:
    parts = [f"{kind} {area_words(_number(area))}" for kind, area in _items(said, name) if _number(area) > 0]
    return ", ".join(parts) or NOT_WORKED_OUT


def _scenes(said: Mapping[str, Any]) -> tuple[SceneLine, ...]:
    lines = []
    for name in ("Before", "After"):
        scene = said.get(name.lower())
        if isinstance(scene, str):
            scene = {"scene_id": scene}
        if scene:
            lines.append(_scene_line(name, scene))
    return tuple(lines)


def _scene_line(name: str, scene: Mapping[str, Any]) -> SceneLine:
    sensor = str(scene.get("sensor") or "unknown")
    gsd = _number(scene.get("gsd_m"))
    return SceneLine(
        name=name,
        date=_date(scene.get("datetime")),
        sensor="sensor not stated" if sensor == "unknown" else title(sensor),
        gsd="" if math.isnan(gsd) else f"{gsd:.3g} m",
        credit=str(scene.get("credit") or "credit not stated"),
        licence=str(scene.get("licence") or "licence not stated"),
        sha256=str(scene.get("sha256") or ""),
    )


def _date(value: Any) -> str:
    """Write an ISO 8601 date as people read it; what it does not say is not known."""
    text = str(value or "")
    if not text:
        return "date not stated"
    day, _, time = text.partition("T")
    return f"{day} {time.removesuffix('Z').removesuffix('+00:00')} UTC" if time else day


def _rival(said: Mapping[str, Any]) -> RivalLine:
    stance = str(said.get("stance"))
    return RivalLine(
        name=str(said.get("name")),
        stance=_STANCES.get(stance, "undecided"),
        sentence=str(said.get("sentence") or ""),
        measured=_measured(said.get("measurement")),
    )


def _measured(value: Any) -> str:
    """Write a number with its unit; the value may come bare."""
    if not isinstance(value, Mapping):
        return "" if value is None else _figures(value)
    return f"{_figures(value.get('value'))} {value.get('unit') or ''}".strip()


def _items(said: Mapping[str, Any], name: str) -> list[tuple[str, Any]]:
    return [(str(key), value) for key, value in (said.get(name) or {}).items()]


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(map(str, value or ()))


def _number(value: Any) -> float:
    """Return a JSON number as float; anything else is not a number."""
    return float(value) if isinstance(value, (int, float)) else math.nan


def _figures(value: Any) -> str:
    number = _number(value)
    return NOT_WORKED_OUT if math.isnan(number) else f"{number:.3g}"


def _per_cent(value: Any) -> str:
    number = _number(value)
    return NOT_WORKED_OUT if math.isnan(number) else f"{number * 100:.0f} %"
