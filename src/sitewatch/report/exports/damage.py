"""What the vocabularies of damage mapping can hold of a run, and an itemised list of what they cannot.

Both grade damage to structures. sitewatch tells kinds of change apart and does not grade; no grade of EMS-98
is claimed anywhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from sitewatch.report.exports.findings import Finding, Findings

Standing: TypeAlias = Literal["removed", "damaged", "possible"]
LOSSES = ("change_id", "site_id", "what", "value", "why")

_ALWAYS = (
    ("area_m2", "the vocabulary has no field for an area"),
    ("p of kinds", "the vocabulary has no probabilities of kinds"),
    ("rivals", "the vocabulary has no place for other explanations and what was measured about them"),
    ("evidence", "the vocabulary has no place for measurements"),
)


@dataclass(frozen=True, slots=True)
class Loss:
    """One thing that an export does not say."""

    change_id: str
    site_id: str | None
    what: str
    value: str
    why: str

    def row(self) -> dict[str, str | None]:
        """Return it as a row of the table of losses."""
        return {name: getattr(self, name) for name in LOSSES}


def standing(change: Finding) -> Standing | None:
    """Return what may be said of structures; None where the vocabularies have no word for a change.

    ``removed``: demolition that reviewers confirmed: what stood there stands no more, whole or in part.
    ``damaged``: burning that reviewers confirmed, of a grade that nobody assessed. ``possible``: either
    of them, unreviewed or uncertain. Construction and other changes are no damage, and what reviewers
    rejected is nothing.
    """
    if change.kind not in ("burning", "demolition") or change.status == "rejected":
        return None
    if change.status != "confirmed":
        return "possible"
    return "removed" if change.kind == "demolition" else "damaged"


def held(findings: Findings) -> list[tuple[Finding, Standing]]:
    """Return the changes that the vocabularies have a word for."""
    graded = ((change, standing(change)) for change in findings.changes)
    return [(change, word) for change, word in graded if word is not None]


def losses(findings: Findings) -> Iterator[Loss]:
    """Yield what is lost in both vocabularies alike: whole changes, and parts of those that are held."""
    for change in findings.changes:
        if standing(change) is None:
            yield lost(change, "the whole change", f"{change.kind}, {change.status}", _why_not(change))
            continue
        for what, why in _ALWAYS:
            yield lost(change, what, _value(change, what), why)
    for site in findings.sites:
        said = site["properties"]
        intervals = [said.get(f"changed_m2_{end}") for end in ("low", "high")]
        for what, value in (
            ("p_value", said.get("p_value")),
            ("q_value", said.get("q_value")),
            ("changed_m2 interval", intervals if any(intervals) else None),
        ):
            if value is not None:
                yield Loss(
                    "", said["site_id"], what, str(value), "the vocabulary has no statistics of a site"
                )


def lost(change: Finding, what: str, value: object, why: str) -> Loss:
    """Say that something of a change is not in the export."""
    return Loss(change.id, change.said["site_id"], what, str(value), why)


def _why_not(change: Finding) -> str:
    if change.status == "rejected":
        return "reviewers rejected it; that is no finding of 'no damage', so it gets no class"
    return "the vocabulary knows damage only: it has no class for construction or other change"


def _value(change: Finding, what: str) -> object:
    said = change.said
    return {
        "area_m2": change.area_m2,
        "p of kinds": said.get("kinds"),
        "rivals": ", ".join(f"{each['name']} {each['stance']}" for each in said["rivals"]),
        "evidence": f"{len(said['evidence'])} measurements",
    }[what]
