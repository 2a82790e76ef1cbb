"""What comes with sitewatch brought to a user's own imagery: confidences by reviews, pools by quiet pairs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit

from sitewatch import __version__
from sitewatch.errors import OutputError, RunError
from sitewatch.evidence import reviewed_features
from sitewatch.io.results import Run
from sitewatch.kernels.logistic import fit_logistic, foretell
from sitewatch.models.last_stage import Figures, LastStage, ModelStage, Reviewed, folds, foretold, shipped
from sitewatch.runs.placements import read_placements
from sitewatch.runs.reviewed import DECIDED, detections
from sitewatch.verdicts import LEAST_GROUNDS, Pool, make_pool, pool_of

Rows: TypeAlias = NDArray[np.float64]

# Two numbers are fitted: with fewer decisions, or fewer of either kind, they are chance.
LEAST, LEAST_OF_A_KIND = 30, 8
# How firmly the two are held at "as it comes": the reciprocal of the variance that is believed.
_PULL = np.array([0.3, 4.0])
_AS_IT_COMES = np.array([0.0, 1.0])


@dataclass(frozen=True, slots=True)
class Calibrated:
    """A model's confidences as the reviews have them.

    Attributes
    ----------
    model : str
    stage : ModelStage
        The one that comes with sitewatch, its log-odds stretched and moved.
    reviewed, confirmed : int
    shift, stretch : float
        ``log-odds = shift + stretch * log-odds before``.
    before, after : Figures
        As it comes, and this one on detections that were left out of the fit.
    """

    model: str
    stage: ModelStage
    reviewed: int
    confirmed: int
    shift: float
    stretch: float
    before: Figures
    after: Figures


def calibrate(folders: Sequence[Path]) -> list[Calibrated]:
    """Bring confidences to the reviews of some runs (Platt 1999); their order stays as it is.

    Raises
    ------
    RunError
        If a folder is no run, or too little was reviewed.
    """
    opened = [Run.open(folder) for folder in folders]
    found = list({one.id: one for run in opened for one in detections(run)}.values())
    decided = [one for one in found if one.status in DECIDED]
    made, lacks = [], []
    for model in sorted({one.model for one in decided}):
        seen = [one.reviewed() for one in decided if one.model == model]
        confirmed = sum(one.confirmed for one in seen)
        if len(seen) < LEAST or min(confirmed, len(seen) - confirmed) < LEAST_OF_A_KIND:
            lacks.append(f"{model}: {len(seen)} reviewed, {confirmed} of them confirmed")
        else:
            made.append(_calibrated(model, seen))
    if not made:
        raise RunError(
            f"too little was reviewed ({'; '.join(lacks) or 'nothing'})",
            f"{LEAST} detections of one model are needed, {LEAST_OF_A_KIND} of either answer",
            "review more, or name more runs",
        )
    return made


def last_stage(made: Sequence[Calibrated]) -> LastStage:
    """Return the file that holds them."""
    provenance = {"sitewatch": __version__, "reviewed": {one.model: one.reviewed for one in made}}
    return LastStage(version=1, models={one.model: one.stage for one in made}, provenance=provenance)


def calibration_lines(made: Sequence[Calibrated]) -> Iterator[str]:
    """Say in lines what came of it."""
    for one in made:
        yield (
            f"{one.model}: {one.reviewed} reviewed detections, {one.confirmed} confirmed; log-odds times "
            f"{one.stretch:.2f}, {one.shift:+.2f}"
        )
        yield f"  Brier score on detections left out  {one.before.brier:.3f} -> {one.after.brier:.3f}"
        if one.after.log_loss >= one.before.log_loss:
            yield "  mind: no better than before; review more before you use it"


def extend_pool(folders: Sequence[Path], out: Path, *, overwrite: bool) -> Pool:
    """Add the grounds of quiet runs to the pool that comes with sitewatch, and write it.

    Whoever calls it says that nothing happened there. Grounds with a confirmed change are refused.

    Raises
    ------
    RunError
        If a folder is no run, holds no placements, holds a confirmed change, or the runs are of two models.
    OutputError
        If the file exists and may not be replaced, or cannot be written.
    """
    if out.exists() and not overwrite:
        raise OutputError(f"{out} exists", "a pool goes into a file of its own", "choose another --pool")
    found: dict[str, Rows] = {}
    models = set()
    for run in map(Run.open, folders):
        _require_quiet(run)
        for name, facts in run.info["fits"].items():
            models.add(str(facts["model"]["name"]))
            found[f"{run.info['run_id']}/{name}"] = read_placements(run, name)
    if len(models) != 1:
        raise RunError(
            f"the runs are of {len(models)} models ({', '.join(sorted(models))})",
            "a pool holds placements of one model",
            "name runs of one kind of imagery",
        )
    model = models.pop()
    known = pool_of(model)
    base = known.by_ground() if known is not None else []
    pool = make_pool(model, [*base, *found.items()], {"sitewatch": __version__, "own": sorted(found)})
    try:
        pool.save(out)
    except OSError as error:
        raise OutputError(
            f"{out} could not be written ({error.strerror})", "a writable folder is needed", "choose another"
        ) from error
    return pool


def pool_line(pool: Pool, own: int) -> str:
    """Say in a line what a pool holds, and whether that is enough."""
    enough = len(pool.grounds) >= LEAST_GROUNDS
    rest = "" if enough else f"; {LEAST_GROUNDS} are needed before verdicts are ranked among them"
    return (
        f"{pool.model}: {own} grounds added, {len(pool.grounds)} in all, {len(pool.rows):,} placements{rest}"
    )


def _require_quiet(run: Run) -> None:
    for feature in reviewed_features(run):
        if feature["properties"]["review"]["status"] == "confirmed":
            raise RunError(
                f"run {run.info['run_id']} holds a confirmed change ({feature['properties']['id']})",
                "a pool is made of pairs on which nothing happened",
                "leave this run out",
            )


def _calibrated(model: str, seen: Sequence[Reviewed]) -> Calibrated:
    prior = shipped().of(model)
    right = np.array([one.confirmed for one in seen], bool)
    before = foretold(prior, seen)
    odds = np.column_stack([np.ones(len(seen)), logit(before)])
    fold = folds(seen, 0)
    after = np.zeros(len(seen))
    for number in np.unique(fold):
        mine = fold == number
        after[mine] = foretell(odds[mine], fit_logistic(odds[~mine], right[~mine], _AS_IT_COMES, _PULL))
    shift, stretch = map(float, fit_logistic(odds, right, _AS_IT_COMES, _PULL))
    weights = {name: round(weight * stretch, 5) for name, weight in prior.weights.items()}
    weights["one"] = round(weights.get("one", 0.0) + shift, 5)
    return Calibrated(
        model=model,
        stage=prior.model_copy(update={"weights": weights, "calibrated": True}),
        reviewed=len(seen),
        confirmed=int(right.sum()),
        shift=shift,
        stretch=stretch,
        before=Figures.of(before, right),
        after=Figures.of(after, right),
    )
