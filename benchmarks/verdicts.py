"""How often verdicts are wrong: ``python -m benchmarks verdicts --runs RUNS``.

RUNS are benchmarks of `training.left_out`: every pair was looked at by networks that were not fitted on it,
and sites were drawn over it. A site's p-value is worked out anew without its own pair's placements.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from shapely.geometry import shape

from benchmarks import areas
from benchmarks.areas import typed_claims
from sitewatch.errors import SitewatchError
from sitewatch.evaluate.table import markdown
from sitewatch.evaluate.truth import load_truth
from sitewatch.io.rasters import burn, describe
from sitewatch.io.results import Run, read_features
from sitewatch.runs.benchmark import Trial, plan
from sitewatch.verdicts import COLUMNS, Candidate, Pool, control, pool_of

# A site of which less changed was quiet; one of which more than this changed should be found.
QUIET, CHANGED = 0.0, 0.05
_TURNS = 400
_LISTS, _SITES = 300, 200


@dataclass(frozen=True, slots=True)
class Judged:
    """A site of a benchmark: what is true of it, its p-values without its own pair, its surest detection."""

    set: str
    pair: str
    variant: str
    category: str
    changed: float
    typed: bool
    p_value: float
    plain: float
    scene: float
    floor: float
    surest: float


def judged(folders: Sequence[Path], manifest: Path, pool: Pool) -> Iterator[Judged]:
    """Yield every tested site of some benchmarks that lies on labelled ground."""
    number = {name: place for place, name in enumerate(pool.grounds)}
    for trial in plan(manifest):
        for folder in folders:
            path = folder / "runs" / trial.folder
            if (path / "run.json").is_file():
                yield from _of_run(trial, folder, Run.open(path), pool=pool, number=number)


def _of_run(
    trial: Trial, folder: Path, run: Run, *, pool: Pool, number: Mapping[str, int]
) -> Iterator[Judged]:
    entry = trial.entry
    file = (
        folder / "planted" / entry.set / entry.pair / "truth.tif"
        if trial.variant == "planted"
        else entry.truth
    )
    grid = describe(run.raster("change")).require_grid()
    truth = load_truth(file, grid, turned=trial.variant == "reversed")
    tested, claims = run.info["verdicts"]["sites"], typed_claims(run)
    for feature in read_features(run, "sites"):
        said = feature["properties"]
        placebo = tested.get(said["site_id"])
        if placebo is None or said["verdict"] == "not_assessable":
            continue
        outline = shape(dict(feature["geometry"]))
        inside = burn([(outline, 1)], grid) > 0
        labels = truth[inside]
        known = labels[labels != 255]
        if len(known) < 0.5 * len(labels):
            continue
        row = np.array([placebo["measured"][name] for name in COLUMNS])
        standing = pool.stand(row, without=number.get(entry.name))
        yield Judged(
            set=entry.set,
            pair=entry.name,
            variant=trial.variant,
            category=said["category"],
            changed=float(((known > 0) & (known < 4)).mean()),
            typed=any(
                (said["changed_m2"] or {}).get(kind, 0) for kind in ("construction", "burning", "demolition")
            ),
            p_value=standing.p_value,
            plain=standing.plain,
            scene=placebo["scene"] if placebo["scene"] is not None else np.nan,
            floor=1 / (1 + standing.among),
            surest=max((told for claim, told in claims if claim.intersects(outline)), default=0.0),
        )


def null_table(sites: Sequence[Judged]) -> str:
    """How often unchanged sites are rejected, a set and a kind of ground, with intervals over pairs."""
    quiet = [one for one in sites if one.changed <= QUIET and one.variant == "forward"]
    groups = {"all": quiet, "settlements": [one for one in quiet if one.category == "settlement"]}
    groups["other ground"] = [one for one in quiet if one.category != "settlement"]
    for name in dict.fromkeys(one.set for one in quiet):
        groups[name] = [one for one in quiet if one.set == name]
        groups[f"{name}, settlements"] = [one for one in groups[name] if one.category == "settlement"]
    forms: dict[str, Callable[[Judged], float]] = {
        "p": lambda one: one.p_value,
        "plain change, pooled": lambda one: one.plain,
        "own scene": lambda one: one.scene,
    }
    rows = []
    for name, group in groups.items():
        if len(group) < 10:
            continue
        cells = [name, str(len(group)), str(len({one.pair for one in group}))]
        for form in forms.values():
            told = np.array([form(one) for one in group])
            pairs = [one.pair for one in group]
            cells += [_rate(told <= level, pairs) for level in (0.05, 0.01)]
        rows.append(cells)
    head = ["unchanged sites", "sites", "pairs"]
    head += [f"{name}, {level}" for name in forms for level in ("5 %", "1 %")]
    return markdown(head, rows)


def power_table(sites: Sequence[Judged]) -> str:
    """How often sites are found of which at least a twentieth changed, a set and a way of looking."""
    rows = []
    changed = [one for one in sites if one.changed >= CHANGED]
    for name in dict.fromkeys((one.set, one.variant) for one in changed):
        group = [one for one in changed if (one.set, one.variant) == name]
        told = np.array([one.p_value for one in group])
        typed = np.array([one.typed for one in group])
        cells = [f"{name[0]} ({name[1]})", str(len(group))]
        cells += [f"{(told <= level).mean():.2f}" for level in (0.05, 0.01)]
        cells += [f"{typed.mean():.2f}", f"{(typed & (told <= 0.05)).mean():.2f}"]
        rows.append(cells)
    return markdown(["changed sites", "sites", "p <= 5 %", "p <= 1 %", "typed", "typed, p <= 5 %"], rows)


def control_table(sites: Sequence[Judged], fdr: float, seed: int = 0) -> str:
    """Draw lists of sites, some of them changed, control them, and say what that comes to."""
    draw = np.random.default_rng(seed)
    quiet = [one for one in sites if one.changed <= QUIET and one.variant == "forward"]
    changed = [one for one in sites if one.changed >= CHANGED]
    rows = []
    for share in (0.01, 0.1, 0.5):
        wrong, found, first, ranked = [], [], [], 0
        number = max(1, round(share * _SITES))
        for _ in range(_LISTS):
            hits = [changed[i] for i in draw.integers(len(changed), size=number)]
            rest = [quiet[i] for i in draw.integers(len(quiet), size=_SITES - number)]
            tested = [
                Candidate(str(i), one.p_value, one.typed, one.floor, one.surest)
                for i, one in enumerate(hits + rest)
            ]
            told = control(tested, fdr)
            flagged = np.array([int(name) for name in told.flagged], int)
            wrong.append((flagged >= number).mean() if len(flagged) else 0.0)
            found.append((flagged < number).sum() / number)
            order = sorted(range(_SITES), key=lambda i: (tested[i].p_value, i))
            first.append(np.mean([i < number for i in order[:number]]))
            ranked += told.list == "ranked"
        means = [f"{np.mean(values):.3f}" for values in (wrong, found, first)]
        rows.append([f"{share:.0%}", *means, f"{ranked / _LISTS:.0%}"])
    head = ["changed", "wrong among flagged", "found", "right among the first", "called ranked"]
    return markdown(head, rows)


def report(folders: Sequence[Path], manifest: Path, fdr: float) -> Iterator[str]:
    """Yield the tables.

    Raises
    ------
    SitewatchError
        If there is no pool, or no site in the benchmarks.
    """
    pool = pool_of("fine")
    sites = list(judged(folders, manifest, pool)) if pool is not None else []
    if pool is None or not sites:
        raise SitewatchError("no tested site", "runs of `training.left_out` are needed", "make them first")
    yield f"{len(pool.grounds)} quiet grounds, {len(pool.rows):,} placements"
    yield null_table(sites)
    yield power_table(sites)
    yield f"lists of {_SITES} sites, {fdr:.0%} wrong ones allowed"
    yield control_table(sites, fdr)
    yield "the same, by the test alone, whatever the confidence of single detections"
    yield control_table([replace(one, surest=0.0) for one in sites], fdr)
    yield areas.table(list(areas.measured(folders, manifest)))


def _rate(rejected: NDArray[np.bool_], pairs: Sequence[str]) -> str:
    """Return a rate with the interval that drawing the pairs anew gives."""
    draw = np.random.default_rng(0)
    names = sorted(set(pairs))
    sums = np.array([[rejected[[pair == name for pair in pairs]].sum(), pairs.count(name)] for name in names])
    picked = sums[draw.integers(len(names), size=(_TURNS, len(names)))].sum(axis=1)
    low, high = np.percentile(picked[:, 0] / picked[:, 1], [2.5, 97.5])
    return f"{rejected.mean():.3f} ({low:.3f} to {high:.3f})"
