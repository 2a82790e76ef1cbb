"""Pairs with known truth for the kinds of change in coarse imagery, drawn and real."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from sitewatch.io.rasters import describe, load, load_labels
from sitewatch.records import Band, Scene
from sitewatch.runs.benchmark.manifest import read_manifest
from sitewatch.simulate.pair import draw_pair
from sitewatch.simulate.recipe import AFTER, BEFORE, FRIENDS, GROUNDS, SIX, THEMES, Conditions, Recipe, Shift
from sitewatch.simulate.truth import covered

# Labels: the four kinds from 0, nothing known of the kind.
BURNING = 1
OTHER = 3
UNKNOWN = -1
REAL_SETS = ("landsat", "calfire", "series-naip")
_RESOLUTIONS = (4.0, 5.0, 10.0, 10.0, 10.0, 20.0, 30.0)
# In the scattering of haze each band has its share: the offset of digital numbers looks alike.
_HAZE = {"blue": 1.6, "green": 1.1, "red": 0.8, "nir": 0.35, "swir16": 0.2, "swir22": 0.3}


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """A pair with the kind of each change.

    Attributes
    ----------
    kinds : (rows, columns) int
        0 construction, 1 burning, 2 demolition, 3 other; -1 nothing is known. Ground that did not change is
        "other": if it looks changed all the same, it is none of the three.
    """

    name: str
    group: str
    before: NDArray[np.float32]
    after: NDArray[np.float32]
    usable: NDArray[np.bool_]
    bands: tuple[str, ...]
    kinds: NDArray[np.int64]


def drawn(seed: int) -> Sample:
    """Draw one pair, with other weather, season, sensor and false friends at each seed."""
    rng = np.random.default_rng(seed + 10_000)
    resolution = float(rng.choice(_RESOLUTIONS))
    side = {4.0: 288, 5.0: 240}.get(resolution, 160)
    before = _conditions(rng, BEFORE)
    after = _conditions(rng, AFTER)
    if rng.random() < 0.6:
        green = float(np.clip(before.greenness + rng.normal(0, 0.08), 0, 1))
        after = replace(
            after, greenness=green, sun_azimuth=before.sun_azimuth, sun_elevation=before.sun_elevation
        )
    friends = tuple(rng.choice(FRIENDS, 2, replace=False).tolist()) if rng.random() < 0.7 else ()
    recipe = Recipe(
        resolution_m=resolution,
        bands=SIX,
        size=(side, side),
        theme=THEMES[seed // 3 % 3],
        ground=GROUNDS[seed % 3],
        events=("construction", "burning", "demolition") if rng.random() < 0.85 else (),
        friends=friends,
        before=before,
        after=after,
        shift=Shift(float(rng.normal(0, 0.2)), float(rng.normal(0, 0.2))),
    )
    pair = draw_pair(recipe, seed)
    kinds = np.full(pair.truth.shape, OTHER, np.int64)
    kinds[pair.doubtful] = UNKNOWN
    outlines = [friend.outline for friend in pair.friends if friend.outline is not None]
    kinds[covered(outlines, pair.truth.shape)] = OTHER
    known = pair.truth > 0
    kinds[known] = pair.truth[known].astype(np.int64) - 1
    seen = [scene.valid & scene.clear for scene in (pair.before, pair.after)]
    pixels = [scene.pixels.astype(np.float32) for scene in (pair.before, pair.after)]
    sample = Sample(f"drawn-{seed}", "drawn", *pixels, seen[0] & seen[1], SIX, kinds)
    if seed % 2:
        sample = scorched(sample, rng)
    return _as_numbers(sample, rng) if rng.random() < 0.5 else sample


def scorched(sample: Sample, rng: np.random.Generator) -> Sample:
    """Lay a wildfire over the vegetation of a pair, of any severity between singed grass and char.

    The fires of the real sets are few and of one region. What they have in common is that near infrared
    falls by more than short-wave infrared does; visible bands fall (char), or hardly change (soil comes
    through). Each fire is drawn with factors of its own.
    """
    shape = sample.usable.shape
    field = _smooth(rng, shape, float(rng.uniform(6, 20)))
    burned = field > np.quantile(field, rng.uniform(0.75, 0.97))
    severity = np.clip(rng.uniform(0.5, 1) + 0.3 * _smooth(rng, shape, 4), 0.2, 1)
    share = cv2.GaussianBlur(np.where(burned, severity, 0).astype(np.float32), (0, 0), 0.7)
    red, nir = (sample.before[sample.bands.index(name)] for name in ("red", "nir"))
    vegetated = (nir - red) > 0.12 * (nir + red)
    share = np.where(vegetated, share, 0)
    left = _left_by_fire(rng)
    factors = np.array([left[name] for name in sample.bands], np.float32)[:, None, None]
    kinds = sample.kinds.copy()
    kinds[burned & (kinds == OTHER)] = UNKNOWN
    kinds[(share > 0.3) & (kinds == UNKNOWN)] = BURNING
    after = sample.after * (1 + share * (factors - 1))
    if rng.random() < 0.3:
        after = after + share * rng.uniform(0, 0.5) * np.median(sample.before) * _haze(sample.bands)
    return replace(sample, after=after.astype(np.float32), kinds=kinds)


def _left_by_fire(rng: np.random.Generator) -> dict[str, float]:
    """Draw by what factor a fire changes each band."""
    visible, nir = rng.uniform(0.3, 1.15), rng.uniform(0.3, 0.95)
    swir22 = rng.uniform(max(nir * 1.2, 0.65), 1.6)
    colours = {name: visible * rng.uniform(0.93, 1.07) for name in ("blue", "green", "red")}
    swir16 = rng.uniform(0.5, 0.8) * swir22 + 0.5 * rng.uniform(0.5, 1) * nir
    return {**colours, "nir": nir, "swir16": swir16, "swir22": swir22}


def _smooth(rng: np.random.Generator, shape: tuple[int, ...], spread: float) -> NDArray[np.float32]:
    field = cv2.GaussianBlur(rng.standard_normal(shape).astype(np.float32), (0, 0), spread)
    return np.asarray((field - field.mean()) / field.std(), np.float32)


def real(manifest: Path) -> Iterator[Sample]:
    """Yield the coarse pairs of a manifest that have labels, or in which nothing was built."""
    for entry in read_manifest(manifest):
        if entry.set not in REAL_SETS or entry.bands is None:
            continue
        info = describe(entry.before)
        grid = info.require_grid()
        scenes = [_scene(path, entry.bands) for path in (entry.before, entry.after)]
        before, after = (load(scene, grid).to_numpy() for scene in scenes)
        usable = np.isfinite(before).all(axis=0) & np.isfinite(after).all(axis=0) & (before > 0).all(axis=0)
        kinds = np.full(usable.shape, OTHER, np.int64)
        if entry.truth is not None:
            codes = load_labels(entry.truth, grid).astype(np.int64)
            kinds = np.where(codes == 255, UNKNOWN, np.where(codes > 0, codes - 1, OTHER))
        yield Sample(f"{entry.set}/{entry.pair}", entry.set, before, after, usable, entry.bands, kinds)


def _scene(path: Path, bands: tuple[str, ...]) -> Scene:
    info = describe(path)
    named = tuple(Band(name, str(path), i, nodata=info.nodata) for i, name in enumerate(bands, 1))
    return Scene(path.stem, named, info.require_grid(), 10.0)


def _conditions(rng: np.random.Generator, usual: Conditions) -> Conditions:
    return replace(
        usual,
        greenness=float(rng.uniform(0.1, 1)),
        sun_azimuth=float(rng.uniform(100, 200)),
        sun_elevation=float(rng.uniform(30, 68)),
        haze=float(rng.choice([0.02, 0.05, 0.1, 0.25])),
        blur=float(rng.uniform(0.35, 0.7)),
        noise=float(rng.choice([0.002, 0.004, 0.008])),
        gain=float(rng.uniform(0.85, 1.15)),
        offset=float(rng.choice([0, 0, 0.01, 0.04])),
    )


def _as_numbers(sample: Sample, rng: np.random.Generator) -> Sample:
    """Turn reflectance into digital numbers with haze in them, as old Landsat scenes come."""
    level = np.median(sample.before[:, sample.usable], axis=1)[:, None, None]
    offset = level * _haze(sample.bands) * rng.uniform(0, 1.3) * rng.uniform(0.6, 1.2, level.shape)
    gain = rng.lognormal(0, 0.25, level.shape) * 120 / (level + offset)
    drift = rng.uniform(0.8, 1.2, level.shape)
    before, after = (np.clip((image + offset) * gain, 0, 255) for image in (sample.before, sample.after))
    return replace(sample, before=before.astype(np.float32), after=(after * drift).astype(np.float32))


def _haze(bands: tuple[str, ...]) -> NDArray[np.float64]:
    return np.array([_HAZE[name] for name in bands])[:, None, None]


def flipped(sample: Sample, rng: np.random.Generator) -> Sample:
    """Return a real pair mirrored and in other gains, so that it counts for more than one scene."""
    gain = rng.lognormal(0, 0.15, (len(sample.bands), 1, 1))
    images = [np.flip(image * gain, 2).astype(np.float32) for image in (sample.before, sample.after)]
    blur = float(rng.uniform(0.01, 0.5))
    images = [np.stack([cv2.GaussianBlur(band, (0, 0), blur) for band in image]) for image in images]
    known = np.isfinite(images[0]).all(axis=0) & np.isfinite(images[1]).all(axis=0)
    return replace(
        sample,
        before=images[0],
        after=images[1],
        usable=np.flip(sample.usable, 1) & known,
        kinds=np.flip(sample.kinds, 1),
    )
