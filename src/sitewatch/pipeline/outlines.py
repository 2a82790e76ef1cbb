"""Objects as outlines on the ground: where they are, how large, and how probable each kind is."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox
from shapely import transform
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from sitewatch.grid import WGS84, pixel_area_m2, require_crs
from sitewatch.io.rasters import trace
from sitewatch.kernels.objects import Objects
from sitewatch.records import KINDS, Kind, Pair

# Outlines may leave the pixels' edges by this much, in pixels: under one pixel, as a person would draw them.
_SIMPLIFY_PX = 0.7


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


def outline_objects(objects: Objects, probability: NDArray[np.float32], grid: GeoBox) -> Iterator[Outline]:
    """Describe each object, in the order of the labels.

    Parameters
    ----------
    probability : (4, rows, columns) float32
        Drawn layers in the order of `records.KINDS`.
    """
    area = pixel_area_m2(grid)
    count = len(objects.kinds)
    inside = objects.labels > 0
    at = objects.labels[inside]
    mass = np.stack(
        [
            np.bincount(at, weights=np.nan_to_num(layer[inside]).astype(np.float64), minlength=count + 1)[1:]
            for layer in probability
        ]
    )
    for label, shape in trace(objects.labels).items():
        index = label - 1
        pixels = int(objects.pixels[index])
        share = mass[:, index] / max(float(mass[:, index].sum()), 1e-9)
        kind = KINDS[int(objects.kinds[index])]
        yield Outline(
            label=label,
            kind=kind,
            kinds={name: float(value) for name, value in zip(KINDS, share, strict=True)},
            probability=float(mass[int(objects.kinds[index]), index] / pixels),
            area_m2=pixels * area,
            pixels=pixels,
            width_px=4 * shape.area / max(shape.length, 1e-9),
            geometry=_on_the_ground(_simple(shape), grid),
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


def _simple(shape: Polygon | MultiPolygon) -> BaseGeometry:
    """Take the steps of the pixels out of an outline, by less than a pixel, and keep its area."""
    simple = shape.simplify(_SIMPLIFY_PX, preserve_topology=True)
    same = simple.is_valid and not simple.is_empty and abs(simple.area - shape.area) <= 0.15 * shape.area
    return simple if same else shape


def _on_the_ground(shape: BaseGeometry, grid: GeoBox) -> BaseGeometry:
    to_degrees = require_crs(grid).transformer_to_crs(WGS84, always_xy=True)
    step = grid.affine

    def move(points: NDArray[np.float64]) -> NDArray[np.float64]:
        x, y = points[:, 0], points[:, 1]
        lon, lat = to_degrees(step.a * x + step.b * y + step.c, step.d * x + step.e * y + step.f)
        return np.round(np.column_stack([lon, lat]), 7)

    placed = transform(shape, move)
    return placed if placed.is_valid else transform(shape.buffer(0), move)
