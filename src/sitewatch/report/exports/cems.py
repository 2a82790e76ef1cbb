"""Copernicus EMS: its attributes and its grades, a table of sources, a codebook, and what they leave out.

Outlines of changes, and the sites as areas. Columns beyond its own: `review`, `credit`, `licence`.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import shapely
from shapely.geometry import shape

from sitewatch.io.vectors import Layer, geojson_text
from sitewatch.report.exports import columns
from sitewatch.report.exports.columns import Column
from sitewatch.report.exports.damage import Loss, Standing, held, losses, lost
from sitewatch.report.exports.findings import Findings, scene_facts
from sitewatch.report.exports.package import write_package
from sitewatch.report.exports.styles import damage_style, scenes_style
from sitewatch.report.exports.text import stated

Row: TypeAlias = Mapping[str, Any]

GRADES: Mapping[Standing, str] = {
    "removed": "Destroyed",
    "damaged": "Damaged",
    "possible": "Possibly damaged",
}
_COLOURS = (
    ("Destroyed", "213,94,0"),
    ("Damaged", "230,159,0"),
    ("Possibly damaged", "240,228,66"),
    ("No visible damage", "0,158,115"),
    ("Not analysed", "120,120,120"),
)
_DAMAGE = (
    "Destroyed, Damaged, Possibly damaged, No visible damage, Not analysed. Of a change: Destroyed for "
    "demolition that reviewers confirmed (whole or in part: nobody graded); Damaged for burning that they "
    "confirmed; Possibly damaged for either, unreviewed or uncertain. Of a site: Damaged if something in "
    "it is Destroyed or Damaged, for it is not the whole of it; Possibly damaged likewise; without one of "
    "these, No visible damage if reviewers rejected all or the verdict is no_visible_change, Not analysed "
    "if it is not_assessable, and none at all where something else than damage was found. No grade of "
    "EMS-98 is meant."
)
_OF_AREA: Mapping[Standing, str] = {**GRADES, "removed": "Damaged"}
_UNSEEN = {"no_visible_change": "No visible damage", "not_assessable": "Not analysed"}
_METHODS = {True: "Semi-automatic extraction", False: "Automatic extraction"}


def _of(name: str) -> Any:
    return lambda row: row[name]


COLUMNS: tuple[Column[Row], ...] = (
    Column(
        "obj_type",
        "Kind of object; always Unknown: sitewatch does not tell uses of buildings apart.",
        _of("obj_type"),
    ),
    Column("name", "Name of the site.", _of("name")),
    Column("damage_gra", _DAMAGE, _of("damage_gra")),
    Column(
        "det_method",
        "Automatic extraction, or Semi-automatic extraction where reviewers looked at it.",
        _of("det_method"),
    ),
    Column("notation", "Kind of change in sitewatch's words, and its id; a site's verdict.", _of("notation")),
    Column("or_src_id", "src_id of the image before, in the layer `source`.", _of("or_src_id"), number=True),
    Column("dmg_src_id", "src_id of the image after, in the layer `source`.", _of("dmg_src_id"), number=True),
    Column("review", "Beyond EMS: unreviewed, confirmed or uncertain; empty for sites.", _of("review")),
    Column("credit", "Beyond EMS: credits of both images.", _of("credit")),
    Column("licence", "Beyond EMS: licences of both images.", _of("licence")),
)
SOURCES: tuple[Column[Row], ...] = (
    Column("src_id", "Number that or_src_id and dmg_src_id point to.", _of("src_id"), number=True),
    Column("source_nam", "Satellite and sensor.", _of("sensor")),
    Column("src_date", "Date, UTC, as far as it is known.", _of("date")),
    Column("source_tm", "Time, UTC.", _of("time")),
    Column("sensor_gsd", "Size of a pixel on the ground, metres.", _of("gsd"), number=True),
    Column("scene_id", "Beyond EMS: id of the scene in sitewatch.", _of("scene_id")),
    Column("sha256", "Beyond EMS: SHA-256 of the scene's file.", _of("sha256")),
    Column("credit", "Beyond EMS: credit, verbatim.", _of("credit")),
    Column("licence", "Beyond EMS: licence, verbatim.", _of("licence")),
)


def write(findings: Findings, folder: Path) -> None:
    """Write ``cems.gpkg``, ``cems.geojson``, ``codebook.csv`` and ``losses.csv`` into a folder.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    numbers = {name: number for number, name in enumerate(findings.scenes, 1)}
    names = {site["properties"]["site_id"]: site["properties"]["name"] for site in findings.sites}
    graded = [(change, word) for change, word in held(findings) if not change.geometry.is_empty]
    damage = [
        {
            **_row(change.said, numbers, GRADES[word], reviewed=change.status != "unreviewed"),
            "name": names.get(change.said["site_id"]) or change.said["site_id"],
            "notation": f"{change.kind} ({change.id})",
            "review": change.status,
        }
        for change, word in graded
    ]
    areas = [_area(site, findings, numbers) for site in findings.sites]
    shapes = [change.geometry for change, _ in graded]
    layers = [
        _layer(
            "source", SOURCES, _sources(findings, numbers), _footprints(findings), "Images.", scenes_style()
        ),
        _layer(
            "areas",
            COLUMNS,
            areas,
            [shape(site["geometry"]) for site in findings.sites],
            "Sites that were looked at, in the attributes of Copernicus EMS.",
            damage_style("damage_gra", _COLOURS),
        ),
        _layer(
            "damage",
            COLUMNS,
            damage,
            shapes,
            "Damage to structures in the attributes of Copernicus EMS.",
            damage_style("damage_gra", _COLOURS),
        ),
    ]
    features = [
        {"id": change.id, "geometry": geometry, "properties": row}
        for (change, _), geometry, row in zip(graded, shapes, layers[-1].rows, strict=True)
    ]
    (folder / "cems.geojson").write_text(geojson_text(features), "utf-8", newline="\n")
    books = {"damage": COLUMNS, "areas": COLUMNS, "source": SOURCES}
    own = (
        lost(each, "confidence", each.said.get("confidence"), "EMS has no field for it") for each, _ in graded
    )
    left = [*losses(findings), *own, *_verdicts(findings)]
    write_package(folder / "cems.gpkg", findings, layers, books=books, lost=left)


