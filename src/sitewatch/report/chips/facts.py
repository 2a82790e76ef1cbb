"""What goes into the metadata of a figure's files, and the caption that stands beside it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from odc.geo.geobox import GeoBox

from sitewatch import __version__
from sitewatch.catalogue.sensors import title
from sitewatch.grid import gsd_m
from sitewatch.records import Change, Pair, Scene
from sitewatch.report.chips.captions import (
    APPROXIMATE,
    Captions,
    Shown,
    bounded,
    confidence_words,
    date_words,
    site_words,
    turn_words,
)
from sitewatch.report.chips.ground import ScaleBar, lonlat_words, mgrs_words, north_deg, scale_bar
from sitewatch.report.chips.sheet import Measures
from sitewatch.report.words import KIND_TITLES, area_words, length_words


@dataclass(frozen=True, slots=True)
class Subject:
    """What a figure is about: the change, its pair, the frame, what is shown, and each date's name."""

    change: Change
    pair: Pair
    grid: GeoBox
    shown: Shown
    names: tuple[str, ...]


def centre_words(change: Change) -> str:
    """Return the centre of a change in degrees."""
    middle = change.geometry.centroid
    return lonlat_words(middle.x, middle.y)


def facts(subject: Subject, texts: Captions, size: Measures) -> Mapping[str, str]:
    """Name what goes into the files' metadata; the first five keys are those of the PNG standard."""
    change, pair, scenes = subject.change, subject.pair, subject.shown.scenes
    middle = change.geometry.centroid
    bar = scale_bar(subject.grid)
    credits = "; ".join(dict.fromkeys(scene.credit or "credit not stated" for scene in scenes))
    licences = "; ".join(dict.fromkeys(scene.licence or "licence not stated" for scene in scenes))
    dates = " ".join(
        f"{_named(name)}: {words}." for name, words in zip(subject.names, texts.dates, strict=True)
    )
    return {
        "Title": f"{texts.title}: {bounded(pair.site.name) if pair.site is not None else 'no site'}",
        "Description": f"{dates} {texts.confidence}. {subject.shown.standing.words}",
        "Copyright": f"{credits}; {licences}",
        "Source": "; ".join(scene.product_id or scene.id for scene in scenes),
        "Software": f"sitewatch {__version__}",
        "sitewatch:change": change.id,
        "sitewatch:site": pair.site.id if pair.site is not None else "",
        "sitewatch:kind": change.kind,
        "sitewatch:centre": centre_words(change),
        "sitewatch:mgrs": mgrs_words(middle.x, middle.y, gsd_m(subject.grid)),
        "sitewatch:scale": f"{length_words(bar.length_m)} = {_bar_mm(bar, size):.2f} mm in print",
        "sitewatch:north": turn_words(north_deg(subject.grid)),
        **{
            f"sitewatch:{name}": "; ".join((date, *words))
            for name, date, words in zip(subject.names, texts.dates, texts.scenes, strict=True)
        },
        "sitewatch:credit": credits,
        "sitewatch:licence": licences,
        "sitewatch:confidence": confidence_words(change),
        "sitewatch:review": subject.shown.standing.words,
        "sitewatch:sha256": subject.shown.sha256,
    }


def caption(subject: Subject) -> str:
    """Write the caption of a figure, ready to stand behind its number."""
    change, pair = subject.change, subject.pair
    middle = change.geometry.centroid
    scenes = subject.shown.scenes
    approximate = any(scene.georeference == "approximate" for scene in scenes)
    sentences = [
        f"{KIND_TITLES[change.kind]}, {area_words(change.area_m2)}, {_at(pair)} (change {change.id}).",
        *(f"{_named(name)}: {scene_line(scene)}." for name, scene in zip(subject.names, scenes, strict=True)),
        f"Centre of the change {lonlat_words(middle.x, middle.y)} (WGS84), "
        f"MGRS {mgrs_words(middle.x, middle.y, gsd_m(subject.grid))}.",
        *((APPROXIMATE,) if approximate else ()),
        confidence_words(change),
        subject.shown.standing.words,
        *credit_lines(scenes),
        f"Figure drawn by sitewatch {__version__}; SHA-256 of its panels' own pixels {subject.shown.sha256}.",
    ]
    return " ".join(" ".join(sentence.split()) for sentence in sentences)


def scene_line(scene: Scene) -> str:
    """Say in short what a scene is: date, sensor, sample distance, product."""
    sensor = title(scene.sensor) if scene.sensor != "unknown" else "sensor not stated"
    return (
        f"{date_words(scene)}, {sensor}, ground sample distance {scene.gsd_m:.3g} m, "
        f"{bounded(scene.product_id or scene.id)}"
    )


def credit_lines(scenes: Sequence[Scene]) -> list[str]:
    """Return credit and licence of scenes as sentences, each once."""
    said = dict.fromkeys((scene.credit, scene.licence) for scene in scenes)
    return [
        f"Credit: {bounded(credit) if credit else 'not stated'}. "
        f"Licence: {bounded(licence) if licence else 'not stated'}."
        for credit, licence in said
    ]


def _named(name: str) -> str:
    return name.replace("date", "date ").capitalize()


def _at(pair: Pair) -> str:
    return f"at {site_words(pair)}" if pair.site is not None else "in the overlap of the two scenes"


def _bar_mm(bar: ScaleBar, size: Measures) -> float:
    """Return how long the bar is in print: as painted, to the pixel."""
    return math.floor(bar.share * size.panel + 0.5) / size.dpi * 25.4
