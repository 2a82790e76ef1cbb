"""From what a reviewer does on the page to lines in the record."""

from typing import Any

from sitewatch.records import Scene
from sitewatch.report.chips.rendering import Stretch
from sitewatch.review.card import decided
from sitewatch.review.desk import Desk, plain
from sitewatch.review.said import Cut, Said, Screen, Undo, cut, shape_of


def decide(desk: Desk, number: int, said: Said) -> dict[str, Any]:
    """Save a decision about an item.

    Returns
    -------
    dict
        What the page is told: made only when the decision is on the disk.

    Raises
    ------
    RunError
        If there is no such item.
    GeometryError
        If the outline cannot be used.
    OutputError
        If the decision could not be saved.
    """
    item = desk.item(number)
    place = desk.place(item)
    kind = None
    if said.status == "confirmed":
        # Whoever sees what the program calls it and confirms it, confirms that, too.
        own = item.feature["properties"]["kind"] if desk.session.shows_opinion else None
        kind = said.kind or own
    geometry = None
    if said.outline is not None and said.status != "rejected":
        # Where the kind changes, the outline changes the scene by whose georeference it is understood.
        geometry = place.degrees(shape_of(said.outline, place), kind or item.feature["properties"]["kind"])
    decision, link = desk.session.decide(
        item.id,
        status=said.status,
        kind=kind,
        geometry=geometry,
        note=said.note,
        screen=on_screen(desk, number, said.screen),
    )
    return {
        "saved": True,
        "line": link.number,
        "sha256": link.sha256,
        "mine": decided(decision, place, item.feature["properties"]["kind"]),
        "progress": desk.session.progress(),
    }


def undo(desk: Desk, wish: Undo) -> dict[str, Any]:
    """Take back the reviewer's last decision that still stands."""
    done = desk.session.undo({"mode": wish.screen.mode, "seconds": wish.screen.seconds})
    if done is None:
        return {"saved": False, "progress": desk.session.progress()}
    name, link = done
    return {
        "saved": True,
        "line": link.number,
        "sha256": link.sha256,
        # A decision about something that is no longer in the queue can be taken back, but not shown.
        "number": desk.numbers.get(name),
        "progress": desk.session.progress(),
    }


def split(desk: Desk, number: int, wish: Cut) -> dict[str, Any]:
    """Split an outline along a line."""
    return {"outline": plain(cut(wish, desk.place(desk.item(number))))}


def on_screen(desk: Desk, number: int, screen: Screen) -> dict[str, Any]:
    """Return what was on the screen, in words that stay true without the page: degrees, scenes, bands."""
    item = desk.item(number)
    place = desk.place(item)
    seen = ["before", screen.other or "after"]
    sights = [desk.sight(number, date, screen.look) for date in seen]
    stretches = [desk.imagery.stretch(sight) for sight in sights]
    lon, lat = place.longitudes([screen.centre])[0]
    return {
        "scenes": [_scene(sight.scene) for sight in sights],
        "mode": screen.mode,
        "bands": list(sights[0].look.bands),
        "stretch": {
            "before": _ranges(stretches[0], after=False),
            "after": _ranges(stretches[1], after=True),
        },
        "zoom": round(screen.zoom, 3),
        "centre": [round(lon, 6), round(lat, 6)],
        "panel": [screen.width, screen.height],
        "outline": screen.outline,
        "confidence_shown": desk.session.shows_confidence,
        "seconds": round(screen.seconds, 1),
    }


def _scene(scene: Scene) -> dict[str, str | None]:
    return {"id": scene.id, "sha256": scene.sha256}


def _ranges(stretch: Stretch, *, after: bool) -> list[list[float]]:
    return [
        [float(f"{low:.6g}"), float(f"{high:.6g}")]
        for low, high in (stretch.after if after else stretch.before)
    ]
