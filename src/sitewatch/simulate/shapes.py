"""Outlines in metres: x to the east, y to the south, from the frame's top left corner."""

import math
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from shapely import LineString, MultiPoint, Polygon
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
    hull = MultiPoint(np.concatenate([outline, outline + np.array([dx, dy])])).convex_hull
    return np.asarray(hull.exterior.coords)[:-1] if isinstance(hull, Polygon) else outline


def inset(points: Outline, depth: float) -> Outline:
    """Move every edge of an outline inwards by `depth`; what would vanish stays as it is."""
    x, y = points[:, 0], points[:, 1]
    if min(x.max() - x.min(), y.max() - y.min()) <= 2.5 * depth:
        return points
    following = np.concatenate([points[1:], points[:1]])
    edges = following - points
    length = np.hypot(edges[:, 0], edges[:, 1])
    area = float(x @ following[:, 1] - y @ following[:, 0])
    inward = math.copysign(depth, area) / np.maximum(length, 1e-9)
    normals = np.stack([-edges[:, 1] * inward, edges[:, 0] * inward], axis=1)  # `depth` long
    before = np.concatenate([normals[-1:], normals[:-1]])
    bend = 1 + np.einsum("ij,ij->i", normals, before) / max(depth * depth, 1e-12)
    shrunk: Outline = points + (normals + before) / np.maximum(bend, 0.3)[:, None]
    return shrunk


def ribbon(line: Outline, width: float) -> Polygon:
    """Return the area of a line with a width."""
    return LineString(line).buffer(width / 2, cap_style="flat", join_style="mitre")


def moved(shape: BaseGeometry, dx: float, dy: float) -> BaseGeometry:
    """Return a shape moved by (dx, dy) metres."""
    return translate(shape, dx, dy)


def _turn(angle: float) -> NDArray[np.float64]:
    return np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
