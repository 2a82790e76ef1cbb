"""What the page sends: checked before it becomes a decision."""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from shapely import get_parts, union_all
from shapely.geometry import LineString, MultiPolygon, Polygon, box
from shapely.geometry.base import BaseGeometry
from shapely.validation import explain_validity

from sitewatch.errors import GeometryError, SettingsError
from sitewatch.evidence import Status
from sitewatch.evidence.decisions import LONGEST_NOTE
from sitewatch.grid import gsd_m
from sitewatch.records import Kind
from sitewatch.review.places import Place

_MOST_POINTS = 20_000
# Width of the gap between the parts of an outline that was split.
_GAP_PX, _GAP_M = 0.1, 0.06

Number: TypeAlias = Annotated[float, Field(ge=-1e7, le=1e7, allow_inf_nan=False)]
Point: TypeAlias = tuple[Number, Number]
# Polygons of rings of points, without the last point that repeats the first.
Outline: TypeAlias = list[list[list[Point]]]


class _Sent(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Screen(_Sent):
    """What was on the screen, as far as only the page knows it.

    Attributes
    ----------
    mode : {"side", "swipe", "flicker"}
    look : str
    other : str or None
        Place in the strip of another date that was shown instead of the after scene.
    zoom : float
        Powers of two; 0 is a pixel a pixel.
    centre : (float, float)
        Column and row.
    outline : bool
        Whether the outline was drawn.
    seconds : float
        How long the item had been looked at.
    width, height : int
        Of a panel, pixels.
    """

    mode: Literal["side", "swipe", "flicker"]
    look: Annotated[str, StringConstraints(max_length=40)]
    other: Annotated[str, StringConstraints(max_length=10)] | None = None
    zoom: Annotated[float, Field(ge=-30, le=30, allow_inf_nan=False)]
    centre: Point
    outline: bool = True
    seconds: Annotated[float, Field(ge=0, le=1e7, allow_inf_nan=False)]
    width: Annotated[int, Field(ge=0, le=100_000)] = 0
    height: Annotated[int, Field(ge=0, le=100_000)] = 0


class Said(_Sent):
    """A decision as the page sends it."""

    status: Status
    kind: Kind | None = None
    outline: Outline | None = None
    note: Annotated[str, StringConstraints(max_length=LONGEST_NOTE)] = ""
    screen: Screen


class Undo(_Sent):
    """The wish to take the last decision back."""

    screen: Screen


class Cut(_Sent):
    """An outline, and a line to split it along."""

    outline: Outline
    line: list[Point]


def read_said(model: type[_Sent], content: bytes) -> Any:
    """Parse what the page sent.

    Raises
    ------
    SettingsError
        If it is not what the page sends.
    """
    try:
        return model.model_validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "the message"
        raise SettingsError(
            f"{where}: {first['msg']}", "the page's own form is needed", "load the page again"
        ) from error


def shape_of(outline: Outline, place: Place) -> BaseGeometry:
    """Make a shape of an outline in the frame.

    Raises
    ------
    GeometryError
        If it has no area, crosses itself, has too many corners, or leaves the frame.
    """
    if sum(len(ring) for part in outline for ring in part) > _MOST_POINTS:
        raise GeometryError("an outline of too many corners", f"at most {_MOST_POINTS}", "draw it simpler")
    try:
        parts = [Polygon(part[0], part[1:]) for part in outline]
    except (ValueError, IndexError) as error:
        raise GeometryError(
            "an outline of fewer than three corners", "each part has an area", "add corners or delete it"
        ) from error
    drawn: BaseGeometry = parts[0] if len(parts) == 1 else MultiPolygon(parts)
    if not drawn.is_valid:
        # Parts that touch or overlap are one thing; a part that crosses itself is a slip of the hand.
        crossed = next((part for part in parts if not part.is_valid), None)
        if crossed is not None:
            raise GeometryError(
                f"an outline that crosses itself ({explain_validity(crossed)})",
                "outlines do not cross themselves",
                "move a corner",
            )
        drawn = union_all(parts)
    rows, cols = place.frame.shape
    if drawn.is_empty or not drawn.area > 0 or not box(-1, -1, cols + 1, rows + 1).contains(drawn):
        raise GeometryError(
            "an outline without area, or beyond the image", "it lies on the image", "draw it again"
        )
    return drawn


def cut(wish: Cut, place: Place) -> BaseGeometry:
    """Split an outline along a line.

    Raises
    ------
    GeometryError
        If the line does not cross it from edge to edge.
    """
    whole = shape_of(wish.outline, place)
    if len(wish.line) < 2:
        raise GeometryError("a line of fewer than two points", "two are needed", "draw it across the outline")
    # Parts that share an edge would be no valid MultiPolygon: a gap keeps them apart, also when rounded.
    gap = max(_GAP_PX, _GAP_M / gsd_m(place.frame))
    pieces = get_parts(whole.difference(LineString(wish.line).buffer(gap / 2)))
    if len(pieces) == len(get_parts(whole)):
        raise GeometryError(
            "a line that does not cross the outline", "it runs from outside to outside", "draw it longer"
        )
    return MultiPolygon(list(pieces))
