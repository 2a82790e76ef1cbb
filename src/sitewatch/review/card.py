"""What the page is told of one item: words, numbers and outlines, and nothing that may not be seen."""

import math
from collections.abc import Mapping
from typing import Any

from shapely.geometry import shape

from sitewatch.catalogue.sensors import title
from sitewatch.errors import SitewatchError
from sitewatch.evidence import Decision
from sitewatch.grid import gsd_m
from sitewatch.records import Scene
from sitewatch.report.chips.rendering import stretch_words
from sitewatch.report.page.contents import change_card
from sitewatch.report.words import area_words, moment_words
from sitewatch.review.controls.site import WINDOW_PX
from sitewatch.review.desk import Desk, plain
from sitewatch.review.imagery import levels
from sitewatch.review.items import Item, handle
from sitewatch.review.looks import first_look
from sitewatch.review.places import Place

# Evidence that says how sure the program is.
_SURE = ("probability", "confidence")
# Neighbours are context: their outlines are sent to so many pixels.
_CONTEXT_PX = 0.5
# Longer texts come from no run of ours; a page need not choke on them.
_LONGEST = 2_000


def card(desk: Desk, number: int) -> dict[str, Any]:
    """Return an item for the page, as plain data.

    Outlines and positions are columns and rows of the place's frame. What tells how sure the program is is
    left out, unless the session shows it; whether the item is a control never is in it.

    Raises
    ------
    RunError
        If there is no such item.
    """
    item = desk.item(number)
    place = desk.place(item)
    said = item.feature["properties"]
    words = change_card(number, {**item.feature, "properties": {**said, "chip": None}}, desk.run.path)
    site = item.site_id or "overlap"
    mine = desk.session.standing().get(item.id)
    facts: dict[str, Any] = {
        "number": number,
        "id": short(item.id),
        "site": short(desk.names.get(site) or (site if item.site_id else "The whole overlap")),
        "kind": words.kind,
        "title": words.title,
        "reasons": [short(reason) for reason in words.reasons],
        "evidence": [
            [short(name.replace("_", " ")), short(value)]
            for name, value in words.evidence
            if desk.session.shows_confidence or not any(word in name for word in _SURE)
        ],
        "rivals": [[short(rival.name), rival.stance, short(rival.sentence)] for rival in words.rivals],
        "cautions": [short(text) for text in place.pair.cautions],
        "registration": short(place.registration.note),
        "approximate": words.approximate,
        "scenes": {name: scene_words(getattr(place.pair, name)) for name in ("before", "after")},
        "frame": _frame(desk, number),
        "ground": _ground(desk, number),
        "outline": plain(desk.outline(number)),
        "box": list(desk.box(number)),
        "neighbours": [plain(desk.outline(other).simplify(_CONTEXT_PX)) for other in desk.neighbours(number)],
        "others": [scene_words(scene) for scene in desk.others(number)],
        "mine": decided(mine, place, words.kind),
        "votes": [
            {**decided(vote, place, words.kind), "reviewer": short(vote.reviewer)}
            for vote in desk.session.others(item.id)
        ],
        **_looks(desk, number, item),
    }
    if desk.session.shows_confidence:
        facts["confidence"] = words.word
    return facts if desk.session.shows_opinion else {**facts, **_silent(desk, item)}


def _silent(desk: Desk, item: Item) -> dict[str, Any]:
    """Return what stands in the place of all that tells what the program thinks, or a control from others."""
    area = area_words(float(item.feature["properties"]["area_m2"] or math.nan))
    blank: dict[str, Any] = {name: [] for name in ("reasons", "evidence", "rivals")}
    return {**blank, "id": handle(desk.run, item.id), "kind": "", "title": area, "registration": ""}


def scene_words(scene: Scene) -> dict[str, str]:
    """Return what the page says of a scene."""
    return {
        "id": short(scene.id),
        "date": moment_words(scene.datetime, scene.date_precision),
        "day": f"{scene.datetime:%Y-%m-%d}" if scene.datetime else "no date",
        "sensor": "sensor not stated" if scene.sensor == "unknown" else short(title(scene.sensor)),
        "gsd": f"{scene.gsd_m:.3g} m",
        "credit": short(scene.credit or "credit not stated"),
        "licence": short(scene.licence or "licence not stated"),
    }


def decided(said: Decision | None, place: Place, kind: str) -> dict[str, Any]:
    """Return a decision for the page; empty if there is none."""
    if said is None:
        return {}
    drawn = place.outline(shape(said.geometry), said.kind or kind) if said.geometry is not None else None
    return {
        "status": said.status,
        "kind": said.kind,
        "note": said.note,
        "outline": plain(drawn) if drawn is not None else None,
        "at": f"{said.at:%Y-%m-%d %H:%M} UTC",
    }


def short(text: str) -> str:
    """Return a text that fits a page."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}\N{HORIZONTAL ELLIPSIS}"


def _frame(desk: Desk, number: int) -> dict[str, Any]:
    place = desk.place(desk.item(number))
    rows, cols = place.frame.shape
    left, top, right, bottom = 0, 0, cols, rows
    if desk.session.has_controls:
        # Controls have no more ground than this to look about on, and nothing else may tell them apart.
        x, y = (round(middle) for middle in desk.outline(number).centroid.coords[0])
        left, top = max(x - WINDOW_PX // 2, 0), max(y - WINDOW_PX // 2, 0)
        right, bottom = min(x + WINDOW_PX // 2, cols), min(y + WINDOW_PX // 2, rows)
    return {"bounds": [left, top, right, bottom], "levels": levels(place), "pixel_m": gsd_m(place.frame)}


def _ground(desk: Desk, number: int) -> Mapping[str, Any]:
    """Return where the middle of an item lies, and how longitude and latitude grow with columns and rows.

    Exact to a fraction of a pixel as far as a reviewer looks around.
    """
    left, top, right, bottom = desk.box(number)
    x, y, step = (left + right) / 2, (top + bottom) / 2, 100.0
    place = desk.place(desk.item(number))
    middle, east, south = place.longitudes([(x, y), (x + step, y), (x, y + step)])
    return {
        "at": [x, y],
        "degrees": middle,
        "column": [(b - a) / step for a, b in zip(middle, east, strict=True)],
        "row": [(b - a) / step for a, b in zip(middle, south, strict=True)],
    }


def _looks(desk: Desk, number: int, item: Item) -> dict[str, Any]:
    """Return the looks with the words of their stretches; and what is wrong if the scenes cannot be read."""
    choices = desk.looks(item)
    first = first_look(choices, item.feature["properties"]["kind"] if desk.session.shows_opinion else None)
    try:
        stretch = stretch_words(desk.imagery.stretch(desk.sight(number, "before", first.name)))
    except SitewatchError as error:
        return {"looks": [], "look": "", "stretch": "", "trouble": str(error)}
    return {
        "looks": [{"name": look.name, "title": look.title, "bands": list(look.bands)} for look in choices],
        "look": first.name,
        "stretch": stretch,
        "trouble": "",
    }
