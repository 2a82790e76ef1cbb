"""The land around a place: fields with furrows, woods, desert scrub."""

import numpy as np
from shapely import LineString, Polygon, STRtree
from shapely.geometry import Point

from sitewatch.simulate.shapes import Outline, blob, meander, rectangle
from sitewatch.simulate.world import Lane, Patch, Tree

Frame = tuple[float, float]  # width, height in metres
_CROPS = ("crop_green", "crop_young", "crop_ripe", "stubble", "soil_ploughed", "grass_green")


def parcels(frame: Frame, rng: np.random.Generator, side: float) -> tuple[Patch, ...]:
    """Cover the land with fields of about `side` metres, each with its crop and its furrows."""
    width, height = frame
    angle = rng.uniform(-0.5, 0.5)
    reach = 0.75 * float(np.hypot(width, height))
    patches = []
    for x0, y0, x1, y1 in _split((-reach, -reach, reach, reach), side, rng):
        size = (x1 - x0 - 2.5, y1 - y0 - 2.5)
        at = np.array([[(x0 + x1) / 2, (y0 + y1) / 2]])
        turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        x, y = (at @ turn)[0] + (width / 2, height / 2)
        if not (-side < x < width + side and -side < y < height + side):
            continue
        furrows = (angle + (np.pi / 2) * int(rng.integers(2)), rng.uniform(1.2, 3.5), rng.uniform(0.05, 0.16))
        crop = str(rng.choice(_CROPS))
        patches.append(Patch(rectangle((x, y), size, angle), crop, rng.uniform(0.85, 1.15), furrows))
    return tuple(patches)


def woods(frame: Frame, rng: np.random.Generator, share: float, size: float) -> tuple[Patch, ...]:
    """Lay closed canopies: rounded patches of about `size` metres that cover about `share` of the land."""
    width, height = frame
    pad = size
    count = int(-np.log(1 - share) * (width + 2 * pad) * (height + 2 * pad) / (np.pi * size**2)) + 1
    places = rng.uniform((-pad, -pad), (width + pad, height + pad), (count, 2))
    return tuple(
        Patch(blob(place, size * rng.uniform(0.6, 1.4), rng, 0.3), "canopy", rng.uniform(0.85, 1.05))
        for place in places
    )


def trees_on(
    patches: tuple[Patch, ...], frame: Frame, rng: np.random.Generator, spacing: float
) -> tuple[Tree, ...]:
    """Stand trees on the wooded patches, on a jittered grid."""
    width, height = frame
    xs, ys = np.meshgrid(np.arange(-12, width + 12, spacing), np.arange(-12, height + 12, spacing))
    points = np.stack([xs.ravel(), ys.ravel()], axis=1) + rng.normal(0, 0.33 * spacing, (xs.size, 2))
    inside = np.unique(
        STRtree([Point(*p) for p in points]).query(
            [Polygon(p.outline).buffer(0) for p in patches], predicate="contains"
        )[1]
    )
    trees = []
    for x, y in points[inside]:
        radius = spacing * rng.uniform(0.45, 0.85)
        trees.append(
            Tree(float(x), float(y), radius, radius * rng.uniform(2.0, 3.2), "canopy", rng.uniform(0.8, 1.2))
        )
    return tuple(trees)


def scattered(frame: Frame, rng: np.random.Generator, spacing: float, radius: float) -> tuple[Tree, ...]:
    """Stand single trees or shrubs of about `radius` metres, one in `spacing` squared."""
    width, height = frame
    count = int((width + 20) * (height + 20) / spacing**2)
    trees = []
    for x, y in zip(rng.uniform(-10, width + 10, count), rng.uniform(-10, height + 10, count), strict=True):
        size = radius * rng.uniform(0.5, 1.5)
        trees.append(Tree(x, y, size, size * 1.6, "canopy", rng.uniform(0.8, 1.3)))
    return tuple(trees)


def country_road(frame: Frame, through: tuple[float, float], width: float, rng: np.random.Generator) -> Lane:
    """Lay a road across the whole frame that passes by a point."""
    span = float(np.hypot(*frame))
    angle = rng.uniform(0, np.pi)
    towards = np.array([np.cos(angle), np.sin(angle)]) * span
    first = meander(through - towards, through, 0.02 * span, rng)
    second = meander(through, through + towards, 0.02 * span, rng)
    return Lane(np.concatenate([first, second[1:]]), width, "soil_bare", 0.0, 0.95)


def clear_of(trees: tuple[Tree, ...], lanes: tuple[Lane, ...], outlines: list[Outline]) -> tuple[Tree, ...]:
    """Drop the trees that would stand on a lane or on an outline (a plot, a house)."""
    solid = [LineString(lane.line).buffer(lane.width / 2 + 1) for lane in lanes]
    solid += [Polygon(outline).buffer(1) for outline in outlines]
    if not solid:
        return trees
    hit = STRtree(solid).query([Point(tree.x, tree.y) for tree in trees], predicate="intersects")[0]
    taken = set(hit.tolist())
    return tuple(tree for index, tree in enumerate(trees) if index not in taken)


def _split(
    box: tuple[float, float, float, float], side: float, rng: np.random.Generator
) -> list[tuple[float, float, float, float]]:
    x0, y0, x1, y1 = box
    wide, tall = x1 - x0, y1 - y0
    if max(wide, tall) < side * rng.uniform(1.0, 2.4):
        return [box]
    cut = rng.uniform(0.35, 0.65)
    if wide > tall * 0.8:
        x = x0 + cut * wide
        return _split((x0, y0, x, y1), side, rng) + _split((x, y0, x1, y1), side, rng)
    y = y0 + cut * tall
    return _split((x0, y0, x1, y), side, rng) + _split((x0, y, x1, y1), side, rng)
