"""Objects as outlines on the ground: where they are, how large, and how probable each kind is."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox
from shapely import STRtree, area, coverage_simplify, intersection, transform
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from sitewatch.grid import WGS84, pixel_area_m2, require_crs
from sitewatch.io.rasters import trace
from sitewatch.pipeline.shaping import Shaped
from sitewatch.records import KINDS, Kind, Pair

# Outlines may leave the pixels' edges by this much, in pixels: a diagonal's steps are 0.71 high.
_SIMPLIFY_PX = 0.75
# Where outlines touch, corners that cut off less than the square of this are left out: one-pixel steps.
_TOUCHING_PX = 1.0
# Areas of outlines agree as well as this with those of their pixels.
_SAME_AREA = 0.05


@dataclass(frozen=True, slots=True)
class Outline:
    """One object: what it is most likely, how sure, and where.

    Attributes
    ----------
    label : int
        In the label image.
    kind : Kind
    kinds : mapping of Kind to float
        Share of each kind in what the object's pixels say; sums to 1.
    probability : float
        Mean probability over its pixels that something of its kind happened, 0..1.
    area_m2 : float
        Pixel count times pixel area.
    pixels : int
    width_px : float
        Twice the area over the perimeter's half: about the width of a long thing, the side of a square one.
    geometry : shapely Polygon or MultiPolygon
        WGS84.
    """

    label: int
    kind: Kind
    kinds: Mapping[Kind, float]
    probability: float
    area_m2: float
    pixels: int
    width_px: float
    geometry: BaseGeometry


def outline_objects(shaped: Shaped, probability: NDArray[np.float32], grid: GeoBox) -> Iterator[Outline]:
    """Describe each object, in the order of the labels.

    Parameters
    ----------
    shaped : Shaped
        Objects, and the shapes of those that have one.
    probability : (4, rows, columns) float32
        Drawn layers in the order of `records.KINDS`.
    """
    objects = shaped.objects
    pixel_m2 = pixel_area_m2(grid)
    count = len(objects.kinds)
    inside = objects.labels > 0
    at = objects.labels[inside]
    mass = np.stack(
        [
            np.bincount(at, weights=np.nan_to_num(layer[inside]).astype(np.float64), minlength=count + 1)[1:]
            for layer in probability
        ]
    )
    traced = trace(objects.labels)
    drawn = draw_outlines(traced, shaped.shapes)
    for label, shape in traced.items():
        index = label - 1
        pixels = int(objects.pixels[index])
        share = mass[:, index] / max(float(mass[:, index].sum()), 1e-9)
        kind = KINDS[int(objects.kinds[index])]
        yield Outline(
            label=label,
            kind=kind,
            kinds={name: float(value) for name, value in zip(KINDS, share, strict=True)},
            probability=float(mass[int(objects.kinds[index]), index] / pixels),
            area_m2=pixels * pixel_m2,
            pixels=pixels,
            width_px=4 * shape.area / max(shape.length, 1e-9),
            geometry=on_the_ground(drawn[label], grid),
        )


def change_id(site_id: str | None, kind: Kind, geometry: BaseGeometry, pair: Pair) -> str:
    """Name a change by what it is: the same inputs give the same name."""
    facts = "|".join(
        [
            geometry.normalize().wkb_hex,
            kind,
            *(scene.sha256 or scene.id for scene in (pair.before, pair.after)),
        ]
    )
    return f"{site_id or 'overlap'}-{kind[0]}-{hashlib.sha256(facts.encode()).hexdigest()[:8]}"


def draw_outlines(
    traced: Mapping[int, BaseGeometry], shapes: Mapping[int, Polygon]
) -> dict[int, BaseGeometry]:
    """Take the steps of the pixels out of outlines, and let no two of them overlap.

    Parameters
    ----------
    traced : mapping of int to Polygon or MultiPolygon
        Along the edges of pixels, in pixel coordinates, by label.
    shapes : mapping of int to Polygon
        What is already drawn.

    Returns
    -------
    dict of int to Polygon or MultiPolygon
        Valid. Simplified by less than a pixel (Douglas and Peucker 1973); where two would then share ground,
        by small corners with their common edges kept common (Visvalingam and Whyatt 1993); and where that
        does not help, or an area would change by more than 5 %, as traced.
    """
    labels = list(traced)
    alone = [shape.simplify(_SIMPLIFY_PX) for shape in traced.values()]
    touching = coverage_simplify(list(traced.values()), _TOUCHING_PX)
    left = {
        label: [shape for shape in tried if _same(shape, traced[label])] + [traced[label]]
        for label, *tried in zip(labels, alone, touching, strict=True)
    }
    left |= {label: [shape] for label, shape in shapes.items()}
    drawn = {label: choices.pop(0) for label, choices in left.items()}
    while giving_way := [label for label in _overlapping(drawn) if left[label]]:
        drawn.update({label: left[label].pop(0) for label in giving_way})
    return drawn


def _same(shape: BaseGeometry, traced: BaseGeometry) -> bool:
    return bool(shape.is_valid) and abs(shape.area - traced.area) <= _SAME_AREA * traced.area


def _overlapping(drawn: Mapping[int, BaseGeometry]) -> set[int]:
    """Return the labels of outlines that share ground, not only an edge, with another."""
    labels, shapes = list(drawn), np.array(list(drawn.values()), dtype=object)
    one, other = STRtree(shapes).query(shapes, predicate="intersects")
    pairs = one < other
    one, other = one[pairs], other[pairs]
    shared = area(intersection(shapes[one], shapes[other])) > 0
    return {labels[i] for i in (*one[shared], *other[shared])}


def on_the_ground(shape: BaseGeometry, grid: GeoBox) -> BaseGeometry:
    """Return a shape in pixels of a grid in WGS84, valid, to seven decimals."""
    to_degrees = require_crs(grid).transformer_to_crs(WGS84, always_xy=True)
    step = grid.affine

    def move(points: NDArray[np.float64]) -> NDArray[np.float64]:
        x, y = points[:, 0], points[:, 1]
        lon, lat = to_degrees(step.a * x + step.b * y + step.c, step.d * x + step.e * y + step.f)
        return np.round(np.column_stack([lon, lat]), 7)

    placed = transform(shape, move)
    return placed if placed.is_valid else transform(shape.buffer(0), move)
