"""Whether sites that cannot be seen are called not assessable: ``python -m benchmarks hidden``.

Clouds, thin and thick, and their shadows are drawn over places whose every pixel is known to be hidden or
not. Sites of no place in particular are laid over them, and judged by the whole chain. Where real masks drawn
by hand are there (`SITEWATCH_DATA`), the share of a site that is called seen is compared with them as well.
"""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from odc.geo.geobox import GeoBox
from shapely.geometry import Polygon

from benchmarks.scenes import write_drawn
from sitewatch.catalogue.products import read_scene
from sitewatch.catalogue.usable import seen
from sitewatch.errors import SitewatchError
from sitewatch.evaluate.table import markdown
from sitewatch.grid import WGS84, from_shapely
from sitewatch.io.rasters import burn, load_codes
from sitewatch.pipeline.detect import detect
from sitewatch.records import MaskLayer, Pair, Site, VerdictWord
from sitewatch.runs.ground import whole_ground
from sitewatch.settings import Settings
from sitewatch.simulate.pair import draw_pair
from sitewatch.simulate.recipe import AFTER, GROUNDS, RGB, SIX, Recipe, Shift
from sitewatch.verdicts import judge, not_judged

# No other drawn scenes of the project have these seeds.
_SEED = 720_000
_SHIFT = Shift(0.3, 0.2)
_SITES = 12
_RADIUS_PX = (14, 40)
# A site of which more is hidden must not be called anything but not assessable; one of which less is, clear.
HIDDEN, CLEAR = 0.4, 0.05
# Clear ground in a mask drawn by hand; clouds and shadows are 2 and 3, what nobody looked at is 0.
_UNKNOWN, _BY_HAND_CLEAR = 0, 1
_KNOWN = 0.9
SHARES = (0.0, 0.15, 0.35, 0.6, 0.85)


@dataclass(frozen=True, slots=True)
class Imagery:
    """Bands and pixels that scenes are drawn in."""

    name: str
    bands: tuple[str, ...]
    resolution_m: float
    side: int


IMAGERY = (
    Imagery("0.6 m, red green blue", RGB, 0.6, 420),
    Imagery("3 m, four bands", (*RGB, "nir"), 3.0, 400),
    Imagery("10 m, six bands", SIX, 10.0, 320),
    Imagery("30 m, six bands", SIX, 30.0, 260),
)


@dataclass(frozen=True, slots=True)
class Judged:
    """A site under clouds.

    Attributes
    ----------
    imagery : str
    hidden : float
        Share of it that is truly hidden on one of the dates, 0..1.
    usable : float
        Share that was called seen, 0..1.
    verdict : VerdictWord
    """

    imagery: str
    hidden: float
    usable: float
    verdict: VerdictWord


def drawn(number: int, imagery: Sequence[Imagery] = IMAGERY) -> Iterator[Judged]:
    """Draw so many pairs of each imagery and each share of cloud, and judge sites on them."""
    for row, kind in enumerate(imagery):
        for column, clouds in enumerate(SHARES):
            for place in range(number):
                yield from _of_pair(kind, clouds, _SEED + 10_000 * row + 1000 * column + place)


def _of_pair(kind: Imagery, clouds: float, seed: int) -> Iterator[Judged]:
    draw = np.random.default_rng(seed)
    sun = float(draw.uniform(30, 65))
    cloudy = replace(AFTER, clouds=clouds, sun_elevation=sun, haze=float(draw.choice([0.03, 0.15])))
    recipe = Recipe(
        resolution_m=kind.resolution_m,
        bands=kind.bands,
        size=(kind.side, kind.side),
        ground=GROUNDS[seed % len(GROUNDS)],
        events=(),
        after=cloudy,
        shift=_SHIFT,
    )
    pair = draw_pair(recipe, seed)
    hidden = ~(pair.before.clear & pair.after.clear)
    sites = list(_sites(pair.before.grid, draw))
    settings = Settings()
    with tempfile.TemporaryDirectory() as folder:
        before, after = (
            write_drawn(Path(folder), *named) for named in (("before", pair.before), ("after", pair.after))
        )
        both = Pair(before, after)
        try:
            found = detect(both, whole_ground(both), settings)
        except SitewatchError as refusal:
            told = [not_judged(site, refusal) for site in sites]
        else:
            told = [judge(site, found, min_usable=settings.masking.min_usable) for site in sites]
    for site, verdict in zip(sites, told, strict=True):
        inside = burn([(site.geometry, 1)], pair.before.grid) > 0
        yield Judged(kind.name, float(hidden[inside].mean()), verdict.usable_fraction, verdict.verdict)


