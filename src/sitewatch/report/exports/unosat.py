"""UNOSAT's damage points: its attributes and its classes, a codebook, and the list of what they leave out.

Points, as UNOSAT publishes them, one a change. Columns beyond its own: `Credit`, `Licence`, `Review`.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from shapely import Point

from sitewatch.io.vectors import Layer, geojson_text
from sitewatch.report.exports import columns
from sitewatch.report.exports.columns import FIELD_VALIDATION, Column
from sitewatch.report.exports.damage import Loss, Standing, held, losses, lost
from sitewatch.report.exports.findings import Finding, Findings
from sitewatch.report.exports.package import write_package
from sitewatch.report.exports.styles import points_style
from sitewatch.report.exports.text import shown, stated

Graded: TypeAlias = tuple[Finding, Standing, str]

# Classes of UNOSAT's Main_Damage_Site_Class; 2, 3 and 11 are never written: nobody graded.
CLASSES: Mapping[Standing, int] = {"removed": 1, "damaged": 4, "possible": 4}
_SCALE = (
    "1 destroyed, 2 severe damage, 3 moderate damage, 4 possible damage, 6 no visible damage, 11 possible "
    "damage from adjacent debris. Written here: 1 for demolition that reviewers confirmed; 4 for any other "
    "demolition or burning that was not rejected. Confirmed burning is 4, too: it is damage, but of a "
    "grade that nobody assessed, and UNOSAT has no class for that; Notes says so."
)
# From which probability on; the words are UNOSAT's, the limits ours.
_CONFIDENCE = ((0.95, "Very High"), (0.8, "High"), (0.55, "Medium"), (0.0, "Low"))
_NOTES: Mapping[Standing, str] = {
    "removed": "Demolition confirmed by reviewers; whether of the whole structure was not assessed",
    "damaged": "Burning confirmed by reviewers; grade of damage not assessed",
    "possible": "Not confirmed by reviewers; grade of damage not assessed",
}


def _scene(name: str) -> Any:
    return lambda each: (each[0].said.get("after") or {}).get(name)


def _date(each: Graded) -> str | None:
    moment = _scene("datetime")(each)
    return None if moment is None else str(moment)[:10]


def _confidence(each: Graded) -> str:
    value = each[0].said.get("confidence")
    if value is None:
        return "Uncertain"
    return next(word for limit, word in _CONFIDENCE if value >= limit)


def _notes(each: Graded) -> str:
    change, word, _ = each
    return (
        f"{change.kind.capitalize()} seen between two images. {_NOTES[word]}. Found by a program (sitewatch)."
    )


COLUMNS: tuple[Column[Graded], ...] = (
    Column("SiteID", "Id of the change in the run.", lambda each: each[0].id),
    Column("SensorDate", "Date of the image that shows the damage, UTC.", _date),
    Column("SensorID", "Satellite and sensor of that image.", _scene("sensor")),
    Column(
        "Confidence",
        "Very High from 95 %, High from 80, Medium from 55, Low below: the program's calibrated "
        "probability that an analyst would confirm the change, from before any review. Uncertain: none "
        "could be worked out. The words are UNOSAT's, the limits sitewatch's.",
        _confidence,
    ),
    Column("FieldValid", "Nothing was checked on the ground.", lambda _: FIELD_VALIDATION),
    Column("Settlement", "Name of the site.", lambda each: each[2]),
    Column("Notes", "What was seen, and how far it was reviewed.", _notes),
    Column("EventCode", "UNOSAT's code of the event, as given with --event; empty without.", lambda _: None),
    Column("Main_Damage_Site_Class", _SCALE, lambda each: CLASSES[each[1]], number=True),
    Column("Review", "Beyond UNOSAT: unreviewed, confirmed or uncertain.", lambda each: each[0].status),
    Column(
        "Credit", "Beyond UNOSAT: credit of the image.", lambda each: stated(_scene("credit")(each), "credit")
    ),
    Column(
        "Licence",
        "Beyond UNOSAT: licence of the image.",
        lambda each: stated(_scene("licence")(each), "licence"),
    ),
)


def write(findings: Findings, folder: Path) -> None:
    """Write ``unosat.gpkg``, ``unosat.geojson``, ``codebook.csv`` and ``losses.csv`` into a folder.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    names = {site["properties"]["site_id"]: site["properties"]["name"] for site in findings.sites}
    graded = [
        (change, word, str(names.get(change.said["site_id"]) or change.said["site_id"] or ""))
        for change, word in held(findings)
        if not change.geometry.is_empty
    ]
    event = None if findings.event is None else shown(findings.event)
    rows = [{**row, "EventCode": event} for row in columns.rows(COLUMNS, graded)]
    points: list[Any] = [change.geometry.representative_point() for change, _, _ in graded]
    layer = Layer(
        name="damage_sites",
        rows=rows,
        columns=[column.name for column in COLUMNS],
        numbers=columns.numbers(COLUMNS),
        shapes=points,
        type="Point",
        description="Damage to structures in UNOSAT's attributes, a point a change.",
        style=points_style(
            "Main_Damage_Site_Class",
            (("1", "1 Destroyed", "213,94,0"), ("4", "4 Possible damage", "240,228,66")),
        ),
    )
    features = [
        {"id": row["SiteID"], "geometry": Point(point), "properties": row}
        for row, point in zip(rows, points, strict=True)
    ]
    (folder / "unosat.geojson").write_text(geojson_text(features), "utf-8", newline="\n")
    left = [*losses(findings), *_own(graded)]
    books = {"damage_sites": COLUMNS}
    write_package(folder / "unosat.gpkg", findings, [layer], books=books, lost=left)


def _own(graded: list[Graded]) -> Iterator[Loss]:
    for change, word, _ in graded:
        yield lost(change, "outline", f"{change.area_m2} m2", "UNOSAT publishes points")
        yield lost(change, "confidence", change.said.get("confidence"), "UNOSAT has words, not a number")
        before = (change.said.get("before") or {}).get("scene_id")
        yield lost(change, "image before", before, "UNOSAT names only the image that shows the damage")
        if word == "removed":
            yield lost(change, "how much of a structure went", "class 1", "nobody graded; it may be a part")
        if word == "damaged":
            yield lost(
                change, "confirmed burning", "class 4", "UNOSAT has no class for damage of unknown grade"
            )
