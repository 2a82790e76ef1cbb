"""The things on the ground of one date: a frozen record that events and false friends rewrite.

All coordinates are metres: x to the east, y to the south, from the frame's top left corner.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeAlias

from shapely import Point as ShapelyPoint
from shapely import Polygon, STRtree
from shapely.geometry.base import BaseGeometry

from sitewatch.simulate.recipe import Ground
from sitewatch.simulate.shapes import Outline, ribbon


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """An area of one material: a field, a yard, a pad, a pool.

    Attributes
    ----------
    tint : float
        Factor of its brightness.
    rows : (angle, period, depth) or None
        Furrows of a field: direction in radians, spacing in metres, relative depth of the stripes.
    ragged : float
        Width of its ragged edge, metres; 0 for a sharp one.
    """

    outline: Outline
    material: str
    tint: float = 1.0
    rows: tuple[float, float, float] | None = None
    ragged: float = 0.0

    @property
    def area(self) -> BaseGeometry:
        """The patch as a polygon."""
        return Polygon(self.outline).buffer(0)


@dataclass(frozen=True, slots=True, eq=False)
class Lane:
    """A road or a path: a line with a width."""

    line: Outline
    width: float
    material: str
    tint: float = 1.0

    @property
    def area(self) -> BaseGeometry:
        """The lane as a polygon."""
        return ribbon(self.line, self.width)


Surface: TypeAlias = Patch | Lane


@dataclass(frozen=True, slots=True, eq=False)
class Wall:
    """A wall or fence: a line with a width and a height."""

    line: Outline
    width: float
    height: float
    material: str = "wall"
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

    @property
    def footprint(self) -> Polygon:
        """The disc as a polygon."""
        return ShapelyPoint(self.x, self.y).buffer(self.radius)


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """A crown on the ground."""

    x: float
    y: float
    radius: float
    height: float
    material: str = "canopy"
    tint: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Scar:
    """A trace with a ragged edge on whatever lies on the ground: char, ash, rubble, water, snow.

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
    """Everything on the ground of one date; `surface` is laid in its order, later things on earlier ones."""

    ground: Ground
    surface: tuple[Surface, ...] = ()
    scars: tuple[Scar, ...] = ()
    walls: tuple[Wall, ...] = ()
    buildings: tuple[Building, ...] = ()
    dishes: tuple[Dish, ...] = ()
    trees: tuple[Tree, ...] = ()
    smoke: tuple[Outline, ...] = ()

    @property
    def fields(self) -> tuple[Patch, ...]:
        """The patches that are tilled."""
        return tuple(s for s in self.surface if isinstance(s, Patch) and s.rows is not None)

    def with_(self, new: "World") -> "World":
        """Put what is new on top; trees that stand in the way of its surfaces are felled."""
        return World(
            self.ground,
            self.surface + new.surface,
            self.scars + new.scars,
            self.walls + new.walls,
            self.buildings + new.buildings,
            self.dishes + new.dishes,
            standing(self.trees, (surface.area.buffer(1) for surface in new.surface)) + new.trees,
            self.smoke + new.smoke,
        )

    def without(self, gone: Iterable[Building]) -> "World":
        """Take buildings away."""
        taken = {id(house) for house in gone}
        return replace(self, buildings=tuple(house for house in self.buildings if id(house) not in taken))


def standing(trees: tuple[Tree, ...], cleared: Iterable[BaseGeometry]) -> tuple[Tree, ...]:
    """Return the trees that stand outside every cleared area."""
    areas = list(cleared)
    if not areas or not trees:
        return trees
    points = [ShapelyPoint(tree.x, tree.y) for tree in trees]
    felled = set(STRtree(areas).query(points, predicate="intersects")[0].tolist())
    return tuple(tree for index, tree in enumerate(trees) if index not in felled)
