"""How a change stands with those who looked at it: what a figure or a report says of its review."""

from dataclasses import dataclass, replace

from pyproj import Geod
from shapely import force_2d, orient_polygons
from shapely.errors import ShapelyError
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from sitewatch.errors import RunError
from sitewatch.evidence import Outcome, Status
from sitewatch.records import Change, Kind

_GEOD = Geod(ellps="WGS84")
UNREVIEWED = "Found by a program. Not field validated."


@dataclass(frozen=True, slots=True)
class Standing:
    """What became of a change.

    Attributes
    ----------
    status : Status
    words : str
        Who found it, who confirmed it, and that nobody was there. Reviewers are counted, not named: figures
        are published.
    found_as : Kind or None
        The kind that the program gave it, by which its place is understood; None: as the change says.
    """

    status: Status = "unreviewed"
    words: str = UNREVIEWED
    found_as: Kind | None = None


def as_decided(change: Change, outcome: Outcome | None) -> tuple[Change, Standing]:
    """Return a change with the kind and outline that were decided, and how it stands.

    Kind and outline are those of the deciding vote where the change was confirmed; else the program's. Of a
    redrawn outline the area is that on the ellipsoid.

    Raises
    ------
    RunError
        If a decided outline is no polygon.
    """
    if outcome is None:
        return change, Standing()
    final = outcome.final
    decided, notes = change, []
    if final is not None and outcome.status == "confirmed":
        if final.kind is not None and final.kind != change.kind:
            decided = replace(decided, kind=final.kind)
            notes.append(f"The reviewers changed its kind from {change.kind} to {final.kind}.")
        if final.geometry is not None:
            decided = _redrawn(decided, final.geometry)
            notes.append("Its outline was redrawn in review.")
    words = " ".join((f"Found by a program; {_status_words(outcome)}. Not field validated.", *notes))
    return decided, Standing(outcome.status, words, change.kind)


def _redrawn(change: Change, geometry: dict[str, object]) -> Change:
    outline = _polygon(geometry)
    if outline is None:
        raise RunError(
            f"the outline that was decided for {change.id} is no polygon",
            "a valid Polygon or MultiPolygon is needed",
            "decide about this change again",
        )
    drawn = orient_polygons(force_2d(outline))
    return replace(change, geometry=drawn, area_m2=abs(float(_GEOD.geometry_area_perimeter(drawn)[0])))


def _polygon(geometry: dict[str, object]) -> BaseGeometry | None:
    try:
        outline = shape(geometry)
    except (AttributeError, KeyError, TypeError, ValueError, ShapelyError):
        return None
    usable = outline.geom_type in {"Polygon", "MultiPolygon"} and outline.is_valid and not outline.is_empty
    return outline if usable else None


def _status_words(outcome: Outcome) -> str:
    people = _people(len(outcome.votes))
    if outcome.adjudication is not None:
        after = f" after {people}" if outcome.votes else ""
        return f"{outcome.status} in adjudication{after}"
    if len({vote.decision.status for vote in outcome.votes}) > 1:
        return f"uncertain: {people} do not agree"
    settled = "" if outcome.final is not None else ", who do not agree on its kind"
    return f"{outcome.status} by {people}{settled}"


def _people(count: int) -> str:
    return f"{count} reviewer{'' if count == 1 else 's'}"