def _layer(
    name: str, listed: tuple[Column[Row], ...], things: list[dict[str, Any]], shapes: list[Any], *words: str
) -> Layer:
    return Layer(
        name=name,
        rows=columns.rows(listed, things),
        columns=[column.name for column in listed],
        numbers=columns.numbers(listed),
        shapes=shapes,
        type="MultiPolygon",
        description=words[0],
        style=words[1],
    )


def _row(said: Row, numbers: Mapping[str, int], grade: str | None, *, reviewed: bool) -> dict[str, Any]:
    blocks = [said.get(side) or {} for side in ("before", "after")]
    before, after = (numbers.get(str(block.get("scene_id"))) for block in blocks)
    return {
        "obj_type": "Unknown",
        "damage_gra": grade,
        "det_method": _METHODS[reviewed],
        "or_src_id": before,
        "dmg_src_id": after,
        **{key: _both(blocks, key) for key in ("credit", "licence")},
    }


def _both(blocks: list[Any], key: str) -> str:
    return "; ".join(dict.fromkeys(stated(block.get(key), key) for block in blocks))


def _area(site: Row, findings: Findings, numbers: Mapping[str, int]) -> dict[str, Any]:
    said = site["properties"]
    words = {word for change, word in held(findings) if change.said["site_id"] == said["site_id"]}
    unseen = _UNSEEN.get(said["review"]["verdict"] or said["verdict"])
    grade = next((_OF_AREA[word] for word in _OF_AREA if word in words), unseen)
    reviewed = said["review"]["detections"] > said["review"]["unreviewed"]
    return {
        **_row(said, numbers, grade, reviewed=reviewed),
        "name": said["name"] or said["site_id"],
        "notation": f"verdict: {said['verdict']}",
        "review": None,
    }


def _sources(findings: Findings, numbers: Mapping[str, int]) -> list[dict[str, Any]]:
    return [_source(item, numbers[name]) for name, item in findings.scenes.items()]


def _source(item: Row, number: int) -> dict[str, Any]:
    said = scene_facts(item)
    date, _, time = str(item["properties"].get("datetime") or "").partition("T")
    length = {"year": 4, "month": 7}.get(said.get("date_precision", ""), 10)
    return {
        "src_id": number,
        "sensor": said.get("sensor"),
        "date": date[:length] or None,
        "time": time.removesuffix("Z") if time and said.get("date_precision") == "second" else None,
        "gsd": item["properties"].get("gsd"),
        "scene_id": item["id"],
        "sha256": said.get("sha256"),
        "credit": stated(said.get("credit"), "credit"),
        "licence": stated(said.get("licence"), "licence"),
    }


def _footprints(findings: Findings) -> list[Any]:
    return [
        shape(item["geometry"]) if item["geometry"] else shapely.Polygon()
        for item in findings.scenes.values()
    ]


def _verdicts(findings: Findings) -> Iterator[Loss]:
    graded = {change.said["site_id"] for change, _ in held(findings)}
    for site in findings.sites:
        said = site["properties"]
        if said["verdict"] == "change" and said["site_id"] not in graded:
            yield Loss(
                "", said["site_id"], "verdict change", ", ".join(said["kinds"]), "EMS grades damage only"
            )
