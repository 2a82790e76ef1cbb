"""The placebo test: whether what was found at a site is more than what is found where nothing happened.

The site's footprint is laid elsewhere in its own scene, which says what kind of ground the site is among its
neighbours; the site is then ranked among placements on quiet pairs that the same model looked at. How this
form was chosen, and how well it holds, is in docs/method/verdicts.md.
"""

import math
import zlib
from dataclasses import asdict, dataclass
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from sitewatch.io.rasters import burn
from sitewatch.kernels.placebo import Placements, lay, rank
from sitewatch.pipeline.detection import Detection
from sitewatch.records import Site
from sitewatch.verdicts.judge import inside_site
from sitewatch.verdicts.look import Ground, Looked, look, relative
from sitewatch.verdicts.pool import AREA, COLUMNS, LEVEL, Pool

Numbers = NDArray[np.float64]
Reference = Literal["pooled", "scene", "weak", "none"]

# Steps of the logarithm of a score, from hardly any to sure.
COUNT_STEPS = np.linspace(-9.25, 0.05, 32)
# Placements in the scene itself.
_PLACEMENTS = 300
# With fewer the scene says nothing of what is usual in it.
_FEWEST = 40
# A footprint that the scene has no room for is halved until it has, so many times smaller at most.
_MOST_SHRUNK = 8
# Placements that overlap say much the same: so much of the ground counts as independent of the rest.
_INDEPENDENT = 0.6
# Footprints of no site, for pools: sizes from the smallest (square metres or pixels, whichever is more) to
# this share of the ground, so many placements of each.
_SIZES, _OF_A_SIZE = 8, 30
_SMALLEST_M2, _SMALLEST_PX, _LARGEST = 600.0, 40, 0.25
_CORNERS, _ROUGH = 13, 0.25


