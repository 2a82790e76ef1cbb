"""From objects to changes: what was measured at each, what speaks for it and against it, how sure it is."""

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Executor
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from sitewatch import blocks
from sitewatch.blocks import Block, Window
from sitewatch.grid import gsd_m
from sitewatch.kernels.objects import Objects, keep, surroundings
from sitewatch.models.last_stage import PIXELS, PROBABILITY, ModelStage
from sitewatch.pipeline.backdrop import Backdrop, Conditions
from sitewatch.pipeline.casting import Casting
from sitewatch.pipeline.drawing import labels_before
from sitewatch.pipeline.explain import Situation, evidence, reasons, rivals
from sitewatch.pipeline.leaning import Leaning
from sitewatch.pipeline.measure import AROUND_PX, Layer, Measured, Tally, change_in_noise, measure_layers
from sitewatch.pipeline.outlines import Outline, change_id, outline_objects
from sitewatch.pipeline.prepare import Preparation, Prepared, Shelf
from sitewatch.pipeline.shaping import Shaped
from sitewatch.pipeline.structure import (
    brightness_noise,
    compared_layers,
    standing_layers,
    structure_reach_px,
)
from sitewatch.records import KINDS, Change, Measurement

Work: TypeAlias = tuple[Sequence[Block], Shelf, Executor | None]


def make_changes(
    shaped: Shaped,
    probability: NDArray[np.float32],
    preparation: Preparation,
    looks: tuple[Work, Backdrop],
    *,
    stage: ModelStage,
    site_id: str | None,
) -> dict[int, Change]:
    """Describe every object as a change, by its label.

    Parameters
    ----------
    shaped : Shaped
        As drawn: new things where the after scene shows them.
    probability : (4, rows, columns) float32
        Drawn layers, in the order of `records.KINDS`.
    looks : ((blocks, shelf, pool), Backdrop)
        How to get at the pixels again, and what rivals are held against.
    stage : ModelStage
        Turns the evidence into a confidence.
    """
    (work, behind), objects = looks, shaped.objects
    labels = _labels_before(objects, preparation)
    measured = measure_objects(labels, len(objects.kinds), preparation, work)
    shifts = _shifts(objects, preparation)
    number = len(objects.kinds)
    leanings = behind.leaning(labels, objects.kinds) if behind.leaning is not None else [None] * number
    castings = behind.casting(labels, number) if behind.casting is not None else [None] * number
    return {
        outline.label: _change(
            outline,
            measured[outline.label - 1],
            (
                shifts[outline.label - 1],
                leanings[outline.label - 1],
                castings[outline.label - 1],
                behind.conditions,
            ),
            preparation,
            stage=stage,
            site_id=site_id,
        )
        for outline in outline_objects(shaped, probability, preparation.registration.grid)
    }


def unsure(changes: Mapping[int, Change], least: float) -> set[int]:
    """Return the labels of changes that are less sure than `least`.

    A change whose confidence could not be worked out is not among them: nothing speaks against it.
    """
    return {label for label, change in changes.items() if change.confidence < least}


def drop(
    objects: Objects, changes: Mapping[int, Change], labels: Collection[int]
) -> tuple[Objects, tuple[Change, ...]]:
    """Leave out some objects, and order the changes of the others, surest and largest first."""
    kept = {label: change for label, change in changes.items() if label not in labels}
    wanted = np.isin(np.arange(1, len(objects.kinds) + 1), list(kept))
    order = sorted(kept.values(), key=lambda change: (-change.rank_probability, -change.area_m2, change.id))
    return keep(objects, wanted), tuple(order)


def _labels_before(objects: Objects, preparation: Preparation) -> NDArray[np.int32]:
    new = np.array([False, *(KINDS[int(kind)] == "construction" for kind in objects.kinds)])
    return labels_before(objects.labels, new, preparation.registration)


