"""A plot: a rectangle of ground with directions of its own, on which something is laid out."""

from dataclasses import dataclass

import numpy as np
from shapely import Polygon

from sitewatch.simulate.shapes import Outline, Point, middle, rectangle
from sitewatch.simulate.world import Wall


@dataclass(frozen=True, slots=True, eq=False)
class Plot:
    """A rectangle of ground; its own x runs along the front, its own y in depth, from its middle.

    Attributes
    ----------
    centre : (x, y)
    length, depth : float
        Metres.
    angle : float
        Of its own x, radians.
    """

    centre: Point
    length: float
    depth: float
    angle: float

    @property
    def outline(self) -> Outline:
        """The rectangle."""
        return self.box((0.0, 0.0), (self.length, self.depth))

    @property
    def area(self) -> Polygon:
        """The rectangle as a polygon."""
        return Polygon(self.outline)

    def point(self, x: float, y: float) -> Outline:
        """Return a place of the plot's own coordinates on the ground, (2,)."""
        return middle(self.box((x, y), (1.0, 1.0)))

    def box(self, at: tuple[float, float], size: tuple[float, float]) -> Outline:
        """Return a rectangle in the plot's own directions about a place in its own coordinates."""
        cosine, sine = np.cos(self.angle), np.sin(self.angle)
        turned = np.array([at[0] * cosine - at[1] * sine, at[0] * sine + at[1] * cosine])
        return rectangle(np.asarray(self.centre) + turned, size, self.angle)

    def ring(self, inset: float, width: float, height: float) -> tuple[Wall, ...]:
        """Return a wall or fence around the plot, `inset` metres inside its edge."""
        corners = self.box((0.0, 0.0), (self.length - 2 * inset, self.depth - 2 * inset))
        return tuple(
            Wall(np.stack([start, end]), width, height, "wall", 1.1)
            for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True)
        )
