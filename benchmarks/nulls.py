"""Drawn places on which nothing happened but a nuisance: how often their sites are rejected."""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.scenes import write_drawn
from sitewatch.evaluate.table import markdown
from sitewatch.pipeline.detect import detect
from sitewatch.pipeline.detection import Detection
from sitewatch.records import Pair, Site
from sitewatch.runs.ground import whole_ground
from sitewatch.settings import Settings
from sitewatch.simulate.pair import DrawnPair, draw_pair
from sitewatch.simulate.recipe import FRIENDS, GROUNDS, Friend, Ground, Recipe, Shift
from sitewatch.verdicts import pool_of, try_elsewhere

# No other drawn scenes of the project have these seeds.
_SEED = 700_000
_SIZE, _RESOLUTION_M = (400, 400), 0.6
_SHIFT = Shift(0.7, -0.4)
_LEVELS = (0.05, 0.01)


@dataclass(frozen=True, slots=True)
class Null:
    """A drawn site on which nothing happened.

    Attributes
    ----------
    nuisance : str
        A false friend, or ``none``.
    p_value, plain : float
        Among the pool that ships: of the score, and of the plain change vector.
    """

    nuisance: str
    ground: Ground
    p_value: float
    plain: float


def nulls(number: int) -> Iterator[Null]:
    """Draw `number` places for each nuisance and none, over all grounds in turn, and test their sites."""
    pool = pool_of("fine")
    cases: list[tuple[str, tuple[Friend, ...]]] = [("none", ()), *((name, (name,)) for name in FRIENDS)]
    for row, (nuisance, friends) in enumerate(cases):
        for place in range(number):
            ground = GROUNDS[place % len(GROUNDS)]
            recipe = Recipe(
                resolution_m=_RESOLUTION_M,
                size=_SIZE,
                ground=ground,
                events=(),
                friends=friends,
                shift=_SHIFT,
            )
            drawn = draw_pair(recipe, _SEED + 1000 * row + place)
            detection = _looked_at(drawn)
            for each, outline in enumerate(drawn.places):
                site = Site(f"{nuisance}-{place}-{each}", "", "settlement", outline)
                told = try_elsewhere(site, detection, pool)
                if told is not None and told.pooled is not None and told.plain_pooled is not None:
                    yield Null(nuisance, ground, told.pooled, told.plain_pooled)


def table(found: Sequence[Null]) -> str:
    """Say how often sites are rejected, a nuisance and a ground."""
    groups = {"all": list(found)}
    groups |= {name: [one for one in found if one.nuisance == name] for name in ("none", *FRIENDS)}
    groups |= {f"ground: {name}": [one for one in found if one.ground == name] for name in GROUNDS}
    rows = []
    for name, group in groups.items():
        if group:
            told = [np.array([getattr(one, form) for one in group]) for form in ("p_value", "plain")]
            rates = [f"{(values <= level).mean():.3f}" for values in told for level in _LEVELS]
            rows.append([name.replace("_", " "), str(len(group)), *rates])
    return markdown(["drawn, nothing happened", "sites", "p, 5 %", "1 %", "plain, 5 %", "1 %"], rows)


def _looked_at(drawn: DrawnPair) -> Detection:
    with tempfile.TemporaryDirectory() as folder:
        before = write_drawn(Path(folder), "before", drawn.before)
        pair = Pair(before, write_drawn(Path(folder), "after", drawn.after))
        return detect(pair, whole_ground(pair), Settings())
