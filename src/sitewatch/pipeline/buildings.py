"""What is read inside the footprints of buildings that the user outlined."""

import math
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox

from sitewatch.grid import from_shapely, require_crs
from sitewatch.io.rasters import burn_labels
from sitewatch.kernels.objects import Members, sums
from sitewatch.models import damage
from sitewatch.pipeline.changes import Work, measure_objects
from sitewatch.pipeline.explain.evidence import NOISE
from sitewatch.pipeline.measure import Measured
from sitewatch.pipeline.prepare import Preparation
from sitewatch.records import Building, Footprint, Measurement

Labels: TypeAlias = NDArray[np.int32]

# Of a footprint less than this is no building seen.
LEAST_SEEN = 0.6
# Smaller ones were not among those that the weights were fitted on.
LEAST_PX = 40
# What is held against the pair's median footprint; with few footprints a median is that of a few buildings.
HELD = ("difference", "pattern_kept", "d_edges")
FEWEST = 8
_UNITS = {"difference": NOISE, "difference_around": NOISE, "difference_beside_pair": NOISE}


def on_ground(footprints: Sequence[Footprint], grid: GeoBox) -> tuple[Footprint, ...]:
    """Return the footprints that lie on a piece of ground, wholly or in part, in their order."""
    ground = grid.extent.to_crs("EPSG:4326").geom
    if not footprints:
        return ()
    inside = shapely.intersects(np.array([one.geometry for one in footprints], object), ground)
    return tuple(one for one, there in zip(footprints, inside, strict=True) if there)


def read_buildings(
    footprints: Sequence[Footprint],
    seen: tuple[NDArray[np.uint8], NDArray[np.float32]],
    preparation: Preparation,
    work: Work,
) -> tuple[Building, ...]:
    """Read the damage inside footprints.

    Parameters
    ----------
    footprints : sequence of Footprint
        Where the before scene shows the buildings. Those that do not touch the ground are left out.
    seen : (unseen, probability)
        Why a pixel could not be judged (0 where it could), (rows, columns) uint8; and the model's
        probabilities before things are drawn, (4, rows, columns), in the order of `records.KINDS`.
    preparation : Preparation
        Its registration's grid is the ground.
    work : (blocks, shelf, pool)
        How to get at the pixels again.

    Returns
    -------
    tuple of Building
        In the order given. Not assessable where less than three fifths of the footprint, or fewer than
        40 pixels, are seen.
    """
    grid = preparation.registration.grid
    found = on_ground(footprints, grid)
    if not found:
        return ()
    labels = burn_labels([one.geometry for one in found], grid)
    unseen, probability = seen
    shares, pixels = share_seen(labels, unseen == 0, found, grid)
    usable = (shares >= LEAST_SEEN) & (pixels >= LEAST_PX)
    measured = measure_objects(labels, len(found), preparation, work)
    tables = [named(one) for one in measured]
    middle = reference([table for table, fit in zip(tables, usable, strict=True) if fit])
    likely = _probabilities(labels, probability, len(found))
    model = damage.shipped()
    return tuple(
        _building(one, float(shares[i]), tables[i] | beside(tables[i], middle) | likely[i], model)
        if usable[i]
        else Building(one, seen=float(shares[i]))
        for i, one in enumerate(found)
    )


def share_seen(
    labels: Labels, usable: NDArray[np.bool_], footprints: Sequence[Footprint], grid: GeoBox
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the share of each footprint that is seen, 0..1, and the number of pixels seen.

    What lies outside the ground, or under another footprint, is not seen.
    """
    number = np.bincount(labels[usable], minlength=len(footprints) + 1)[1:].astype(np.int64)
    crs, pixel = require_crs(grid), abs(grid.affine.determinant)
    whole = np.array([from_shapely(one.geometry).to_crs(crs).geom.area / pixel for one in footprints])
    drawn = np.bincount(labels.ravel(), minlength=len(footprints) + 1)[1:]
    # Of a small footprint, or one along a pixel's edge, more centres may lie inside than its area has pixels.
    return number / np.maximum(np.maximum(whole, drawn), 1e-9), number


def named(measured: Mapping[str, Measured]) -> dict[str, float]:
    """Return the measurements of a building by the names of its evidence; NaN where not measured."""
    one = measured
    return {
        "difference": one["difference"].after,
        "difference_around": one["difference"].around_after,
        "pattern_kept": one["pattern"].after,
        "pattern_kept_around": one["pattern"].around_after,
        "d_right_angles": one["right_angles"].change,
        "d_edges": _share(one["edges"]),
        "d_contrast": _share(one["contrast"]),
        "d_brightness": _share(one["brightness"]),
    }


def reference(buildings: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Return the pair's median footprint: the median of `HELD` over its buildings, NaN with fewer than eight.

    ``footprints`` is their number.
    """
    few = len(buildings) < FEWEST
    middle = {name: math.nan if few else float(np.median([one[name] for one in buildings])) for name in HELD}
    return middle | {"footprints": float(len(buildings))}


def beside(building: Mapping[str, float], middle: Mapping[str, float]) -> dict[str, float]:
    """Return a building's measurements less those of the pair's median footprint; NaN if there is none."""
    less = {f"{name}_beside_pair": building[name] - middle[name] for name in HELD}
    return less | {"footprints_of_pair": middle["footprints"]}


def _share(layer: Measured) -> float:
    return layer.change / abs(layer.before) if layer.before else math.nan


def _probabilities(labels: Labels, probability: NDArray[np.float32], number: int) -> list[dict[str, float]]:
    """Average what the model says of demolition and of burning over each footprint."""
    members = Members.of(labels)
    layers = {}
    for name, layer in (("p_burning", probability[1]), ("p_demolition", probability[2])):
        total, count = sums(layer, members, number)
        layers[name] = np.divide(total, count, out=np.full(number, np.nan), where=count > 0)
    return [{name: float(values[i]) for name, values in layers.items()} for i in range(number)]


def _building(
    footprint: Footprint, seen: float, table: Mapping[str, float], model: damage.DamageModel
) -> Building:
    score = model.score(table)
    return Building(
        footprint,
        score=score,
        damage=model.word(score),
        seen=seen,
        evidence={name: Measurement(value, _UNITS.get(name, "")) for name, value in table.items()},
    )
