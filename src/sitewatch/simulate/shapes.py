"""Outlines in metres: x to the east, y to the south, from the frame's top left corner."""

import math
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray
from shapely import LineString, Polygon
from shapely.affinity import translate
from shapely.geometry.base import BaseGeometry

Point: TypeAlias = tuple[float, float] | NDArray[np.float64]  # x, y
Outline: TypeAlias = NDArray[np.float64]  # (points, 2)


def rectangle(at: Point, size: tuple[float, float], angle: float) -> Outline:
    """Return a rectangle of `size` (along, across) about `at`; `angle` in radians, from x towards y."""
    along, across = size[0] / 2, size[1] / 2
    corners = np.array([[-along, -across], [along, -across], [along, across], [-along, across]])
    placed: Outline = corners @ _turn(angle) + np.asarray(at)
    return placed


def blob(at: Point, radius: float, rng: np.random.Generator, wobble: float = 0.2) -> Outline:
    """Return a rounded irregular outline about `at`: a sum of a few harmonics."""
    x, y = at
    turns = np.linspace(0, 2 * np.pi, 28, endpoint=False)
    reach = np.ones_like(turns)
    for harmonic in (2, 3, 5):
        reach += wobble / harmonic * rng.normal() * np.cos(harmonic * turns + rng.uniform(0, 2 * np.pi))
    reach = radius * np.clip(reach, 0.4, 1.8)
    return np.stack([x + reach * np.cos(turns), y + reach * np.sin(turns)], axis=1)


def meander(start: Point, end: Point, sway: float, rng: np.random.Generator) -> Outline:
    """Return a gently curved line from `start` to `end` that strays by about `sway` metres."""
    first, last = np.asarray(start), np.asarray(end)
    steps = np.linspace(0, 1, 24)
    across = np.array([-(last - first)[1], (last - first)[0]]) / max(float(np.hypot(*(last - first))), 1e-9)
    stray = np.sum([rng.normal() / k * np.sin(np.pi * k * steps) for k in (1, 2, 3)], axis=0)
    line: Outline = first + steps[:, None] * (last - first) + sway * stray[:, None] * across
    return line


def middle(outline: Outline) -> NDArray[np.float64]:
    """Return the mean of an outline's points, (2,)."""
    centre: NDArray[np.float64] = outline.mean(axis=0)
    return centre


def sweep(outline: Outline, dx: float, dy: float) -> Outline:
    """Return the hull of a convex outline and of itself moved by (dx, dy): a shadow, or a leaning wall."""
    both = np.concatenate([outline, outline + np.array([dx, dy])]).astype(np.float32)
    hull: Outline = cv2.convexHull(both)[:, 0].astype(np.float64)
    return hull


def inset(points: Outline, depth: float) -> Outline:
    """Move every edge of an outline inwards by `depth`; what would vanish stays as it is."""
    # Plain floats: most outlines have four corners, for which numpy's calls cost five times as much.
    corners: list[list[float]] = points.tolist()
    xs, ys = zip(*corners, strict=True)
    if min(max(xs) - min(xs), max(ys) - min(ys)) <= 2.5 * depth:
        return points
    runs = [(x1 - x0, y1 - y0) for (x0, y0), (x1, y1) in zip(corners, corners[1:] + corners[:1], strict=True)]
    area = sum(x * dy - y * dx for (x, y), (dx, dy) in zip(corners, runs, strict=True))
    turned = math.copysign(1.0, area)
    inward = [(-dy * turned / length, dx * turned / length) for dx, dy, length in _lengths(runs)]
    moved_corners = []
    for (x, y), (ax, ay), (bx, by) in zip(corners, inward[-1:] + inward[:-1], inward, strict=True):
        reach = depth / max(1 + ax * bx + ay * by, 0.3)
        moved_corners.append((x + reach * (ax + bx), y + reach * (ay + by)))
    return np.array(moved_corners)


def _lengths(runs: list[tuple[float, float]]) -> list[tuple[float, float, float]]:
    return [(dx, dy, max(math.hypot(dx, dy), 1e-9)) for dx, dy in runs]


def ribbon(line: Outline, width: float) -> Polygon:
    """Return the area of a line with a width."""
    return LineString(line).buffer(width / 2, cap_style="flat", join_style="mitre")


def moved(shape: BaseGeometry, dx: float, dy: float) -> BaseGeometry:
    """Return a shape moved by (dx, dy) metres."""
    return translate(shape, dx, dy)


def _turn(angle: float) -> NDArray[np.float64]:
    return np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
