"""Paints a world on a canvas, as one date sees it: cast shadows, roofs lit by the sun, leaning walls."""

import math
from itertools import pairwise

import numpy as np

from sitewatch.simulate.canvas import Canvas
from sitewatch.simulate.recipe import Conditions
from sitewatch.simulate.shapes import Outline, inset, middle, sweep
from sitewatch.simulate.sun import heading, lean, shadow_tip, slope_light
from sitewatch.simulate.world import Building, Dish, Lane, Patch, Tree, Wall, World


def paint(world: World, canvas: Canvas, seen: Conditions) -> None:
    """Paint everything of a world, from the ground up."""
    for surface in world.surface:
        if isinstance(surface, Patch):
            canvas.lay(surface)
        else:
            _lane(canvas, surface)
    for scar in world.scars:
        canvas.trace(scar)
    _stand(world, canvas, seen)


def _stand(world: World, canvas: Canvas, seen: Conditions) -> None:
    for wall in world.walls:
        _wall(canvas, wall, seen)
    # Low things first: the shadow of a tall one falls over them, theirs does not climb it.
    for building in sorted(world.buildings, key=lambda b: b.height):
        _building(canvas, building, seen)
    for dish in world.dishes:
        _dish(canvas, dish, seen)
    for tree in world.trees:
        if tree.radius > 0.55 * canvas.frame.step:
            _tree(canvas, tree, seen)


def _segments(line: Outline, width: float) -> list[Outline]:
    quads = []
    for start, end in pairwise(line):
        along = (end - start) / max(float(np.hypot(*(end - start))), 1e-9)
        across = np.array([-along[1], along[0]]) * width / 2
        first, last = start - along * width / 4, end + along * width / 4
        quads.append(np.array([first - across, last - across, last + across, first + across]))
    return quads


def _lane(canvas: Canvas, lane: Lane) -> None:
    if lane.width < 0.45 * canvas.frame.step:
        return
    for quad in _segments(lane.line, lane.width):
        canvas.fill(quad, lane.material, lane.tint)


def _wall(canvas: Canvas, wall: Wall, seen: Conditions) -> None:
    quads = _segments(wall.line, wall.width)
    for quad in quads:
        canvas.shade(sweep(quad, *shadow_tip(wall.height, seen)))
    if wall.width < 0.25 * canvas.frame.step:
        return
    for quad in quads:
        canvas.raise_(quad, wall.material, wall.tint)


def _building(canvas: Canvas, building: Building, seen: Conditions) -> None:
    canvas.shade(sweep(building.outline, *shadow_tip(building.height, seen)))
    dx, dy = lean(building.height, seen)
    roof = building.outline + np.array([dx, dy])
    if math.hypot(dx, dy) > 0.3 * canvas.frame.step:
        canvas.raise_(sweep(building.outline, dx, dy), "wall", 0.75)
    small = float(np.ptp(roof, axis=0).min()) < 3 * canvas.frame.step  # its two sides would not show
    if small or not (building.gable and len(roof) == 4):
        _flat_roof(canvas, roof, building)
        return
    for half in _halves(roof):
        across = np.asarray(middle(half)) - np.asarray(middle(roof))
        facing = across / max(float(np.hypot(*across)), 1e-9)
        light = slope_light((float(facing[0]), float(facing[1])), seen)
        canvas.raise_(half, building.material, building.tint * light)


def _flat_roof(canvas: Canvas, roof: Outline, building: Building) -> None:
    """Paint a roof with a brighter parapet, where the canvas is fine enough to show one."""
    wide = float(np.ptp(roof, axis=0).min()) > 12 * canvas.frame.step and building.height > 2
    canvas.raise_(roof, building.material, building.tint * (1.15 if wide else 1.0))
    if wide:
        canvas.raise_(inset(roof, 0.45), building.material, building.tint * 0.97)


def _halves(roof: Outline) -> tuple[Outline, Outline]:
    """Cut a roof in two along its longer sides."""
    corners = (
        roof if np.hypot(*(roof[1] - roof[0])) >= np.hypot(*(roof[2] - roof[1])) else np.roll(roof, 1, 0)
    )
    first, second, third, fourth = corners
    head, tail = (first + fourth) / 2, (second + third) / 2
    return np.array([first, second, tail, head]), np.array([head, tail, third, fourth])


def _dish(canvas: Canvas, dish: Dish, seen: Conditions) -> None:
    tip = shadow_tip(dish.height, seen)
    for share in np.linspace(0.25, 1, 5):
        canvas.shade_round((dish.x + tip[0] * share, dish.y + tip[1] * share), dish.radius * 0.95)
    x, y = np.add((dish.x, dish.y), lean(dish.height, seen))
    towards = np.array(heading(seen.sun_azimuth))
    bowl = 1 if dish.dome else -1  # a dome is bright towards the sun, a bowl on the far side
    canvas.crown((x, y), dish.radius, "roof_white", 0.62 if dish.dome else 0.8)
    for size, light in ((0.75, 0.85), (0.5, 1.05), (0.25, 1.2)):
        at = np.array([x, y]) + bowl * towards * dish.radius * (1 - size) * 0.55
        canvas.glint(at, dish.radius * size, light)
    if not dish.dome:
        canvas.glint((x, y), max(dish.radius * 0.1, 0.2), 0.3)


def _tree(canvas: Canvas, tree: Tree, seen: Conditions) -> None:
    tip = shadow_tip(tree.height - tree.radius * 0.6, seen)
    foot = shadow_tip(tree.height * 0.3, seen)
    for share in (0.0, 0.5, 1.0):
        at = np.add(foot, np.multiply(np.subtract(tip, foot), share))
        canvas.shade_round((tree.x + at[0], tree.y + at[1]), tree.radius * (1 - 0.15 * share))
    x, y = np.add((tree.x, tree.y), lean(tree.height * 0.7, seen))
    to_x, to_y = heading(seen.sun_azimuth)
    turn = (
        tree.x * 12.9898 + tree.y * 78.233
    ) % math.tau  # a fixed turn for each tree, so that none is round
    canvas.crown((x, y), tree.radius * 0.85, tree.material, 0.78 * tree.tint)
    for lobe in range(4):
        angle = turn + lobe * math.tau / 4
        reach = tree.radius * (0.42 + 0.1 * math.sin(turn * (lobe + 1)))
        lobe_x, lobe_y = x + reach * math.cos(angle), y + reach * math.sin(angle)
        lit = math.cos(angle) * to_x + math.sin(angle) * to_y
        canvas.crown((lobe_x, lobe_y), tree.radius * 0.55, tree.material, (0.9 + 0.3 * lit) * tree.tint)
    top = (x + 0.2 * tree.radius * to_x, y + 0.2 * tree.radius * to_y)
    canvas.glint(top, tree.radius * 0.4, 1.15 * tree.tint)
