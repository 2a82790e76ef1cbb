"""The things on the ground of one date: a frozen record that events and false friends rewrite.

All coordinates are metres: x to the east, y to the south, from the frame's top left corner.
"""

from dataclasses import dataclass

from shapely import Polygon

from sitewatch.simulate.recipe import Ground
from sitewatch.simulate.shapes import Outline


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """An area of one material: a field, a yard, a pad, a pool.

    Attributes
    ----------
    tint : float
        Factor of its brightness.
    rows : (angle, period, depth) or None
        Furrows: direction in radians, spacing in metres, relative depth of the stripes.
    """

    outline: Outline
    material: str
    tint: float = 1.0
    rows: tuple[float, float, float] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Lane:
    """A road, a path or a wall (which has a height): a line with a width."""

    line: Outline
    width: float
    material: str
    height: float = 0.0
    tint: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Building:
    """A convex footprint with a height and a roof; `gable` roofs have two sides, lit by the sun unequally."""

    outline: Outline
    height: float
    material: str
    gable: bool = False
    tint: float = 1.0

    @property
    def footprint(self) -> Polygon:
        """The footprint as a polygon."""
        return Polygon(self.outline)


@dataclass(frozen=True, slots=True, eq=False)
class Dish:
    """A parabolic antenna, or the dome over one (`dome`)."""

    x: float
    y: float
    radius: float
    height: float
    dome: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """A crown; `greenness` is that of its leaves, 1 evergreen, 0 bare in the dry season."""

    x: float
    y: float
    radius: float
    height: float
    material: str = "canopy"
    tint: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Scar:
    """A trace with a ragged edge on whatever is below it: char, ash, rubble, wetness, snow.

    Attributes
    ----------
    strength : float
        Opacity in the middle, 0..1.
    ragged : float
        Width of the ragged edge, metres.
    """

    outline: Outline
    material: str
    strength: float = 1.0
    ragged: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """Everything on the ground of one date, in the order in which it is laid."""

    ground: Ground
    patches: tuple[Patch, ...] = ()
    lanes: tuple[Lane, ...] = ()
    scars: tuple[Scar, ...] = ()
    buildings: tuple[Building, ...] = ()
    dishes: tuple[Dish, ...] = ()
    trees: tuple[Tree, ...] = ()
