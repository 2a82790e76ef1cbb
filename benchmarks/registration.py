"""How well pairs are registered: drawn and real ones under a known warp, and pairs that should be refused."""

import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from odc.geo.geobox import GeoBox
from scipy.ndimage import gaussian_filter

from sitewatch.errors import RegistrationError
from sitewatch.evaluate.table import markdown
from sitewatch.grid import gsd_m
from sitewatch.io.rasters import Labels, describe, load, write_geotiff
from sitewatch.kernels.align import Alignment, sample
from sitewatch.pipeline.register import TRUSTED, register
from sitewatch.records import Band, Pair, Scene
from sitewatch.runs.benchmark.manifest import Entry, read_manifest
from sitewatch.runs.ground import whole_ground
from sitewatch.simulate.pair import DrawnPair, draw_pair
from sitewatch.simulate.recipe import GROUNDS, RGB, SIX, THEMES, Recipe, Shift
from sitewatch.simulate.sensor import forward

# Pairs that are drawn: each ground and theme at each resolution, twice.
DRAWN = 54
# No other drawn scenes of the project have these seeds.
_SEED = 900_000
# Metres a pixel, bands, pixels a side.
_SENSORS = ((0.5, RGB, 320), (1.0, RGB, 320), (10.0, SIX, 192))
# A real scene is looked at in a square of this side from its middle, pixels.
_MOST = 768
_MAX_SHIFT_M = 30.0
# So much further off than before counts as worse: below it nothing is drawn differently, pixels.
_TOLERANCE_PX = 0.02