def measure_objects(
    labels: NDArray[np.int32], number: int, preparation: Preparation, work: Work
) -> list[dict[str, Measured]]:
    """Average every layer over every object and around it, in a second pass over the blocks that hold any."""
    cut, shelf, pool = work
    rings = surroundings(labels, AROUND_PX)
    reach = structure_reach_px(gsd_m(preparation.registration.grid))
    # Each pixel is of one object, of one ring, or of none.
    owners = labels + rings
    busy = [block for block in cut if owners[block.inner].any()]

    def count(block: Block) -> Tally:
        prepared, corner = shelf.get(block), block.outer
        tally = Tally(np.unique(owners[block.inner][owners[block.inner] > 0]).astype(np.int64))
        for part in blocks.tightened(block, owners[block.inner] > 0, reach):
            rows, cols = (
                slice(side.start - edge.start, side.stop - edge.start)
                for side, edge in zip(part.outer, corner, strict=True)
            )
            layers = _layers(prepared.part(rows, cols), preparation)
            tally.add(_cropped(layers, part.crop), labels[part.inner], rings[part.inner])
        return tally

    whole = Tally(np.arange(1, number + 1))
    for tally in blocks.run(count, busy, pool):
        whole.join(tally)
    return whole.measured()


def _cropped(layers: Mapping[str, tuple[Layer, Layer]], crop: Window) -> dict[str, tuple[Layer, Layer]]:
    """Cut every layer; what is one array for both dates stays one."""
    cut = {}
    for name, (before, after) in layers.items():
        first = before[crop]
        cut[name] = (first, first if after is before else after[crop])
    return cut


def _layers(prepared: Prepared, preparation: Preparation) -> dict[str, tuple[Layer, Layer]]:
    """Work out every layer of a window, before and after; what both dates say together stands twice."""
    bands, noise, pair = preparation.bands, preparation.normalisation.noise, preparation.pair
    pixel_m = gsd_m(preparation.registration.grid)
    dates = [
        measure_layers(pixels, bands)
        | standing_layers(
            pixels, bands, brightness_noise(bands, noise), gsd_m=pixel_m, sun_azimuth=scene.view.sun_azimuth
        )
        for pixels, scene in ((prepared.before, pair.before), (prepared.after, pair.after))
    ]
    both = compared_layers(prepared.before, prepared.after, bands, noise, gsd_m=pixel_m)
    both["noise"] = change_in_noise(prepared.before, prepared.after, noise)
    single = {name: (dates[0][name], dates[1][name]) for name in dates[0] if name in dates[1]}
    return single | {name: (layer, layer) for name, layer in both.items()}


def _shifts(objects: Objects, preparation: Preparation) -> list[float]:
    """Return how far the after scene was moved at each object, pixels."""
    count = len(objects.kinds)
    row, col = np.nonzero(objects.labels)
    at = objects.labels[row, col]
    number = np.bincount(at, minlength=count + 1)[1:]
    x = np.bincount(at, weights=col, minlength=count + 1)[1:] / np.maximum(number, 1)
    y = np.bincount(at, weights=row, minlength=count + 1)[1:] / np.maximum(number, 1)
    return [float(value) for value in np.hypot(*preparation.registration.alignment.displacement(x, y))]


def _change(
    outline: Outline,
    measured: dict[str, Measured],
    beside: tuple[float, Leaning | None, Casting | None, Conditions],
    preparation: Preparation,
    *,
    stage: ModelStage,
    site_id: str | None,
) -> Change:
    pair = preparation.pair
    situation = Situation(
        kind=outline.kind,
        measured=measured,
        shift_px=beside[0],
        residual_px=preparation.registration.alignment.residual,
        width_px=outline.width_px,
        pair=pair,
        leaning=beside[1],
        casting=beside[2],
        conditions=beside[3],
    )
    found = {
        PROBABILITY: Measurement(outline.probability),
        PIXELS: Measurement(outline.pixels, "px"),
        **evidence(situation),
    }
    return Change(
        id=change_id(site_id, outline.kind, outline.geometry, pair),
        site_id=site_id,
        kind=outline.kind,
        confidence=stage.confidence(outline.kind, {name: one.value for name, one in found.items()}),
        kinds=outline.kinds,
        area_m2=outline.area_m2,
        geometry=outline.geometry,
        evidence=found,
        reasons=reasons(situation),
        rivals=rivals(situation),
    )