def by_hand(folder: Path, number: int) -> Iterator[Judged]:
    """Lay so many sites over each real chip whose clouds and shadows somebody drew.

    Nothing is compared: a site is called not assessable where too little of it is called seen.
    """
    least = Settings().masking.min_usable
    for file in sorted(folder.glob("*_mask.tif")):
        name = file.stem.removesuffix("_mask")
        scene = read_scene(file.with_name(f"{name}.tif"))
        truth = load_codes(MaskLayer("scl", str(file)), scene.grid)
        usable = seen(scene, scene.grid).usable
        draw = np.random.default_rng(_SEED)
        for site in _sites(scene.grid, draw, number):
            inside = burn([(site.geometry, 1)], scene.grid) > 0
            codes = truth[inside]
            known = codes != _UNKNOWN
            if known.mean() >= _KNOWN:
                share = float(usable[inside].mean())
                word: VerdictWord = "no_visible_change" if share >= least else "not_assessable"
                yield Judged(f"real, {name}", float((codes[known] != _BY_HAND_CLEAR).mean()), share, word)


def table(found: Sequence[Judged]) -> str:
    """Say how often hidden sites are not assessable, and clear ones are, for each imagery."""
    rows = []
    for name in dict.fromkeys(one.imagery for one in found):
        group = [one for one in found if one.imagery == name]
        rows.append([name, *_cells(group)])
    synthetic = [one for one in found if not one.imagery.startswith("real")]
    if synthetic:
        rows.append(["all drawn", *_cells(synthetic)])
    head = ["imagery", f"sites more than {HIDDEN:.0%} hidden", "not assessable", "more than half hidden"]
    head += ["not assessable", "of the rest: change", f"sites at most {CLEAR:.0%} hidden", "not assessable"]
    return markdown(head, rows)


def _cells(group: Sequence[Judged]) -> list[str]:
    hidden = [one for one in group if one.hidden > HIDDEN]
    half = [one for one in group if one.hidden > 0.5]
    clear = [one for one in group if one.hidden <= CLEAR]
    changed = sum(one.verdict == "change" for one in hidden)
    return [
        *_rate(hidden),
        *_rate(half),
        str(changed),
        *_rate(clear),
    ]


def _rate(group: Sequence[Judged]) -> tuple[str, str]:
    if not group:
        return "0", "-"
    return str(len(group)), f"{np.mean([one.verdict == 'not_assessable' for one in group]):.3f}"


def _sites(grid: GeoBox, draw: np.random.Generator, number: int = _SITES) -> Iterator[Site]:
    """Draw irregular outlines that lie on a grid."""
    rows, cols = grid.shape
    for place in range(number):
        radius = float(np.exp(draw.uniform(*np.log(_RADIUS_PX))))
        middle = draw.uniform(radius, [cols - radius, rows - radius])
        turn = np.linspace(0, 2 * np.pi, 12, endpoint=False)
        reach = radius * draw.uniform(0.6, 1.0, len(turn))
        corners = middle + np.column_stack([reach * np.cos(turn), reach * np.sin(turn)])
        outline = from_shapely(Polygon([grid.affine * tuple(corner) for corner in corners]), str(grid.crs))
        yield Site(f"site-{place}", "", "other", outline.to_crs(WGS84).geom)
