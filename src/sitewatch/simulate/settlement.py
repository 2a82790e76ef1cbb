"""Villages: lanes, houses along them, yards, trees."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sitewatch.simulate.plot import Plot
from sitewatch.simulate.recipe import Ground
from sitewatch.simulate.shapes import Outline, Point, blob, meander, middle, rectangle
from sitewatch.simulate.world import Building, Lane, Patch, Tree

_FROM_LANE = 6.5  # least distance of a house's middle from the middle of a lane, metres

# Where houses stand, in units of their spacing, when lanes leave no room for more.
_FEW = np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)])


@dataclass(frozen=True, slots=True)
class Style:
    """How people build.

    Attributes
    ----------
    roofs : tuple of (material, share)
    length, depth : (float, float)
        Least and greatest size of a house, metres.
    gable : float
        Share of roofs with two sides.
    spacing : float
        From house to house, metres.
    yard : (material, tint)
        Trodden ground around a house.
    """

    roofs: tuple[tuple[str, float], ...]
    length: tuple[float, float]
    depth: tuple[float, float]
    gable: float
    spacing: float
    yard: tuple[str, float]


STYLES: dict[Ground, Style] = {
    "farmland": Style(
        (("metal", 0.3), ("tile", 0.3), ("metal_rust", 0.2), ("roof_grey", 0.2)),
        (9, 15),
        (7, 10),
        0.75,
        17.0,
        ("soil_bare", 0.9),
    ),
    "forest": Style(
        (("thatch", 0.5), ("metal", 0.3), ("metal_rust", 0.2)),
        (7, 11),
        (5, 8),
        0.85,
        14.0,
        ("soil_bare", 0.85),
    ),
    "desert": Style(
        (("mud", 0.75), ("roof_grey", 0.15), ("roof_white", 0.1)),
        (9, 16),
        (8, 12),
        0.0,
        18.0,
        ("soil_bare", 1.15),
    ),
}


@dataclass(frozen=True, slots=True)
class Hamlet:
    """Where a village lies and how far it reaches, metres."""

    centre: tuple[float, float]
    radius: float


@dataclass(frozen=True, slots=True, eq=False)
class Village:
    """What one village consists of."""

    patches: tuple[Patch, ...]
    lanes: tuple[Lane, ...]
    buildings: tuple[Building, ...]
    trees: tuple[Tree, ...]


def draw_village(hamlet: Hamlet, ground: Ground, kept: Sequence[Plot], rng: np.random.Generator) -> Village:
    """Draw a village that leaves the plots `kept` free."""
    style = STYLES[ground]
    lanes = _lanes(hamlet, rng)
    sites = _sites(lanes, hamlet, style, rng)
    for plot in kept:
        reach = np.hypot(plot.length, plot.depth) / 2 + 9
        sites = sites[np.hypot(*(sites[:, :2] - np.asarray(plot.centre)).T) > reach]
    if len(sites) < len(_FEW):
        sites = np.column_stack([np.asarray(hamlet.centre) + _FEW * style.spacing, np.zeros(len(_FEW))])
    buildings = tuple(draw_house(site[:2], float(site[2]), style, rng) for site in sites)
    yards, trees = [], []
    for house in buildings:
        at, size = middle(house.outline), float(np.hypot(*(house.outline[1] - house.outline[0])))
        yard = blob(at, size * rng.uniform(0.6, 0.95), rng)
        yards.append(Patch(yard, style.yard[0], style.yard[1] * rng.uniform(0.9, 1.1), None, 1.2))
        trees += _garden(at, size, rng)
    return Village(tuple(yards), lanes, buildings, tuple(trees))


def draw_house(at: Point, angle: float, style: Style, rng: np.random.Generator) -> Building:
    """Draw one house about `at`, its longer side along `angle`."""
    names, shares = zip(*style.roofs, strict=True)
    roof = names[int(np.searchsorted(np.cumsum(shares), rng.random() * 0.999))]
    size = (rng.uniform(*style.length), rng.uniform(*style.depth))
    gable = bool(rng.random() < style.gable)
    return Building(rectangle(at, size, angle), rng.uniform(2.8, 4.5), roof, gable, rng.uniform(0.8, 1.2))


def _garden(at: NDArray[np.float64], size: float, rng: np.random.Generator) -> list[Tree]:
    trees = []
    for _ in range(int(rng.poisson(0.9))):
        turn, far, crown = rng.uniform(0, 2 * np.pi), rng.uniform(0.8, 1.3) * size, rng.uniform(1.6, 4.2)
        x, y = at + far * np.array([np.cos(turn), np.sin(turn)])
        trees.append(Tree(float(x), float(y), crown, crown * 2.2, "canopy", rng.uniform(0.8, 1.25)))
    return trees


def _lanes(hamlet: Hamlet, rng: np.random.Generator) -> tuple[Lane, ...]:
    """Return a main lane through the village and lanes across it."""
    radius, turn = hamlet.radius, rng.uniform(0, np.pi)
    along, across = np.array([np.cos(turn), np.sin(turn)]), np.array([-np.sin(turn), np.cos(turn)])
    centre = np.asarray(hamlet.centre)
    main = meander(centre - along * radius, centre + along * radius, 0.06 * radius, rng)
    lanes = [Lane(main, 4.5, "soil_bare", 0.95)]
    step = rng.uniform(44, 56)
    count = int(radius // step)
    for k in range(-count, count + 1):
        if rng.random() < 0.2 and k:
            continue
        start = centre + along * k * step
        reach = np.sqrt(max(radius**2 - (k * step) ** 2, 0)) * rng.uniform(0.7, 1.0)
        tilt = (across + along * rng.normal(0, 0.12)) * reach
        lanes.append(Lane(meander(start - tilt, start + tilt, 3.0, rng), 2.8, "soil_bare", 0.9))
    return tuple(lanes)


def _sites(
    lanes: Sequence[Lane], hamlet: Hamlet, style: Style, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Return where houses stand and how they are turned: (houses, 3) of x, y, angle."""
    # `scipy.spatial` takes long to import, and only those who draw scenes need it.
    from scipy.spatial import cKDTree

    found = np.concatenate([_along(lane.line, style.spacing, rng) for lane in lanes])
    places = found[:, :2]
    on_lane = cKDTree(np.concatenate([_dense(lane.line) for lane in lanes])).query(places)[0] < _FROM_LANE
    off = places - hamlet.centre
    bearing = np.arctan2(off[:, 1], off[:, 0])
    # The edge of a village is neither round nor sharp.
    waves = rng.normal(0, 0.13, 3) @ np.cos([k * bearing + rng.uniform(0, 2 * np.pi) for k in (1, 2, 3)])
    edge = hamlet.radius * (0.92 + waves) * rng.uniform(0.75, 1.05, len(places)) ** 0.5
    outside = np.hypot(*off.T) > np.minimum(edge, hamlet.radius * 1.08)
    found = found[~on_lane & ~outside & (rng.random(len(found)) > 0.12)]
    # First come, first served: a house keeps the others at a distance.
    free = np.ones(len(found), bool)
    for first, second in sorted(cKDTree(found[:, :2]).query_pairs(style.spacing * 0.82)):
        if free[first]:
            free[second] = False
    kept: NDArray[np.float64] = found[free]
    return kept


def _dense(line: Outline) -> Outline:
    steps = np.linspace(0, len(line) - 1, 8 * len(line))
    return np.stack([np.interp(steps, range(len(line)), line[:, k]) for k in (0, 1)], axis=1)


def _along(line: Outline, spacing: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return places in two rows on both sides of a lane, (places, 3) of x, y, angle."""
    lengths = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    out = []
    for row in (10.0, 27.0):
        for side in (-1, 1):
            at = np.arange(spacing * rng.uniform(0.2, 0.8), lengths[-1], spacing)
            here, ahead = (
                np.stack([np.interp(a, lengths, line[:, k]) for k in (0, 1)], axis=1) for a in (at, at + 2)
            )
            angle = np.arctan2(*(ahead - here).T[::-1])
            off = side * (row + rng.normal(0, 0.8, len(at)))
            aside = np.stack([-np.sin(angle), np.cos(angle)], axis=1) * off[:, None]
            places = here + aside + rng.normal(0, 0.8, here.shape)
            out.append(np.column_stack([places, angle + rng.normal(0, 0.06, len(at))]))
    return np.concatenate(out)
