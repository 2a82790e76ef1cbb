"""How often unchanged pixels of coarse imagery are rejected: ``python -m benchmarks pixels``.

Nothing is known to the test but the scene itself. The squared length of a pixel's change vector, in noise of
unchanged ground, is taken for a gamma variable (a scaled chi-square whose degrees of freedom the bands'
dependence lowers). It is fitted to two quantiles at which there is little change, and its upper tail is the
p-value.
"""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincc, gammaincinv

from benchmarks.scenes import write_drawn
from sitewatch.evaluate.table import markdown
from sitewatch.evaluate.truth import load_truth
from sitewatch.pipeline.checks import require_bands
from sitewatch.pipeline.fitting import fit_preparation
from sitewatch.pipeline.register import register
from sitewatch.pipeline.seeing import fit_sight
from sitewatch.records import Pair
from sitewatch.runs.benchmark import plan
from sitewatch.runs.compare import open_pair
from sitewatch.runs.ground import whole_ground
from sitewatch.settings import Settings
from sitewatch.simulate.pair import draw_pair
from sitewatch.simulate.recipe import GROUNDS, SIX, Recipe, Shift

Numbers = NDArray[np.float64]

# Where the gamma is fitted: the quieter half of the pixels.
_LOW, _MIDDLE = 0.2, 0.5
_SHAPES = np.geomspace(0.3, 20, 400)
_LEVELS = (0.01, 0.05)
# No other drawn scenes of the project have these seeds.
_SEED = 740_000
_SETS = ("landsat", "calfire")


@dataclass(frozen=True, slots=True)
class Ranked:
    """Pixels of a pair: p-values of those that are unchanged, and of those that changed."""

    name: str
    unchanged: Numbers
    changed: Numbers


def p_values(length: Numbers) -> Numbers:
    """Return p-values of lengths of change vectors, most of them of unchanged ground; NaN stays NaN."""
    square = np.square(length)
    known = square[np.isfinite(square)]
    low, middle = np.quantile(known, [_LOW, _MIDDLE])
    ratios = gammaincinv(_SHAPES, _LOW) / gammaincinv(_SHAPES, _MIDDLE)
    shape = _SHAPES[np.argmin(np.abs(ratios - low / middle))]
    return np.asarray(gammaincc(shape, square * gammaincinv(shape, _MIDDLE) / middle), np.float64)


def real(manifest: Path) -> Iterator[Ranked]:
    """Test the labelled pixels of the coarse pairs; Taizhou in both directions."""
    for trial in plan(manifest, _SETS):
        entry, turned = trial.entry, trial.variant == "reversed"
        if entry.truth is None or (turned and entry.set != "landsat"):
            continue
        files = (entry.after, entry.before) if turned else (entry.before, entry.after)
        pair = open_pair(*files, {})
        told = p_values(lengths(pair))
        truth = load_truth(entry.truth, whole_ground(pair))
        seen = np.isfinite(told)
        changed = (truth > 0) & (truth < 5) & seen
        yield Ranked(f"{entry.name} ({trial.variant})", told[(truth == 0) & seen], told[changed])


def drawn(number: int, side: int = 220) -> Iterator[Ranked]:
    """Test drawn pairs on which nothing happened."""
    for place in range(number):
        ground = GROUNDS[place % len(GROUNDS)]
        recipe = Recipe(10.0, SIX, (side, side), ground=ground, events=(), shift=Shift(0.3, 0.2))
        pair = draw_pair(recipe, _SEED + place)
        with tempfile.TemporaryDirectory() as folder:
            dates = (("before", pair.before), ("after", pair.after))
            told = p_values(lengths(Pair(*(write_drawn(Path(folder), *date) for date in dates))))
        yield Ranked(f"drawn {ground} {place}", told[np.isfinite(told)], np.zeros(0))


def lengths(pair: Pair) -> Numbers:
    """Return the root mean square over bands of a pair's difference, in noise; NaN where it is not seen."""
    plain, grid, bands = Settings(), whole_ground(pair), require_bands(pair)
    moving, masking = plain.registration, plain.masking
    registration = register(pair, grid, bands, max_shift_m=moving.max_shift_m, local=moving.local)
    sight = fit_sight(pair, provider=masking.provider, grow_m=masking.grow_m)
    preparation, sample = fit_preparation(pair, registration, bands, sight)
    ready = sample.whole or preparation.prepare(grid)
    noise = np.array(preparation.normalisation.noise)[:, None, None]
    return np.asarray(np.sqrt(np.square((ready.after - ready.before) / noise).mean(axis=0)), np.float64)


def table(found: Sequence[Ranked]) -> str:
    """Say how often unchanged pixels are rejected, and changed ones found."""
    rows = []
    for one in found:
        rates = [f"{(one.unchanged <= level).mean():.4f}" for level in _LEVELS]
        power = f"{(one.changed <= _LEVELS[0]).mean():.3f}" if len(one.changed) else "-"
        rows.append([one.name, f"{len(one.unchanged):,}", *rates, power])
    head = ["pair", "unchanged pixels", *(f"rejected at {level}" for level in _LEVELS)]
    return markdown([*head, f"changed found at {_LEVELS[0]}"], rows)
