"""A building drawn into two dates between which nothing happened: what a reviewer must see."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from sitewatch.grid import gsd_m, pixel_area_m2, pixel_size_m
from sitewatch.io.rasters import trace
from sitewatch.pipeline.outlines import draw_outlines
from sitewatch.pipeline.registration import Registration
from sitewatch.records import Band, Pair
from sitewatch.review.controls.twin import Twin
from sitewatch.runs.smallest.ground import Ground, Part
from sitewatch.runs.smallest.implanting import Event, Planned, drawn, half_diagonal_m, plan
from sitewatch.runs.smallest.places import Room, roughness
from sitewatch.simulate.implants import fit_tone

# A building in question must be large enough to be seen, and no larger than buildings are: pixels and m2.
_LEAST_PX, _LEAST_M2 = 24.0, 30.0
_MOST_PX, _MOST_M2 = 120.0, 800.0
# What was drawn differs from what was there by so many times the noise, or it is drawn anew.
_SEEN = 5.0
_TRIES = 12


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """A pair of windows with a change in it.

    Attributes
    ----------
    twin : Twin
        With the building in it.
    outline : Polygon or MultiPolygon
        Of the building, in pixels of the twin's grid.
    """

    twin: Twin
    outline: BaseGeometry


def draw_change(
    twin: Twin,
    pair: Pair,
    free: NDArray[np.bool_],
    rng: np.random.Generator,
    *,
    kind: Event,
    like: BaseGeometry,
) -> Drawn | None:
    """Draw a building that is built, burned or torn down.

    Parameters
    ----------
    free : (rows, columns) bool
        Where it may stand.
    like : Polygon or MultiPolygon
        Of a detection, in pixels: its area is the building's, within what buildings have; if it is a
        rectangle, the outline is one as well.

    Returns
    -------
    Drawn or None
        None if there is no room, or nothing that was tried can be seen well.
    """
    ground = _ground(twin, pair)
    pixel_m2 = pixel_area_m2(twin.grid)
    low, high = max(_LEAST_PX * pixel_m2, _LEAST_M2), max(_MOST_PX * pixel_m2, _MOST_M2)
    area = float(np.clip(like.area * pixel_m2, low, high * rng.uniform(0.6, 1.0)))
    for _ in range(_TRIES):
        rough = roughness(twin.before, twin.after)
        room = Room(free, np.ones_like(free), rough, gsd_m(twin.grid))
        place = room.take(area, half_diagonal_m(area), rng)
        if place is None:
            return None
        planned = plan(ground, place, rng, kind=kind, area_m2=area)
        before, after = (
            drawn(ground.parts[in_after][0], ground, [planned], in_after=in_after)
            for in_after in (False, True)
        )
        made = replace(twin, before=_stored(before, twin.whole[0]), after=_stored(after, twin.whole[1]))
        if _seen(planned, ground, twin, made):
            return Drawn(made, _outline(planned, ground, rectangle=len(_corners(like)) == 5))
    return None


def _ground(twin: Twin, pair: Pair) -> Ground:
    bands = tuple(Band(name, "", index) for index, name in enumerate(twin.bands, 1))
    parts = [
        (Part(bands, twin.grid, pixels, whole),)
        for pixels, whole in zip((twin.before, twin.after), twin.whole, strict=True)
    ]
    return Ground(
        pair=pair,
        registration=Registration(twin.grid),
        grid=twin.grid,
        bands=twin.bands,
        seen=(twin.before, twin.after),
        parts=(parts[0], parts[1]),
        homes=(twin.grid, twin.grid),
    )


def _stored(pixels: NDArray[np.float32], whole: bool) -> NDArray[np.float32]:
    return np.rint(pixels) if whole else pixels


def _seen(planned: Planned, ground: Ground, was: Twin, now: Twin) -> bool:
    """Tell whether the footprint differs from what stood there by far more than noise, in some band."""
    in_after = planned.implant.kind == "construction"
    window, share = planned.shares(ground, in_after=in_after)
    old, new = (was.after, now.after) if in_after else (was.before, now.before)
    noise = fit_tone(old, was.bands, reflectance=ground.scene(in_after=in_after).units == "reflectance").noise
    inside = share > 0.5
    moved = np.abs(new[:, *window] - old[:, *window])[:, inside]
    if not moved.size or not np.isfinite(moved).all():
        return False
    return bool((np.median(moved, axis=1) > _SEEN * np.maximum(noise[:, 0, 0], 1e-6)).any())


def _outline(planned: Planned, ground: Ground, *, rectangle: bool) -> BaseGeometry:
    """Return the footprint as detections are drawn: a rectangle, or without the steps of its pixels."""
    if rectangle:
        width, height = pixel_size_m(ground.grid)
        place = planned.place
        corners = planned.implant.outline / (width, height) + (place.col, place.row)
        return Polygon(corners)
    window, share = planned.shares(ground, in_after=planned.implant.kind == "construction")
    labels = np.zeros(ground.grid.shape, np.int32)
    labels[window] = share > 0.5
    return draw_outlines(trace(labels), {})[1]


def _corners(shape: BaseGeometry) -> list[tuple[float, ...]]:
    return list(shape.exterior.coords) if isinstance(shape, Polygon) else []
