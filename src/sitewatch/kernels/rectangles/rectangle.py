"""A rectangle at any angle, in pixel coordinates."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A rectangle in pixel coordinates: x to the right, y down, the corner of the first pixel at (0, 0).

    Attributes
    ----------
    x, y : float
        Its middle.
    length, width : float
        Its sides, along and across `angle`.
    angle : float
        Of the first side, radians from x towards y, 0 to half of pi.
    contrast : float
        Mean difference of the image across its sides, over that at all places nearby: more than 1 where
        the image shows edges there.
    """

    x: float
    y: float
    length: float
    width: float
    angle: float
    contrast: float

    @property
    def corners(self) -> NDArray[np.float64]:
        """Its corners, (4, 2): x and y."""
        along, across = self._axes()
        half = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) / 2
        return np.asarray(
            np.array([self.x, self.y]) + half[:, :1] * self.length * along + half[:, 1:] * self.width * across
        )

    def covers(self, shape: tuple[int, int]) -> NDArray[np.bool_]:
        """Say which pixels of a window of (rows, columns) have their centre inside."""
        along, across = self._axes()
        x = np.arange(shape[1])[None] + 0.5 - self.x
        y = np.arange(shape[0])[:, None] + 0.5 - self.y
        u, v = x * along[0] + y * along[1], x * across[0] + y * across[1]
        # Half-open, so that a centre on a side belongs to one of two neighbours.
        inside: NDArray[np.bool_] = (
            (u >= -self.length / 2) & (u < self.length / 2) & (v >= -self.width / 2) & (v < self.width / 2)
        )
        return inside

    def _axes(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        cos, sin = np.cos(self.angle), np.sin(self.angle)
        return np.array([cos, sin]), np.array([-sin, cos])
