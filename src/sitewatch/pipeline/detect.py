"""The recipe: a pair of scenes in, typed and explained changes out."""

import math
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, replace
from typing import Any, TypeAlias, TypedDict, Unpack

import numpy as np
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox

from sitewatch import blocks
from sitewatch.blocks import Block
from sitewatch.catalogue.content import require_content
from sitewatch.grid import gsd_m, pixel_area_m2
from sitewatch.io.rasters import reading_once
from sitewatch.kernels.objects import Growth, Objects, find_objects
from sitewatch.pipeline.backdrop import backdrop
from sitewatch.pipeline.buildings import read_buildings
from sitewatch.pipeline.changes import Work, drop, make_changes, unsure
from sitewatch.pipeline.checks import require_bands
from sitewatch.pipeline.cover import Cover, cover_layers
from sitewatch.pipeline.detection import Detection
from sitewatch.pipeline.drawing import draw_new
from sitewatch.pipeline.fitting import fit_preparation
from sitewatch.pipeline.learned import open_learned
from sitewatch.pipeline.overruling import overruled, retype
from sitewatch.pipeline.prepare import Preparation, Prepared, Shelf
from sitewatch.pipeline.register import register
from sitewatch.pipeline.scoring import FINE_UP_TO_M, Scorer, fit_scorer
from sitewatch.pipeline.seeing import Sight, fit_sight
from sitewatch.pipeline.settling import settle_ruins
from sitewatch.pipeline.shaping import Grey, Shaped, Tone, draw_grey, shape_objects
from sitewatch.pipeline.structure import structure_reach_px
from sitewatch.records import KIND_CODES, KINDS, NOT_ASSESSABLE, Footprint, Pair
from sitewatch.settings import Objects as ObjectSettings
from sitewatch.settings import Settings

Covering: TypeAlias = Callable[[Block, Prepared], None]

# Side of a block, pixels: two dates of six bands with their layers stay near 200 MB.
BLOCK = 1024
# A model that looks far around is given larger blocks, so many times its reach: what lies around a block is
# worked out more than once.
_OF_REACH = 6


class DetectionOptions(TypedDict, total=False):
    """Keywords of `detect`; each may be left out.

    Attributes
    ----------
    pool : Executor or None
        Maps the work over blocks; the result does not depend on it.
    name : str or None
        Of the site, for the ids of its changes.
    sight : Sight or None
        Of the pair, where its scenes are parts that were cut out of larger ones: what tells seen from unseen
        ground is then what the whole scenes gave.
    footprints : sequence of Footprint
        Buildings whose damage is read.
    """

    pool: Executor | None
    name: str | None
    sight: Sight | None
    footprints: Sequence[Footprint]


def detect(
    pair: Pair,
    grid: GeoBox,
    settings: Settings,
    **options: Unpack[DetectionOptions],
) -> Detection:
    """Find what changed between two scenes.

    Parameters
    ----------
    pair : Pair
    grid : GeoBox
        The ground to be judged: part of the before scene's grid, or of that grid coarsened.
    settings : Settings
    **options
        See `DetectionOptions`.

    Raises
    ------
    SceneError
        If the scenes share no band, or one of them holds no information on this ground.
    RegistrationError
        If the scenes cannot be brought onto one another.
    ModelError
        If a network or last stage of the user's own cannot be used.
    """
    bands = require_bands(pair)
    moving, masking, pool = settings.registration, settings.masking, options.get("pool")
    with reading_once():
        for scene in (pair.before, pair.after):
            require_content(scene, grid)
        registration = register(pair, grid, bands, max_shift_m=moving.max_shift_m, local=moving.local)
        sight = options.get("sight") or fit_sight(pair, provider=masking.provider, grow_m=masking.grow_m)
        preparation, sample = fit_preparation(pair, registration, bands, sight)
    learned = open_learned(settings.model)
    scorer = fit_scorer(
        sample,
        bands,
        preparation.normalisation.noise,
        gsd_m=gsd_m(grid),
        without=settings.evidence.without,
        network=learned.network,
    )
    shelf = Shelf(preparation.prepare, grid, sight.reach_px(grid))
    if sample.whole is not None:
        shelf.lay_whole(sample.whole)
    rows, cols = grid.shape
    cut = blocks.cut((rows, cols), _block_side(scorer), _reach_px(scorer, gsd_m(grid)))
    tone = Tone.fit(sample) if scorer.side is not None else None
    cover = Cover.blank((rows, cols))
    probability, unseen, grey = _score(
        (cut, shelf, pool), scorer, (rows, cols), tone=tone, cover=_covering(cover, preparation)
    )
    given = options.get("footprints", ())
    buildings = read_buildings(given, (unseen, probability), preparation, (cut, shelf, pool))
    probability[0] = draw_new(probability[0], grid, registration)
    # What is new was moved, and may now lie on what is gone: together they are still at most certain.
    probability /= np.maximum(probability.sum(axis=0), 1)
    growth = _growth(scorer.growth, settings.objects, pixel_area_m2(grid))
    objects = find_objects(probability, growth, together=3)
    if gsd_m(grid) <= FINE_UP_TO_M and "contextual" not in settings.evidence.without:
        objects, probability = settle_ruins(objects, probability, pixel_m=gsd_m(grid))
    shaped = Shaped(objects)
    if grey is not None and scorer.side is not None:
        images = draw_grey(grey, grid, registration)
        shaped = shape_objects(shaped.objects, probability, images, scorer.side)
    stage = learned.stage.of(scorer.name)
    described = make_changes(
        shaped,
        probability,
        preparation,
        ((cut, shelf, pool), backdrop((sample, shelf, pool), preparation, pixel_m=gsd_m(grid))),
        stage=stage,
        site_id=options.get("name"),
    )
    wanted = settings.objects.min_confidence
    least = (stage.min_confidence or 0.0) if wanted is None else wanted
    vetoed = overruled(described, pair)
    objects, probability = retype(shaped.objects, probability, vetoed)
    # What a rival explains is listed if it would have been without the rival.
    objects, changes = drop(objects, described | vetoed, unsure(described, least))
    return Detection(
        pair=pair,
        grid=grid,
        change=_codes(objects, unseen),
        score=np.minimum(probability[:3].sum(axis=0), np.float32(1)),
        unseen=unseen,
        changes=changes,
        registration=registration,
        cover=cover,
        buildings=buildings,
        facts={
            **_facts(preparation, scorer),
            "last_stage": {"min_confidence": least, "dropped": len(described) - len(changes)},
        },
    )