Image = NDArray[np.float32]
Warp = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one pair.

    Attributes
    ----------
    group : str
        ``drawn``, ``real``, ``itself``, or what is wrong with a pair that should be refused.
    place : str
        Ground or set.
    began, ended : float or None
        Rms distance of the images before and after registration, pixels; None where that has no meaning.
    said : str
        ``registered``, ``trusted`` (nothing could be fixed, the georeferences were kept) or ``refused``.
    """

    group: str
    place: str
    began: float | None
    ended: float | None
    said: str

    @property
    def worse(self) -> bool:
        """Whether the pair lies further off than it began."""
        return self.began is not None and self.ended is not None and self.ended > self.began + _TOLERANCE_PX


def outcomes(drawn: int, manifest: Path | None, real: int) -> Iterator[Outcome]:
    """Register `drawn` drawn pairs, and `real` real ones a set, and what is made of them."""
    last = None
    for number in range(drawn):
        recipe = _recipe(number)
        pair = draw_pair(recipe, _SEED + number)
        yield _known(("drawn", f"{recipe.ground}, {recipe.resolution_m:g} m"), pair, recipe)
        yield from _hopeless(pair, last, np.random.default_rng(_SEED + number))
        last = pair
    chosen = _chosen(manifest, real)
    for each, entry in enumerate(chosen):
        strangers = [other for other in chosen if _elsewhere(entry, other)]
        yield from _real(entry, strangers[each % len(strangers)] if strangers else None, _SEED + each)


def line(one: Outcome) -> str:
    """Say what came of one pair in a line."""
    off = "" if one.began is None or one.ended is None else f", {one.began:.3f} px to {one.ended:.3f}"
    return f"{one.group}, {one.place}: {one.said}{off}"


def table(found: Sequence[Outcome]) -> str:
    """Say how far off pairs are, and how many were refused, by group and place."""
    rows = []
    for group in dict.fromkeys(one.group for one in found):
        members = [one for one in found if one.group == group]
        places = list(dict.fromkeys(one.place for one in members))
        parts = [("all", members), *((place, [m for m in members if m.place == place]) for place in places)]
        rows += [_row(group, place, part) for place, part in (parts if len(places) > 1 else parts[:1])]
    header = ["group", "place", "pairs", "began, rms px", "rms px", "median", "worst", "worse", "refused"]
    return markdown([*header, "trusted"], rows)


def numbers(found: Sequence[Outcome]) -> str:
    """Return every outcome as JSON."""
    return json.dumps([asdict(one) for one in found], indent=1)


def _row(group: str, place: str, part: Sequence[Outcome]) -> list[str]:
    ended = np.array([one.ended for one in part if one.ended is not None])
    began = np.array([one.began for one in part if one.began is not None])
    figures = ["", "", "", ""]
    if ended.size:
        rms = [float(np.sqrt(np.mean(values**2))) for values in (began, ended)]
        figures = [f"{value:.3f}" for value in (*rms, np.median(ended), ended.max())]
    counts = [sum(one.worse for one in part)] + [
        sum(one.said == said for one in part) for said in ("refused", "trusted")
    ]
    return [group, place, str(len(part)), *figures, *map(str, counts)]


def _recipe(number: int) -> Recipe:
    rng = np.random.default_rng(_SEED + number)
    resolution, bands, side = _SENSORS[number % 3]
    return Recipe(
        resolution_m=resolution,
        bands=bands,
        size=(side, side),
        ground=GROUNDS[number // 3 % 3],
        theme=THEMES[number // 9 % 3],
        shift=_shift(rng),
    )


def _shift(rng: np.random.Generator) -> Shift:
    dx, dy = rng.uniform(-3, 3, 2)
    return Shift(dx, dy, rng.uniform(-0.5, 0.5), 1 + rng.uniform(-0.002, 0.002))


def _known(name: tuple[str, str], pair: DrawnPair, recipe: Recipe) -> Outcome:
    warp = _on_centres(forward(recipe.shift, recipe.size))
    found, said = _registered((pair.before.pixels, pair.after.pixels), pair.before.grid)
    places = _places(recipe.size)
    true = _moved(warp, places)
    ended = _rms(np.add(places, found.displacement(*places)) - true) if found is not None else None
    return Outcome(*name, _rms(true - places), ended, said)


def _hopeless(pair: DrawnPair, other: DrawnPair | None, rng: np.random.Generator) -> Iterator[Outcome]:
    """Make pairs of a drawn one that nothing can register."""
    before, grid = pair.before.pixels, pair.before.grid
    noise = rng.normal(0, 0.01, (2, *before.shape))
    white = np.full(before.shape, 0.9 * np.iinfo(before.dtype).max)
    opaque = (white * (1 + noise[0])).clip(1, np.iinfo(before.dtype).max).astype(before.dtype)
    water = (0.1 * white * (1 + 5 * noise)).clip(1, None).astype(before.dtype)
    made = {"cloud": (before, opaque), "water": (water[0], water[1])}
    if other is not None:
        made["wrong place"] = _common(before, other.after.pixels)
    for name, images in made.items():
        shape = images[0].shape[1:]
        yield Outcome(name, "drawn", None, None, _registered(images, grid[: shape[0], : shape[1]])[1])


def _chosen(manifest: Path | None, real: int) -> list[Entry]:
    entries = read_manifest(manifest) if manifest is not None and real else []
    sets = dict.fromkeys(entry.set for entry in entries)
    return [entry for name in sets for entry in [each for each in entries if each.set == name][:real]]


def _elsewhere(entry: Entry, other: Entry) -> bool:
    """Tell whether two pairs show different ground."""
    one, two = (describe(each.before).require_grid().geographic_extent.boundingbox for each in (entry, other))
    beside = one.right < two.left or two.right < one.left
    return bool(beside or one.top < two.bottom or two.top < one.bottom)


def _common(
    one: NDArray[np.generic], other: NDArray[np.generic]
) -> tuple[NDArray[np.generic], NDArray[np.generic]]:
    """Cut two images to the bands, rows and columns that both have."""
    part = tuple(slice(min(sizes)) for sizes in zip(one.shape, other.shape, strict=True))
    return one[part], other[part]


def _real(entry: Entry, stranger: Entry | None, seed: int) -> Iterator[Outcome]:
    rng = np.random.default_rng(seed)
    grid = _middle(describe(entry.before).require_grid())
    before, after = (_pixels(path, grid) for path in (entry.before, entry.after))
    shape = before.shape[1:]
    warp = _on_centres(forward(_shift(rng), (shape[0], shape[1])))
    places = _places((shape[0], shape[1]))
    plain, said = _registered((before, after), grid)
    moved = _warped(after, warp)
    found, again = _registered((before, moved), grid)
    ended = None
    if plain is not None and found is not None:
        known = np.add(places, plain.displacement(*places))
        ended = _rms(np.add(places, found.displacement(*places)) - _moved(warp, known))
    both = next((each for each in ("refused", "trusted") if each in {said, again}), "registered")
    yield Outcome("real", entry.set, _rms(_moved(warp, places) - places), ended, both)
    dull = 0.8 * _warped(before, warp)
    spread = float(np.nanstd(dull))
    dull = dull + rng.normal(0, 0.1 * spread, dull.shape).astype(np.float32)
    found, said = _registered((before, dull), grid)
    true = _moved(warp, places)
    ended = _rms(np.add(places, found.displacement(*places)) - true) if found is not None else None
    yield Outcome("itself", entry.set, _rms(true - places), ended, said)
    yield Outcome("cloud", entry.set, None, None, _registered((before, _cloud(before, rng)), grid)[1])
    if stranger is not None:
        there = _pixels(stranger.after, _middle(describe(stranger.after).require_grid()))
        images = _common(before, there)
        shape = images[0].shape[1:]
        yield Outcome(
            "wrong place", entry.set, None, None, _registered(images, grid[: shape[0], : shape[1]])[1]
        )


def _cloud(image: Image, rng: np.random.Generator) -> Image:
    """Draw an opaque cloud: smooth in some hundred pixels, with the noise of the sensor."""
    most = float(np.nanmax(image))
    thick = gaussian_filter(rng.normal(0, 1, image.shape[1:]), 20.0)
    noise = rng.normal(0, 0.01, image.shape)
    return np.asarray(most * (1 + 0.1 * thick / thick.std() + noise), np.float32)


def _registered(
    images: tuple[NDArray[np.generic], NDArray[np.generic]], grid: GeoBox
) -> tuple[Alignment | None, str]:
    """Register two images on one grid; None and ``refused`` if that is refused."""
    with tempfile.TemporaryDirectory() as folder:
        scenes = [_scene(Path(folder) / f"{number}.tif", image, grid) for number, image in enumerate(images)]
        pair = Pair(scenes[0], scenes[1])
        bands = tuple(band.name for band in scenes[0].bands)
        try:
            found = register(pair, whole_ground(pair), bands, max_shift_m=_MAX_SHIFT_M, local=True)
        except RegistrationError:
            return None, "refused"
    return found.alignment, "trusted" if found.note == TRUSTED else "registered"


def _scene(path: Path, image: NDArray[np.generic], grid: GeoBox) -> Scene:
    kind = image.dtype
    nodata = np.nan if kind.kind == "f" else 0
    write_geotiff(path, image, grid, Labels(nodata=nodata))
    bands = tuple(Band(f"b{index}", str(path), index) for index in range(1, len(image) + 1))
    return Scene(path.stem, tuple(replace(b, nodata=nodata) for b in bands), grid, gsd_m(grid))


def _pixels(path: Path, grid: GeoBox) -> Image:
    info = describe(path)
    own = info.require_grid()
    bands = tuple(Band(f"b{index}", str(path), index) for index in range(1, info.count + 1))
    pixels: Image = load(Scene(path.stem, bands, own, gsd_m(own)), grid).to_numpy()
    return pixels


def _middle(grid: GeoBox) -> GeoBox:
    rows, cols = (
        slice(max(0, (length - _MOST) // 2), min(length, (length + _MOST) // 2)) for length in grid.shape
    )
    return grid[rows, cols]


def _on_centres(corners: Warp) -> Warp:
    """Turn a map between places counted from corners into one between pixel centres."""
    return np.column_stack([corners[:, :2], corners[:, 2] + corners[:, :2] @ (0.5, 0.5) - 0.5])


def _places(shape: tuple[int, int]) -> Warp:
    rows, cols = shape
    return np.stack(np.meshgrid(np.linspace(10, cols - 10, 12), np.linspace(10, rows - 10, 12)))


def _moved(warp: Warp, places: Warp) -> Warp:
    return np.asarray(np.tensordot(warp[:, :2], places, 1) + warp[:, 2, None, None], np.float64)


def _warped(image: Image, warp: Warp) -> Image:
    back = np.linalg.inv(warp[:, :2])
    y, x = np.mgrid[: image.shape[1], : image.shape[2]].astype(np.float64)
    across, down = np.tensordot(back, np.stack([x, y]) - warp[:, 2, None, None], 1)
    return sample(image, across.astype(np.float32), down.astype(np.float32))


def _rms(off: Warp) -> float:
    return float(np.sqrt((off**2).sum(axis=0).mean()))
