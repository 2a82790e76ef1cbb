"""The columns of flat tables (GeoPackage, CSV, KML), each with what it means: table and codebook in one."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sitewatch.records import KINDS
from sitewatch.report.exports.findings import Finding, scene_facts
from sitewatch.report.exports.text import shown, stated
from sitewatch.report.words import confidence_word

T = TypeVar("T")
Row = dict[str, Any]
FIELD_VALIDATION = "Not yet field validated"
CODEBOOK_HEADER = ("table_name", "column_name", "type", "meaning")


@dataclass(frozen=True, slots=True)
class Column(Generic[T]):
    """A column: its name, what it means, and how its value is taken from a thing of type T.

    `number`: holds numbers or nothing; any other column holds text or nothing.
    """

    name: str
    meaning: str
    of: Callable[[T], Any]
    number: bool = False


def rows(columns: Sequence[Column[T]], things: Iterable[T]) -> list[Row]:
    """Return a row a thing; texts as they may be shown, None where a value is missing."""
    return [{column.name: _cell(column, thing) for column in columns} for thing in things]


def numbers(columns: Iterable[Column[T]]) -> frozenset[str]:
    """Return the names of the columns that hold numbers."""
    return frozenset(column.name for column in columns if column.number)


def codebook(tables: Mapping[str, Iterable[Column[Any]]]) -> list[Row]:
    """Return a row for every column of every table: `table_name`, `column_name`, `type`, `meaning`."""
    return [
        dict(zip(CODEBOOK_HEADER, _entry(table, column), strict=True))
        for table, columns in tables.items()
        for column in columns
    ]


def _entry(table: str, column: Column[Any]) -> tuple[str, str, str, str]:
    return table, column.name, "number" if column.number else "text", column.meaning


def _cell(column: Column[T], thing: T) -> Any:
    value = column.of(thing)
    if column.number:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return float(value) if is_number else None
    return None if value is None else shown(value)


def lines(parts: Iterable[object]) -> str | None:
    """Join texts, a line each; None if there are none."""
    return "\n".join(shown(part) for part in parts) or None


def _said(name: str) -> Callable[[Finding], Any]:
    return lambda change: change.said.get(name)


def _review(name: str) -> Callable[[Finding], Any]:
    return lambda change: change.said["review"].get(name)


def _kind(name: str) -> Callable[[Finding], Any]:
    return lambda change: (change.said.get("kinds") or {}).get(name)


def _votes(change: Finding) -> list[Mapping[str, Any]]:
    review = change.said["review"]
    settled = review.get("adjudication")
    return [*review.get("votes", ()), *([settled] if settled else [])]


def _notes(change: Finding) -> str | None:
    return lines(f"{vote['reviewer']}: {vote['note']}" for vote in _votes(change) if vote.get("note"))


def _reviewers(change: Finding) -> str | None:
    return lines(
        f"{vote['reviewer']}: {vote['status']}" + (f" as {vote['kind']}" if vote.get("kind") else "")
        for vote in _votes(change)
    )


def _word(change: Finding) -> str | None:
    value = change.said.get("confidence")
    word = None if value is None else confidence_word(value)
    return None if word is None else word.definition


def _rivals(change: Finding) -> str | None:
    return lines(f"{each['name']} ({each['stance']}): {each['sentence']}" for each in change.said["rivals"])


_SCENE = (
    ("scene_id", "id of the scene", False),
    ("datetime", "when it was taken, UTC, as far as it is known (2017-09: the month)", False),
    ("sensor", "satellite and sensor", False),
    ("gsd_m", "size of a pixel on the ground, metres", True),
    ("credit", "credit of the scene, verbatim", False),
    ("licence", "licence of the scene, verbatim", False),
    ("sha256", "SHA-256 of the scene's file (several files: of their sorted digests)", False),
)


def _of_scene(block: Mapping[str, Any] | None, name: str) -> Any:
    if block is None:
        return None
    return stated(block.get(name), name) if name in ("credit", "licence") else block.get(name)


def _scene_columns(blocks: Callable[[T, str], Mapping[str, Any] | None]) -> Iterator[Column[T]]:
    for side in ("before", "after"):
        for name, meaning, number in _SCENE:

            def of(thing: T, side: str = side, name: str = name) -> Any:
                return _of_scene(blocks(thing, side), name)

            yield Column(f"{side}_{name}", f"Scene {side}: {meaning}.", of, number)


CHANGES: tuple[Column[Finding], ...] = (
    Column("id", "Id of the change, unique in the run.", _said("id")),
    Column("site_id", "Site it lies in; empty if two whole images were compared.", _said("site_id")),
    Column(
        "kind",
        "construction, burning, demolition or other: as confirmed by reviewers, else as detected.",
        lambda change: change.kind,
    ),
    Column("detected_kind", "Kind as the program detected it.", _said("kind")),
    Column(
        "review_status",
        "unreviewed, confirmed, rejected, or uncertain (reviewers are, or disagree).",
        lambda change: change.status,
    ),
    Column("review_disputed", "True if reviewers disagree and nobody has settled it.", _review("disputed")),
    Column("reviewers", "Who decided what, a line each; an adjudication comes last.", _reviewers),
    Column("review_notes", "Notes of the reviewers, a line each.", _notes),
    Column(
        "field_validation",
        "Whether somebody was there. Nothing in this file was checked on the ground.",
        lambda _: FIELD_VALIDATION,
    ),
    Column(
        "confidence",
        "Calibrated probability, 0 to 1, that an analyst would confirm it; empty where none could be worked "
        "out. It is the program's, from before any review.",
        _said("confidence"),
        number=True,
    ),
    Column("confidence_word", "The confidence in a word of US ICD 203, with its range.", _word),
    *(
        Column(f"p_{kind}", f"Probability that the kind is {kind}, 0 to 1.", _kind(kind), number=True)
        for kind in KINDS
    ),
    Column("area_m2", "Area of the outline, square metres.", lambda change: change.area_m2, number=True),
    Column("detected_area_m2", "Area as detected, square metres.", _said("area_m2"), number=True),
    Column(
        "outline",
        "detected: the program's outline; redrawn: a reviewer's.",
        lambda change: "redrawn" if change.redrawn else "detected",
    ),
    *_scene_columns(lambda change, side: change.said.get(side)),
    Column("georeference", "true, or approximate: position known only roughly.", _said("georeference")),
    Column("reasons", "What was measured, a sentence a line.", lambda change: lines(change.said["reasons"])),
    Column("rivals", "Other explanations and what was measured about each, a line each.", _rivals),
    Column(
        "evidence",
        "All measurements as JSON: name to value and unit.",
        lambda change: json.dumps(change.said["evidence"], ensure_ascii=False),
    ),
    Column("chip", "File of its figure in the run folder.", _said("chip")),
    Column("run_id", "Run that detected it.", _said("run_id")),
)


def _prop(name: str) -> Callable[[Mapping[str, Any]], Any]:
    return lambda site: site["properties"].get(name)


def _part(name: str, key: str) -> Callable[[Mapping[str, Any]], Any]:
    return lambda site: (site["properties"].get(name) or {}).get(key)


def _confirmed(kind: str) -> Callable[[Mapping[str, Any]], Any]:
    return lambda site: site["properties"]["review"]["confirmed_m2"][kind]


_BY_KIND = (
    ("changed_m2", "Area changed by {}, square metres."),
    ("changed_m2_low", "Lower end of the 95 % interval of changed_m2 of {}."),
    ("changed_m2_high", "Upper end of the 95 % interval of changed_m2 of {}."),
    ("min_detectable_m2", "Smallest {} that would have been found, square metres; empty if not known."),
)

SITES: tuple[Column[Mapping[str, Any]], ...] = (
    Column("site_id", "Id of the site.", _prop("site_id")),
    Column("name", "Its name in the list of sites.", _prop("name")),
    Column("category", "settlement, facility, ground_station or other.", _prop("category")),
    Column("verdict", "Of the program: change, no_visible_change or not_assessable.", _prop("verdict")),
    Column("reason", "Why, in a sentence.", _prop("reason")),
    Column(
        "reviewed_verdict",
        "What follows from the reviewers' decisions; empty while a detection is open.",
        _part("review", "verdict"),
    ),
    *(
        Column(f"{what}_changes", f"Number of its changes that are {what}.", _part("review", what), True)
        for what in ("confirmed", "rejected", "uncertain", "unreviewed")
    ),
    *(
        Column(
            f"confirmed_m2_{kind}",
            f"Confirmed area of {kind}, square metres.",
            _confirmed(kind),
            number=True,
        )
        for kind in KINDS
    ),
    Column(
        "kinds", "Kinds that were detected, joined by ;", lambda site: ";".join(_prop("kinds")(site) or ())
    ),
    Column(
        "usable_fraction", "Share of the site seen on both dates, 0 to 1.", _prop("usable_fraction"), True
    ),
    Column("p_value", "How rare so much change is where nothing happened.", _prop("p_value"), True),
    Column("q_value", "The same, corrected for the number of sites.", _prop("q_value"), True),
    Column("reference", "What p_value stands on: pooled, scene, weak or none.", _prop("reference")),
    *(
        Column(f"{name}_{kind}", meaning.format(kind), _part(name, kind), number=True)
        for name, meaning in _BY_KIND
        for kind in KINDS
    ),
    Column("last_seen_unchanged", "Last date of the old state.", _prop("last_seen_unchanged")),
    Column("first_seen_changed", "First date of the new state.", _prop("first_seen_changed")),
    *_scene_columns(lambda site, side: site["properties"].get(side)),
    Column("field_validation", "Nothing was checked on the ground.", lambda _: FIELD_VALIDATION),
)


def _item(name: str) -> Callable[[Mapping[str, Any]], Any]:
    return lambda item: item["properties"].get(name)


def _fact(name: str) -> Callable[[Mapping[str, Any]], Any]:
    return lambda item: scene_facts(item).get(name)


SCENES: tuple[Column[Mapping[str, Any]], ...] = (
    Column("scene_id", "Id of the scene.", lambda item: item["id"]),
    Column("datetime", "When it was taken, UTC.", _item("datetime")),
    Column(
        "date_precision", "How far the date is known: second, day, month or year.", _fact("date_precision")
    ),
    Column("sensor", "Satellite and sensor.", _fact("sensor")),
    Column("gsd_m", "Size of a pixel on the ground, metres.", _item("gsd"), number=True),
    Column("product_id", "The provider's name of the product.", _fact("product_id")),
    Column("credit", "Credit, verbatim.", lambda item: stated(_fact("credit")(item), "credit")),
    Column("licence", "Licence, verbatim.", lambda item: stated(_fact("licence")(item), "licence")),
    Column("sha256", "SHA-256 of its file (several: of their sorted digests).", _fact("sha256")),
)