def _reach_px(scorer: Scorer, pixel_m: float) -> int:
    """Return how far around a block is read: as far as the model or the measurements look."""
    multiple = scorer.block_multiple
    return math.ceil(max(scorer.reach_px, structure_reach_px(pixel_m)) / multiple) * multiple


def _block_side(scorer: Scorer) -> int:
    """Return the side of a block: a multiple of what the model asks for."""
    side = max(BLOCK, _OF_REACH * scorer.reach_px)
    return max(side // scorer.block_multiple, 1) * scorer.block_multiple


def _covering(cover: Cover, preparation: Preparation) -> Covering:
    """Return what fills the layers of the placebo test from a block's pixels."""

    def fill(block: Block, prepared: Prepared) -> None:
        layers = cover_layers(prepared, preparation.bands, preparation.normalisation.noise)
        cover.fill(block.inner, layers[:, *block.crop])

    return fill


def _score(
    work: Work, scorer: Scorer, shape: tuple[int, int], *, tone: Tone | None, cover: Covering
) -> tuple[NDArray[np.float32], NDArray[np.uint8], Grey | None]:
    """Return probabilities (4, rows, columns) in the order of `KINDS`, unseen pixels, and grey dates."""
    cut, shelf, pool = work
    probability = np.full((len(KINDS), *shape), np.nan, np.float32)
    unseen = np.zeros(shape, np.uint8)
    grey = None if tone is None else np.zeros((2, *shape), np.uint8)

    def look(block: Block) -> tuple[NDArray[np.float32], NDArray[np.uint8], Grey | None]:
        prepared = shelf.get(block)
        scores = scorer.score(prepared)
        inner = prepared.part(*block.crop)
        rows, cols = block.crop
        # Blocks do not overlap: each writes what is its own.
        cover(block, prepared)
        seen = None if tone is None else tone.grey(inner)
        return scores.stacked()[:, rows, cols], inner.unseen, seen

    for block, (layers, reasons, seen) in zip(cut, blocks.run(look, cut, pool), strict=True):
        rows, cols = block.inner
        probability[:, rows, cols], unseen[rows, cols] = layers, reasons
        if grey is not None and seen is not None:
            grey[:, rows, cols] = seen
    return probability, unseen, grey


def _growth(default: Growth, wanted: ObjectSettings, pixel_m2: float) -> Growth:
    """Return how objects grow: as the model's makers found best, where the user does not say otherwise."""
    seed, grow, least = default.seed, default.grow, default.least_px
    if wanted.min_score is not None:
        seed = (wanted.min_score,) * len(seed)
        grow = tuple(min(value, wanted.min_score) for value in grow)
    if wanted.min_area_m2 is not None:
        least = max(1, math.ceil(wanted.min_area_m2 / pixel_m2))
    return replace(default, seed=seed, grow=grow, least_px=least)


def _codes(objects: Objects, unseen: NDArray[np.uint8]) -> NDArray[np.uint8]:
    table = np.array([0, *(KIND_CODES[KINDS[int(kind)]] for kind in objects.kinds)], np.uint8)
    codes = table[objects.labels]
    codes[unseen > 0] = NOT_ASSESSABLE
    return codes


def _facts(preparation: Preparation, scorer: Scorer) -> dict[str, Any]:
    sight = preparation.sight
    return {
        "bands": list(preparation.bands),
        "registration": preparation.registration.to_dict(),
        "normalisation": asdict(preparation.normalisation),
        "seeing": {
            "before": asdict(sight.before),
            "after": asdict(sight.after),
            "veil": [None if one is None else asdict(one) for one in sight.veilings],
        },
        "model": scorer.facts,
    }
