"""The land around a place: fields with furrows, woods, desert scrub and dry stream beds, a coast."""

import numpy as np
from numpy.typing import NDArray
from shapely import MultiPoint, Polygon, STRtree

from sitewatch.simulate.shapes import Outline, Point, blob, meander, rectangle
from sitewatch.simulate.world import Lane, Patch, Tree

Extent = tuple[float, float]  # width, height of the frame in metres
_CROPS = ("crop_green", "crop_young", "crop_ripe", "stubble", "soil_ploughed", "grass_green")


def parcels(frame: Extent, rng: np.random.Generator, side: float) -> tuple[Patch, ...]:
    """Cover the land with fields of about `side` metres, each with its crop and its furrows."""
    middle, angle = np.array(frame) / 2, rng.uniform(-0.5, 0.5)
    reach = 0.75 * float(np.hypot(*frame))
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    patches = []
    for box in _split(np.array([-reach, -reach, reach, reach]), side, rng):
        at = (box[:2] + box[2:]) / 2 @ turn + middle
        if np.any(at < -side) or np.any(at > np.array(frame) + side):
            continue
        along = angle + (np.pi / 2) * int(rng.integers(2))
        furrows = (along, rng.uniform(1.2, 3.5), rng.uniform(0.05, 0.16))
        size = (float(box[2] - box[0] - 2.5), float(box[3] - box[1] - 2.5))
        crop = _CROPS[int(rng.integers(len(_CROPS)))]
        patches.append(Patch(rectangle(at, size, angle), crop, rng.uniform(0.85, 1.15), furrows, 0.5))
    return tuple(patches)


def gardens(at: Point, rng: np.random.Generator, side: float) -> tuple[Patch, ...]:
    """Lay a few fields side by side about a place, as in a clearing or an oasis."""
    around = parcels((4 * side, 3 * side), rng, side)
    move = np.asarray(at) - (2 * side, 1.5 * side)
    return tuple(
        Patch(patch.outline + move, patch.material, patch.tint, patch.rows, 0.8)
        for patch in around
        if np.all(patch.outline.mean(axis=0) > 0.3 * side)
        and np.all(patch.outline.mean(axis=0) < np.array([3.7, 2.7]) * side)
    )


def woods(frame: Extent, rng: np.random.Generator, share: float, size: float) -> tuple[Patch, ...]:
    """Lay closed canopies: ragged patches of about `size` metres that cover about `share` of the land."""
    width, height = frame
    count = int(-np.log(1 - share) * (width + 2 * size) * (height + 2 * size) / (np.pi * size**2)) + 1
    places = rng.uniform((-size, -size), (width + size, height + size), (count, 2))
    return tuple(
        Patch(
            blob(place, size * rng.uniform(0.6, 1.4), rng, 0.3),
            "canopy",
            rng.uniform(0.85, 1.05),
            None,
            0.12 * size,
        )
        for place in places
    )


def trees_on(
    patches: tuple[Patch, ...], frame: Extent, rng: np.random.Generator, spacing: float
) -> tuple[Tree, ...]:
    """Stand trees on wooded patches, on a jittered grid."""
    width, height = frame
    xs, ys = np.meshgrid(np.arange(-12, width + 12, spacing), np.arange(-12, height + 12, spacing))
    points = np.stack([xs.ravel(), ys.ravel()], axis=1) + rng.normal(0, 0.33 * spacing, (xs.size, 2))
    tree = STRtree(list(MultiPoint(points).geoms))
    wooded = [Polygon(patch.outline).buffer(0) for patch in patches]
    inside = np.unique(tree.query(wooded, predicate="contains")[1])
    return tuple(_tree(at, spacing * rng.uniform(0.45, 0.85), rng) for at in points[inside])


def scattered(frame: Extent, rng: np.random.Generator, spacing: float, radius: float) -> tuple[Tree, ...]:
    """Stand single trees or shrubs of about `radius` metres, one in `spacing` squared."""
    width, height = frame
    count = int((width + 20) * (height + 20) / spacing**2)
    places = rng.uniform((-10, -10), (width + 10, height + 10), (count, 2))
    return tuple(_tree(at, radius * rng.uniform(0.5, 1.5), rng) for at in places)


def stream_beds(frame: Extent, rng: np.random.Generator) -> tuple[Patch, ...]:
    """Lay dry stream beds across the frame: pale, winding, with side arms."""
    span = float(np.hypot(*frame))
    turn = rng.uniform(0, np.pi)
    flow = np.array([np.cos(turn), np.sin(turn)])
    beds = []
    for _ in range(int(rng.integers(2, 4))):
        start = rng.uniform((0, 0), frame) - flow * span
        trunk = meander(start, start + 2 * flow * span, 0.06 * span, rng)
        beds.append(_bed(trunk, 0.012 * span, rng))
        for at in trunk[rng.integers(4, 20, 3)]:
            side = np.array([-flow[1], flow[0]]) * rng.choice([-1.0, 1.0])
            arm = meander(at, at + (side - 0.8 * flow) * rng.uniform(0.2, 0.45) * span, 0.03 * span, rng)
            beds.append(_bed(arm, 0.006 * span, rng))
    return tuple(beds)


def country_road(frame: Extent, through: Point, turn: float, rng: np.random.Generator) -> Lane:
    """Lay a road across the whole frame that passes by a point, `turn` radians from x towards y."""
    span = float(np.hypot(*frame))
    towards = np.array([np.cos(turn), np.sin(turn)]) * span
    first = meander(through - towards, through, 0.02 * span, rng)
    second = meander(through, through + towards, 0.02 * span, rng)
    return Lane(np.concatenate([first, second[1:]]), 5.5, "soil_bare", 0.95)


def coast(frame: Extent, reach: float, rng: np.random.Generator) -> Outline:
    """Return the outline of water along the frame's lower edge, `reach` metres into it."""
    width, height = frame
    pad = 0.2 * width
    shore = meander((-pad, height - reach), (width + pad, height - reach), 0.12 * reach, rng)
    return np.concatenate([shore, [(width + pad, height + pad), (-pad, height + pad)]])


def _bed(line: Outline, width: float, rng: np.random.Generator) -> Patch:
    run = np.gradient(line, axis=0)
    aside = np.stack([-run[:, 1], run[:, 0]], axis=1) / np.hypot(*run.T)[:, None]
    half = (width / 2 * rng.uniform(0.6, 1.4, len(line)))[:, None]
    outline = np.concatenate([line + aside * half, (line - aside * half)[::-1]])
    return Patch(outline, "sand", rng.uniform(1.06, 1.16), None, 0.25 * width)


def _tree(at: NDArray[np.float64], radius: float, rng: np.random.Generator) -> Tree:
    height, tint = radius * rng.uniform(1.5, 3.0), rng.uniform(0.8, 1.25)
    return Tree(float(at[0]), float(at[1]), radius, height, "canopy", tint)


def _split(box: NDArray[np.float64], side: float, rng: np.random.Generator) -> list[NDArray[np.float64]]:
    """Cut a box (left, top, right, bottom) in two, and again, until its pieces are about `side` long."""
    wide, tall = box[2] - box[0], box[3] - box[1]
    if max(wide, tall) < side * rng.uniform(1.0, 2.4):
        return [box]
    axis = 0 if wide > tall * 0.8 else 1
    first, second = box.copy(), box.copy()
    first[axis + 2] = second[axis] = box[axis] + rng.uniform(0.35, 0.65) * (box[axis + 2] - box[axis])
    return _split(first, side, rng) + _split(second, side, rng)