@dataclass(frozen=True, slots=True)
class Placebo:
    """Every number of one site's test; probabilities 0..1, None: could not be worked out.

    Attributes
    ----------
    p_value : float or None
        What the verdict goes by: `pooled` if there is a pool, else `scene`.
    reference : str
        ``pooled``; ``weak`` if little in the pool is like the site, or the scene has little room; ``scene``;
        ``none``.
    pooled, scene : float or None
        Rank of the score among the pool's placements, and among those of the site's own scene.
    plain_pooled, plain_scene : float or None
        The same of the plain change vector.
    placements : int
        In the site's own scene.
    shrunk : int
        How many times smaller than the site they are: 1 where the scene has room for its footprint.
    effective : float
        How many of them are independent of one another, about: no own-scene rank says more than one in these.
    area_ratio : float
        The site's area over that of the ground that could be seen.
    support, usual_support : float or None
        Distance to the 50th nearest placement of the pool, and what is usual there.
    level_rank : float or None
        Share of the pool's quiet grounds with scores as high as this whole scene's: low where the scene
        itself changed widely.
    pool : str or None
        Which pool; its number of grounds and of placements follow.
    surest : float or None
        Confidence of the surest typed detection inside; None without one, or where none could be calibrated.
    measured : dict
        The site's row, as a pool's columns.
    pooled_counts, scene_counts : tuple of int
        How many of the placements hold a score in each of the steps of `COUNT_STEPS`: where the site stands
        among them can be drawn.
    """

    p_value: float | None
    reference: Reference
    pooled: float | None
    scene: float | None
    plain_pooled: float | None
    plain_scene: float | None
    placements: int
    shrunk: int
    effective: float
    area_ratio: float
    support: float | None
    usual_support: float | None
    level_rank: float | None
    pool: str | None
    pool_grounds: int
    pool_placements: int
    surest: float | None
    measured: dict[str, float]
    pooled_counts: tuple[int, ...]
    scene_counts: tuple[int, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return everything, JSON-ready."""
        return asdict(self)


def try_elsewhere(site: Site, detection: Detection, pool: Pool | None) -> Placebo | None:
    """Put a site to the test; None where nothing of it could be seen, or the ground has no layers."""
    ground = Ground.of(detection)
    if ground is None or detection.cover is None:
        return None
    inside = burn([(site.geometry, 1)], detection.grid) > 0
    footprint = np.asarray(detection.cover.thinned(inside), bool)
    if not (footprint & ground.usable).any():
        return None
    seen = int(ground.usable.sum())
    own, others, shrink = _laid_out(footprint, ground.usable, zlib.crc32(site.id.encode()))
    count = int(footprint.sum())
    here, there = look(ground, own), look(ground, others)
    row = _rows(here, there, count * ground.pixel_m2)[0]
    enough = len(others) >= _FEWEST
    whole = enough and shrink == 1
    effective = _INDEPENDENT * max(seen / count - 1, 0.0)
    least = 1 / (1 + effective)
    scene = max(rank(here.score[0], there.score), least) if whole else None
    plain_scene = max(rank(here.plain[0], there.plain), least) if whole else None
    standing = pool.stand(row) if pool is not None and enough else None
    weak = standing is not None and pool is not None and standing.support > pool.usual
    return Placebo(
        p_value=standing.p_value if standing is not None else scene,
        reference=_reference(standing is not None, weak=weak, enough=whole, least=least),
        pooled=standing.p_value if standing is not None else None,
        scene=scene,
        plain_pooled=standing.plain if standing is not None else None,
        plain_scene=plain_scene,
        placements=len(others),
        shrunk=shrink,
        effective=round(effective, 1),
        area_ratio=round(count / max(seen, 1), 4),
        support=standing.support if standing is not None else None,
        usual_support=pool.usual if standing is not None and pool is not None else None,
        level_rank=pool.level_rank(row[LEVEL], row[AREA]) if standing and pool else None,
        pool=pool.model if standing is not None and pool is not None else None,
        pool_grounds=len(pool.grounds) if standing is not None and pool is not None else 0,
        pool_placements=standing.among if standing is not None else 0,
        surest=_surest(site, detection),
        pooled_counts=_counts(standing.scores) if standing is not None else (),
        scene_counts=_counts(there.score) if whole else (),
        measured={name: round(float(value), 4) for name, value in zip(COLUMNS, row, strict=True)},
    )


def _surest(site: Site, detection: Detection) -> float | None:
    told = [
        change.confidence
        for change in inside_site(site, detection.changes)
        if change.kind != "other" and not math.isnan(change.confidence)
    ]
    return max(told, default=None)


def _laid_out(
    footprint: NDArray[np.bool_], usable: NDArray[np.bool_], seed: int
) -> tuple[Placements, Placements, int]:
    """Lay a footprint elsewhere, as large as the scene has room for."""
    shrink = 1
    own, others = lay(footprint, usable, number=_PLACEMENTS, seed=seed)
    while len(others) < _FEWEST and shrink < _MOST_SHRUNK:
        shrink *= 2
        own, others = lay(footprint, usable, number=_PLACEMENTS, seed=seed, shrink=shrink)
    return own, others, shrink


def _counts(scores: Numbers) -> tuple[int, ...]:
    return tuple(int(count) for count in np.histogram(scores, COUNT_STEPS)[0])


def _reference(pooled: bool, *, weak: bool, enough: bool, least: float) -> Reference:
    if pooled:
        return "weak" if weak else "pooled"
    if not enough:
        return "none"
    # One in twenty needs twenty places that are independent of one another.
    return "scene" if least <= 0.05 else "weak"


def footprints(detection: Detection, *, seed: int) -> Numbers:
    """Lay footprints of no site over a piece of ground: the rows that it would give to a pool.

    Parameters
    ----------
    seed : int
        The same seed gives the same footprints.

    Returns
    -------
    (n, 8) float64
        `pool.COLUMNS`; none where the ground is too small or could not be seen.
    """
    ground = Ground.of(detection)
    empty = np.zeros((0, len(COLUMNS)))
    if ground is None or not ground.usable.any():
        return empty
    draw = np.random.default_rng(seed)
    smallest = max(_SMALLEST_M2 / ground.pixel_m2, _SMALLEST_PX)
    largest = _LARGEST * ground.usable.sum()
    if largest < smallest:
        return empty
    found = [empty]
    for area in np.geomspace(smallest, largest, _SIZES):
        shape = _blob(float(area), draw)
        _, places = _laid(shape, ground.usable, int(draw.integers(2**31)))
        if len(places) < _FEWEST:
            continue
        count = int(shape.sum())
        all_ = look(ground, places)
        rows = _rows(all_, all_, count * ground.pixel_m2)
        found.append(rows[draw.permutation(len(rows))[:_OF_A_SIZE]])
    return np.concatenate(found)


def _laid(shape: NDArray[np.bool_], usable: NDArray[np.bool_], seed: int) -> tuple[Placements, Placements]:
    footprint = np.zeros_like(usable)
    rows, cols = (min(have, want) for have, want in zip(shape.shape, usable.shape, strict=True))
    footprint[:rows, :cols] = shape[:rows, :cols]
    return lay(footprint, usable, number=_PLACEMENTS // 3, seed=seed)


def _blob(area_px: float, draw: np.random.Generator) -> NDArray[np.bool_]:
    """Draw an irregular outline of about so many pixels."""
    radius = np.sqrt(area_px / np.pi)
    reach = radius * np.clip(1 + _ROUGH * draw.standard_normal(_CORNERS), 0.5, 1.6)
    turn = np.linspace(0, 2 * np.pi, _CORNERS, endpoint=False)
    corners = np.column_stack([reach * np.cos(turn), reach * np.sin(turn)])
    corners = np.rint(corners - corners.min(axis=0)).astype(np.int32)
    mask = np.zeros(corners.max(axis=0)[::-1] + 1, np.uint8)
    cv2.fillPoly(mask, [corners], 1)
    return mask > 0


def _rows(looked: Looked, scene: Looked, area_m2: float) -> Numbers:
    """Return placements as rows of a pool, in units of what else lies in their scene."""
    count = len(looked.score)
    known = len(scene.score) > 0
    return np.column_stack(
        [
            np.full(count, np.log(area_m2)),
            looked.score,
            looked.plain,
            relative(looked.cover, scene.cover),
            np.full(count, float(np.median(scene.score)) if known else np.nan),
            np.full(count, float(np.median(scene.plain)) if known else np.nan),
        ]
    )
